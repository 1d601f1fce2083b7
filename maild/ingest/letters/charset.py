"""Octets to letters as a careful mail client shows them, whatever the label says.

Repairs wrong, missing and superset labels from a closed list of codecs. Never raises, never loses an octet that can be
read, and never runs a codec that a stranger chose outside that list (punycode is quadratic, RFC 3492).
"""

from __future__ import annotations

import codecs
import unicodedata

from maild.ingest.letters import iso2022
from maild.ingest.letters.detect import guess
from maild.ingest.letters.labels import codec_for

# Codecs of several octets a letter: their text can look like valid UTF-8 by chance, so the label goes first.
_MULTIBYTE = frozenset({"gb18030", "cp950", "big5hkscs", "cp932", "shift_jis_2004", "shift_jisx0213", "euc_jp",
                        "euc_jis_2004", "cp949", "johab"})  # fmt: skip
# When the superset refuses: codecs with more letters of the same family.
_WIDER = {
    "cp950": ("big5hkscs", "gb18030"), "big5hkscs": ("cp950",), "cp932": ("shift_jis_2004", "euc_jp"),
    "euc_jp": ("euc_jis_2004", "cp932"), "cp949": ("johab",), "gb18030": ("cp950",),
}  # fmt: skip
_SAMPLE = 65536  # octets that decide for a long text whether it is UTF-8 at all


def decode(octets: bytes, label: str | None = None, *, hint: str | None = None) -> str:
    """`octets` as text. `label` is what the mail claims, `hint` what the rest of the mail is written in.

    The result never holds NUL or lone surrogates, so every store takes it.
    """
    return tidy(_decode(octets, label, hint))


