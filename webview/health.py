"""How the daemon is, for monitors: 200 when all lanes move, 503 when one does not; and its numbers for Prometheus.

Tells ages and counts only; no address of a stranger, no subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify

from webview.factory import this_portal

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Lanes with the age of their oldest unprocessed row, and the counted book of mail."""
    healthy, facts = this_portal().health()
    return jsonify(facts), 200 if healthy else 503


@pages.get("/metrics")
def metrics() -> Response:
    """The same in the text format of Prometheus 0.0.4; always 200, `maild_healthy` says how it is."""
    healthy, facts = this_portal().health()
    text = "".join(_lines(healthy, facts))
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(healthy: bool, facts: dict[str, Any]) -> Iterator[str]:
    lanes = facts["lanes"].items()
    yield from _gauge("maild_healthy", "Whether all is well.", [({}, int(healthy))])
    yield from _gauge(
        "maild_lane_waiting", "Rows that wait in a lane.", [({"lane": lane}, of["waiting"]) for lane, of in lanes]
    )
    yield from _gauge(
        "maild_lane_oldest_seconds",
        "Age of the oldest row that waits in a lane; 0 when none does.",
        [({"lane": lane}, of["oldest_seconds"] or 0) for lane, of in lanes],
    )
    yield from _gauge(
        "maild_mails", "Mails of the book by where they ended.", [({"place": k}, v) for k, v in facts["book"].items()]
    )
    yield from _gauge(
        "maild_outbox_mails", "Mails that stay in a state.", [({"state": k}, v) for k, v in facts["outbox"].items()]
    )
    yield from _gauge(
        "maild_tick_last_good_timestamp_seconds",
        "When a tick last ended well.",
        [({"tick": name}, datetime.fromisoformat(at).timestamp()) for name, at in facts["ticks"].items()],
    )
    if facts["audit"] is not None:
        yield from _gauge(
            "maild_audit_problems",
            "Differences that the last audit of the book has found.",
            [({}, sum(facts["audit"]["problems"].values()))],
        )


def _gauge(name: str, meaning: str, samples: list[tuple[dict[str, str], float]]) -> Iterator[str]:
    if not samples:
        return
    yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels.items())
        yield f"{name}{{{told}}} {value}\n" if told else f"{name} {value}\n"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
