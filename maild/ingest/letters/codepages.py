"""Microsoft code page numbers as charset labels (Windows "Code Page Identifiers").

Only names them; decoding is the business of `charset`.
"""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    1200: "utf-16le", 1201: "utf-16be", 10000: "macintosh", 10007: "x-mac-cyrillic", 20127: "us-ascii",
    20866: "koi8-r", 20932: "euc-jp", 20936: "gb2312", 20949: "euc-kr", 21866: "koi8-u", 50220: "iso-2022-jp",
    50221: "iso-2022-jp", 50222: "iso-2022-jp", 50225: "iso-2022-kr", 51932: "euc-jp", 51936: "gb2312",
    51949: "euc-kr", 51950: "big5", 52936: "hz-gb-2312", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
    38598: "iso-8859-8",
}  # fmt: skip


def label(codepage: int) -> str:
    """The charset label of a code page number; "" when it is none."""
    if name := _NAMES.get(codepage):
        return name
    if 28591 <= codepage <= 28606:
        return f"iso-8859-{codepage - 28590}"
    return f"cp{codepage}" if 0 < codepage < 2_000 else ""
