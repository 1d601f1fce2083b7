"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.world import World

settings.register_profile("quick", max_examples=15)
settings.load_profile(os.environ.get("MAILD_LAWS", "default"))
"""`make check` tries each law on fewer examples than `make test`."""


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
