"""What protects forms: where a POST may come from, and the token that ties a form to a session.

Never reads the fields of a form.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Request, abort

from webview.portal import Portal


def same_site(request: Request, portal: Portal) -> None:
    """Refuse a POST that a page of another site made (Sec-Fetch-Site, else Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in (urlsplit(portal.base_url).netloc, request.host):
        abort(403)


def form_token(portal: Portal, session: str) -> str:
    """The token to put into a form of this session."""
    return hmac.new(portal.secret, b"form:" + session.encode(), sha256).hexdigest()


def require_form_token(portal: Portal, session: str, given: str) -> None:
    """Refuse a form that was not made for this session."""
    if not hmac.compare_digest(form_token(portal, session).encode(), given.encode("utf-8", "replace")):
        abort(403)
