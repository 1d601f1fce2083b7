"""DKIM signatures of a mail (RFC 6376): which domains signed From, Subject and the whole body.

Our own linear body hash, because a library's patterns may be slow on hostile blanks; the rest is dkimpy's. A signature
of a part of the body (`l=`) is none (SEC-06). Never says what a signature is worth.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from maild.domain.authentication import AuthResult
from maild.ingest.trust.dns_lookup import DnsUnavailable, Questions

MAX_SIGNATURES = 5
"""Signatures that are checked, those of the domain of From first (RFC 6376 section 6.1 lets us choose)."""

MAX_FIELD = 4_096
"""Octets of a DKIM-Signature: an RSA signature of 8,192 bit is 1,400 of them."""

SLOP_SECONDS = 3_600
"""How far a signer's clock may be ahead of ours."""

_SILENT = logging.getLogger(f"{__name__}.dkimpy")
"""What the library would log, strangers have written; the trace has the results."""
_SILENT.disabled = True

_CHUNK = 1 << 16
_BLANKS = re.compile(rb"[\t ]+")  # one class, one run: linear
_HASHES = {b"rsa-sha256": hashlib.sha256, b"ed25519-sha256": hashlib.sha256}
"""rsa-sha1 must not be believed (RFC 8301 section 3.1)."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one signature: the domain that it names (`d=`), folded, and why."""

    domain: str
    result: AuthResult
    why: str


class _NotSigned(Exception):
    """The signature counts for nothing, for the reason given."""


def check_signatures(octets: bytes, first: str, questions: Questions, at: datetime) -> list[Signed]:
    """All signatures of the mail that are looked at, those of the domain `first` before others."""
    head, body = _split(octets)
    try:
        fields, _ = dkim.rfc822_parse(head)
    except (dkim.DKIMException, IndexError):
        return [Signed("", AuthResult.PERMERROR, "the header block cannot be signed as it is")]
    wanted = [field for field in fields if field[0].lower() == b"dkim-signature"]
    if not wanted:
        return []
    parsed = [(position, _tags(value)) for position, (_, value) in enumerate(wanted)]
    parsed.sort(key=lambda one: _domain(one[1]) != first)
    hashes: dict[bytes, bytes] = {}
    return [_check(fields, body, position, tags, questions, at, hashes) for position, tags in parsed[:MAX_SIGNATURES]]


def _split(octets: bytes) -> tuple[bytes, bytes]:
    """Header block and body with CRLF at every end of line."""
    usual = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head, _, body = usual.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def _tags(value: bytes) -> dict[bytes, bytes]:
    try:
        return dict(parse_tag_value(value)) if len(value) <= MAX_FIELD else {}
    except InvalidTagValueList:
        return {}


def _domain(tags: dict[bytes, bytes]) -> str:
    return tags.get(b"d", b"").decode("ascii", "replace").lower().rstrip(".")


def _check(
    fields: list[Any],
    body: bytes,
    position: int,
    tags: dict[bytes, bytes],
    questions: Questions,
    at: datetime,
    hashes: dict[bytes, bytes],
) -> Signed:
    domain = _domain(tags)
    try:
        _bearable(tags, fields, at)
        kind = tags.get(b"c", b"simple/simple").partition(b"/")[2] or b"simple"
        if kind not in hashes:
            hashes[kind] = body_hash(body, relaxed=kind == b"relaxed")
        if base64.b64decode(b"".join(tags[b"bh"].split())) != hashes[kind]:
            raise _NotSigned("the body was changed")
        if not _Verifier(fields).verify(idx=position, dnsfunc=_key_of(questions)):
            raise _NotSigned("the signature does not fit")
    except DnsUnavailable as error:
        return Signed(domain, AuthResult.TEMPERROR, str(error))
    except (_NotSigned, dkim.DKIMException) as error:
        return Signed(domain, AuthResult.FAIL, str(error)[:200])
    except Exception as error:
        # a library that does sums with hostile octets: whatever it stumbles over, this is no signature
        return Signed(domain, AuthResult.FAIL, f"it cannot be checked ({type(error).__name__})")
    return Signed(domain, AuthResult.PASS, "covers From, Subject and the whole body")


