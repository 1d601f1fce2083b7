"""Tokens: how a mail that comes back proves to which ticket, article and person it belongs.

Three kinds: the reply tag in `support+<tag>@`, the signed Message-ID, and the subject token, whose short check is
reckoned in `subject_token`. A machine-read token carries an 80-bit MAC. A token that does not verify is no token:
nothing here tells why.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import blake2b, sha256

from maild.domain.address import AddrSpec, fold
from maild.domain.subject_token import check_of, is_check, upper

MAC_BYTES = 10
"""80 bits: above the 64 that a machine-read token needs, and short enough for a local part of 64 octets."""

LONGEST_TAG = 39
"""Letters of a tag for ticket and article numbers up to 2**28: what a mailbox must leave free of its local part."""

_SHORTEST = 8 + MAC_BYTES
"""Octets of a token: key, flags, four of its person, and at least one each for ticket and article."""

LOCAL_PART = 64
"""Octets of a local part (RFC 5321 section 4.5.3.1.1)."""

_TO_DIGITS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ234567" + "0189",
    "0123456789abcdefghijklmnop0123456789abcdefghijklmnopqrstuv" + "!!!!",
)
"""From the alphabet of base32 (RFC 4648 section 6) to the digits of `int`, several times as fast as `base64`."""


class Purpose(StrEnum):
    """What a token is for; each has a key of its own, so that one can never pass for another."""

    REPLY = "reply"
    MESSAGE_ID = "message-id"
    BOUNCE = "bounce"
    CHECK = "check"
    CONFIRM = "confirm"
    MUTE = "mute"


class Audience(IntEnum):
    """What becomes of the words of whoever answers with this token."""

    PUBLIC = 0
    """An agent's reply goes to the customer; a customer's reply is correspondence."""
    INTERNAL = 1
    """The reply stays an internal note, whatever its recipients are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a machine-read token says: issued to one person for one article of one ticket.

    `person` is `person_digest` of the recipient: an agent's name, or a customer's folded address.
    """

    ticket: int
    article: int
    audience: Audience
    agent: bool
    person: bytes

    @property
    def outside(self) -> bool:
        """Issued to somebody outside the desk to whom a mail was forwarded: no customer gets one that stays inside."""
        return not self.agent and self.audience is Audience.INTERNAL


@dataclass(frozen=True, slots=True)
class Key:
    """A secret with its id. Two can be live at once: tokens of the old one are still read after a rotation."""

    id: int
    secret: bytes


def person_digest(identity: str) -> bytes:
    """Four bytes that stand for a person inside a token; protected by the MAC, so collisions cannot be chosen."""
    return blake2b(fold(identity).encode("utf-8", "replace"), digest_size=4).digest()


class Tokens:
    """Mints with the first key, verifies with all. Holds no state but the keys."""

    def __init__(self, keys: Sequence[Key]) -> None:
        if not keys:
            raise ValueError("at least one token key is needed")
        self._mint = keys[0]
        self._keys = {key.id: key for key in keys}

    def mint(self, purpose: Purpose, token: Token) -> str:
        """The token as lower-case letters and digits, fit for a local part (RFC 5321 section 4.5.3.1.1)."""
        payload = _pack(token, self._mint.id)
        return _encode(payload + _mac(self._mint.secret, purpose, payload))

    def read(self, purpose: Purpose, text: str) -> Token | None:
        """The token, or None for anything that we did not mint for this purpose."""
        raw = _decode(text)
        if raw is None or len(raw) <= MAC_BYTES + 1:
            return None
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        key = self._keys.get(payload[0])
        if key is None or not hmac.compare_digest(mac, _mac(key.secret, purpose, payload)):
            return None
        return _unpack(payload)

    @staticmethod
    def resembles(text: str) -> bool:
        """Whether a text has the form of a token, right or wrong: what could be a guess at one."""
        raw = _decode(text)
        return raw is not None and len(raw) >= _SHORTEST

    def reply_address(self, own: str, token: Token, purpose: Purpose = Purpose.REPLY) -> str:
        """`support+<tag>@…` for the mailbox `own`."""
        spec = AddrSpec.parse(own)
        assert spec is not None
        return str(spec.tagged(self.mint(purpose, token)))

    def mute_address(self, own: str, token: Token) -> str:
        """`support+<tag>@…` where whatever its person writes only mutes the ticket: what List-Unsubscribe names."""
        spec = AddrSpec.parse(own)
        assert spec is not None
        return str(spec.tagged(self.mint(Purpose.MUTE, token)))

    def bounce_address(self, own: str, token: Token, *, on_mailbox: bool = False) -> str:
        """`bounce+<tag>@…` in the domain of `own`: the reverse path of mail whose delivery we care for.

        With `on_mailbox` it is `own` itself that carries the tag, for servers that let us send as nobody else.
        """
        spec = AddrSpec.parse(own)
        assert spec is not None
        user = spec.user if on_mailbox else "bounce"
        return str(AddrSpec(user, spec.domain).tagged(self.mint(Purpose.BOUNCE, token)))

    def message_id(self, own: str, token: Token, nonce: str) -> str:
        """A Message-ID that proves itself. `nonce` makes it unique; lower-case letters and digits."""
        spec = AddrSpec.parse(own)
        assert spec is not None
        return f"<m.{self.mint(Purpose.MESSAGE_ID, token)}.{nonce}@{spec.domain}>"

    def read_message_id(self, message_id: str) -> Token | None:
        """The token inside one of our own Message-IDs, or None. The domain does not matter: the MAC does."""
        local_part = message_id.strip().strip("<>").partition("@")[0]
        mark, _, rest = local_part.partition(".")
        if fold(mark) != "m":
            return None
        return self.read(Purpose.MESSAGE_ID, rest.partition(".")[0])

    def derive(self, use: bytes) -> bytes:
        """A secret for another use, from which the keys cannot be told; the same in every process of the desk."""
        return hmac.new(self._mint.secret, b"derive:" + use, sha256).digest()

    def check(self, number: int) -> str:
        """Four letters that go with a ticket number, so that it can be read aloud but not guessed in passing."""
        return check_of(self._mint.secret, number)

    def check_fits(self, number: int, check: str) -> bool:
        """Whether the check belongs to the number, under any live key."""
        wanted = upper(check.strip())
        if not is_check(wanted):
            return False
        return any(
            hmac.compare_digest(check_of(key.secret, number).encode(), wanted.encode()) for key in self._keys.values()
        )

    def subject_token(self, number: int) -> str:
        """`[#10427-K7QP]`, as it stands in subjects."""
        return f"[#{number}-{self.check(number)}]"


def _mac(secret: bytes, purpose: Purpose, payload: bytes) -> bytes:
    return hmac.digest(secret, purpose.value.encode() + b":" + payload, "sha256")[:MAC_BYTES]


def _pack(token: Token, key_id: int) -> bytes:
    flags = token.audience | (token.agent << 1)
    return bytes((key_id, flags)) + token.person + _varint(token.ticket) + _varint(token.article)


def _unpack(payload: bytes) -> Token | None:
    flags, person, rest = payload[1], payload[2:6], payload[6:]
    numbers: list[int] = []
    value = shift = 0
    for byte in rest:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    if len(numbers) != 2 or shift:
        return None
    return Token(
        ticket=numbers[0], article=numbers[1], audience=Audience(flags & 1), agent=bool(flags & 2), person=person
    )


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _decode(text: str) -> bytes | None:
    if not text.isascii() or not text.isalnum() or len(text) > 200:
        return None
    try:
        value = int(text.translate(_TO_DIGITS), 32)
    except ValueError:
        return None
    size, spare = divmod(len(text) * 5, 8)
    if spare >= 5 or value & ((1 << spare) - 1):
        return None  # not as we write it: one token would have many spellings
    return (value >> spare).to_bytes(size, "big")
