"""What sort of mail it is, and why: human, automatic, list, report, or our own (RFC 3834).

Gives reasons in words. Never answers a mail; it only says whether an automatic answer could be allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from maild.domain.address import AddrSpec, Mailbox
from maild.domain.mail import Kind
from maild.ingest.automatic_marks import answers_itself, automatic_marks, shown, title
from maild.ingest.report import Reading
from maild.ingest.reports.senders import Headers, first_fields, is_no_reply

__all__ = ["Classification", "classify"]

# RFC 5321 section 6.3: a count above 100 is a loop for sure.
_MOST_HOPS = 100

_LISTS = (
    "list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner", "list-archive",
    "mailing-list", "x-mailing-list", "x-mailinglist", "x-mailing-list-name", "x-list", "x-list-id", "x-listname",
    "x-list-name", "x-beenthere", "x-mailman-version", "x-ml-name", "x-mlserver", "x-listserver", "x-list-host",
    "x-sympa-to", "x-loop-list", "x-egroups-return", "x-google-group-id", "x-yahoogroups", "x-listmember",
    "x-topica-id", "x-discourse-topic-id", "x-majordomo-version", "x-ezmlm",
)  # fmt: skip

_NEVER_ANSWER = frozenset({
    "mailer-daemon", "postmaster", "daemon", "root", "bounce", "bounces", "listserv", "majordomo", "mailman",
    "listproc", "lyris", "sympa", "hostmaster", "uucp", "www-data", "apache", "cron", "system", "notification",
    "notifications", "alert", "alerts", "newsletter", "news", "mailing", "abuse", "mdaemon", "autoreply", "undisclosed",
})  # fmt: skip
_NEVER_STARTS = ("owner-", "bounce-", "bounces-", "bounce+", "bounces+", "prvs=", "srs0=", "srs1=", "mailer-daemon")
_NEVER_ENDS = ("-request", "-owner", "-bounces", "-bounce", "-daemon", "-noreply", "-no-reply", "_noreply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """`may_reply` says that the guard may be asked at all; everything doubtful is False."""

    kind: Kind
    reasons: tuple[str, ...]
    may_reply: bool = False


def classify(
    headers: Headers,
    *,
    report: Reading | None = None,
    subject: str = "",
    text: str = "",
    from_: Sequence[Mailbox] = (),
    reply_to: Sequence[Mailbox] = (),
    message_id: str = "",
    own: frozenset[str] = frozenset(),
    reverse_path: str | None = None,
) -> Classification:
    """Judge by the decoded header fields in order; `own` are our addresses, `reverse_path` "" or "<>" the null path."""
    fields = first_fields(headers)
    ours = _keys(own)
    path = fields.get("return-path") if reverse_path is None else reverse_path
    subject = subject or fields.get("subject", "")
    if own_sender := next((m.address for m in from_ if _is_ours(m.address, ours)), ""):
        return Classification(kind=Kind.OWN, reasons=(f"from our own address {own_sender}",))
    if report is not None:
        return Classification(kind=report.kind, reasons=report.reasons)
    if looping := tuple(_looping(headers, fields, ours)):
        return Classification(kind=Kind.OWN, reasons=looping)
    group = _own_group(fields, ours)
    listed = () if group else tuple(_list_marks(fields))
    automatic = tuple(automatic_marks(fields, from_, reply_to, path, subject, text))
    hops = sum(1 for name, _ in headers if name.lower() == "received")
    if hops > _MOST_HOPS:
        automatic = (f"passed {hops} servers: a mail loop (RFC 5321 section 6.3)", *automatic)
    if listed and not answers_itself(fields, subject, text):
        return Classification(kind=Kind.LIST, reasons=(*listed, *automatic))
    if automatic:
        return Classification(kind=Kind.AUTO_REPLY, reasons=(*automatic, *listed))
    if bulk := _bulk(fields, group):
        return Classification(kind=Kind.LIST, reasons=(bulk,))
    reason = f"came through our own group {group}" if group else "no mark of an automatic mail"
    refusal = _refusal(from_, reply_to, ours, path)
    return Classification(kind=Kind.MESSAGE, reasons=(reason, refusal) if refusal else (reason,), may_reply=not refusal)


@lru_cache(maxsize=8)
def _keys(own: frozenset[str]) -> frozenset[str]:
    """Our addresses in comparable form; they are the same for every mail of a run."""
    return frozenset(key for key in map(_key, own) if key)


def _key(address: str) -> str:
    spec = AddrSpec.parse(address.strip().strip("<>"))
    return spec.key if spec else ""


def _bare(key: str) -> str:
    """The folded address without the detail of its local part: support+tag@ is support@."""
    spec = AddrSpec.parse(key)
    return f"{spec.user}@{spec.domain}" if spec and spec.detail else key


def _is_ours(address: str, ours: frozenset[str]) -> bool:
    if not ours:
        return False
    key = _key(address)
    return bool(key) and (key in ours or _bare(key) in ours)


def _looping(headers: Headers, fields: dict[str, str], ours: frozenset[str]) -> Iterator[str]:
    """Signs that this mail left us before."""
    if not ours:
        return
    if "x-loop" in fields and any(_is_ours(word.strip("<>,;"), ours) for word in fields["x-loop"].split()):
        yield f"our own X-Loop: {shown(fields['x-loop'])}"
    seen: set[str] = set()
    for name, value in headers:
        if name.lower() == "delivered-to" and _is_ours(value, ours):
            key = _key(value)
            if key in seen:
                # as Postfix and qmail judge: one address is delivered to once
                yield f"was delivered to {key} before"
                break
            seen.add(key)


def _own_group(fields: dict[str, str], ours: frozenset[str]) -> str:
    """Our address when the list it came through is ours: many helpdesks are fed by a group."""
    if not ours:
        return ""
    for name in ("list-post", "mailing-list", "x-beenthere", "x-mailing-list"):
        for word in fields.get(name, "").replace(",", " ").replace(";", " ").split():
            address = word.strip("<>").removeprefix("mailto:")
            if _is_ours(address, ours):
                return _key(address)
    listed = fields.get("list-id", "")
    inner = listed[listed.rfind("<") + 1 :].partition(">")[0].strip().lower()
    return next((key for key in ours if inner and key.replace("@", ".") == inner), "")


def _list_marks(fields: dict[str, str]) -> Iterator[str]:
    for name in _LISTS:
        if name in fields:
            yield f"{title(name)}: {shown(fields[name])}"
            return
    for name in ("precedence", "x-precedence"):
        if fields.get(name, "").strip().lower() == "list":
            yield f"{title(name)}: list"
            return
    sender = fields.get("sender", "").lower()
    local = sender[sender.rfind("<") + 1 :].partition("@")[0].strip()
    if local.startswith("owner-") or local.endswith(("-bounces", "-owner")):
        yield f"Sender is a list: {shown(sender)}"


def _bulk(fields: dict[str, str], group: str) -> str:
    """Old lists and newsletters say only this."""
    for name in ("precedence", "x-precedence"):
        if not group and fields.get(name, "").strip().lower() == "bulk":
            return f"{title(name)}: bulk"
    return ""


def _refusal(from_: Sequence[Mailbox], reply_to: Sequence[Mailbox], ours: frozenset[str], path: str | None) -> str:
    """Why no automatic answer may go out although a human wrote; "" when it may (RFC 3834 section 2)."""
    if len(from_) != 1:
        return "no single sender to answer to"
    sender = from_[0]
    if not sender.key:
        return "the sender's address cannot be read"
    for mailbox in (sender, *reply_to):
        if _is_ours(mailbox.address, ours):
            return f"{mailbox.address} is our own address"
        if _machine_address(mailbox.address):
            return f"{mailbox.address} is not a person's address"
    if path is not None and _machine_address(path.strip().strip("<>")):
        return f"the reverse path {shown(path)} is not a person's address"
    return ""


def _machine_address(address: str) -> bool:
    local = address.partition("@")[0].lower()
    user = local.partition("+")[0]
    return (
        user in _NEVER_ANSWER
        or is_no_reply(address)
        or local.startswith(_NEVER_STARTS)
        or user.endswith(_NEVER_ENDS)
        or "@" not in address
    )
