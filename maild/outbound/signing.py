"""Signs mail with DKIM (RFC 6376), with the key of the mailbox it leaves from.

Signs what was composed, before it is stored, so that each try sends the same signature. Never signs for a domain that
is not the sender's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dkim

from maild.domain.address import Mailbox

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references", b"mime-version",
    b"content-type", b"content-transfer-encoding", b"auto-submitted",
)  # fmt: skip
"""What gives the mail its meaning (RFC 6376 section 5.4.1); what relays add is not among it."""

_PROBED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""The probe goes nowhere, so any time is as good."""

ONCE_MORE = (b"from", b"to", b"subject", b"date", b"reply-to", b"message-id")
"""Named once more than they occur, so that nobody can add a second one (RFC 6376 section 8.15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An RSA key in PEM, and where its public half stands in the DNS: `selector._domainkey.domain`."""

    selector: str
    domain: str
    pem: bytes = field(repr=False)


class Signer:
    """`keys` by folded address of the mailbox; mail from any other leaves as it is."""

    def __init__(self, keys: Mapping[str, SigningKey]) -> None:
        self._keys = dict(keys)

    def __call__(self, sender: str, octets: bytes, at: datetime) -> bytes:
        """The mail with its signature of this time on top. Raises what the library raises for a key that is none."""
        key = self._keys.get(Mailbox("", sender).key)
        return octets if key is None else _signature(key, octets, at) + octets

    def check(self) -> None:
        """Sign a probe with every key; ValueError names the first one that cannot sign."""
        for address, key in self._keys.items():
            try:
                _signature(key, b"From: <probe@example.org>\r\n\r\nprobe\r\n", _PROBED_AT)
            except Exception as error:
                raise ValueError(f"the DKIM key of {address} cannot sign: {type(error).__name__}: {error}") from error


class _Dated(dkim.DKIM):  # type: ignore[misc]  # dkimpy ships no types
    """dkimpy's signer, that takes the time from us and not from the machine."""

    def __init__(self, octets: bytes, at: datetime) -> None:
        super().__init__(octets)
        self._at = b"%d" % int(at.timestamp())

    def gen_header(self, fields: Any, *rest: Any, **named: Any) -> Any:
        """With our `t=` (RFC 6376 section 3.5)."""
        return super().gen_header([(n, self._at if n == b"t" else v) for n, v in fields], *rest, **named)


def _signature(key: SigningKey, octets: bytes, at: datetime) -> bytes:
    present = {line.partition(b":")[0].lower() for line in octets.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    names = [name for name in SIGNED if name in present] + list(ONCE_MORE)
    made: bytes = _Dated(octets, at).sign(
        key.selector.encode("ascii"),
        key.domain.encode("ascii"),
        key.pem,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=names,
    )
    return made
