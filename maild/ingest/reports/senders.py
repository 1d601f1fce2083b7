"""What the header says of who sent a mail: a person, a machine that delivers mail, or a machine that writes.

Reads header fields only. Never looks at the body and never decides the kind of a mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maild.ingest.reports.absence import absence_subject
from maild.ingest.reports.bounce_words import DAEMON_NAMES, DAEMONS, FAILURE_SUBJECT, ROLE_NAMES
from maild.ingest.reports.returned import message_id

Headers = Sequence[tuple[str, str]]

_ANSWERED = ("re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "vs:", "tr:", "rv:", "enc:", "res:", "antw:", "odp:", "rif:")
_FAILED_FIELDS = ("x-failed-recipients", "x-failed-recipient", "x-bounced-recipient", "x-bounce-recipient")
_REPORT_COMMENTS = ("(failure)", "(warning", "(postmaster-notification)", "(rejected)", "(bounce", "(return-receipt)")

NO_REPLY = frozenset({
    "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply",
    "dontreply", "dont-reply", "notreply", "not-reply", "noresponse", "no-response", "noresponder", "no-responder",
    "naoresponder", "nao-responder", "nao_responder", "naoresponda", "nao-responda", "nepasrepondre",
    "ne-pas-repondre", "ne_pas_repondre", "nichtantworten", "nicht-antworten", "nonrispondere", "non-rispondere",
    "nieodpowiadaj", "nie-odpowiadaj", "niet-beantwoorden", "ikkesvar", "svar-ikke", "ejsvar", "unattended",
    "devnull", "dev-null", "nobody", "autoreply", "auto-reply", "autoresponder", "auto-responder", "autoresponse",
    "auto-confirm", "no-replies", "noreplies",
})  # fmt: skip
"""Local parts that say themselves that nobody reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The marks that matter for reports. `reasons` says in words which were found."""

    fields: dict[str, str]
    subject: str
    address: str
    """The address of From in lower case, or its only word."""
    domain: str
    daemon: bool
    """A mailer-daemon by address or name."""
    role: bool
    """A postmaster: rarely a person."""
    machine: bool
    """Something that may be automatic: a daemon, a postmaster, a name like it, no-reply, Auto-Submitted."""
    null_path: bool
    failure_subject: bool
    absence: bool
    failed_recipients: tuple[str, ...]
    answers: str
    """The first id this mail answers, with angle brackets."""
    not_recipients: frozenset[str]
    reasons: tuple[str, ...]

    @property
    def mailer(self) -> bool:
        """Whether a report in it would be the mailer's own."""
        return self.daemon or self.null_path or bool(self.failed_recipients) or (self.machine and self.failure_subject)


def first_fields(headers: Headers) -> dict[str, str]:
    """The first field of each name, by lower-case name."""
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.lower(), value)
    return found


def is_null(path: str | None) -> bool:
    """Whether a reverse path is the null path (RFC 5321 section 4.5.5); unknown (None) is not."""
    return path is not None and path.strip() in ("", "<>")


def split_address(value: str) -> tuple[str, str]:
    """Display part and address of a From field, both as far as they can be read: mailers write `MAILER-DAEMON <>`."""
    start = value.rfind("<")
    end = value.find(">", start)
    if 0 <= start < end:
        return value[:start].strip(), value[start + 1 : end].strip()
    words = [w.strip("()\"',;") for w in value[:1000].split()]
    with_at = next((w for w in words if "@" in w), "")
    return value.strip(), with_at or (words[0] if len(words) == 1 else "")


def is_no_reply(address: str) -> bool:
    """Whether the local part says that nobody reads the answers."""
    local = address.partition("@")[0].lower()
    return local.partition("+")[0] in NO_REPLY or local.startswith(
        ("noreply", "no-reply", "donotreply", "do-not-reply")
    )


def origin(headers: Headers, *, subject: str = "", reverse_path: str | None = None) -> Origin:
    """Gather the marks of one mail."""
    fields = first_fields(headers)
    subject = subject or fields.get("subject", "")
    written = fields.get("from", "")
    name, address = split_address(written)
    address = address.lower()
    local, _, domain = address.rpartition("@") if "@" in address else (address, "", "")
    low = written.lower()
    reasons: list[str] = []
    path = fields.get("return-path") if reverse_path is None else reverse_path
    null_path = is_null(path)
    if null_path:
        reasons.append("null reverse path")
    daemon = (
        local in DAEMONS
        or local.startswith(("mailer-daemon", "mailer_daemon"))
        or any(piece in low for piece in DAEMON_NAMES)
        or ("from" in fields and not address and not name)
        or bool(path and path.strip("<> ").lower().startswith("mailer-daemon"))
    )
    if daemon:
        reasons.append(f"from a mail delivery system ({written.strip()[:80] or '<>'})")
    if "x-ms-exchange-message-is-ndr" in fields or fields.get("content-class", "").endswith(":dsn"):
        daemon = True
        reasons.append("marked as a delivery report by Exchange")
    comment = fields.get("auto-submitted", "").lower()
    automatic = bool(comment) and not comment.strip().startswith("no")
    role = local == "postmaster"
    named = any(piece in low for piece in ROLE_NAMES)
    machine = daemon or automatic or role or named or is_no_reply(address) or "x-mlserver" in fields
    head = subject.strip().lower()
    failure_subject = not head.startswith(_ANSWERED) and FAILURE_SUBJECT.search(head) is not None
    if failure_subject:
        reasons.append("subject of a delivery failure or delay")
    if any(piece in comment for piece in _REPORT_COMMENTS):
        daemon = True
        reasons.append(f"Auto-Submitted: {comment[:60]}")
    failed: list[str] = []
    for key in _FAILED_FIELDS:
        failed.extend(a.strip(" <>\t") for a in fields.get(key, "").split(",") if "@" in a)
    if failed:
        reasons.append("names failed recipients in its header")
    answers = message_id(fields.get("in-reply-to", "")) or message_id(
        "".join(fields.get("references", "").split()[-1:])
    )
    others = {address}
    for key in ("to", "return-path", "delivered-to", "envelope-to"):
        if key in fields:
            others.add(split_address(fields[key])[1].lower())
    return Origin(
        fields=fields,
        subject=subject,
        address=address,
        domain=domain,
        daemon=daemon,
        role=role,
        machine=machine,
        null_path=null_path,
        failure_subject=failure_subject,
        absence=absence_subject(subject),
        failed_recipients=tuple(failed[:200]),
        answers=answers,
        not_recipients=frozenset(others - {""}),
        reasons=tuple(reasons),
    )
