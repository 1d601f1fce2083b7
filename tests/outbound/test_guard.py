"""The gate that every automatic mail passes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from maild.domain.address import Mailbox
from maild.domain.notice import NoticeClass
from maild.outbound.guard import Guard, Limits, Request
from tests.outbound.fakes import DIRECTORY, NOON, MemoryUow, notice

AUTO = NoticeClass.AUTO_ANSWER


def ask(
    address: str,
    *,
    uow: MemoryUow | None = None,
    name: str = "acknowledgement",
    klass: NoticeClass = AUTO,
    proven: bool = False,
    now: datetime = NOON,
    **limits: int,
) -> str:
    guard = Guard(DIRECTORY, Limits(**limits))
    request = Request(name=name, klass=klass, address=address, ticket=7, proven=proven)
    found = guard.decide(uow or MemoryUow(), request, now=now)  # type: ignore[arg-type]  # as much of it as is used
    return found.refused or (f"held: {found.held}" if found.held else "")


def sent(
    uow: MemoryUow, count: int, *, to: str = "ana@customer.example", name: str = "closed", at: datetime = NOON
) -> None:
    for n in range(count):
        uow.outbox.plan(
            [notice(name=name, recipient=Mailbox("", to), dedupe_key=f"{at}{name}{to}{n}")], now=at
        )  # fmt: skip


def test_a_person_may_be_answered() -> None:
    assert ask("ana@customer.example") == ""


@pytest.mark.parametrize(
    "address",
    [
        "noreply@x.example", "No-Reply@x.example", "noreply+17@x.example", "mailer-daemon@x.example",
        "POSTMASTER@x.example", "users-request@lists.example", "users-owner@lists.example", "owner-users@lists.example",
        "nao-responda@x.example", "bounces+ab@x.example", "users-bounces@lists.example",
    ],
)  # fmt: skip
def test_where_nobody_reads_nothing_is_written(address: str) -> None:
    assert ask(address).endswith("is an address that nobody answers")


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "a b@x.example", "ana@x.example\r\nBcc: b@x.example", "<ana@x.example>"]
)
def test_what_is_no_address_gets_nothing_of_any_class(address: str) -> None:
    for klass in NoticeClass:
        assert ask(address, klass=klass)


@pytest.mark.parametrize(
    "address", ["support@desk.example", "SUPPORT@desk.example", "support+tag@desk.example", "bounce+x@desk.example"]
)
def test_we_never_write_to_ourselves(address: str) -> None:
    for klass in NoticeClass:
        assert "our own address" in ask(address, klass=klass)


@pytest.mark.parametrize("address", ["rui@private.example", "rui.costa@FIRM.example"])
def test_agents_get_no_automatic_answers_but_about_their_own_mail(address: str) -> None:
    assert ask(address).endswith("is an agent")
    assert ask(address, name="held") == ""
    assert ask(address, klass=NoticeClass.NOTIFICATION) == ""


def test_an_address_has_a_cap_a_day_over_all_kinds() -> None:
    uow = MemoryUow()
    sent(uow, 3)
    sent(uow, 2, name="sign-in")
    assert ask("ana@customer.example", uow=uow, proven=True, address_day=6) == ""
    assert "5 automatic answers" in ask("Ana@CUSTOMER.example", uow=uow, proven=True, address_day=5)
    later = NOON + timedelta(hours=25)
    assert ask("ana@customer.example", uow=uow, proven=True, address_day=5, now=later) == ""


def test_the_cap_holds_for_held_mail_too() -> None:
    uow = MemoryUow()
    sent(uow, 4, to="rui@private.example", name="held")
    assert "4 automatic answers" in ask("rui@private.example", name="held", uow=uow, address_day=4, proven=True)


def test_forged_mails_in_an_agents_name_do_not_bury_him() -> None:
    uow = MemoryUow()
    sent(uow, 2, to="rui@private.example", name="held")
    assert ask("rui@private.example", name="held", uow=uow) == ""
    sent(uow, 1, to="rui@private.example", name="held", at=NOON + timedelta(seconds=1))
    assert "3 mails of the kind held" in ask("rui@private.example", name="held", uow=uow)
    assert ask("rui@private.example", name="held", uow=uow, proven=True) == ""


def test_an_agents_words_and_work_know_no_cap() -> None:
    uow = MemoryUow()
    sent(uow, 50)
    assert ask("ana@customer.example", uow=uow, klass=NoticeClass.CORRESPONDENCE, address_day=1, hour=1) == ""


def test_all_together_have_a_cap_an_hour() -> None:
    uow = MemoryUow()
    for n in range(5):
        sent(uow, 1, to=f"p{n}@customer.example")
    assert ask("ana@customer.example", uow=uow, hour=6) == ""
    assert "held: 5 automatic answers have left" in ask("ana@customer.example", uow=uow, hour=5)
    assert ask("ana@customer.example", uow=uow, hour=5, now=NOON + timedelta(minutes=61)) == ""


def test_a_forged_address_is_acknowledged_once_a_day() -> None:
    """1,000 forged mails naming one victim give him one mail."""
    uow = MemoryUow()
    for _ in range(1000):
        refused = ask("victim@customer.example", uow=uow, address_day=10_000, hour=10_000, thread_day=10_000)
        if not refused:
            sent(uow, 1, to="victim@customer.example", name="acknowledgement")
    assert len(uow.planned) == 1


def test_who_asks_for_links_again_and_again_leaves_room_for_other_mail() -> None:
    """A bare number is no secret: whoever types it must not silence the desk for the customer."""
    uow = MemoryUow()
    for n in range(20):
        at = NOON + timedelta(minutes=n)
        if not ask("ana@customer.example", uow=uow, name="sign-in", now=at):
            sent(uow, 1, name="sign-in", at=at)
    assert len(uow.planned) == 5
    assert ask("ana@customer.example", uow=uow, now=NOON + timedelta(minutes=20)) == ""


def test_a_sign_in_link_does_not_use_up_the_acknowledgement() -> None:
    uow = MemoryUow()
    sent(uow, 1, name="sign-in")
    assert ask("ana@customer.example", uow=uow) == ""


def test_what_was_suppressed_does_not_count() -> None:
    uow = MemoryUow()
    uow.outbox.plan([notice(suppressed="why", recipient=Mailbox("", "ana@customer.example"))], now=NOON)
    assert ask("ana@customer.example", uow=uow) == ""


def test_a_thread_has_a_cap_a_day_over_all_people() -> None:
    uow = MemoryUow()
    for n in range(8):
        sent(uow, 1, to=f"p{n}@customer.example")
    assert "ticket 7 has had 8 automatic answers" in ask("ana@customer.example", uow=uow, proven=True)
    assert ask("ana@customer.example", uow=uow, proven=True, now=NOON + timedelta(hours=25)) == ""


def test_a_kind_of_mail_and_a_domain_have_a_cap_an_hour_behind_which_mail_is_held() -> None:
    uow = MemoryUow()
    for n in range(4):
        sent(uow, 1, to=f"p{n}@customer.example", name="closed")
    assert "held: 4 automatic answers have left to customer.example" in ask(
        "a@customer.example", uow=uow, domain_hour=4
    )
    assert "held: 4 mails of the kind closed" in ask("a@other.example", uow=uow, name="closed", template_hour=4)
    assert ask("a@other.example", uow=uow, domain_hour=4, template_hour=4) == ""


def test_what_is_held_does_not_keep_the_breaker_open() -> None:
    uow = MemoryUow()
    for n in range(9):
        uow.outbox.plan([notice(held="why", dedupe_key=str(n), recipient=Mailbox("", f"p{n}@x.example"))], now=NOON)
    assert ask("ana@x.example", uow=uow, hour=1, thread_day=100) == ""


def test_the_operator_may_be_postmaster() -> None:
    assert ask("postmaster@casa.example", name="quarantined") == ""
    assert ask("postmaster@casa.example").endswith("is an address that nobody answers")
