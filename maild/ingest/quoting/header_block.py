"""Blocks of header lines that clients print above a quoted or forwarded mail, and the separators above them.

Reads "From: … Sent: … To: … Subject: …" in any language, bold or not, wrapped or not. Never decides what is folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from maild.domain.mail import REPLY_MARKER
from maild.ingest.quoting.header_labels import LABELS, LONGEST_LABEL, Role
from maild.ingest.quoting.quote_words import ABOVE_THIS_LINE, FORWARD_STEMS, ORIGINAL_STEMS

MAX_LINES: Final = 60
"""Lines of one block: long recipient lists wrap."""

MAX_WRAPPED: Final = 25
"""Lines that one value may go on for."""

MAX_SEPARATOR: Final = 120

_RULE: Final = frozenset("-_=*─—–━‐‑~·.•#+")
_DASHES: Final = "-–—‐‑─━_=*~#+<> "


class Separator(Enum):
    """What a line that stands for itself announces."""

    RULE = auto()
    """Only dashes or underscores."""
    ORIGINAL = auto()
    """"-----Original Message-----": what follows is quoted."""
    FORWARD = auto()
    """"---------- Forwarded message ---------": what follows is content."""
    NAMED = auto()
    """Words between dashes in a language we do not know, or a heading without dashes."""
    ABOVE = auto()
    """"## Please type your reply above this line ##"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """Lines `start` to `stop` (exclusive) are header lines; `values` has the first value of each role."""

    start: int
    stop: int
    values: dict[Role, str]

    @property
    def sure(self) -> bool:
        """It cannot be a customer's own list ("From: Lisbon / To: Porto / Date: …")."""
        roles = self.values
        if Role.FROM not in roles or len(roles) < 3:
            return False
        if Role.SENT in roles or Role.SUBJECT in roles:
            return True
        return any("@" in value for value in roles.values())

    @property
    def likely(self) -> bool:
        """Enough when a separator stands above it."""
        roles = self.values
        return len(roles) >= 2 and (Role.FROM in roles or Role.SUBJECT in roles)


def separator(line: str) -> Separator | None:
    """What a stripped line announces, or None for an ordinary line."""
    length = len(line)
    if length < 3 or length > MAX_SEPARATOR:
        return Separator.RULE if length > MAX_SEPARATOR and line[0] in _RULE and _is_rule(line) else None
    first, last = line[0], line[-1]
    if first not in _RULE and first not in "<>":
        # Apple Mail: "Begin forwarded message:"; Outlook's "Original Message" without dashes is too weak alone.
        if last in ":：" and _begins_forward(line):
            return Separator.FORWARD
        return Separator.NAMED if line.casefold().rstrip(": ") in _FOLLOWS else None
    if _is_rule(line):
        return Separator.RULE
    if line.startswith(REPLY_MARKER[0]) and line.endswith(REPLY_MARKER[1]):
        return Separator.ABOVE
    inner = line.strip(_DASHES).rstrip(":： ").casefold()
    if (last in _RULE or line[1] in _RULE) and any(words in inner for words in ABOVE_THIS_LINE):
        return Separator.ABOVE
    bare = line.strip("*_ >")
    if bare[:2] not in _DOUBLE:
        return None
    if any(stem in inner for stem in FORWARD_STEMS):
        return Separator.FORWARD if len(inner) < 60 else None
    if len(inner) < 60 and any(stem in inner for stem in ORIGINAL_STEMS):
        return Separator.ORIGINAL
    return Separator.NAMED if bare[-2:] in _DOUBLE and len(inner) < 50 else None


_DOUBLE: Final = frozenset({"--", "––", "——", "‐‐", "‑‑", "──", "━━", "__", "==", "~~"})

_BEGIN: Final = (
    *("begin", "anfang", "début", "inicio", "início", "inizio", "start", "początek", "začátek", "начало", "початок"),
    *("αρχή", "i̇letilen", "yönlendirilen"),
)

_FOLLOWS: Final = frozenset(
    {"original message follows", "original message", "original mail", "ursprüngliche nachricht"}
)
"""Headings that announce something only when header lines or a rule come next."""


