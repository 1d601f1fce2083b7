"""The reference pages that are made from the program: its commands, and what the desk can do and record.

`python -m maild.cli.reference commands` writes docs/commands.md, `… desk` docs/desk.md; tests compare the two. Reads
declarations only and runs none of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from maild.cli import COMMANDS, maild

if TYPE_CHECKING:
    from maild.outbound.table import Entry

COMMANDS_HEAD = """\
# Commands

`maild` reads one configuration: `-c FILE`, else `$MAILD_CONFIG`, `./maild.toml`, `/etc/maild/maild.toml`. `-c` may
stand before the command or after it. Each listing has `--json`: one JSON object a line, times as ISO 8601 in UTC.

Exit codes are those of sysexits(3), so that a mail server can call us:

| code | means |
| --- | --- |
| 0 | done; for `ingest`: every mail is safe with us |
| 1 | `demo --once`: something was not as promised; `init`: the file is there already |
| 2 | the command line is not understood |
| 65 | the data makes no sense: no such agent, no such mailbox, refused by the desk |
| 66 | what you name does not exist |
| 69 | a port is taken, or the store went away |
| 75 | try again: the store is locked, unreachable or full |
| 78 | the configuration has faults; each is named |

This page is made from the program (`python -m maild.cli.reference commands`); a test compares the two.
"""

DESK_HEAD = """\
# What the desk does, and what it records

Everybody who wants something — a mail, a rule, a clock, the portal, the command line — says it with an **operation**.
What happened is stored as an **event**, which is never changed. Who hears of an event stands in the table of
**notices**; of all that one cause has for a person one mail leaves, the one with the greatest weight.

This page is made from the program (`python -m maild.cli.reference desk`); a test compares the two.
"""


PERMISSIONS_HEAD = """\
## Who may do what

What is not in this table is forbidden. Trust grows from `unknown` (we know nothing) by `from-only` (From says so) and
`aligned` (the sender's domain vouches for it) to `signed` (a token of ours issued to this very person, a session of
the portal, or the command line).

| who | may | with at least this trust |
| --- | --- | --- |"""

NOTICES_HEAD = """\
## Notices

What each says, and its templates, are in [templates.md](templates.md).

| after | notice | to | class | weight | a reply | who has muted the ticket |
| --- | --- | --- | --- | --- | --- | --- |"""


def commands() -> str:
    """`docs/commands.md`: every command with its arguments and options."""
    lines = [COMMANDS_HEAD]
    context = click.Context(maild, info_name="maild")
    for path, command in sorted(_leaves(context)):
        lines += _command(path, command)
    return "\n".join(lines)


def desk() -> str:
    """`docs/desk.md`: operations, permissions, states, events and notices."""
    lines = [DESK_HEAD, *_operations(), *_permissions(), *_states(), *_events(), *_notices()]
    return "\n".join(lines) + "\n"


def _leaves(context: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = maild.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in command.commands.items())
        else:
            yield name, command


def _command(path: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=f"maild {path}")
    options = [p for p in command.params if isinstance(p, click.Option) and p.name != "config"]
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    lines = [f"## `maild {path}`", "", "```", f"maild {path}{' [OPTIONS]' if options else ''} {usage}".rstrip(), "```"]
    lines += ["", inspect.cleandoc(command.help or "").replace("\f", "")]
    if options:
        lines += ["", "| option | meaning | default |", "| --- | --- | --- |"]
        lines += [_option(option, context) for option in options]
    return [*lines, ""]


def _option(option: click.Option, context: click.Context) -> str:
    flag = option.is_flag or option.count
    kind = "" if flag else f" {option.make_metavar(context)}"
    names = ", ".join(f"`{name}{kind}`" for name in (*option.opts, *option.secondary_opts))
    if option.required:
        default = "must be given"
    elif option.show_default:
        default = f"`{option.default}`"
    else:
        default = ""
    return f"| {names.replace('|', chr(92) + '|')} | {option.help or ''} | {default} |"


def _operations() -> list[str]:
    import maild.desk.ops  # noqa: F401 - importing the operations fills the registry
    from maild.desk.operations import OPERATIONS, Surface

    lines = ["## Operations", "", "| operation | does | asked for by |", "| --- | --- | --- |"]
    for operation in sorted(OPERATIONS.values(), key=lambda o: o.word):
        ways = ", ".join(str(surface.name).lower() for surface in Surface if surface in operation.surfaces)
        lines.append(f"| `{operation.word}` | {_first_line(operation.perform)} | {ways} |")
    return [*lines, ""]


def _permissions() -> list[str]:
    from maild.desk.operations import OPERATIONS
    from maild.desk.policy import LEAST

    words: dict[str, list[str]] = {}
    for operation in OPERATIONS.values():
        words.setdefault(operation.act, []).append(f"`{operation.word}`")
    allowed: dict[tuple[str, str], list[str]] = {}
    for (kind, act), least in LEAST.items():
        allowed.setdefault((kind, least), []).extend(sorted(words.get(act, [])))
    return [
        PERMISSIONS_HEAD,
        *(f"| {kind} | {', '.join(found)} | {least} |" for (kind, least), found in allowed.items()),
        "",
    ]


def _states() -> list[str]:
    from maild.domain.lifecycle import TRANSITIONS

    lines = [
        "## States",
        "",
        "Every step there is; what is not drawn cannot happen.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines.append("    [*] --> new")
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, step), after in TRANSITIONS.items():
        arrows.setdefault((state, after), []).append(step)
    lines += [f"    {state} --> {after}: {', '.join(steps)}" for (state, after), steps in arrows.items()]
    return [*lines, "```", ""]


def _events() -> list[str]:
    from maild.domain import events

    # in the order of the module, the base class first
    found = [c for c in vars(events).values() if inspect.isclass(c) and issubclass(c, events.Event)]
    lines = ["## Events", "", "| event | means | facts |", "| --- | --- | --- |"]
    for event in found[1:]:
        facts = ", ".join(f"`{name}`" for name in event.__dataclass_fields__ if name != "ticket")
        lines.append(f"| `{event.__name__}` | {_first_line(event)} | {facts} |")
    return [*lines, ""]


def _notices() -> list[str]:
    from maild.outbound.table import NOTICES

    return [
        NOTICES_HEAD,
        *(
            f"| `{event.__name__}` | `{e.name}` | {e.who} | {e.klass} | {e.weight} | {_REPLIES[e.reply]} "
            f"| {_muted(e)} |"
            for event, entries in NOTICES.items()
            for e in entries
        ),
    ]


def _muted(entry: Entry) -> str:
    """What becomes of the mail for an agent who has muted the ticket; "" where no agent gets it for a ticket."""
    from maild.outbound.audience import Who

    inside = entry.who in (Who.RESPONSIBLE, Who.NEW_OWNER, Who.NAMED_TEAM, Who.STEP_AGENTS)
    return str(entry.muted) if inside else ""


_REPLIES = {
    "customer": "goes to the customer",
    "note": "is a note",
    "desk": "comes to the ticket",
    "question": "answers yes or no",
    "inside": "is kept inside, as an outsider's",
}


def _first_line(thing: object) -> str:
    """The first sentence or paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    import sys

    sys.stdout.write({"commands": commands, "desk": desk}[sys.argv[1]]())
