"""Header blocks cut into fields (RFC 5322 section 2.2), with the damage that gateways and scripts do to them.

Linear in the octets and bounded by L2. Never decodes a field and never gives up: what is no field is folded, skipped
or taken for the body.
"""

from __future__ import annotations

from dataclasses import dataclass

from maild.ingest.gate import Limits

# RFC 5322 section 3.6.8: printable ASCII without the colon
_NAME = bytes(range(0x21, 0x3A)) + bytes(range(0x3B, 0x7F))
# A line that starts so is a header field even when a line of rubbish stands before it.
_KNOWN = (
    b"from", b"to", b"cc", b"bcc", b"subject", b"date", b"received", b"message-id", b"mime-version", b"content-",
    b"reply-to", b"sender", b"return-path", b"in-reply-to", b"references", b"delivered-to", b"x-", b"list-",
    b"dkim-signature", b"authentication-results", b"importance", b"priority", b"organization", b"user-agent", b"status",
    b"errors-to", b"precedence", b"auto-submitted", b"thread-", b"arc-", b"resent-", b"envelope-to",
)  # fmt: skip
_BLANK = b" \t"
_LONGEST_LINE = 1000  # RFC 5322 section 2.1.1
_LOOK_AHEAD = 64 * 1024  # octets searched for more fields behind a line that is none


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: the name as written and in lower case, the body as octets, unfolded (RFC 5322 section 2.2.3)."""

    name: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """The fields in order, where the body starts, and what had to be repaired."""

    fields: tuple[Field, ...]
    body_start: int
    defects: tuple[str, ...] = ()


def usual_lines(octets: bytes) -> bytes:
    """Lines that end in LF: files of old Macintoshes end them in CR alone, some exports are UTF-16 as a whole."""
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\r" in octets[:_LONGEST_LINE] and b"\n" not in octets[:_LOOK_AHEAD]:
        return octets.replace(b"\r", b"\n")
    return octets


def read_block(octets: bytes, start: int, end: int, limits: Limits, *, root: bool) -> HeaderBlock:
    """Fields from `start` up to the empty line; `root` is the header of the mail itself, which may have a preamble."""
    if root:
        start = _skip_preamble(octets, start, end)
    found: list[tuple[bytes, list[bytes]]] = []
    defects: list[str] = []
    lines: list[bytes] = []
    position = start
    last_field = -1
    stop = min(end, start + 4 * limits.header_block)
    while position < end:
        newline = octets.find(b"\n", position, end)
        after = newline + 1 if newline >= 0 else end
        line = octets[position : newline if newline >= 0 else end]
        if line[-1:] == b"\r":
            line = line.rstrip(b"\r")
        if not line:
            position = after
            break
        if position > stop:
            defects.append("header without end")
            break
        if line[0] in _BLANK:
            rest = line.strip(_BLANK)
            if not rest:
                if last_field < 0:
                    last_field = _last_known_field(octets, after, end, root)
                if position >= last_field:
                    position = after  # an empty line that got blanks from a gateway
                    break
            if found:
                lines.append(b" " + rest if rest else b"")
                position = after
                continue
            if not rest:
                position = after
                continue
        label, colon, value = line.partition(b":")
        if colon and label[-1:] in (b" ", b"\t"):
            label = label.rstrip(_BLANK)
        if colon and label and not label.translate(None, _NAME):
            lines = [value]
            found.append((label, lines))
            position = after
            continue
        if root and not found and line.startswith(b"--") and b" " not in line:
            break  # a delimiter: somebody saved the body alone
        if last_field < 0:
            last_field = _last_known_field(octets, position, end, root)
        if found and lines[-1].rstrip().endswith(b";") and found[-1][0][:8].lower() == b"content-":
            lines.append(b" " + line)  # a parameter that lost its indentation
        elif position < last_field:
            if found and found[-1][0].lower() in (b"received", b"subject", b"references", b"to", b"cc"):
                lines.append(b" " + line)
        else:
            if found or not root or not line[0:1].isascii():
                defects.append("no empty line between header and body")
            break
        defects.append("header line that is no field")
        position = after
    fields = [_field(label, lines, limits, defects) for label, lines in found[: limits.fields]]
    if len(found) > limits.fields:
        defects.append("too many header fields")
    return HeaderBlock(fields=tuple(fields), body_start=position, defects=tuple(dict.fromkeys(defects)))


def _field(label: bytes, lines: list[bytes], limits: Limits, defects: list[str]) -> Field:
    body = (lines[0] if len(lines) == 1 else b"".join(lines)).strip()
    name = label.decode("ascii")
    key = name.lower()
    if len(body) > limits.field:
        defects.append("header field too long")
        body = body[: limits.field]
    if key.startswith("content-") and body.count(b";") > limits.parameters:
        defects.append("too many parameters")
        body = b";".join(body.split(b";", limits.parameters)[: limits.parameters])
    return Field(name, key, body)


def _skip_preamble(octets: bytes, position: int, end: int) -> int:
    """Byte order mark, empty lines and the envelope line of an mbox (RFC 4155)."""
    if octets.startswith(b"\xef\xbb\xbf", position):
        position += 3
    while octets[position : position + 1] in (b"\r", b"\n"):
        position += 1
    while octets.startswith((b"From ", b">From "), position):
        newline = octets.find(b"\n", position, end)
        position = newline + 1 if newline >= 0 else end
    return position


def _last_known_field(octets: bytes, position: int, end: int, root: bool) -> int:
    """Offset of the last line before the next empty line that starts as a well-known field; 0 when there is none.

    In a body part only Content-* counts: a forwarded text may well begin with a line "From: ...".
    """
    known = _KNOWN if root else (b"content-",)
    last = 0
    offset = position
    for line in octets[position : min(end, position + _LOOK_AHEAD)].split(b"\n"):
        if line in (b"", b"\r"):
            break
        if line[:80].lower().startswith(known):
            label, colon, _ = line.partition(b":")
            if colon and not label.rstrip(_BLANK).translate(None, _NAME):
                last = offset
        offset += len(line) + 1
    return last
