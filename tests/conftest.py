"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.world import World

# no deadline: how long an example takes says how busy the machine is, not whether a law holds
settings.register_profile("whole", deadline=None)
settings.register_profile("quick", max_examples=15, deadline=None)
settings.load_profile(os.environ.get("MAILD_LAWS", "whole"))
"""`make check` tries each law on fewer examples than `make test`."""


SLOW = frozenset(
    {
        "cli/test_inspect.py",
        "cli/test_templates.py",
        "doctor/test_doctor.py",
        "fuzz/test_fuzz_reader.py",
        "ingest/test_batch.py",
        "ingest/test_hostile.py",
        "ingest/test_people_of_tickets.py",
        "ingest/test_reader.py",
        "ingest/test_threading_matrix.py",
        "ingest_servers/test_imap_trouble.py",
        "markup/test_clean.py",
        "outbound/test_leaks.py",
        "outbound/test_overrides.py",
        "outbound/test_relay.py",
        "outbound/test_render.py",
        "outbound/test_smtp_faults.py",
        "rules/test_rules_test.py",
        "store/test_store_claims.py",
        "trust/test_levels.py",
    }
)
"""Files that cost seconds of processor time: `make check` leaves them out, being for every minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files, and of whole desks but for the stories: each desk costs a fifth of a second."""
    here = Path(__file__).parent
    for item in items:
        file = item.path.relative_to(here)
        if file.as_posix() in SLOW or (_builds_a_desk(item) and file.parent.name != "stories"):
            item.add_marker(pytest.mark.slow)


def _builds_a_desk(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    known = vars(item.module)
    return "world" in item.fixturenames or "World" in known or "Checked" in known


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was skipped counts as failed: there every server is to be had."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if skipped and os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of its own for one test."""
    made = World(tmp_path)
    yield made
    made.close()
