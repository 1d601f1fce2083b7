"""The front page: a number with its check leads to the state; anything else gets one and the same answer.

Never tells whether a number exists, and never mails to an address that somebody typed.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from maild.domain.commands import SendSignInLink
from maild.domain.intent import Actor, ActorKind
from maild.domain.subject_token import parse_typed_token
from webview.acts import carry_out
from webview.factory import language, onward, this_portal, wrong_token
from webview.forms import same_site
from webview.portal import Portal

pages = Blueprint("lookup", __name__)

SIGN_IN_TIME = timedelta(minutes=10)
"""How long a mailed link can be used (ASVS V6.5.5)."""

_front: dict[tuple[str, str], str] = {}


@pages.get("/")
def front() -> str:
    """The look-up form. It holds nothing of the visitor, so each language is rendered once."""
    key = (this_portal().base_url, language())
    page = _front.get(key)
    if page is None:
        page = _front[key] = render_template("lookup.html")
    return page


@pages.post("/")
def look_up() -> str | Response:
    """Full token: to the state. Bare number: a link goes to the ticket's people. The page never tells which."""
    portal = this_portal()
    same_site(request, portal)
    typed = request.form.get("ticket", "")[:100]
    token = parse_typed_token(typed)
    if token is not None:
        number, check = token
        if portal.tokens.check_fits(number, check) and portal.queries.ticket_status(number) is not None:
            return onward(f"/t/{number}-{check}")
        wrong_token()
        return asked()
    digits = typed.strip().lstrip("#[").rstrip("]").strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 12:
        mail_link(portal, int(digits))
    return asked()


def asked() -> str:
    """The one answer to every look-up that does not lead to a state."""
    return render_template("asked.html")


def mail_link(portal: Portal, number: int) -> None:
    """Mail the requester of the ticket a link to read it; nothing when there is no such ticket."""
    if portal.queries.ticket_status(number) is None:
        return
    command = SendSignInLink(ticket=number, secret=portal.new_secret(), expires_at=portal.now() + SIGN_IN_TIME)
    carry_out(portal, Actor(kind=ActorKind.SYSTEM, via="portal"), command)