def _is_rule(line: str) -> bool:
    return line.count(line[0]) == len(line) or not line.strip("-_=*─—–━‐‑~· ")


def _begins_forward(line: str) -> bool:
    """ "Begin forwarded message:" and its translations: short, a stem of "forwarded", no other sentence."""
    if len(line) > 60 or len(line.split()) > 6:
        return False
    folded = line.casefold()
    if not any(stem in folded for stem in FORWARD_STEMS):
        return False
    if not line.isascii() and any("\u3000" <= c <= "\uffef" or "\u0590" <= c <= "\u06ff" for c in line):
        return True
    return folded.startswith(_BEGIN) or folded in _WHOLE


_WHOLE: Final = frozenset(
    {
        "forwarded message:",
        "vidarebefordrat brev:",
        "vidarebefordrat mejl:",
        "videresendt besked:",
        "videresendt melding:",
        "välitetty viesti alkaa:",
        "välitetty viesti:",
        "weitergeleitete nachricht:",
        "message transféré :",
        "mensaje reenviado:",
        "mensagem encaminhada:",
        "messaggio inoltrato:",
        "doorgestuurd bericht:",
        "továbbított levél:",
    }
)


def header_label(line: str) -> tuple[Role, str] | None:
    """Role and value of a header line ("*From:* Ana", "De : Ana", "差出人：Ana"), or None."""
    colon = line.find(":", 0, LONGEST_LABEL + 8)
    wide = line.find("：", 0, LONGEST_LABEL + 8)
    if colon < 0 or 0 <= wide < colon:
        colon = wide
    if colon < 1:
        return None
    role = LABELS.get(line[:colon].strip("*_>- \t").casefold())
    if role is None:
        return None
    return role, line[colon + 1 :].strip("*_ \t")


def header_block(lines: list[str], start: int) -> HeaderBlock | None:
    """The block of header lines that begins at `start`, whatever it is worth; None when no header line is there."""
    first = header_label(lines[start])
    if first is None or first[0] is Role.OTHER:
        return None
    values: dict[Role, str] = {}
    role: Role | None = None
    stop = index = start
    wrapped = 0
    limit = min(len(lines), start + MAX_LINES)
    while index < limit:
        line = lines[index]
        if not line:
            # Clients that turn each header line into a paragraph leave one empty line between them.
            following = index + 1
            if following < limit and lines[following] and header_label(lines[following]) and len(values) < 6:
                index = following
                continue
            break
        label = header_label(line)
        if label:
            role, value = label
            if role in values and role in (Role.FROM, Role.SUBJECT):
                break  # the next block begins
            if role not in values:
                values.update(_in_one_line(role, value))
            wrapped = 0
        elif role is None or wrapped >= MAX_WRAPPED or len(line) > 1000 or not _goes_on(role, line, values):
            break
        else:
            wrapped += 1
            values[role] = f"{values[role]} {line}".strip()
        index += 1
        stop = index
    return HeaderBlock(start=start, stop=stop, values=values)


def _in_one_line(role: Role, value: str) -> dict[Role, str]:
    """The values of a line that a client or gateway made of several: "À : Ana Objet : Router"."""
    found = {role: value}
    if ":" not in value or len(value) > 1000:
        return found
    words = value.split()
    taken: list[str] = []
    last = role
    for position, word in enumerate(words):
        label = f"{words[position - 1]} " if position and word == ":" else ""
        inner = LABELS.get(f"{label}{word}".rstrip(":： ").strip("*_").casefold()) if word[-1] in ":：" else None
        if inner and inner is not Role.OTHER and inner not in found:
            if label and taken:
                taken.pop()
            found[last] = " ".join(taken)
            last, taken = inner, []
            found[last] = ""
        else:
            taken.append(word)
    found[last] = " ".join(taken)
    return found


def _goes_on(role: Role, line: str, values: dict[Role, str]) -> bool:
    """Whether a line without label belongs to the value above it."""
    if line[0] == ">" and len(line) > 40:
        return False
    if role in (Role.TO, Role.CC, Role.OTHER):
        return "@" in line or ";" in line or "," in line or not values[role] or line.endswith(">")
    if role is Role.SUBJECT:
        return len(line) < 120
    return not values[role] or "@" in line or len(line) < 60
