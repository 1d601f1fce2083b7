"""Header text for people: encoded words (RFC 2047), raw UTF-8 (RFC 6532) and raw octets of older encodings.

Decodes for display only and joins words that mailers split inside a letter. Never used on addresses: an encoded word in
an addr-spec stays as it is (RFC 2047 section 5).
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

from maild.ingest.letters.charset import decode
from maild.ingest.letters.labels import codec_for

_NOT_B64 = bytes(c for c in range(256) if c not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_CHARSET = 80  # octets; a charset with a language tag is far shorter


@dataclass(frozen=True, slots=True)
class _Word:
    charset: str
    base64: bool
    text: bytes
    stop: int


def decode_words(raw: bytes, hint: str | None = None) -> str:
    """`raw` (unfolded) as text. `hint` is the charset of the mail's body, for octets that no label covers."""
    if b"=?" not in raw:
        if raw.isascii() and b"\x1b" not in raw and b"\x00" not in raw:
            return raw.decode("ascii").strip()
        return decode(raw, None, hint=hint).strip()
    pieces: list[str] = []
    pending: list[_Word] = []
    position = 0
    while (start := raw.find(b"=?", position)) >= 0:
        word = _word(raw, start)
        between = raw[position:start]
        if word is None:
            # not an encoded word: shown as it is (RFC 2047 section 6.3)
            pieces += _flush(pending, hint)
            pieces.append(decode(between + b"=?", None, hint=hint))
            position = start + 2
            continue
        if not pending or between.strip(b" \t\r\n"):
            pieces += _flush(pending, hint)
            pieces.append(decode(between, None, hint=hint))
        pending.append(word)
        position = word.stop
    pieces += _flush(pending, hint)
    pieces.append(decode(raw[position:], None, hint=hint))
    return "".join(pieces).strip()


def _flush(pending: list[_Word], hint: str | None) -> list[str]:
    """Adjacent words of one charset are joined as octets, since mailers cut letters in two; then `pending` is empty."""
    texts: list[str] = []
    run: list[_Word] = []
    for word in pending:
        if run and codec_for(word.charset) != codec_for(run[0].charset):
            texts.append(decode(_octets(run), run[0].charset, hint=hint))
            run = []
        run.append(word)
    if run:
        texts.append(decode(_octets(run), run[0].charset, hint=hint))
    pending.clear()
    return texts


def _octets(words: list[_Word]) -> bytes:
    pieces: list[bytes] = []
    carried = b""
    for word in words:
        if not word.base64:
            pieces += [_base64(carried), _quoted(word.text)]
            carried = b""
            continue
        clean = word.text.translate(None, _NOT_B64)
        carried += clean
        # some mailers cut the base64 and not the text: then a word without padding goes on in the next
        if b"=" in word.text or len(carried) % 4 == 0:
            pieces.append(_base64(carried))
            carried = b""
    pieces.append(_base64(carried))
    return b"".join(pieces)


def _word(raw: bytes, start: int) -> _Word | None:
    """The encoded word at `start`, None when it is none."""
    first = raw.find(b"?", start + 2, start + 2 + _CHARSET)
    if first < 0:
        return None
    second = raw.find(b"?", first + 1, first + 4)
    encoding = raw[first + 1 : second].strip().lower() if second >= 0 else b""
    if encoding not in (b"b", b"q"):
        return None
    end = raw.find(b"?=", second + 1)
    if encoding == b"q":
        # in "=?utf-8?q?is it?=3F?=" the first "?=" is followed by a code, not by the end of a word
        while end >= 0 and _is_code(raw, end):
            end = raw.find(b"?=", end + 2)
    if end < 0:
        text, stop = raw[second + 1 :].rstrip(), len(raw)
        if b"?" in text or b" " in text:
            return None
    else:
        text, stop = raw[second + 1 : end], end + 2
    return _Word(raw[start + 2 : first].decode("latin_1"), encoding == b"b", text, stop)


def _is_code(raw: bytes, end: int) -> bool:
    """Whether the `=` at `end + 1` starts `=C3` within the word rather than ending it."""
    code = raw[end + 2 : end + 4]
    if len(code) < 2 or code.translate(None, b"0123456789ABCDEF"):
        return False
    following = raw.find(b"?=", end + 2)
    opening = raw.find(b"=?", end + 2)
    return following >= 0 and (opening < 0 or following < opening)


def _quoted(text: bytes) -> bytes:
    text = text.translate(None, b"\r\n")
    if text.endswith(b"="):
        text += b"3D"  # a soft line break has no meaning here: it is a letter somebody forgot to encode
    return binascii.a2b_qp(text, header=True)


def _base64(clean: bytes) -> bytes:
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
