"""Questions about mails: answered once and in time; with a yes the mail waits again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from maild.desk.queues import Outcome, Settlement
from maild.domain.confirmation import Confirmation, Doubt
from maild.domain.mail import RawMail
from maild.domain.people import Contact, Proof
from maild.store.engine import Store
from maild.store.tables import confirmation
from tests.helpers.rows import MONDAY, Opener, minutes

DAY = timedelta(hours=24)


def accept(store: Store, outcome: Outcome = Outcome.QUARANTINED) -> int:
    """A mail that has found its place."""
    raw = RawMail(octets=b"Subject: x\r\n\r\n", source="smtp", source_key=outcome, received_at=MONDAY)
    mail = store.spool.accept_now(raw).id
    store.writer.run(lambda uow: uow.inbound.settle(mail, Settlement(outcome=outcome, reason="r"), now=MONDAY))
    return mail


def asked(mail: int) -> Confirmation:
    return Confirmation(
        mail=mail, ticket=10001, article=7, contact=3, address="ana@phone.example", doubt=Doubt.OTHER_ADDRESS,
        asked_at=MONDAY, expires_at=MONDAY + DAY,
    )  # fmt: skip


def add(store: Store, mail: int, secret: str = "s3cret") -> int:
    return store.writer.run(lambda uow: uow.confirmations.add(asked(mail), secret=secret))


def answer(store: Store, question: int, *, yes: bool = True, at: int = 1) -> bool:
    return store.writer.run(lambda uow: uow.confirmations.answer(question, yes=yes, now=minutes(at)))


async def waiting(store: Store) -> list[tuple[int, int]]:
    return [(one.id, one.confirmed) for one in await store.spool.claim(limit=10, now=minutes(5), lease_seconds=60)]


def test_a_question_is_found_by_its_secret_and_by_its_id(store: Store) -> None:
    mail = accept(store)
    question = add(store, mail)
    found = store.read(lambda uow: uow.confirmations.find("s3cret"))
    assert found == store.read(lambda uow: uow.confirmations.get(question))
    assert found is not None
    assert (found.mail, found.address, found.doubt, found.open(MONDAY)) == (
        mail,
        "ana@phone.example",
        asked(1).doubt,
        True,
    )
    assert store.read(lambda uow: uow.confirmations.find("")) is None
    assert store.read(lambda uow: uow.confirmations.find("s3creT")) is None
    assert store.read(lambda uow: uow.confirmations.asked_about(mail))
    assert not store.read(lambda uow: uow.confirmations.asked_about(mail + 1))
    with pytest.raises(ValueError, match="secret"):
        add(store, mail, secret="")


@pytest.mark.parametrize("outcome", [Outcome.QUARANTINED, Outcome.APPENDED])
async def test_a_yes_lets_the_mail_be_taken_again(store: Store, outcome: Outcome) -> None:
    mail = accept(store, outcome)
    question = add(store, mail)
    assert await waiting(store) == []
    assert answer(store, question)
    assert await waiting(store) == [(mail, question)]


async def test_a_yes_holds_for_a_mail_that_an_operator_has_just_released(store: Store) -> None:
    mail = accept(store)
    question = add(store, mail)
    assert await store.spool.release(mail, now=MONDAY)
    assert answer(store, question)
    assert await waiting(store) == [(mail, question)]


async def test_a_no_leaves_it_where_it_is_and_ends_the_question(store: Store) -> None:
    question = add(store, accept(store))
    assert answer(store, question, yes=False)
    assert not answer(store, question)
    assert await waiting(store) == []


async def test_it_can_be_answered_for_a_day(store: Store) -> None:
    question = add(store, accept(store))
    assert not answer(store, question, at=24 * 60)
    assert await waiting(store) == []
    assert answer(store, question, at=24 * 60 - 1)


async def test_what_was_discarded_is_not_taken_again(store: Store) -> None:
    question = add(store, accept(store, Outcome.DISCARDED))
    answer(store, question)
    assert await waiting(store) == []


def test_of_many_who_answer_in_two_processes_one_counts(store: Store, open_again: Opener) -> None:
    question = add(store, accept(store))
    stores = [store, open_again()]
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda n: answer(stores[n % 2], question, yes=n % 3 == 0), range(16)))
    assert counted.count(True) == 1


def test_the_secret_itself_is_nowhere(store: Store) -> None:
    add(store, accept(store))
    rows = store.read(lambda uow: uow.session.connection.execute(confirmation.select()).all())
    assert len(rows) == 1
    assert "s3cret" not in repr(rows)


def test_addresses_remember_by_what_they_are_known(store: Store) -> None:
    ana = store.writer.run(lambda uow: uow.people.add(Contact(name="Ana", address="ana@x.example")))
    store.writer.run(lambda uow: uow.people.add_address(ana.id, "Ana@Phone.example", Proof.AGENT))
    assert store.read(lambda uow: uow.people.proof("ana@x.example")) is Proof.NONE
    assert store.read(lambda uow: uow.people.proof("ana@phone.example")) is Proof.AGENT
    assert store.read(lambda uow: uow.people.proof("nobody@x.example")) is Proof.NONE
    store.writer.run(lambda uow: uow.people.prove("ana@x.example", Proof.SIGNED))
    found = store.read(lambda uow: uow.people.addresses(ana.id))
    assert [(one.address, one.proof) for one in found] == [
        ("ana@x.example", Proof.SIGNED), ("Ana@Phone.example", Proof.AGENT),
    ]  # fmt: skip
