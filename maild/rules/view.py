"""The facts as the conditions of one evaluation look at them: each text prepared once, ticket fields as rules set them.

Lives as long as one evaluation. Never changes the facts themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maild.rules.facts import RuleFacts
from maild.rules.text import Text

SHOWN = 60
"""Characters of a value that a trace line shows: enough to know it, too few to store the mail twice."""

TICKET_FIELDS = (
    "team",
    "category",
    "request_type",
    "priority",
    "severity",
    "product",
    "sla",
    "owner",
    "state",
    "waiting",
)
CHANGE_FIELDS = ("changed", "old", "new", "by")
"""What has happened to the ticket; no rule writes these."""

_TEXT_FIELDS = ("subject", "new_words", "body", "from_name", "title")
_ADDRESS_FIELDS = ("reply_to", "to", "cc", "delivered_to")

ATTACHMENT_NAMES = "attachment.name"
"""The names of all attachments as one text."""


class View:
    """A mail and its ticket under evaluation."""

    __slots__ = ("_shown", "_texts", "addresses", "facts", "fields", "tags", "watchers")

    def __init__(self, facts: RuleFacts, texts: dict[str, Text] | None = None) -> None:
        """`texts` are those that another view of the same facts has prepared."""
        self.facts = facts
        self.fields: dict[str, str] = {name: getattr(facts, name) for name in TICKET_FIELDS}
        self.fields.update(kind=facts.kind.value, language=facts.language, mailbox=facts.mailbox)
        self.fields["organisation"] = facts.organisation
        self.fields.update((name, getattr(facts, name)) for name in CHANGE_FIELDS)
        self.tags: set[str] = set(facts.tags)
        self.watchers: set[str] = set(facts.watchers)
        self.addresses: dict[str, tuple[str, ...]] = {name: getattr(facts, name) for name in _ADDRESS_FIELDS}
        self.addresses["from"] = (facts.from_,) if facts.from_ else ()
        self.addresses["person"] = (facts.person,) if facts.person else ()
        self.addresses["requester"] = (facts.requester,) if facts.requester else ()
        self.fields.update(trust=facts.trust, contract=facts.contract)
        self.addresses["reverse_path"] = (facts.reverse_path,)
        self._texts: dict[str, Text] = {} if texts is None else texts
        self._shown: dict[str, str] = {}

    def text(self, name: str) -> Text:
        """A text field, an address field, the names of attachments, or `header.NAME` with the name folded."""
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = Text(self._values(name))
        return found

    def set(self, name: str, value: str) -> None:
        """A rule has written this field: the rules after it see the new value."""
        self.fields[name] = value
        self._shown.pop(name, None)

    def add_tag(self, tag: str) -> None:
        """A rule has put this tag on the ticket."""
        self.tags.add(tag)
        self._shown.pop("tag", None)

    def remove_tag(self, tag: str) -> None:
        """A rule has taken this tag off the ticket."""
        self.tags.discard(tag)
        self._shown.pop("tag", None)

    def watch(self, agent: str, *, watching: bool) -> None:
        """A rule has let an agent watch the ticket, or no longer."""
        (self.watchers.add if watching else self.watchers.discard)(agent)
        self._shown.pop("watcher", None)

    def shown(self, name: str) -> str:
        """The value of a field for a trace line: short, on one line, in quotes."""
        known = self._shown.get(name)
        if known is None:
            known = self._shown[name] = quoted(*self._values_of(name))
        return known

    @property
    def result(self) -> RuleFacts:
        """The facts with what the rules have written so far."""
        kept = [tag for tag in self.facts.tags if tag in self.tags]
        tags = (*kept, *sorted(self.tags.difference(kept)))
        written: dict[str, Any] = {name: self.fields[name] for name in TICKET_FIELDS}
        return replace(self.facts, **written, tags=tags, watchers=tuple(sorted(self.watchers)))

    def _values(self, name: str) -> tuple[str, ...]:
        if name.startswith("header."):
            wanted = name[len("header.") :]
            return tuple(value for key, value in self.facts.headers if key == wanted)
        if name == "text":
            return (self.facts.subject, self.facts.body)
        if name in self.addresses:
            return self.addresses[name]
        if name == ATTACHMENT_NAMES:
            return tuple(attachment.name for attachment in self.facts.attachments)
        assert name in _TEXT_FIELDS
        return (getattr(self.facts, name),)

    def _values_of(self, name: str) -> tuple[str, ...]:
        if name in self.fields:
            return (self.fields[name],)
        if name == "tag":
            return tuple(sorted(self.tags))
        if name == "watcher":
            return tuple(sorted(self.watchers))
        if name == "attachment":
            return tuple(f"{a.name} ({a.content_type}, {a.size} octets)" for a in self.facts.attachments)
        return self._values(name)


def quoted(*values: str) -> str:
    """Values for a person to read on one line: `"a", "b"`, `nothing` when there is none."""
    kept: list[str] = []
    for value in values[:3]:
        line = " ".join(value[: 4 * SHOWN].split())
        if not line.isprintable():
            line = "".join(c if c.isprintable() else "?" for c in line)
        kept.append(f'"{line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"}"')
    if len(values) > len(kept):
        kept.append(f"{len(values) - len(kept)} more")
    return ", ".join(kept) or "nothing"