def tidy(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL and JSON refuse."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # a pair of surrogates is one letter (CESU-8, JSON escapes); a lone one is none
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _decode(octets: bytes, label: str | None, hint: str | None) -> str:
    if not octets:
        return ""
    codec = codec_for(label)
    if octets[0] in (0xEF, 0xFE, 0xFF):
        marked = _by_mark(octets)
        if marked is not None:
            return marked
    if codec is None and 0 in octets[:200] and (wide := _wide(octets)) is not None:
        return wide
    if octets.isascii():
        return _seven_bit(octets, codec)
    match codec:
        case "utf_16" | "utf_16_le" | "utf_16_be" | "utf_32" | "utf_32_le" | "utf_32_be":
            return _utf16(octets, codec)
        case "iso2022":
            return iso2022.decode(octets)
        case None | "utf_8" | "utf_7" | "hz":
            pass
        case _ if codec in _MULTIBYTE:
            for name in (codec, *_WIDER.get(codec, ())[:1], "utf_8", *_WIDER.get(codec, ())[1:]):
                if (text := _strict(octets, name)) is not None:
                    return text
            return _multibyte_anyway(octets, codec)
        case "cp874":
            # Thai letters can look like UTF-8 by chance in a short text
            text = _strict(octets, codec)
            if text is not None and len(octets) < 40:
                return text
    if (text := _strict(octets, "utf_8")) is not None:
        return text
    if iso2022.has_escapes(octets):
        return iso2022.decode(octets)
    mixed = _mostly_utf8(octets, must=codec == "utf_8")
    if mixed is not None:
        return mixed
    if codec is not None and codec not in ("utf_8", "utf_7", "hz", "cp1252"):
        return _single(octets, codec)
    if codec == "cp1252" and label and "ascii" not in label.lower():
        return _single(octets, codec)
    hinted = codec_for(hint)
    if hinted is not None and hinted not in ("utf_8", "cp1252") and (text := _strict(octets, hinted)) is not None:
        return text
    guessed = guess(octets)
    return _strict(octets, guessed) or _single(octets, guessed)


def _strict(octets: bytes, codec: str) -> str | None:
    try:
        return str(octets, codec)
    except (ValueError, LookupError):
        if codec == "euc_jp":
            return iso2022.euc_through_cp932(octets)
        return None


def _single(octets: bytes, codec: str) -> str:
    """A codec of one octet a letter; octets it leaves undefined come from its neighbours rather than U+FFFD."""
    try:
        text = str(octets, codec)
        # Vietnamese of Windows writes accents as letters of their own
        return unicodedata.normalize("NFC", text) if codec == "cp1258" else text
    except (ValueError, LookupError):
        pass
    known = codecs.lookup(codec)
    letters = []
    for value in range(256):
        one = bytes((value,))
        for name in (known.name, "cp1252", "latin_1"):
            try:
                letters.append(one.decode(name))
                break
            except ValueError:
                continue
    return octets.decode("latin_1").translate({n: c for n, c in enumerate(letters) if n != ord(c[:1])})


def _multibyte_anyway(octets: bytes, codec: str) -> str:
    """Decode with the label although some octets do not fit; take the codec that leaves the fewest holes."""
    best = octets.decode(codec, "replace")
    holes = best.count("\ufffd")
    if holes * 10 > len(best):  # more than a tenth unreadable: the label is a lie rather than the text damaged
        other = guess(octets)
        text = octets.decode(other, "replace")
        if text.count("\ufffd") < holes:
            return text
    return best


def _by_mark(octets: bytes) -> str | None:
    if octets.startswith(codecs.BOM_UTF8):
        return _strict(octets[3:], "utf_8")
    if octets.startswith(codecs.BOM_UTF16_LE):
        return octets[2:].decode("utf_16_le", "replace")
    if octets.startswith(codecs.BOM_UTF16_BE):
        return octets[2:].decode("utf_16_be", "replace")
    return None


def _wide(octets: bytes) -> str | None:
    """UTF-16 without mark or label shows as a NUL at every other place."""
    sample = octets[:200]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 5 > len(sample) * 2 and not even:
        return octets.decode("utf_16_le", "replace")
    if even * 5 > len(sample) * 2 and not odd:
        return octets.decode("utf_16_be", "replace")
    return None


def _utf16(octets: bytes, codec: str) -> str:
    wide = _wide(octets)
    if wide is not None and "32" not in codec:
        return wide
    if 0 not in octets and (text := _strict(octets, "utf_8")) is not None:
        return text  # labelled wide, written narrow: UTF-16 text that is also valid UTF-8 hardly exists
    # RFC 2781 section 4.3: big-endian without a mark
    return octets.decode("utf_16_be" if codec == "utf_16" else codec, "replace")


def _seven_bit(octets: bytes, codec: str | None) -> str:
    if b"\x1b" in octets and (codec == "iso2022" or iso2022.has_escapes(octets)):
        return iso2022.decode(octets)
    if codec == "iso2022" and b"\x0e" in octets:
        return iso2022.decode(octets)
    if codec == "utf_7" and b"+" in octets:
        return octets.decode("utf_7", "replace") if _strict(octets, "utf_7") is None else str(octets, "utf_7")
    if (
        b"~{" in octets
        and (codec in ("hz", "gb18030") or (codec is None and b"~}" in octets))
        and (text := _strict(octets, "hz")) is not None
    ):
        return text
    if codec is not None and codec.startswith(("utf_16", "utf_32")) and 0 in octets:
        return _utf16(octets, codec)
    if codec is not None and codec in ("cp037", "cp273", "cp424", "cp500", "cp1026", "cp1140"):
        return octets.decode(codec, "replace")
    return octets.decode("ascii")


def _mostly_utf8(octets: bytes, *, must: bool) -> str | None:
    """UTF-8 with a few foreign octets in it: these are read as Windows-1252. None when it is no UTF-8 at all."""
    if len(octets) > 2 * _SAMPLE and _mostly_utf8(octets[:_SAMPLE], must=must) is None:
        return None
    text = octets.decode("utf_8", "surrogateescape")
    strays = sum(1 for c in text if "\udc80" <= c <= "\udcff")
    good = sum(c > 0x7F for c in octets) - strays
    # without the label it takes more: a Chinese text has some pairs of octets that look like UTF-8 by chance
    if not good or strays > (good if must else good / 8):
        return None
    # an octet cut from a letter cannot be read; a lone octet between ASCII is a letter of Windows-1252
    pieces: list[str] = []
    run: list[int] = []
    for c in text:
        if "\udc80" <= c <= "\udcff":
            run.append(ord(c) - 0xDC00)
            continue
        if run:
            pieces.append(_strays(bytes(run)))
            run = []
        pieces.append(c)
    if run:
        pieces.append(_strays(bytes(run)))
    return "".join(pieces)


def _strays(run: bytes) -> str:
    cut = run[0] >= 0xC2 and len(run) > 1 and all(0x80 <= b <= 0xBF for b in run[1:])
    return "\ufffd" if cut else _single(run, "cp1252")
