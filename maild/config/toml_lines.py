"""In which line of a rule file each key of each rule stands, so that a fault can be told with its line.

Walks text that tomllib has accepted; knows brackets, strings and comments, and no values. Never judges a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_BARE_ENDS = "=\n"
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(slots=True)
class _Walk:
    """Where the walk is, and the lines found so far by number of the rule and path of the key."""

    text: str
    at: int = 0
    line: int = 1
    found: dict[tuple[int, str], int] = field(default_factory=dict)

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

    def key(self) -> str:
        """Past a key and its `=`; the key with dots between its parts."""
        parts, bare = [], ""
        while self.here and self.here not in _BARE_ENDS:
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
        return ".".join([*parts, bare.strip()])


def lines_of_rules(text: str) -> dict[tuple[int, str], int]:
    """Line by number of the rule, from 1, and path: `""` for the rule itself, else as in `when.any[2].subject`."""
    walk = _Walk(text)
    number = examples = 0
    prefix: str | None = None
    walk.skip_blank()
    while walk.here:
        line = walk.line
        if walk.here == "[":
            end = walk.text.find("\n", walk.at)
            header = walk.text[walk.at : end if end >= 0 else len(walk.text)].partition("#")[0].strip()
            name = header.strip("[] ")
            if header.startswith("[[") and name == "rule":
                number, examples = number + 1, 0
            elif header.startswith("[[") and name == "rule.example":
                examples += 1
            prefix = _prefix(name, examples)
            if prefix is not None:
                walk.found.setdefault((number, prefix.rstrip(".")), line)
            walk.skip_line()
        else:
            path = walk.key()
            if prefix is not None:
                walk.found[number, prefix + path] = line
            _value(walk, number if prefix is not None else 0, (prefix or "") + path)
        walk.skip_blank()
    return walk.found


def line_of_section(text: str, name: str) -> int:
    """The first line of a header or key of this name at the beginning of a line; 0 when there is none."""
    wanted = re.compile(rf"\s*(\[\[?\s*)?{re.escape(name)}\s*[\].=]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if wanted.match(line)), 0)


def not_toml(path: Path, error: ValueError) -> str:
    """A file that is no TOML, or not even UTF-8, with its line where it is known."""
    found = _AT_LINE.search(str(error))
    return f"{path}{f':{found[1]}' if found else ''}: not valid TOML: {error}"


def line_of(lines: dict[tuple[int, str], int], number: int, key: str) -> int:
    """The line of the key, or of the nearest thing around it that has one; 0 when there is none."""
    while key:
        if (number, key) in lines:
            return lines[number, key]
        key = key.removesuffix("]").rpartition("[")[0] if key.endswith("]") else key.rpartition(".")[0]
    return lines.get((number, ""), 0)


def _prefix(name: str, examples: int) -> str | None:
    """What stands before the keys below a header; None where they belong to no rule."""
    if name == "rule":
        return ""
    if not name.startswith("rule."):
        return None
    inner = name.removeprefix("rule.")
    if inner == "example" or inner.startswith("example."):
        inner = f"example {examples}" + inner.removeprefix("example")
    return inner + "."


def _value(walk: _Walk, number: int, path: str) -> None:
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
            _next_key(walk, number, path, frames, closers)
        elif sign == ",":
            walk.step()
            if frames and isinstance(frames[-1], int):
                frames[-1] += 1
            _next_key(walk, number, path, frames, closers)
        elif closers and sign == closers[-1]:
            walk.step()
            closers.pop()
            frames.pop()
        else:
            walk.step()


def _next_key(walk: _Walk, number: int, path: str, frames: list[str | int], closers: list[str]) -> None:
    """In a table: past the key that comes now."""
    if not closers or closers[-1] != "}":
        return
    walk.skip_blank()
    if walk.here in ("}", ""):
        return
    line = walk.line
    frames[-1] = walk.key()
    whole = path + "".join(f"[{frame}]" if isinstance(frame, int) else f".{frame}" for frame in frames)
    walk.found.setdefault((number, whole), line)
