"""The words of SMTP: paths as they are read, replies with their enhanced codes. Pure functions over one line."""

from __future__ import annotations

# RFC 3463 codes for replies that the library gives without one, by reply code
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.0.0",
    "421": "4.3.2",
    "451": "4.3.0",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "538": "5.7.11",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.7.0",
    "555": "5.5.4",
}


def with_enhanced_code(reply: str) -> str:
    """The reply with a code of RFC 3463 after the three digits, unless it has one or needs none."""
    code = _ENHANCED.get(reply[:3])
    if code is None or reply[3:4] != " " or reply[5:6] == ".":
        return reply
    return f"{reply[:4]}{code} {reply[4:]}"


def read_path(text: str) -> tuple[str, str] | None:
    """A path of RFC 5321 section 4.1.2, without its brackets, and the rest of the line; None when it is none.

    The null path is given as `<>`, the way aiosmtpd knows it.
    """
    if not text.startswith("<"):
        path, _, rest = text.partition(" ")
    else:
        end = _end_of_path(text)
        if end < 0:
            return None
        path, rest = text[1:end], text[end + 1 :]
        if rest and not rest.startswith(" "):
            return None
        if not path:
            return "<>", rest.strip()
        if path.startswith("@"):  # a source route, to be ignored (RFC 5321 appendix C)
            path = path.partition(":")[2]
    if not path or not path.isprintable() or path.startswith("<") or path.endswith(">"):
        return None
    return path, rest.strip()


def _end_of_path(text: str) -> int:
    """Where the `>` is that ends a path: the first that is not inside a quoted string; -1 when there is none."""
    quoted = escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return index
    return -1
