"""The link of a question: is this mail yours. Two buttons, yes and no.

Looking changes nothing, because scanners look; an answer is a POST and counts once. Nothing of the mail is shown:
whoever has written it knows it.
"""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from maild.domain.commands import AnswerQuestion
from maild.domain.confirmation import Confirmation
from maild.domain.intent import Actor, ActorKind, Trust
from maild.errors import Refused
from webview.acts import carry_out
from webview.factory import this_portal, wrong_token
from webview.forms import same_site

pages = Blueprint("question", __name__)


@pages.get("/c/<secret>")
def look(secret: str) -> str | Response:
    """The question, as long as it can be answered."""
    asked = _open(secret)
    if asked is None:
        return _over()
    return render_template("question.html", asked=asked, secret=secret)


@pages.post("/c/<secret>")
def answer(secret: str) -> str | Response:
    """The answer of whoever was sent the link; the mail is taken again when it is his."""
    portal = this_portal()
    same_site(request, portal)
    asked = _open(secret)
    said = request.form.get("answer", "")
    if asked is None or said not in ("yes", "no"):
        return _over()
    kind = ActorKind.AGENT if asked.agent else ActorKind.CONTACT
    actor = Actor(kind=kind, name=asked.agent, contact=asked.contact, via="portal", trust=Trust.SIGNED)
    command = AnswerQuestion(ticket=asked.ticket, confirmation=asked.id, yes=said == "yes")
    try:
        carry_out(portal, actor, command)
    except Refused:
        return _over()
    return render_template("answered.html", asked=asked, yes=command.yes)


def _open(secret: str) -> Confirmation | None:
    portal = this_portal()
    asked = portal.queries.confirmation(secret)
    if asked is None:
        wrong_token()
    return asked if asked is not None and asked.open(portal.now()) else None


def _over() -> Response:
    return make_response(render_template("question_over.html"), 404)
