"""Names of attachments that are safe to show and to save, unique in a mail, and the same at every reading.

Keeps letters of all alphabets. Never lets a path, a control, a direction mark or an invisible letter through.
"""

from __future__ import annotations

import unicodedata

_FORBIDDEN = frozenset('/\\:*?"<>|')
_MOST = 150  # octets of UTF-8: file systems take 255, and zip, mail and browsers add to a name
_LONGEST = 1000  # characters looked at; no name of a person is as long
_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/x-vcard": ".vcf", "text/vcard": ".vcf",
    "text/csv": ".csv", "text/rfc822-headers": ".txt", "text/directory": ".vcf", "text/rtf": ".rtf",
    "message/rfc822": ".eml", "message/global": ".eml", "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt", "message/feedback-report": ".txt", "message/partial": ".eml",
    "message/external-body": ".txt",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/pjpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
    "image/bmp": ".bmp", "image/tiff": ".tif", "image/webp": ".webp", "image/svg+xml": ".svg", "image/heic": ".heic",
    "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/amr": ".amr", "audio/ogg": ".ogg",
    "video/mp4": ".mp4", "video/mpeg": ".mpg", "video/quicktime": ".mov", "video/3gpp": ".3gp",
    "application/pdf": ".pdf", "application/zip": ".zip", "application/x-zip-compressed": ".zip",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/rtf": ".rtf", "application/xml": ".xml", "application/json": ".json", "application/ics": ".ics",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc", "application/ms-tnef": ".dat", "application/applefile": ".bin",
}  # fmt: skip


def safe_name(text: str) -> str:
    """`text` as one path component: NFC, no directories, no controls, no invisible or turning letters; maybe ""."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + text[-_MOST:]  # the extension is at the end
    text = unicodedata.normalize("NFC", text)
    letters = []
    for c in text:
        category = unicodedata.category(c)
        if c in _FORBIDDEN:
            letters.append("_")
        elif category in ("Cc", "Zl", "Zp"):
            letters.append(" ")
        elif category in ("Cf", "Cs", "Co", "Cn"):
            continue
        else:
            # full-width dots and slashes become ASCII ones in some readers (SEC-39)
            plain = unicodedata.normalize("NFKC", c) if c > "\x7f" else c
            letters.append("." if plain == "." else "_" if plain in _FORBIDDEN or plain == ".." else c)
    name = " ".join("".join(letters).split()).strip(". ")
    stem = name.lstrip("._ ")
    if len(stem) < len(name) and name.startswith("."):
        name = stem
    return _cut(name)


def _cut(name: str) -> str:
    if len(name.encode()) <= _MOST:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = f".{extension}" if dot and len(extension) <= 10 else ""
    if not tail:
        stem = name
    room = _MOST - len(tail.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + tail


def extension_for(content_type: str) -> str:
    """The usual extension with its dot, `.bin` when there is none."""
    return _EXTENSIONS.get(content_type, ".bin" if not content_type.startswith("text/") else ".txt")


class Names:
    """Hands out names, each once in a mail (compared without case, as Windows and macOS do)."""

    __slots__ = ("_counts", "_given")

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}

    def take(self, wanted: str, content_type: str) -> str:
        """A safe and so far unused name for `wanted`; made up from the type when nothing is left of it."""
        name = safe_name(wanted)
        if not name:
            kind = content_type.partition("/")[0]
            stem = {"image": "image", "message": "message", "audio": "audio", "video": "video"}.get(kind, "attachment")
            number = self._counts[stem] = self._counts.get(stem, 0) + 1
            name = f"{stem}-{number}{extension_for(content_type)}"
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        candidate, number = name, self._counts.get(name.casefold(), 1)
        while candidate.casefold() in self._given:
            number += 1
            candidate = _cut(f"{stem[:100]}-{number}{dot}{extension}")
        self._counts[name.casefold()] = number
        self._given.add(candidate.casefold())
        return candidate