def _bearable(tags: dict[bytes, bytes], fields: list[Any], at: datetime) -> None:
    """What a good signature must be before its key is asked for; raises _NotSigned."""
    if not tags:
        raise _NotSigned("it cannot be read")
    if tags.get(b"a") not in _HASHES:
        raise _NotSigned("its algorithm is not believed")
    if b"l" in tags:
        raise _NotSigned("it covers a part of the body only (l=)")
    covered = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    for name in (b"from", b"subject"):
        count = sum(1 for key, _ in fields if key.lower() == name)
        if count > 1:
            raise _NotSigned(f"there are {count} fields {name.decode()}")
        if name not in covered and (count or name == b"from"):
            raise _NotSigned(f"it does not cover {name.decode()}")
    now = int(at.timestamp())
    for tag in (b"t", b"x"):
        if tag in tags and not (tags[tag].isdigit() and len(tags[tag]) <= 12):
            raise _NotSigned(f"{tag.decode()}= is no time")
    if b"x" in tags and int(tags[b"x"]) < now:
        raise _NotSigned("it has expired (x=)")
    if b"t" in tags and int(tags[b"t"]) > now + SLOP_SECONDS:
        raise _NotSigned("it was made in the future (t=)")


class _Verifier(dkim.DKIM):  # type: ignore[misc] # dkimpy ships no types
    """dkimpy's check of the header hash; times and body were checked before, by our clock and our hash."""

    def __init__(self, fields: list[Any]) -> None:
        super().__init__(None, logger=_SILENT, minkey=1024)
        self.headers = fields

    def verify_headerprep(self, idx: int = 0) -> Any:
        signatures = [(name, value) for name, value in self.headers if name.lower() == b"dkim-signature"]
        tags = parse_tag_value(signatures[idx][1])
        dkim.validate_signature_fields({key: value for key, value in tags.items() if key not in (b"t", b"x")})
        covered = [name.strip().lower() for name in tags[b"h"].split(b":")]
        return {key: value for key, value in tags.items() if key != b"bh"}, covered, signatures


def _key_of(questions: Questions) -> Any:
    def key(name: bytes, timeout: float = 0) -> bytes | None:
        found = questions.texts(name.decode("ascii"))
        if len(found) != 1:
            return None  # RFC 6376 section 3.6.2.2: of several the result is undefined
        flags = _tags(found[0]).get(b"t", b"").split(b":")
        if b"y" in (flag.strip() for flag in flags):
            raise _NotSigned("its domain only tries signing out")  # RFC 6376 section 3.6.1: like no signature
        return found[0]

    return key


def body_hash(body: bytes, *, relaxed: bool) -> bytes:
    """SHA-256 of the canonical body (RFC 6376 section 3.4.3 and 3.4.4), in pieces, so that other threads get on."""
    digest = hashlib.sha256()
    empty_lines, anything = 0, False
    for raw in _pieces(body):
        piece = _BLANKS.sub(b" ", raw).replace(b" \r\n", b"\r\n") if relaxed else raw
        end = len(piece)
        while end >= 2 and piece[end - 2 : end] == b"\r\n":
            end -= 2
        if end:
            digest.update(b"\r\n" * empty_lines + piece[:end])
            empty_lines, anything = 0, True
        empty_lines += (len(piece) - end) // 2
    if anything or not relaxed:
        digest.update(b"\r\n")
    return digest.digest()


def _pieces(body: bytes) -> Iterator[bytes]:
    """About 64 KiB each, never cut between blanks or inside a line end."""
    position, end = 0, len(body)
    while position < end:
        stop = position + _CHUNK
        while stop < end and body[stop - 1] in b" \t\r\n":
            stop += 1
        yield body[position:stop]
        position = stop
