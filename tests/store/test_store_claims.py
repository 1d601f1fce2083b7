"""Workers in threads and in processes claim each row once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from maild.domain.address import Mailbox
from maild.store.engine import Store
from tests.helpers.rows import MONDAY, Opener, notice, raw_mail

WORKER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from maild.store.engine import open_store

async def main():
    store = open_store(sys.argv[1], blob_dir=Path(sys.argv[2]))
    now = datetime(2026, 3, 3, tzinfo=UTC)
    print("ready", flush=True)
    sys.stdin.readline()
    while mails := await store.spool.claim(limit=3, now=now, lease_seconds=600):
        print(*("mail%d" % mail.id for mail in mails))
    while items := await store.outbox.claim(limit=3, now=now, lease_seconds=600):
        print(*("item%d" % item.id for item in items))
    store.close()

asyncio.run(main())
"""

ROWS = 60


def fill(store: Store) -> None:
    for n in range(ROWS):
        store.spool.accept_now(raw_mail(f"m{n}"))
    people = [Mailbox("", f"p{n}@example.org") for n in range(ROWS)]
    said = [notice(f"n{n}", recipient=who) for n, who in enumerate(people)]
    store.writer.run(lambda uow: uow.outbox.plan(said, now=MONDAY))


def test_no_row_is_claimed_by_two_processes(store: Store, url: str, tmp_path: Path) -> None:
    fill(store)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(tmp_path / "blobs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    claimed: list[str] = []
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        claimed += worker.communicate()[0].split()
        assert worker.returncode == 0
    assert sorted(claimed) == sorted({*claimed})
    assert len(claimed) == 2 * ROWS


def test_no_row_is_claimed_by_two_threads(store: Store, open_again: Opener) -> None:
    fill(store)
    stores = [store, open_again()]

    async def drain(one: Store) -> list[tuple[str, int]]:
        got: list[tuple[str, int]] = []
        while mails := await one.spool.claim(limit=2, now=MONDAY, lease_seconds=600):
            got += [("mail", mail.id) for mail in mails]
        while items := await one.outbox.claim(limit=2, now=MONDAY, lease_seconds=600):
            got += [("item", item.id) for item in items]
        return got

    with ThreadPoolExecutor(6) as threads:
        claimed = [row for got in threads.map(lambda n: asyncio.run(drain(stores[n % 2])), range(6)) for row in got]
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 2 * ROWS
