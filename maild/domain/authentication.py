"""What the mail system can tell about who sent a mail: SPF, DKIM and DMARC, as plain values.

Says which domain answers for a mail. Never says which person wrote it, and gives nobody a power.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AuthResult(StrEnum):
    """Result of one method (RFC 8601 section 2.7). NONE also stands for what could not be checked at all."""

    NONE = "none"
    PASS = "pass"  # noqa: S105 - a result of RFC 8601, no secret
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    POLICY = "policy"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"

    @classmethod
    def read(cls, word: str) -> AuthResult:
        """The result of that name; `hardfail` is an old word for fail, a word we do not know counts as NONE."""
        word = "fail" if word == "hardfail" else word
        return cls(word) if word in cls._value2member_map_ else cls.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What was found about one mail.

    `by` is `own` or the authserv-id whose word was taken; "" when nobody was asked. `aligned`: the domain of From
    answers for this mail by a signature, or by DMARC where a front server judged. `exact`: by a DKIM signature of the
    very domain of From that covers From, Subject and the whole body; powers of agents take this (SEC-06).
    """

    by: str = ""
    spf: AuthResult = AuthResult.NONE
    dkim: AuthResult = AuthResult.NONE
    dmarc: AuthResult = AuthResult.NONE
    aligned: bool = False
    exact: bool = False
    arc: str = ""
    """What an ARC chain claims (RFC 8617); noted for people, believed by nobody."""
    notes: tuple[str, ...] = ()
    """Each thing that was looked at, in words."""

    @property
    def configured(self) -> bool:
        """Whether anybody checks mail here at all."""
        return bool(self.by)

    @property
    def failed(self) -> bool:
        """The domain of From says that this mail is not from it (RFC 7489 section 6.6.2)."""
        return self.dmarc is AuthResult.FAIL


UNCHECKED = Authentication()
"""Nobody checked: this desk is not configured to, or the mail was not looked at."""
