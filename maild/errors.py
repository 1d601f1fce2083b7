"""The error tree: what is shown to a person, what is tried again, what stops the start.

`code` names the sentence in the message catalogues, so that each person reads it in his language; the text here is
English and never tells internals.
"""

from __future__ import annotations

_OUTAGES = frozenset({"OperationalError", "InterfaceError"})
"""PEP 249 gives these classes the same names in every driver."""


def is_outage(fault: BaseException) -> bool:
    """Whether a database has failed or has given way to somebody else: it says nothing of what was to be done."""
    return not _OUTAGES.isdisjoint(kind.__name__ for kind in type(fault).__mro__)


class MaildError(Exception):
    """Base of all errors of ours. `code` is the catalogue key, `fields` fill its gaps."""

    def __init__(self, code: str, text: str, **fields: str) -> None:
        super().__init__(text.format(**fields))
        self.code = code
        self.text = text
        self.fields = fields


class Refused(MaildError):
    """The desk will not do it; the person is told why."""


class NotPermitted(Refused):
    """The actor may not do this, or we are not sure enough who he is."""


class NotFound(Refused):
    """What the command names does not exist."""


class InvalidInput(Refused):
    """A value makes no sense."""


class Busy(MaildError):
    """Other work on the same was quicker, time and again. Nothing was done; trying once more later works."""


class ConfigError(MaildError):
    """The configuration cannot be used. `problems` are all that was found, one sentence each with file and key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("config", "{problems}", problems="\n".join(problems))
        self.problems = problems
