"""In which line of a TOML file each key stands, so that a fault can be told with its line.

Walks text that tomllib has accepted; knows brackets, strings and comments, and no values. Never judges a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(slots=True)
class _Walk:
    """Where the walk is, and the lines found so far by path of the key."""

    text: str
    at: int = 0
    line: int = 1
    found: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    """How many headers of each list of tables there were."""

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def step(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.step((len(self.text) if end < 0 else end) - self.at)

    def skip_blank(self) -> None:
        while self.here and (self.here.isspace() or self.here == "#"):
            if self.here == "#":
                self.skip_line()
            else:
                self.step()

    def skip_string(self) -> str:
        """Past a string; what stands in it."""
        quote = self.here
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        end = self.at + len(mark)
        while end < len(self.text) and not self.text.startswith(mark, end):
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        inside = self.text[self.at + len(mark) : end]
        self.step(end + len(mark) - self.at)
        return inside

    def key(self, end: str = "=") -> list[str]:
        """Past a key and the sign that ends it; its parts."""
        parts, bare = [], ""
        while self.here and self.here not in (end, "\n"):
            if self.here in "\"'":
                bare = self.skip_string()
                continue
            if self.here == ".":
                parts.append(bare.strip())
                bare = ""
            else:
                bare += self.here
            self.step()
        self.step()
        return [*parts, bare.strip()]

    def header(self) -> str:
        """Past a line such as `[[sla.step]]`; the path of the table: `sla[2].step[1]`."""
        several = self.text.startswith("[[", self.at)
        self.step(2 if several else 1)
        path = ""
        parts = self.key("]")
        for number, part in enumerate(parts, 1):
            path = f"{path}.{part}" if path else part
            if several and number == len(parts):
                self.entries[path] = self.entries.get(path, 0) + 1
            if path in self.entries:
                path += f"[{self.entries[path]}]"
        self.skip_line()
        return path


def lines_of(text: str) -> dict[str, int]:
    """Line by path: `desk.name`, `sla[2].step[1].tell`, `rule[1].when.any[2].subject`; lists count from 1."""
    walk = _Walk(text)
    prefix = ""
    walk.skip_blank()
    while walk.here:
        line = walk.line
        if walk.here == "[":
            prefix = walk.header()
            walk.found.setdefault(prefix, line)
        else:
            path = ".".join([*([prefix] if prefix else []), *walk.key()])
            walk.found.setdefault(path, line)
            _value(walk, path)
        walk.skip_blank()
    return walk.found


def not_toml(path: Path, error: ValueError) -> str:
    """A file that is no TOML, or not even UTF-8, with its line where it is known."""
    found = _AT_LINE.search(str(error))
    return f"{path}{f':{found[1]}' if found else ''}: not valid TOML: {error}"


def line_of(lines: Mapping[str, int], key: str) -> int:
    """The line of the key, a list's by its first entry, or of the nearest thing around it that has one; else 0."""
    first = lines.get(f"{key}[1]", 0)
    while key and not first:
        first = lines.get(key, 0)
        key = key.removesuffix("]").rpartition("[")[0] if key.endswith("]") else key.rpartition(".")[0]
    return first


def _value(walk: _Walk, path: str) -> None:
    """Past a value, with the lines of the keys in it."""
    frames: list[str | int] = []  # the key a table is at, or the position in a list
    closers: list[str] = []
    while walk.here and (closers or walk.here != "\n"):
        sign = walk.here
        if sign in "\"'":
            walk.skip_string()
        elif sign == "#":
            walk.skip_line()
        elif sign in "{[":
            walk.step()
            closers.append("}" if sign == "{" else "]")
            frames.append("" if sign == "{" else 1)
            _next_key(walk, path, frames, closers)
        elif sign == ",":
            walk.step()
            if frames and isinstance(frames[-1], int):
                frames[-1] += 1
            _next_key(walk, path, frames, closers)
        elif closers and sign == closers[-1]:
            walk.step()
            closers.pop()
            frames.pop()
        else:
            walk.step()


def _next_key(walk: _Walk, path: str, frames: list[str | int], closers: list[str]) -> None:
    """In a table: past the key that comes now."""
    if not closers or closers[-1] != "}":
        return
    walk.skip_blank()
    if walk.here in ("}", ""):
        return
    line = walk.line
    frames[-1] = ".".join(walk.key())
    whole = path + "".join(f"[{frame}]" if isinstance(frame, int) else f".{frame}" for frame in frames)
    walk.found.setdefault(whole, line)
