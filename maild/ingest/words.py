"""Header text for people: encoded words (RFC 2047), raw UTF-8 (RFC 6532) and raw octets of older encodings.

Decodes for display only and joins words that mailers split inside a letter. Never used on addresses: an encoded word in
an addr-spec stays as it is (RFC 2047 section 5).
"""

from __future__ import annotations

import binascii

from maild.ingest.charset import codec_for, decode

_B64 = bytes(c for c in range(256) if c not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def decode_words(raw: bytes, hint: str | None = None) -> str:
    """`raw` (unfolded) as text. `hint` is the charset of the mail's body, for octets that no label covers."""
    if b"=?" not in raw:
        return decode(raw, None, hint=hint).strip()
    pieces: list[str] = []
    pending: list[tuple[str, bytes]] = []
    position = 0
    while True:
        start = raw.find(b"=?", position)
        word = _word(raw, start) if start >= 0 else None
        if start >= 0 and word is None:
            # not an encoded word: shown as it is (RFC 2047 section 6.3)
            pieces += _flush(pending, hint)
            pieces.append(decode(raw[position : start + 2], None, hint=hint))
            position = start + 2
            continue
        if word is None:
            break
        between = raw[position:start]
        charset, octets, end = word
        if between.strip(b" \t\r\n") or not pending:
            pieces += _flush(pending, hint)
            pieces.append(decode(between, None, hint=hint))
        pending.append((charset, octets))
        position = end
    pieces += _flush(pending, hint)
    pieces.append(decode(raw[position:], None, hint=hint))
    return "".join(pieces).strip()


def _flush(pending: list[tuple[str, bytes]], hint: str | None) -> list[str]:
    """Adjacent words of one charset are joined as octets, since mailers cut letters in two; then `pending` is empty."""
    texts: list[str] = []
    run = b""
    label = ""
    for charset, octets in pending:
        if run and codec_for(charset) != codec_for(label):
            texts.append(decode(run, label, hint=hint))
            run = b""
        run += octets
        label = charset
    if run:
        texts.append(decode(run, label, hint=hint))
    pending.clear()
    return texts


def _word(raw: bytes, start: int) -> tuple[str, bytes, int] | None:
    """The encoded word at `start`: charset, decoded octets, where it ends."""
    first = raw.find(b"?", start + 2, start + 2 + 80)
    if first < 0:
        return None
    second = raw.find(b"?", first + 1, first + 4)
    if second < 0:
        return None
    encoding = raw[first + 1 : second].strip().lower()
    if encoding not in (b"b", b"q"):
        return None
    charset = raw[start + 2 : first].decode("latin_1")
    end = raw.find(b"?=", second + 1)
    if encoding == b"q":
        # "=?utf-8?Q?=C3=A9?=" : the first "?=" may be the one right before "=C3" when the text starts with "="
        while end >= 0 and end == second and raw[end + 2 : end + 3]:
            end = raw.find(b"?=", end + 2)
    if end < 0:
        text, after = raw[second + 1 :], len(raw)
        if b"?" in text or b" " in text.strip():
            return None
    else:
        text, after = raw[second + 1 : end], end + 2
    if encoding == b"b":
        return charset, _base64(text), after
    return charset, binascii.a2b_qp(text.replace(b"\r", b"").replace(b"\n", b""), header=True), after


def _base64(text: bytes) -> bytes:
    clean = text.translate(None, _B64)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    try:
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except ValueError:
        return b""
