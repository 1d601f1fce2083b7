"""Examples written beside rules: read from the rule file, and held against what the rules really do.

They run through the same engine as mail does. A failed one changes nothing; it is told to whoever checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from maild.domain.address import AddrSpec, fold
from maild.domain.commands import ForwardMail, GroupMail, LinkLast
from maild.domain.faults import Faults
from maild.domain.mail import Kind
from maild.rules.actions import PRIORITIES
from maild.rules.engine import Firing, evaluate
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.model import Example, Rulebook, Trigger
from maild.rules.timing import minutes_of

_ADDRESS_LISTS = ("reply_to", "to", "cc", "delivered_to")
_ADDRESSES = ("from", "person", "reverse_path", "mailbox")
_PLAIN = ("from_name", "subject", "language", "organisation", "contract", "trust")
_TICKET = ("team", "category", "request_type", "priority", "severity", "product", "sla", "owner", "state")
MAIL_KEYS: Final = (
    "from", *_PLAIN, *_ADDRESS_LISTS, "reverse_path", "new_words", "body", "header", "kind", "mailbox",
    "attachment", "working_time", "person", "mails_in_hour", *_TICKET, "tag", "watcher",
)  # fmt: skip
"""Every key of the mail, and of the ticket it finds, in an example."""

EXPECT_KEYS: Final = (
    "team",
    "category",
    "request_type",
    "priority",
    "severity",
    "product",
    "sla",
    "owner",
    "state",
    "tag",
    "forwarded",
    "grouped",
    "linked",
)


def read_example(table: Mapping[str, Any], faults: Faults, known: KnownNames) -> Example:
    """One `[[rule.example]]`; its faults are noted."""
    faults.unknown_keys(table, ("mail", "hit", "expect"))
    if "mail" not in table:
        faults.add("mail", 'say what comes in, such as mail = { from = "ana@example.com", subject = "Invoice" }')
    expect: list[tuple[str, str]] = []
    wanted = faults.table(table.get("expect", {}), "expect")
    faults.unknown_keys(wanted, EXPECT_KEYS, "expect.")
    for key, value in wanted.items():
        expect.extend((key, item) for item in faults.texts(value, f"expect.{key}"))
    return Example(
        facts=_facts(faults.table(table.get("mail", {}), "mail"), faults, known),
        hit=faults.flag(table, "hit", default=True),
        expect=tuple(expect),
    )


def check_examples(rulebook: Rulebook) -> tuple[str, ...]:
    """What does not come out as the examples say, a sentence each; empty when all is well."""
    failures = []
    for rule in rulebook.rules:
        for number, example in enumerate(rule.examples, 1):
            label = f"{rule.place}: rule {rule.name!r}: example {number}"
            trigger = Trigger.NEW if Trigger.NEW in rule.on else Trigger.REPLY
            firing = evaluate(rulebook, trigger, example.facts)
            line = next((line for line in firing.trace if line.startswith(f"{rule.name}: ")), "")
            if (rule.name in firing.hits) is not example.hit:
                failures.append(f"{label}: the rule should {'' if example.hit else 'not '}hit, but {line}")
            for key, value in example.expect:
                found = _come_of(firing, key)
                if _as_come(key, value) not in found:
                    failures.append(f"{label}: {key} should be {value!r}, but is {', '.join(found) or 'nothing'}")
    return tuple(failures)


def _as_come(key: str, value: str) -> str:
    """An expected value as `_come_of` writes it."""
    return _key(value) if key == "forwarded" else str(minutes_of(value)) if key in ("grouped", "linked") else value


def _come_of(firing: Firing, key: str) -> tuple[str, ...]:
    """What a key of `expect` is after the rules: tags and addresses are several."""
    if key == "tag":
        return firing.facts.tags
    if key == "forwarded":
        return tuple(command.address for _, command in firing.commands if isinstance(command, ForwardMail))
    if key == "grouped":
        return tuple(str(command.minutes) for _, command in firing.commands if isinstance(command, GroupMail))
    if key == "linked":
        return tuple(str(command.minutes) for _, command in firing.commands if isinstance(command, LinkLast))
    return (getattr(firing.facts, key),)


def _facts(table: Mapping[str, Any], faults: Faults, known: KnownNames) -> RuleFacts:
    faults.unknown_keys(table, MAIL_KEYS, "mail.")
    text = {
        key: faults.text(table, key)
        for key in (*_PLAIN, "from", "person", "reverse_path", "mailbox", "body", "new_words")
    }
    lists = {
        key: tuple(map(_key, faults.texts(table[key], f"mail.{key}"))) if key in table else () for key in _ADDRESS_LISTS
    }
    headers: list[tuple[str, str]] = []
    for name, value in faults.table(table.get("header", {}), "mail.header").items():
        headers.extend((fold(name), item) for item in faults.texts(value, f"mail.header.{name}"))
    kind = faults.known([faults.text(table, "kind", Kind.MESSAGE.value)], [k.value for k in Kind], "mail.kind")
    ticket: dict[str, Any] = {key: faults.text(table, key, getattr(RuleFacts(), key)) for key in _TICKET}
    faults.known([ticket["priority"]], PRIORITIES, "mail.priority")
    return RuleFacts(
        from_=_key(text["from"]) if text["from"] else "",
        from_name=text["from_name"],
        reply_to=lists["reply_to"],
        to=(*lists["to"], *lists["cc"]),
        cc=lists["cc"],
        delivered_to=lists["delivered_to"],
        reverse_path=_key(text["reverse_path"]),
        subject=text["subject"],
        new_words=text["new_words"] or text["body"],
        body=text["body"] or text["new_words"],
        headers=tuple(headers),
        kind=Kind(next(iter(kind), Kind.MESSAGE.value)),
        language=text["language"],
        organisation=text["organisation"],
        contract=text["contract"],
        trust=text["trust"],
        person=_key(text["person"] or text["from"]) if text["person"] or text["from"] else "",
        mails_in_hour=faults.number(table, "mails_in_hour"),
        attachments=_attachments(table.get("attachment", []), faults),
        mailbox=_key(text["mailbox"]) or next(iter(sorted(known.mailboxes)), ""),
        working_time=faults.flag(table, "working_time") if "working_time" in table else None,
        tags=tuple(faults.texts(table["tag"], "mail.tag")) if "tag" in table else (),
        watchers=tuple(faults.texts(table["watcher"], "mail.watcher")) if "watcher" in table else (),
        **ticket,
    )


def _attachments(value: Any, faults: Faults) -> tuple[AttachmentFacts, ...]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        table = faults.table(item, "mail.attachment")
        faults.unknown_keys(table, ("name", "type", "size"), "mail.attachment.")
        size = table.get("size", 1000)
        if not isinstance(size, int) or isinstance(size, bool):
            faults.add("mail.attachment.size", "write the size in octets, such as size = 20000")
            size = 0
        found.append(
            AttachmentFacts(
                name=faults.text(table, "name"),
                content_type=fold(faults.text(table, "type", "application/octet-stream")),
                size=size,
            )
        )
    return tuple(found)


def _key(address: str) -> str:
    spec = AddrSpec.parse(address)
    return spec.key if spec else fold(address)
