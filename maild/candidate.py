"""A configuration looked at before it is put in force: every check that a start would make, and more.

Reads the files as they will stand, from a folder of its own. Never puts anything in force.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maild import config as configuration
from maild.app import rulebook_of
from maild.config.credentials import unusable
from maild.config.difference import Change, differences, of_files, of_rules
from maild.config.model import Config
from maild.config.rule_files import FOLDER
from maild.config.versions import MAIN, Files, write_out
from maild.errors import ConfigError
from maild.oddities import oddities
from maild.outbound.check import check_templates
from maild.rules.examples import check_examples
from maild.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A configuration that can be used. `odd` are oddities that are no faults, `year` is that of today."""

    files: Files
    config: Config
    rulebook: Rulebook
    rules: Sequence[Mapping[str, Any]]
    odd: tuple[str, ...]
    year: int


def examine(files: Files, *, folder: Path, year: int) -> Candidate:
    """Check the files as a configuration whose secrets lie in `folder`; raises ConfigError with every fault found."""
    with tempfile.TemporaryDirectory(prefix="maild-plan-") as made:
        place = write_out(files, Path(made))
        try:
            found = _examined(files, place, folder, year)
        except ConfigError as error:
            raise ConfigError([problem.replace(f"{made}/", "") for problem in error.problems]) from None
        return replace(found, odd=tuple(odd.replace(f"{made}/", "") for odd in found.odd))


def compared(old: Candidate | None, new: Candidate) -> list[Change]:
    """The differences; with None in place of the old one, which cannot be read, there are none to tell."""
    if old is None:
        return []
    return [
        *differences(old.config, new.config),
        *of_rules(old.rules, new.rules),
        *of_files(_others(old), _others(new), year=new.year),
    ]


def _examined(files: Files, place: Path, folder: Path, year: int) -> Candidate:
    config = configuration.load(place, year=year)
    rulebook = rulebook_of(config, place)
    problems = list(check_examples(rulebook))
    if config.templates:
        override = place.parent / config.templates
        if not Path(config.templates).is_absolute() and override.is_dir():
            problems += check_templates(override)
        elif not (folder / config.templates).is_dir():
            problems.append(f"templates: {folder / config.templates} is not a folder")
    if problems:
        raise ConfigError(problems)
    return Candidate(
        files=files,
        config=config,
        rulebook=rulebook,
        rules=_rule_tables(files),
        # a password may be in the environment of the daemon alone, so one that is not seen here is no fault
        odd=(*oddities(config, rulebook), *unusable(config, folder)),
        year=year,
    )


def _rule_tables(files: Files) -> list[Mapping[str, Any]]:
    """The rules as they are written, in the order in which they are asked; the loader has found them well-formed."""
    found: list[Mapping[str, Any]] = []
    for name in (MAIN, *sorted(name for name in files if name.startswith(f"{FOLDER}/"))):
        found += tomllib.loads(files[name].decode("utf-8")).get("rule", [])
    return found


def _others(candidate: Candidate) -> dict[str, bytes]:
    return {
        name: octets for name, octets in candidate.files.items() if name != MAIN and not name.startswith(f"{FOLDER}/")
    }
