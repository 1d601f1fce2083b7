"""The files that hold rules: `[[rule]]` of the configuration first, then `rules.d/*.toml` in the order of their names.

Reads tables and says when a file has changed. Never judges a rule: that is the loader's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from maild.config.toml_lines import line_of, lines_of, not_toml
from maild.errors import ConfigError

FOLDER = "rules.d"
"""Beside the configuration."""

RuleFile = tuple[str, list[Mapping[str, Any]]]
"""The path, and the tables of the rules in it."""

_EXAMPLE = re.compile(r"^example (\d+)")
"""As the loader names an example of a rule."""

Stamp = tuple[tuple[str, int, int], ...]
"""Path, time of change in nanoseconds and size of each file: differs when somebody has written one."""


def rule_folder(place: Path) -> Path:
    """Where the rules of the configuration `place` stand."""
    return place.parent / FOLDER


def rule_paths(place: Path) -> list[Path]:
    """The configuration and every file of `rules.d`, in the order in which their rules are asked.

    Hidden files are left out: editors keep half-written ones there.
    """
    return [place, *folder_paths(rule_folder(place))]


def folder_paths(folder: Path) -> list[Path]:
    """The rule files of one folder, by name."""
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith(".") and path.is_file())


def read_rule_files(paths: Iterable[Path], *, place: Path | None = None) -> list[RuleFile]:
    """The tables of each file. Raises ConfigError with every file that cannot be read, with line and column.

    In `place`, the configuration itself, other sections may stand beside the rules; in the others they may not.
    """
    found: list[RuleFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
            raw = tomllib.loads(text)
        except OSError as error:
            problems.append(f"{path}: {error.strerror}")
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(not_toml(path, error))
            continue
        tables = raw.pop("rule", [])
        if path != place:
            instead = "only [[rule]] stands here; write it into the configuration"
            problems += [f"{path}:{line_of(lines_of(text), key)}: {key}: {instead}" for key in raw]
        if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
            problems.append(f"{path}:{line_of(lines_of(text), 'rule')}: rule: write each rule as [[rule]]")
            continue
        found.append((str(path), list(tables)))
    if problems:
        raise ConfigError(problems)
    return found


def lines_in(paths: Iterable[Path | str]) -> Callable[[str, int, str], int]:
    """Tells the line of a key from the file, the number of the rule in it, and the key; 0 when it is not known."""
    files = {str(path): path for path in paths}
    read = cache(lambda name: lines_of(_text(Path(files[name])) if name in files else ""))

    def line(name: str, number: int, key: str) -> int:
        inner = _EXAMPLE.sub(r"example[\1]", key)
        return line_of(read(name), f"rule[{number}].{inner}" if inner else f"rule[{number}]")

    return line


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def stamp(paths: Iterable[Path]) -> Stamp:
    """What the files look like from outside; one that cannot be seen counts as empty."""
    seen = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            seen.append((str(path), 0, -1))
        else:
            seen.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(seen)
