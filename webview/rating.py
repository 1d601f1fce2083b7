"""The links to rate a closed ticket: good or bad, and a few words.

Looking changes nothing, because scanners look: a link only fills the form in, and a rating is a POST. It may be changed
as long as the link lives. Nothing of the ticket is shown but its number.
"""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from maild.domain.commands import RateTicket
from maild.domain.intent import Actor, ActorKind, Trust
from maild.domain.rating import MAX_COMMENT, Rating
from maild.errors import Refused
from webview.acts import carry_out
from webview.factory import speak_for, this_portal, wrong_token
from webview.forms import same_site

pages = Blueprint("rating", __name__)

ANSWERS = {"good": True, "bad": False}


@pages.get("/r/<secret>")
def look(secret: str) -> str | Response:
    """The form, as long as it can be answered; filled in by the link, else by what was said before."""
    asked = _open(secret)
    if asked is None:
        return _over()
    said = request.args.get("rating", "")
    before = "" if asked.good is None else "good" if asked.good else "bad"
    return _form(asked, secret, said if said in ANSWERS else before)


@pages.post("/r/<secret>")
def rate(secret: str) -> str | Response:
    """The rating of whoever was sent the link, in place of an earlier one."""
    portal = this_portal()
    same_site(request, portal)
    asked = _open(secret)
    if asked is None:
        return _over()
    good = ANSWERS.get(request.form.get("rating", ""))
    if good is None:
        return _form(asked, secret, "", problem=True)
    comment = request.form.get("comment", "")[:MAX_COMMENT]
    actor = Actor(kind=ActorKind.CONTACT, contact=asked.contact, via="portal", trust=Trust.SIGNED)
    command = RateTicket(ticket=asked.ticket, rating=asked.id, good=good, comment=comment)
    try:
        carry_out(portal, actor, command)
    except Refused:
        return _over()
    return render_template("rated.html", asked=asked, secret=secret)


def _form(asked: Rating, secret: str, said: str, *, problem: bool = False) -> str:
    return render_template(
        "rating.html", asked=asked, secret=secret, said=said, problem=problem, longest=MAX_COMMENT
    )  # fmt: skip


def _open(secret: str) -> Rating | None:
    portal = this_portal()
    asked = portal.queries.rating(secret)
    if asked is None:
        wrong_token()
    if asked is None or not asked.open(portal.now()):
        return None
    status = portal.queries.ticket_status(asked.ticket)
    if status is not None:
        speak_for(status["mailbox"], status["zone"])
    return asked


def _over() -> Response:
    return make_response(render_template("rating_over.html"), 404)
