"""MIME charset labels and the codec that is meant by each (the IANA registry, the WHATWG Encoding Standard, and mail).

A closed list: a label that is not in it names no codec. Never decodes anything.
"""

from __future__ import annotations

from functools import lru_cache

# Label (letters and digits only, lower case) -> Python codec. Always the superset that mailers really write:
# the WHATWG Encoding Standard does the same for the web. UTF-7, UTF-16 and ISO-2022 are treated before this table.
_SUPERSET = {
    "usascii": "cp1252", "ascii": "cp1252", "ansix341968": "cp1252", "iso646us": "cp1252", "646": "cp1252",
    "iso88591": "cp1252", "latin1": "cp1252", "iso885911987": "cp1252", "l1": "cp1252", "ibm819": "cp1252",
    "88591": "cp1252", "isolatin1": "cp1252", "ansi": "cp1252", "windows": "cp1252", "western": "cp1252",
    "iso88592": "iso8859_2", "latin2": "iso8859_2", "l2": "iso8859_2", "iso88593": "iso8859_3", "latin3": "iso8859_3",
    "iso88594": "iso8859_4", "latin4": "iso8859_4", "iso88595": "iso8859_5", "cyrillic": "iso8859_5",
    "iso88596": "iso8859_6", "arabic": "iso8859_6", "iso88596i": "iso8859_6", "iso88596e": "iso8859_6",
    "iso88597": "iso8859_7", "greek": "iso8859_7", "iso88598": "cp1255", "iso88598i": "cp1255",
    "iso88598e": "cp1255", "hebrew": "cp1255", "iso88599": "cp1254", "latin5": "cp1254", "iso885910": "iso8859_10",
    "latin6": "iso8859_10", "iso885911": "cp874", "tis620": "cp874", "tis62025331": "cp874", "iso885913": "iso8859_13",
    "latin7": "iso8859_13", "iso885914": "iso8859_14", "latin8": "iso8859_14", "iso885915": "iso8859_15",
    "latin9": "iso8859_15", "latin0": "iso8859_15", "iso885916": "iso8859_16", "latin10": "iso8859_16",
    "koi8r": "koi8_r", "koi8": "koi8_r", "cskoi8r": "koi8_r", "koi8u": "koi8_u", "koi8ru": "koi8_u", "koi8t": "koi8_t",
    "macintosh": "mac_roman", "mac": "mac_roman", "macroman": "mac_roman", "xmacroman": "mac_roman",
    "xmaccyrillic": "mac_cyrillic", "maccyrillic": "mac_cyrillic", "xmacgreek": "mac_greek",
    "xmaccentraleurroman": "mac_latin2", "xmacce": "mac_latin2", "xmacturkish": "mac_turkish",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "xgbk": "gb18030", "cp936": "gb18030",
    "windows936": "gb18030", "ms936": "gb18030", "gb231280": "gb18030", "euccn": "gb18030", "chinese": "gb18030",
    "csgb2312": "gb18030", "gb": "gb18030", "isoir58": "gb18030",
    "big5": "cp950", "bigfive": "cp950", "big5hkscs": "big5hkscs", "cnbig5": "cp950", "xxbig5": "cp950",
    "csbig5": "cp950", "big5eten": "cp950", "ms950": "cp950",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932", "windows31j": "cp932",
    "csshiftjis": "cp932", "ms932": "cp932", "shiftjis2004": "shift_jis_2004", "shiftjisx0213": "shift_jisx0213",
    "eucjp": "euc_jp", "xeucjp": "euc_jp", "ujis": "euc_jp", "eucjpms": "euc_jp", "cp51932": "euc_jp",
    "eucjis2004": "euc_jis_2004",
    "euckr": "cp949", "ksc56011987": "cp949", "ksc5601": "cp949", "ksc56011989": "cp949", "cseuckr": "cp949",
    "korean": "cp949", "uhc": "cp949", "ksx1001": "cp949", "ms949": "cp949", "windows949": "cp949", "johab": "johab",
    "hz": "hz", "hzgb2312": "hz", "xhz": "hz",
    "ptcp154": "ptcp154", "kz1048": "kz1048",
}  # fmt: skip
_UTF8 = frozenset({"utf8", "unicode11utf8", "utf8mb4", "cp65001", "unicode20utf8", "xutf8", "u8", "utf8mac", "utf"})
_UTF16 = {
    "utf16": "", "utf16le": "utf_16_le", "utf16be": "utf_16_be", "unicode": "", "ucs2": "", "iso10646ucs2": "",
    "unicodefffe": "utf_16_be", "csunicode": "", "unicodelittle": "utf_16_le", "unicodebig": "utf_16_be",
}  # fmt: skip
_UTF32 = {"utf32": "utf_32", "utf32le": "utf_32_le", "utf32be": "utf_32_be", "ucs4": "utf_32", "iso10646ucs4": "utf_32"}
_UTF7 = frozenset({"utf7", "unicode11utf7", "unicode20utf7", "csunicode11utf7", "xutf7"})
_WINDOWS = frozenset({"874", "1250", "1251", "1252", "1253", "1254", "1255", "1256", "1257", "1258"})
_DOS = frozenset({"437", "720", "737", "775", "850", "852", "855", "857", "858", "860", "861", "862", "863", "864",
                  "865", "866", "869", "037", "273", "424", "500", "1026", "1140"})  # fmt: skip
