"""One ticket: its state for whoever has number and check, its words for whoever signed in by the mailed link.

No GET changes anything: a link is redeemed by POST, because scanners open every link in a mail.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from maild.domain.commands import ReopenTicket
from maild.domain.intent import Actor, ActorKind, Trust
from maild.domain.subject_token import parse_typed_token
from maild.errors import Refused
from webview.acts import carry_out
from webview.factory import onward, speak_for, this_portal, wrong_token
from webview.forms import form_token, require_form_token, same_site
from webview.lookup import asked, mail_link
from webview.portal import Portal

pages = Blueprint("ticket", __name__)

SESSION_TIME = timedelta(hours=12)
"""How long somebody stays signed in to one ticket."""

MAX_MERGES = 100
"""Merges followed in a row; a merge into itself is refused, so that there is always an end."""

REASON_LENGTH = 4000
"""Characters of a reason to reopen."""


@pages.get("/t/<name>")
def show(name: str) -> str:
    """The whole ticket when signed in, its state with the right check, else the offer to mail a link."""
    portal = this_portal()
    number = _number(name)
    if number is not None and (signed := _session(portal, number)):
        return _whole(portal, number, signed[0])
    token = parse_typed_token(name)
    if token is not None and portal.tokens.check_fits(*token):
        status = portal.queries.ticket_status(token[0])
        if status is not None:
            speak_for(status["mailbox"], status["zone"])
            return render_template("status.html", ticket=status, name=name, leads_to=_leads_to(portal, status))
    if token is not None:
        wrong_token()
    return render_template("link.html", name=number or "")


@pages.post("/t/<name>/link")
def ask_for_link(name: str) -> str:
    """Mail a sign-in link to the ticket's requester; the page is the same whatever the number is."""
    portal = this_portal()
    same_site(request, portal)
    number = _number(name)
    if number is not None:
        mail_link(portal, number)
    return asked()


@pages.get("/v/<capability>")
def arrive(capability: str) -> str | Response:
    """The mailed link: shows the state and a button that signs in. Looking changes nothing."""
    portal = this_portal()
    found = portal.queries.capability(secret=capability, kind="signin", now=portal.now())
    status = portal.queries.ticket_status(found[0]) if found else None
    if found is None or status is None:
        wrong_token()
        return make_response(render_template("expired.html"), 404)
    speak_for(status["mailbox"], status["zone"])
    leads_to = _leads_to(portal, status)
    return render_template("arrive.html", ticket=status, capability=capability, leads_to=leads_to)


@pages.post("/v/<capability>")
def sign_in(capability: str) -> str | Response:
    """Use the link up, give a session cookie, and go on at a clean address."""
    portal = this_portal()
    same_site(request, portal)
    now, session = portal.now(), portal.new_secret()

    def redeem(uow: Any) -> tuple[int, int] | None:
        found: tuple[int, int] | None = uow.capabilities.use(secret=capability, kind="signin", now=now)
        if found is not None:
            ticket, contact = found
            uow.capabilities.add(
                secret=session, kind="session", ticket=ticket, contact=contact, expires_at=now + SESSION_TIME, now=now
            )
        return found

    found = portal.writer.run(redeem)
    if found is None:
        wrong_token()
        return make_response(render_template("expired.html"), 404)
    response = onward(f"/t/{found[0]}")
    response.set_cookie(
        portal.cookie, session, max_age=int(SESSION_TIME.total_seconds()), secure=portal.secure, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip
    return response


@pages.post("/t/<name>/reopen")
def reopen(name: str) -> str | Response:
    """Reopen with a reason, for whoever is signed in to this ticket."""
    portal = this_portal()
    same_site(request, portal)
    number = _number(name)
    signed = _session(portal, number) if number is not None else None
    if number is None or signed is None:
        return render_template("link.html", name=number or "")
    session, contact = signed
    require_form_token(portal, session, request.form.get("token", ""))
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    if not reason:
        return _whole(portal, number, session, problem="reason")
    actor = Actor(kind=ActorKind.CONTACT, contact=contact, via="portal", trust=Trust.SIGNED)
    try:
        carry_out(portal, actor, ReopenTicket(ticket=number, reason=reason))
    except Refused as refusal:
        return _whole(portal, number, session, problem=refusal.code)
    return onward(f"/t/{number}")


@pages.post("/sign-out")
def sign_out() -> Response:
    """End the session here and now."""
    portal = this_portal()
    same_site(request, portal)
    session = request.cookies.get(portal.cookie, "")
    if session:
        portal.writer.run(lambda uow: uow.capabilities.revoke(secret=session, kind="session"))
    response = onward("/")
    response.delete_cookie(portal.cookie, path="/", secure=portal.secure, httponly=True, samesite="Lax")
    return response


def _whole(portal: Portal, number: int, session: str, problem: str = "") -> str:
    view = portal.queries.ticket_view(number)
    assert view is not None  # a session is bound to a ticket, and tickets are never deleted
    speak_for(view["ticket"]["mailbox"], view["requester"]["zone"])
    public = [a for a in view["articles"] if a["kind"] == "correspondence" and a["verified"]]
    return render_template(
        "ticket.html",
        ticket=view["ticket"],
        leads_to=_leads_to(portal, view["ticket"]),
        articles=public,
        may_reopen=_may_reopen(portal, view["ticket"]),
        token=form_token(portal, session),
        problem=problem,
    )


def _leads_to(portal: Portal, ticket: dict[str, Any]) -> str:
    """The name of the page where a merged ticket goes on, if that is a ticket of the same person; "" else."""
    found: dict[str, Any] | None = ticket
    for _ in range(MAX_MERGES):
        if found is None or not found["merged_into"]:
            break
        found = portal.queries.ticket_status(found["merged_into"])
    if found is None or found["number"] == ticket["number"] or found["requester"] != ticket["requester"]:
        return ""
    return f"{found['number']}-{portal.tokens.check(found['number'])}"


def _may_reopen(portal: Portal, ticket: dict[str, Any]) -> bool:
    if ticket["state"] not in ("closed", "cancelled"):
        return False
    team = portal.desk.directory.teams.get(ticket["team"])
    since = ticket["closed_at"] or ticket["updated_at"]
    return team is None or portal.now() <= since + timedelta(hours=team.window_hours)


def _session(portal: Portal, number: int) -> tuple[str, int] | None:
    session = request.cookies.get(portal.cookie, "")
    if not session:
        return None
    found = portal.queries.capability(secret=session, kind="session", now=portal.now())
    return (session, found[1]) if found is not None and found[0] == number else None


def _number(name: str) -> int | None:
    digits = name.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
