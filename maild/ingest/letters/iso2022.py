"""The seven-bit encodings of East Asia that switch letters by escape sequences (RFC 1468, 2237, 1557, 1922).

Reads also the vendor letters of Windows that the standard codecs refuse. Never guesses outside escape sequences.
"""

from __future__ import annotations

# Escape sequence -> the set it switches to.
_ESCAPES = {
    b"(B": "ascii", b"(J": "ascii", b"(I": "kana", b"$@": "jis", b"$B": "jis", b"$(@": "jis", b"$(B": "jis",
    b"$(D": "jis0212", b"(H": "ascii", b"$A": "gb", b"$(A": "gb", b"$(C": "ksc", b"$(O": "jis2000", b"$(Q": "jis2000",
    b"$(P": "jis2000p2", b"&@": "",
}  # fmt: skip
# Octets up to which the letters of Windows are worth our slower way; a longer text goes through Python's codec, and
# what that refuses is read up to here.
_LONG = 512 * 1024
_SHIFT_OUT = {b"$)C": "ksc", b"$)A": "gb", b"$)G": "cns"}


def has_escapes(octets: bytes) -> bool:
    """Whether a sequence that designates a character set of two octets (or half-width kana) occurs."""
    return any(mark in octets for mark in (b"\x1b$", b"\x1b(I"))


def decode(octets: bytes) -> str:
    """ISO-2022-JP in all variants, -KR, and -CN as far as GB 2312; eight-bit octets are read as Shift_JIS or EUC."""
    if len(octets) > _LONG:
        try:
            return octets.decode("iso2022_jp_ext")
        except ValueError:
            octets = octets[:_LONG]
    pieces: list[str] = []
    mode, shifted_mode = "ascii", "kana"
    shifted = False
    for number, stretch in enumerate(octets.split(b"\x1b")):
        run = stretch
        if number:
            for size in (2, 3):
                sequence = stretch[:size]
                if sequence in _ESCAPES:
                    mode, run = _ESCAPES[sequence] or mode, stretch[size:]
                    break
                if sequence in _SHIFT_OUT:
                    shifted_mode, run = _SHIFT_OUT[sequence], stretch[size:]
                    break
        if b"\x0e" not in run and b"\x0f" not in run and b"\n" not in run and not shifted:
            pieces.append(_run(run, mode))
            continue
        for line in run.splitlines(keepends=True):
            parts = line.rstrip(b"\r\n").replace(b"\x0e", b"\x0f\x0e").split(b"\x0f")
            for place, part in enumerate(parts):
                shifted = part.startswith(b"\x0e") or (shifted and place == 0)
                pieces.append(_run(part.removeprefix(b"\x0e"), shifted_mode if shifted else mode))
            if line.endswith((b"\n", b"\r")):
                # RFC 1468: a line ends in ASCII; mailers that forget the escape would garble all that follows
                pieces.append("\n")
                mode, shifted = "ascii", False
    return "".join(pieces)


def _run(run: bytes, mode: str) -> str:
    match mode:
        case "jis":
            return _pairs_through_cp932(run)
        case "kana":
            return bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in run).decode("cp932", "replace")
        case "jis0212":
            return _prefixed(run, b"\x8f", "euc_jp")
        case "jis2000":
            return _prefixed(run, b"", "euc_jis_2004")
        case "jis2000p2":
            return _prefixed(run, b"\x8f", "euc_jis_2004")
        case "ksc":
            return _prefixed(run, b"", "cp949")
        case "gb" | "cns":
            return _prefixed(run, b"", "gb18030")
        case _:
            if run.isascii():
                return run.decode("ascii")
            for codec in ("utf_8", "cp932", "euc_jp"):
                try:
                    return run.decode(codec)
                except ValueError:
                    continue
            return run.decode("cp932", "replace")


def _prefixed(run: bytes, prefix: bytes, codec: str) -> str:
    """Each pair of seven-bit octets lifted into an eight-bit codec; a single octet left over stays as it is."""
    lifted = bytearray()
    position = 0
    while position < len(run):
        pair = run[position : position + 2]
        if len(pair) == 2 and pair[0] > 0x20 and pair[1] > 0x20:
            lifted += prefix + bytes(b | 0x80 for b in pair)
            position += 2
        else:
            lifted.append(run[position])
            position += 1
    return lifted.decode(codec, "replace")


def _pairs_through_cp932(run: bytes) -> str:
    """JIS X 0208 pairs by way of Shift_JIS, whose Windows superset knows the circled digits and IBM's kanji."""
    shifted = bytearray()
    position = 0
    while position < len(run):
        row, cell = run[position] & 0x7F, run[position + 1] & 0x7F if position + 1 < len(run) else 0
        if row > 0x20 and cell > 0x20:
            shifted += shift_jis(row, cell)
            position += 2
        else:
            shifted.append(run[position])
            position += 1
    return shifted.decode("cp932", "replace")


def shift_jis(row: int, cell: int) -> bytes:
    """The Shift_JIS form of a JIS X 0208 pair (both 0x21..0x7E)."""
    lead = ((row - 0x21) >> 1) + 0x81
    if lead > 0x9F:
        lead += 0x40
    trail = cell + 0x7E if not row & 1 else cell + (0x1F if cell < 0x60 else 0x20)
    return bytes((lead, trail))


def euc_through_cp932(octets: bytes) -> str | None:
    """EUC-JP with vendor letters that Python's codec refuses; None when it is no EUC-JP."""
    pieces: list[str] = []
    position, end = 0, len(octets)
    while position < end:
        lead = octets[position]
        size = 1 if lead < 0x80 else 3 if lead == 0x8F else 2
        unit = octets[position : position + size]
        position += size
        try:
            if size == 2 and lead != 0x8E:
                if len(unit) < 2 or lead < 0xA1 or unit[1] < 0xA1:
                    return None
                pieces.append(shift_jis(lead & 0x7F, unit[1] & 0x7F).decode("cp932"))
            else:
                pieces.append(unit.decode("euc_jp"))
        except ValueError:
            return None
    return "".join(pieces)
