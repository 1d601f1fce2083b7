"""Finding and reading `maild.toml`: all faults at once, each with file, line, key and what to write instead."""

from __future__ import annotations

import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from maild.config import build, promises
from maild.config.listening import listening
from maild.config.model import Config
from maild.config.servers import Store
from maild.config.toml_lines import line_of, lines_of, not_toml
from maild.domain.address import AddrSpec
from maild.domain.escalation import Told
from maild.errors import ConfigError

PLACES = ("maild.toml", "/etc/maild/maild.toml")
"""Where a configuration is looked for after -c and $MAILD_CONFIG."""


def find(given: Path | None) -> Path:
    """The configuration to use; raises ConfigError naming every place looked at."""
    if given is not None:
        places = [given]
    elif os.environ.get("MAILD_CONFIG"):
        places = [Path(os.environ["MAILD_CONFIG"])]
    else:
        places = [Path(p) for p in PLACES]
    for place in places:
        if place.is_file():
            return place.resolve()
    looked = ", ".join(map(str, places))
    raise ConfigError([f"no configuration found; looked at {looked}. `maild init DIR` writes one."])


def read_store(path: Path) -> Store:
    """The [store] alone, so that what was put in force can be taken back whatever else is wrong in the file."""
    try:
        return Store.model_validate(tomllib.loads(path.read_text("utf-8")).get("store", {}))
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([not_toml(path, error)]) from None
    except ValidationError as error:
        raise ConfigError([f"{path}: {_sentence(dict(e))}" for e in error.errors()]) from None


def load(path: Path, *, year: int) -> Config:
    """Read and check the file; raises ConfigError with every problem found. Holidays are taken from around `year`."""
    try:
        text = path.read_text("utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([not_toml(path, error)]) from None
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_placed(path, text, [_sentence(dict(e)) for e in _own_faults(error)])) from None
    problems = cross_check(config)
    calendars = promises.calendars(config, path.parent, year=year, problems=problems)
    promises.rosters(config, problems=problems)
    promises.policies(config, calendars, problems=problems)
    listening(config, calendars, problems=problems)
    build.signatures(config, path.parent, problems=problems)
    folders = {"templates": config.templates} | {
        f"mailbox[{i}].templates": mailbox.templates for i, mailbox in enumerate(config.mailbox, 1)
    }
    problems += [
        f"{key}: there is no folder {path.parent / folder}"
        for key, folder in folders.items()
        if folder and not (path.parent / folder).is_dir()
    ]
    if problems:
        raise ConfigError(_placed(path, text, problems))
    return config


def _placed(path: Path, text: str, problems: Iterable[str]) -> list[str]:
    """Each problem with the file, and the line of the key that it begins with."""
    lines = lines_of(text)
    found = ((line_of(lines, problem.partition(" ")[0].rstrip(":")), problem) for problem in problems)
    return [f"{path}:{line}: {problem}" if line else f"{path}: {problem}" for line, problem in found]


def _own_faults(error: ValidationError) -> list[Any]:
    """All faults but those of a list that is too short only because its entries were refused."""
    faults = error.errors()
    return [
        fault
        for fault in faults
        if fault["type"] != "too_short"
        or not any(f is not fault and f["loc"][: len(fault["loc"])] == fault["loc"] for f in faults)
    ]


def _sentence(error: dict[str, Any]) -> str:
    place = [p for p in error["loc"] if p != "__root__"]
    key = _key(place)
    if error["type"] == "missing":
        return f"{key} is missing: {_help(place)}"
    if error["type"] == "extra_forbidden":
        known = list(_fields(place[:-1]))
        near = difflib.get_close_matches(str(place[-1]), known, 1)
        instead = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return f"{key} is not a key: {instead}"
    said = "write at least one" if error["type"] == "too_short" else str(error["msg"]).removeprefix("Value error, ")
    value = error.get("input")
    shown = f" (found {value!r})" if isinstance(value, str | int | float | bool) else ""
    return f"{key}: {said}{shown}. {_help(place)}".rstrip()


def _key(place: list[Any]) -> str:
    out = ""
    for part in place:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def _fields(place: list[Any]) -> dict[str, Any]:
    model: Any = Config
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if _is_model(model) else None
        if field is None:
            return {}
        model = section_in(field.annotation)
    return dict(model.model_fields) if _is_model(model) else {}


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)


