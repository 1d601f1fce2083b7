"""What tests of sending share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.certificates import self_signed
from tests.outbound.fakes import MemoryUow


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of our own for `localhost`, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def uow() -> MemoryUow:
    """An empty desk, and what is planned in it."""
    return MemoryUow()
