"""What the documents promise about each other and about the tree: links, pictures, names, complete lists."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config.load import section_in
from maild.config.model import Config
from maild.domain.directory import Directory
from maild.domain.notice import OutboxState
from maild.health import Health
from maild.ingest.orders import read_orders
from maild.outbound.table import NOTICES
from tests.helpers.world import MONDAY, World

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LARGEST_PICTURE = 150_000

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def words(page: Path) -> str:
    """The page without what stands in its blocks of code."""
    return _CODE.sub("", page.read_text("utf-8"))


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in _CODE.findall(page.read_text("utf-8")) if found == language]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made for reading in a repository's browser."""
    made = set()
    for line in words(page).splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip().lower()
            made.add("".join(c for c in title.replace(" ", "-") if c.isalnum() or c in "-_"))
    return made


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Where the links of a page lead inside the tree, with the anchor."""
    for target in _LINK.findall(words(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), f"{name(page)} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{name(page)} links to #{anchor}, which {name(target)} does not have"


def test_every_page_and_picture_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            if page.suffix == ".md":
                waiting += [target for target, _ in links(page) if target.is_file()]
    pictures = set(ROOT.glob("docs/pictures/*.png"))
    assert len(pictures) >= 5
    lost = sorted(map(name, (set(PAGES) | pictures) - reached))
    assert not lost, f"nobody finds these: link them from README.md or a page that it links to: {lost}"


def test_pictures_are_small() -> None:
    for picture in ROOT.glob("docs/pictures/*.png"):
        assert picture.stat().st_size < LARGEST_PICTURE, picture


def test_every_decision_is_in_the_list() -> None:
    listed = {target for target, _ in links(ROOT / "docs/adr/README.md")}
    decisions = set(ROOT.glob("docs/adr/0*.md"))
    assert len(decisions) >= 13
    assert decisions <= listed
    for page in decisions:
        text = page.read_text("utf-8")
        for part in ("Date: ", "## Context", "## Decision", "## Consequences"):
            assert part in text, f"{name(page)} lacks {part}"


@pytest.mark.parametrize("page", ["docs/specs.md", "docs/quirks.md", "docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = re.findall(r"`((?:maild|webview|templates|tests|docs|bench)/[\w/.-]+?)`", words(ROOT / page))
    named = [path for path in named if "NAME" not in path]
    assert page == "docs/architecture.md" or len(named) > 5
    for path in named:
        assert (ROOT / path).exists(), f"{page} names {path}, which is not there"


def test_every_module_that_the_house_is_told_by_is_there() -> None:
    named = re.findall(
        r"`((?:ingest|desk|outbound|clock|store|domain|rules|cli)/\w+\.py)`", words(ROOT / "docs/architecture.md")
    )
    assert len(named) > 10
    for path in named:
        assert (ROOT / "maild" / path).exists(), path


@pytest.mark.parametrize("page", ["README.md", "docs/intakes.md", "docs/portal.md"])
def test_tables_of_the_configuration_are_accepted(page: str) -> None:
    found = blocks(ROOT / page, "toml")
    assert found
    for block in found:
        for key, value in tomllib.loads(block).items():
            assert key in Config.model_fields, f"{page}: {key}"
            section = section_in(Config.model_fields[key].annotation)
            assert section is not None
            for table in value if isinstance(value, list) else [value]:
                given = section.model_validate({**_needed(key), **table})
                assert set(table) <= set(type(given).model_fields)


def _needed(key: str) -> dict[str, str]:
    """What a page may leave out of a table that it shows a part of."""
    desk = {"name": "Desk", "base_url": "https://help.example.org", "operator": "operator@example.org"}
    return desk if key == "desk" else {}


def test_every_notice_is_told_of() -> None:
    templates = (ROOT / "docs/templates.md").read_text("utf-8")
    for entries in NOTICES.values():
        for entry in entries:
            assert f"`{entry.name}`" in templates, entry.name


def test_agents_are_told_every_command_and_every_mail() -> None:
    page = (ROOT / "docs/agents.md").read_text("utf-8")
    nobody = Directory(agents=[], teams=[], mailboxes=[], categories=[], languages=("en",), zone="UTC")
    (told,) = read_orders("#nonsense", nobody, written=MONDAY).problems
    known = set(re.findall(r"#\w+", told)) - {"#nonsense"}
    assert len(known) >= 4
    for command in known:
        assert re.search(rf"`{command}\b", page), command


def test_operators_are_told_every_state_of_the_outbox() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    for state in OutboxState:
        assert state in page, state


def test_operators_are_shown_what_health_answers(world: World) -> None:
    _, facts = Health(world.app.store.lanes, now=world.clock)()
    (shown,) = (json.loads(block) for block in blocks(ROOT / "docs/operations.md", "json"))
    assert set(shown) <= set(facts)
    assert set(shown["book"]) == set(facts["book"])
    assert set(shown["lanes"]["mail"]) == set(facts["lanes"]["mail"])
    book = shown["book"]
    assert book["accepted"] == sum(count for key, count in book.items() if key != "accepted")


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert re.fullmatch(r"## (Unreleased.*|\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d)", headings[0])
    assert version in headings[0]
    sections = {line for line in text.splitlines() if line.startswith("### ")}
    assert sections <= {f"### {s}" for s in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")}
