"""How the daemon is, for monitors: 200 when all lanes move, 503 when one does not.

Tells ages and counts only; no address, no subject.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from webview.factory import this_portal

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Lanes with the age of their oldest unprocessed row, and the counted book of mail."""
    healthy, facts = this_portal().health()
    return jsonify(facts), 200 if healthy else 503