_EAST_ASIAN_PAGES = {"932": "cp932", "936": "gb18030", "949": "cp949", "950": "cp950"}
_PARTS = frozenset({str(number) for number in (*range(1, 12), *range(13, 17))})  # of ISO 8859; there is no 12
_LONGEST = 200  # characters of a label
# What a label nobody registered most likely means: `utf-8n`, `gb18030-2022`, `big5-tw`, `koi8-c`.
_FAMILIES = (("utf8", "utf_8"), ("cesu8", "utf_8"), ("gb", "gb18030"), ("big5", "cp950"), ("shiftjis", "cp932"),
             ("sjis", "cp932"), ("euckr", "cp949"), ("eucjp", "euc_jp"), ("ksc5601", "cp949"), ("koi8", "koi8_r"),
             ("tis620", "cp874"))  # fmt: skip
_LABEL_JUNK = str.maketrans("", "", " \t\r\n\"'_-.:()[]{}<>/\\|,;?*=")


@lru_cache(maxsize=256)
def codec_for(label: str | None) -> str | None:
    """Our name of the codec behind a MIME charset label, or None for a label nobody knows.

    The result is a Python codec name, or `utf_16`, `utf_7`, `iso2022` for the forms that `decode` treats by itself.
    """
    if not label or len(label) > _LONGEST:
        return None
    text = label.strip().strip("\"'").lower()
    # "utf-8; format=flowed" and "iso-8859-1*de" (RFC 2231 section 5) happen; so does "charset=utf-8" inside the label
    key = text.removeprefix("charset=").partition(";")[0].partition("*")[0].translate(_LABEL_JUNK)
    plain = key.removeprefix("x").removeprefix("cs")
    if (known := _registered(key) or _registered(plain)) is not None:
        return known
    return next((codec for start, codec in _FAMILIES if plain.startswith(start)), None)


def _registered(key: str) -> str | None:
    if key in _UTF8:
        return "utf_8"
    if (known := _SUPERSET.get(key)) is not None:
        return known
    if key in _UTF16:
        return _UTF16[key] or "utf_16"
    if key in _UTF32:
        return _UTF32[key]
    if key in _UTF7:
        return "utf_7"
    if key.startswith(("iso2022", "cp5022", "jis7")) or key == "jis":
        return "iso2022"
    digits = "".join(c for c in key if c.isascii() and c.isdigit())
    if key.startswith(("windows", "cp", "win", "ibm", "dos", "microsoftcp", "ms", "oem", "ansi", "pc")):
        if digits in _WINDOWS or digits in _DOS:
            return f"cp{digits}"
        return _EAST_ASIAN_PAGES.get(digits)
    if key.startswith("iso8859") and digits[4:] in _PARTS:
        return _SUPERSET.get(f"iso8859{digits[4:]}")
    return None
