"""What a template may see: plain JSON, made once when a notice is planned and stored with it.

Customers' contexts are built apart from agents' and hold no owner, no note and no address of an agent (P18, P19).
Times stay ISO 8601 in UTC here; the renderer writes them in the reader's zone and language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.domain.confirmation import ANSWER_WITHIN
from maild.domain.directory import Directory
from maild.domain.events import WriterAsked
from maild.domain.lifecycle import Waiting
from maild.domain.people import Contact, OwnMailbox, WhenClosed
from maild.domain.sla import SlaTimer, TimerState
from maild.domain.ticket import Article, StoredFile, Ticket
from maild.domain.token import Tokens
from maild.outbound.audience import Reader
from maild.outbound.wire import header_text

NOTIFICATION_TEXT = 20_000
"""Characters of an article in a mail to agents; the rest is on the ticket. An answer to a customer is never cut."""

BRIEF_TITLE = 80
"""Characters of another ticket's title: enough to know it by, and a line of its own."""

FILES_OCTETS = 14 * 1024 * 1024
"""Attachments of one mail: base64 makes 19 MiB of them, which servers with the usual 20 or 25 MB still take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFace:
    """How the desk shows itself in every mail. `base_url` is where the portal is reached, no slash at its end."""

    name: str
    base_url: str
    sign_in_minutes: int = 10

    def status_link(self, number: int, check: str) -> str:
        """Where the state of a ticket is shown; the check makes it work with one touch."""
        return f"{self.base_url}/t/{number}-{check}"

    def rating_link(self, secret: str, language: str) -> str:
        """Where a closing is rated, in the language of the mail; what the form says at first can be added."""
        return f"{self.base_url}/r/{secret}?lang={language}"

    def sign_in_link(self, secret: str) -> str:
        """Where a mailed secret is redeemed."""
        return f"{self.base_url}/v/{secret}"


class Contexts:
    """Builds the values for templates; knows the desk, its people and its tokens, and stores nothing."""

    def __init__(self, directory: Directory, tokens: Tokens, desk: DeskFace) -> None:
        self._directory = directory
        self._tokens = tokens
        self._desk = desk

    def common(self, reader: Reader, ticket: Ticket | None, own: OwnMailbox) -> dict[str, Any]:
        """What every notice has: the desk as the mailbox shows it, the ticket as anybody may know it, the reader, the
        links."""
        name = own.name or self._desk.name
        signature = (own.signature or name).splitlines()
        context: dict[str, Any] = {
            "desk": {"name": name, "url": self._desk.base_url, "signature": signature},
            "person": {"name": greeting_name(reader.mailbox.display_name), "address": reader.mailbox.address},
            "zone": reader.zone,
            "links": {"portal": self._desk.base_url},
            "ticket": None,
        }
        if ticket is not None:
            team = self._directory.teams.get(ticket.team)
            context["ticket"] = {
                "number": ticket.number,
                "token": self._tokens.subject_token(ticket.number),
                "title": ticket.title,
                "state": _state(ticket),
                "priority": str(ticket.priority),
                "team": team.display_name if team else "",
                "promised": iso(ticket.promised_at),
                "opened": iso(ticket.created_at),
                "follows": ticket.follows,
                "reopen_hours": team.window_hours if team else 0,
                "refuses_replies": team is not None and team.closed is WhenClosed.REFUSE,
            }
            context["links"]["status"] = self._desk.status_link(ticket.number, self._tokens.check(ticket.number))
        return context

    def for_agents(
        self,
        context: dict[str, Any],
        ticket: Ticket,
        requester: Contact,
        timers: Iterable[SlaTimer],
        see_also: Iterable[Ticket],
    ) -> None:
        """Add what only the house may know; of the clocks the one that is due next, and the tickets linked to it."""
        running = [timer for timer in timers if timer.state is TimerState.RUNNING and timer.due_at is not None]
        due = min(running, key=lambda timer: timer.due_at or timer.started_at, default=None)
        owner = self._directory.agents.get(ticket.owner)
        context["ticket"] |= {
            "due": {"metric": str(due.metric), "at": iso(due.due_at)} if due else None,
            "owner": owner.display_name if owner else "",
            "category": ticket.category,
            "request_type": ticket.request_type,
            "tags": list(ticket.tags),
            "see_also": [
                {"number": other.number, "title": other.title[:BRIEF_TITLE], "state": _state(other)}
                for other in see_also
            ],
        }
        context["requester"] = {"name": requester.name, "address": requester.address}

    def joined(self, ticket: Ticket | None, into: Ticket | None) -> dict[str, Any]:
        """With which ticket a merged one goes on: told to its requester only if that is a ticket of his own too."""
        if ticket is None or into is None or into.requester != ticket.requester:
            return {"number": 0, "page": ""}
        check = self._tokens.check(into.number)
        return {"number": into.number, "page": self._desk.status_link(into.number, check)}

    def question(self, context: dict[str, Any], event: WriterAsked) -> None:
        """Add what somebody is asked: of a mail in a customer's name nothing but where it came from and when."""
        context["links"]["confirm"] = f"{self._desk.base_url}/c/{event.secret}"
        context["hours"] = int(ANSWER_WITHIN.total_seconds()) // 3600
        context["asked"] = {"sender": event.sender, "at": iso(event.received_at), "new_address": bool(event.address)}
        if event.agent:
            context["asked"] |= {
                "doubt": str(event.doubt), "subject": event.subject, "does": event.does, "orders": list(event.orders),
            }  # fmt: skip

    def sign_in(self, context: dict[str, Any], secret: str) -> None:
        """Add the link that lets its reader in."""
        context["links"]["sign_in"] = self._desk.sign_in_link(secret)
        context["minutes"] = self._desk.sign_in_minutes


