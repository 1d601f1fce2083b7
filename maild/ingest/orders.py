"""What an agent orders by the first lines of his mail: `#close`, `#assign NAME`, `#merge NUMBER` and others.

Reads only the leading lines of the new words, so that nothing in a quote, a signature or a forwarded mail can ever
be an order. All lines are understood or none is obeyed. Never judges whether the writer may order anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.address import AddrSpec, fold
from maild.domain.commands import (
    AddAddress,
    AskWhy,
    AssignOwner,
    BlockSender,
    CallRule,
    CloseTicket,
    LinkTicket,
    MergeTicket,
    MuteTicket,
    ResumeTicket,
    SetListening,
    SetPriority,
    TakeBackAnswer,
    UnlinkTicket,
    UnmergeTicket,
    WaitFor,
)
from maild.domain.dates import DateError, read_date
from maild.domain.directory import Directory
from maild.domain.intent import Command
from maild.domain.lifecycle import Waiting
from maild.domain.quiet import OFF, parse_times, quiet_hours
from maild.domain.ticket import Priority

MAX_ORDERS = 20
"""More in one mail is no work of a person (SEC-12)."""

UNTIL = frozenset({"until", "till", "até", "ate", "hasta"})
"""What stands before the day on which a wait is over."""

MAX_DIGITS = 12
"""As in subject tokens."""

KNOWN = ("#close", "#assign", "#priority", "#merge", "#unmerge", "#link", "#unlink", "#alias", "#block", "#unblock",
         "#mute", "#unmute", "#quiet", "#digest",
         "#wait", "#resume", "#run", "#note", "#why")  # fmt: skip
"""Every order, as a proposal for one that is not understood."""

MAX_LINE = 200
"""Characters of an order line; a longer one is not an order (SEC-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What the first lines say. `problems` is not empty when a line looks like an order but is none that we know:
    then nothing of the mail may be carried out. `words` is the text below the orders."""

    commands: tuple[Command, ...] = ()
    lines: tuple[str, ...] = ()
    as_note: bool = False
    words: str = ""
    problems: tuple[str, ...] = ()


def read_orders(text: str, directory: Directory, *, written: datetime, zone: str = "") -> Orders:
    """Split the new words of an agent's mail into orders and the rest. They were `written` then; days and times
    that he names are those of `zone`, or the desk's."""
    if fold(text.strip().rstrip(".!")) == "undo":
        text = "#undo"  # the one word that means nothing else when it stands alone
    lines = text.split("\n")
    commands: list[Command] = []
    taken: list[str] = []
    problems: list[str] = []
    as_note = False
    at = 0
    for at, line in enumerate(lines):
        order = line.strip().lstrip("\ufeff\u200b")
        if not order:
            continue
        if not order.startswith("#") or order[1:2].isspace() or not order[1:2].isalpha():
            break
        if len(order) > MAX_LINE or len(taken) >= MAX_ORDERS:
            problems.append(f"{order[:40]}… → at most {MAX_ORDERS} lines of {MAX_LINE} letters")
            break
        taken.append(order)
        word, _, argument = order[1:].partition(" ")
        if fold(word) == "note":
            as_note = True
            if argument.strip():
                lines[at] = argument.strip()
                break
            continue
        if fold(word) == "wait":
            command: Command | None = _wait(argument.strip(), written, zone or directory.zone, problems)
        else:
            command = _command(fold(word), argument.strip(), directory, problems)
        if command is not None:
            commands.append(command)
    else:
        at = len(lines)
    return Orders(
        commands=tuple(commands),
        lines=tuple(taken),
        as_note=as_note,
        words="\n".join(lines[at:]).strip(),
        problems=tuple(problems),
    )


def _command(word: str, argument: str, directory: Directory, problems: list[str]) -> Command | None:
    match word:
        case "undo" if not argument:
            return TakeBackAnswer()
        case "mute" | "unmute" if not argument:
            return MuteTicket(muted=word == "mute")
        case "quiet" | "digest":
            said = fold(argument)
            if said == OFF or _is_readable(word, said):
                return SetListening(quiet=said) if word == "quiet" else SetListening(digest=said)
            example = "20:00-07:00" if word == "quiet" else "08:30"
            problems.append(f"#{word} {argument} → #{word} {example} | #{word} off")
        case "why" | "why?" if not argument.strip("?"):
            return AskWhy()
        case "close":
            return CloseTicket(reason=argument)
        case "assign":
            found = _agents_like(argument, directory)
            if len(found) == 1:
                return AssignOwner(owner=found[0])
            problems.append(f"#assign {argument} → {' | '.join(found or sorted(directory.agents))}")
        case "priority":
            priority = next((p for p in Priority if p == fold(argument)), None)
            if priority is not None:
                return SetPriority(priority=priority)
            problems.append(f"#priority {argument} → {' | '.join(Priority)}")
        case "run" if argument:
            return CallRule(rule=argument)
        case "resume" if not argument:
            return ResumeTicket()
        case "merge":
            into = _number(argument)
            if into:
                return MergeTicket(into=into)
            problems.append(f"#merge {argument} → #merge 10427")
        case "unmerge":
            which = _number(argument)
            if which or not argument:
                return UnmergeTicket(which=which)
            problems.append(f"#unmerge {argument} → #unmerge | #unmerge 10427")
        case "link" | "unlink":
            other = _number(argument)
            if other:
                return LinkTicket(to=other) if word == "link" else UnlinkTicket(other=other)
            problems.append(f"#{word} {argument} → #{word} 10427")
        case "alias" | "block" | "unblock":
            address = argument.removeprefix("mailto:").strip("<>")
            if AddrSpec.parse(address) is None:
                problems.append(f"#{word} {argument} → #{word} ana@example.org")
            elif word == "alias":
                return AddAddress(address=address)
            else:
                return BlockSender(address=address, blocked=word == "block")
        case _:
            problems.append(f"#{word} → {' | '.join(KNOWN)}")
    return None


def _wait(argument: str, written: datetime, zone: str, problems: list[str]) -> Command | None:
    """`customer`, `hold until 3 Dec`, `until amanhã 14h`: for whom, and until when; without a name it is put aside."""
    words = fold(argument).split()
    mark = next((n for n, word in enumerate(words) if word in UNTIL), len(words))
    named, day = "-".join(words[:mark]), " ".join(words[mark + 1 :])
    until = None
    if mark < len(words):
        try:
            until = read_date(day, at=written, zone=zone)
        except DateError:
            problems.append(f"#wait {argument} → #wait until {written:%Y}-12-03 14:00 | #wait until 3 Dec")
            return None
    waiting = next((w for w in Waiting if w == (named or (Waiting.HOLD if until else Waiting.CUSTOMER))), None)
    if waiting is None:
        problems.append(f"#wait {argument} → #wait {' | #wait '.join(Waiting)} | #wait until 3 Dec")
        return None
    return WaitFor(waiting=waiting, until=until)


def _is_readable(word: str, said: str) -> bool:
    try:
        return not quiet_hours("", "UTC", {"mon-sun": said}).always if word == "quiet" else bool(parse_times(said))
    except ValueError:
        return False


def _number(text: str) -> int:
    """A ticket number as agents write it: `10427`, `#10427`, `[#10427-K7QP]`; 0 for anything else."""
    number = text.strip("[]# ").partition("-")[0].strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS else 0


def _agents_like(wanted: str, directory: Directory) -> list[str]:
    """Agents by name, display name, address, or the beginning of one of them; forgiving of case."""
    key = fold(wanted).lstrip("@")
    if not key:
        return []
    exact = [a.name for a in directory.agents.values() if key in (fold(a.name), fold(a.display_name), *a.addresses)]
    if exact:
        return exact
    return sorted(
        a.name
        for a in directory.agents.values()
        if fold(a.name).startswith(key) or fold(a.display_name).startswith(key)
    )
