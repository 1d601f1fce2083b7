"""Secrets of the portal: found while they live, used once, kept as digests only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from maild.store.engine import Store
from maild.store.tables import capability
from tests.helpers.rows import MONDAY, Opener, minutes


def add(store: Store, secret: str = "s3cret", kind: str = "signin") -> None:
    store.writer.run(
        lambda uow: uow.capabilities.add(
            secret=secret, kind=kind, ticket=10001, contact=3, expires_at=minutes(10), now=MONDAY
        )
    )


def find(store: Store, secret: str = "s3cret", kind: str = "signin", at: int = 0) -> tuple[int, int] | None:
    return store.read(lambda uow: uow.capabilities.find(secret=secret, kind=kind, now=minutes(at)))


def use(store: Store, secret: str = "s3cret", kind: str = "signin", at: int = 0) -> tuple[int, int] | None:
    return store.writer.run(lambda uow: uow.capabilities.use(secret=secret, kind=kind, now=minutes(at)))


def test_found_until_it_expires_and_only_for_what_it_is(store: Store) -> None:
    add(store)
    assert find(store, at=9) == (10001, 3)
    assert find(store, at=10) is None
    assert find(store, kind="session") is None
    assert find(store, secret="s3creT") is None


def test_used_once(store: Store) -> None:
    add(store)
    assert use(store, at=10) is None
    assert use(store, at=9) == (10001, 3)
    assert use(store, at=9) is None
    assert find(store) is None


def test_of_many_callers_in_two_processes_one_gets_it(store: Store, open_again: Opener) -> None:
    add(store)
    stores = [store, open_again()]
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda n: use(stores[n % 2]), range(16)))
    assert [one for one in got if one] == [(10001, 3)]


def test_revoked_is_worthless(store: Store) -> None:
    add(store)
    add(store, kind="session")
    store.writer.run(lambda uow: uow.capabilities.revoke(secret="s3cret", kind="signin"))
    assert find(store) is None
    assert find(store, kind="session") == (10001, 3)


def test_sec_23_an_empty_secret_matches_nothing_and_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="secret"):
        add(store, secret="")
    assert find(store, secret="") is None
    assert use(store, secret="") is None


def test_sec_23_the_secret_itself_is_nowhere(store: Store) -> None:
    add(store)
    rows = store.read(lambda uow: uow.session.connection.execute(capability.select()).all())
    assert len(rows) == 1
    assert "s3cret" not in repr(rows)