def _state(ticket: Ticket) -> str:
    """The state by the name that words are kept under: of what waits, what it waits for."""
    return str(ticket.state if ticket.waiting in (None, Waiting.CUSTOMER) else ticket.waiting)


def greeting_name(display_name: str) -> str:
    """The name to greet somebody by; "" for one that could carry an advertisement to a forged address."""
    name = header_text(display_name)
    suspicious = len(name) > 60 or any(mark in name.lower() for mark in ("/", "@", "www.", "http"))
    return "" if suspicious else name


def article_context(article: Article, *, limit: int | None, taken: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """An article for showing: its new words, cut at `limit` characters, and which files go along and which do not."""
    text = article.new_text.strip("\r\n")
    sent = {file["sha256"] for file in taken}
    return {
        "text": text if limit is None else text[:limit],
        "cut": limit is not None and len(text) > limit,
        "author": article.author,
        "at": iso(article.created_at),
        "files": [{"filename": f.filename, "size": f.size} for f in article.files if f.sha256 in sent],
        "left_out": [{"filename": f.filename, "size": f.size} for f in article.files if f.sha256 not in sent],
    }


def files_to_send(files: Iterable[StoredFile]) -> tuple[dict[str, Any], ...]:
    """As many of the files, in order, as one mail can carry."""
    taken: list[dict[str, Any]] = []
    room = FILES_OCTETS
    for file in files:
        if file.size <= room:
            room -= file.size
            taken.append(
                {
                    "sha256": file.sha256,
                    "filename": file.filename,
                    "content_type": file.content_type,
                    "size": file.size,
                }
            )
    return tuple(taken)


def iso(moment: datetime | None) -> str | None:
    """A moment as JSON holds it."""
    return moment.isoformat() if moment else None


_REASONS = {
    "1": "address", "2.2": "full", "2": "mailbox", "3": "server", "4": "route", "5": "server", "6": "content",
    "3.4": "too-large", "2.3": "too-large", "7": "policy",
}  # fmt: skip


def failure_reason(status: str) -> str:
    """Key of the words for an enhanced status code: by subject and detail, else by subject (RFC 3463 section 3)."""
    _, _, rest = status.partition(".")
    return _REASONS.get(rest) or _REASONS.get(rest.partition(".")[0], "unknown")