def section_in(annotation: Any) -> type[BaseModel] | None:
    """The section inside `Section`, `Section | None` or `tuple[Section, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) in (tuple, typing.Union):
        return next((m for a in typing.get_args(annotation) if (m := section_in(a)) is not None), None)
    return None


def _help(place: list[Any]) -> str:
    fields = _fields(place[:-1])
    field = fields.get(str(place[-1])) if place else None
    return str(field.description) if field is not None and field.description else ""


def cross_check(config: Config) -> list[str]:
    """Names that must exist elsewhere in the file."""
    problems: list[str] = []
    agents = {a.name for a in config.agent}
    teams = {t.name for t in config.team}

    def known(key: str, name: str, names: set[str], what: str) -> None:
        if name and name not in names:
            near = difflib.get_close_matches(name, names, 1)
            instead = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names)) or 'none'}"
            problems.append(f"{key}: there is no {what} {name!r}: {instead}")

    for i, mailbox in enumerate(config.mailbox, 1):
        known(f"mailbox[{i}].team", mailbox.team, teams, "team")
        known(f"mailbox[{i}].calendar", mailbox.calendar, {c.name for c in config.calendar}, "calendar")
        if mailbox.language and mailbox.language not in config.desk.languages:
            problems.append(f"mailbox[{i}].language: desk.languages are {', '.join(config.desk.languages)}")
    for reader in config.report.to:
        if AddrSpec.parse(reader) is None:
            known("report.to", reader, agents, "agent")
    for i, team in enumerate(config.team, 1):
        known(f"team[{i}].leader", team.leader, agents, "agent")
        for member in team.members:
            known(f"team[{i}].members", member, agents, "agent")
    for i, answer in enumerate(config.answer, 1):
        missing = [language for language in config.desk.languages if language not in answer.text]
        if missing:
            problems.append(f"answer[{i}].text: {answer.name!r} has no {', '.join(missing)}, which the desk speaks")
        if answer.name in {other.name for other in config.answer[: i - 1]}:
            problems.append(f"answer[{i}].name: there is an answer {answer.name!r} already")
    for i, category in enumerate(config.category, 1):
        for name in category.teams:
            known(f"category[{i}].teams", name, teams, "team")
    for i, roster in enumerate(config.roster, 1):
        for n, turn in enumerate(roster.turns, 1):
            for name in (turn,) if isinstance(turn, str) else turn:
                known(f"roster[{i}].turns[{n}]", name or "?", agents, "agent")
        for n, exception in enumerate(roster.exception, 1):
            for name in exception.agents:
                known(f"roster[{i}].exception[{n}].agents", name or "?", agents, "agent")
    for i, sla in enumerate(config.sla, 1):
        for name in sla.teams:
            known(f"sla[{i}].teams", name, teams, "team")
        for name in sla.categories:
            known(f"sla[{i}].categories", name, {c.name for c in config.category}, "category")
        for name in sla.organisations:
            known(f"sla[{i}].organisations", name, {o.name for o in config.organisation}, "organisation")
        for n, step in enumerate(sla.step, 1):
            known(f"sla[{i}].step[{n}].then.team", step.then.team, teams, "team")
            known(f"sla[{i}].step[{n}].then.owner", step.then.owner, agents, "agent")
            for recipient in step.tell:
                kind, colon, name = recipient.partition(":")
                if colon and kind == "agent":
                    known(f"sla[{i}].step[{n}].tell", name or "?", agents, "agent")
                elif colon and kind == "roster":
                    known(f"sla[{i}].step[{n}].tell", name or "?", {r.name for r in config.roster}, "roster")
                elif recipient not in tuple(Told) and AddrSpec.parse(recipient) is None:
                    problems.append(
                        f"sla[{i}].step[{n}].tell: cannot tell {recipient!r}: write owner, team, leader, agent:NAME, "
                        "roster:NAME, "
                        "or a mail address"
                    )
        for name in sla.contracts:
            contracts = {o.contract for o in config.organisation if o.contract}
            known(f"sla[{i}].contracts", name, contracts, "organisation with contract")
    seen: dict[str, str] = {}
    for i, agent in enumerate(config.agent, 1):
        for address in agent.addresses:
            if other := seen.get(address.lower()):
                problems.append(f"agent[{i}].addresses: {address} is already an address of {other}")
            seen[address.lower()] = agent.name
    for i, mailbox in enumerate(config.mailbox, 1):
        if other := seen.get(mailbox.address.lower()):
            problems.append(f"mailbox[{i}].address: {mailbox.address} is already an address of {other}")
        seen[mailbox.address.lower()] = mailbox.address
    named = {
        "agent": [a.name for a in config.agent],
        "team": [t.name for t in config.team],
        "category": [c.name for c in config.category],
        "calendar": [c.name for c in config.calendar],
        "roster": [r.name for r in config.roster],
        "sla": [p.name for p in config.sla],
        "organisation": [o.name for o in config.organisation],
        "domain of an organisation": [domain.lower() for o in config.organisation for domain in o.domains],
        "group": [group.address for group in config.group],
        "mailbox": [m.address for m in config.mailbox],
    }
    for what, names in named.items():
        problems += [f"{what}: {name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})]
    return problems
