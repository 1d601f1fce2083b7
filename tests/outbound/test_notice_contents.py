"""What a planned mail holds: words, files, ids and addresses, and what must never be among them."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from maild.domain.events import (
    AgentAnswered,
    CustomerReplied,
    DeliveryFailed,
    Event,
    NoteAdded,
    OwnerChanged,
    SignInRequested,
    TicketClosed,
    TicketReopened,
)
from maild.domain.notice import NoticeClass
from maild.domain.ticket import ArticleKind, ArticleSender
from maild.domain.token import Purpose
from tests.outbound.fakes import (
    BY_CLOCK,
    BY_MARTA,
    BY_RUI,
    CUSTOMER,
    TOKENS,
    MemoryUow,
    happen,
    stored,
)
from tests.outbound.test_notices import ANA, BEN, MARTA, RUI, answered_by, opened


def test_an_answer_holds_nothing_of_the_agents_address_or_client(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    notice = happen(uow, answered_by(uow), by=BY_RUI)[0]
    everything = json.dumps([str(notice), notice.context])
    assert "private.example" not in everything
    assert notice.references == ("<first@customer.example>",)
    assert notice.in_reply_to == "<first@customer.example>"
    assert notice.klass is NoticeClass.CORRESPONDENCE
    assert notice.sender.address == "support@desk.example"


def test_of_two_answers_in_one_cause_no_word_is_lost(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    first = answered_by(uow)
    uow.write(7, id=721, sender=ArticleSender.AGENT, agent="rui", author="Rui Costa", contact=0, message_id="")
    happen(uow, first, AgentAnswered(ticket=7, article=721, agent="rui", first=False), by=BY_RUI)
    assert [n.article for n in uow.to(ANA)] == [720, 721]


def test_agents_get_a_customers_files_and_hear_of_those_too_large(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    uow.write(7, id=750, files=(stored("a.png"), stored("huge.iso", size=10**9), stored("b.png")))
    notice = happen(uow, CustomerReplied(ticket=7, article=750))[0]
    assert [f["filename"] for f in notice.files] == ["a.png", "b.png"]
    assert [f["filename"] for f in notice.context["article"]["left_out"]] == ["huge.iso"]


def test_an_acknowledgement_repeats_none_of_the_words_it_answers(uow: MemoryUow) -> None:
    uow.open()
    uow.write(7, id=760, text="Buy pills", new_text="Buy pills", files=(stored("virus.exe"),))
    happen(uow, opened(article=760))
    notice = uow.to(ANA)[0]
    assert "pills" not in json.dumps(notice.context)
    assert notice.files == ()
    assert notice.reverse_path == ""


def test_a_name_that_advertises_is_no_name_to_greet_a_victim_by(uow: MemoryUow) -> None:
    uow.contacts[1] = replace(uow.contacts[1], name="Buy at www.pills.example")
    uow.open()
    happen(uow, opened())
    assert uow.to(ANA)[0].context["person"]["name"] == ""


def test_agents_mails_of_a_ticket_hang_on_one_root(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    notices = happen(uow, opened(acknowledge=False)) + happen(uow, CustomerReplied(ticket=7, article=701))
    assert {n.references for n in notices} == {("<ticket.7@desk.example>",)}
    assert len({n.message_id for n in notices}) == 2


def test_a_message_id_that_could_break_a_header_is_left_out(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    uow.write(7, id=702, message_id="<a@b>\r\nBcc: x@y")
    notice = happen(uow, answered_by(uow), by=BY_RUI)[0]
    assert notice.references == ("<first@customer.example>",)


def test_reverse_paths_of_words_and_work_are_ours_and_verifiable(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    for notice in happen(uow, answered_by(uow), by=BY_MARTA) + happen(uow, CustomerReplied(ticket=7, article=701)):
        local_part, _, domain = notice.reverse_path.partition("@")
        assert (local_part[:7], domain) == ("bounce+", "desk.example")
        token = TOKENS.read(Purpose.BOUNCE, local_part[7:])
        assert token is not None
        assert token.ticket == 7


WORDS = st.text(min_size=20, max_size=60)


@given(note=WORDS, data=st.data())
def test_no_piece_of_a_note_ever_stands_in_a_customers_mail(note: str, data: st.DataObject) -> None:
    """P18: over random histories, no note and no agent's address is in anything planned for a customer."""
    uow = MemoryUow()
    uow.open()
    uow.tickets.join(7, 2)
    uow.write(
        7, id=790, kind=ArticleKind.COMMENT, sender=ArticleSender.AGENT, agent="rui", author="Rui Costa",
        message_id="<n@private.example>", text="\x00NOTE" + note, new_text="\x00NOTE" + note,
    )  # fmt: skip
    possible: list[Event] = [
        opened(), CustomerReplied(ticket=7, article=701), NoteAdded(ticket=7, article=790, agent="rui"),
        answered_by(uow), TicketClosed(ticket=7, reason="x"), TicketReopened(ticket=7, reason="y", by_reply=False),
        OwnerChanged(ticket=7, old="", new="rui"), SignInRequested(ticket=7, contact=1, secret="s"),
        DeliveryFailed(ticket=7, article=790, recipient="q@q.example", status="", diagnostic="", delayed=False),
    ]  # fmt: skip
    causes = data.draw(st.lists(st.lists(st.sampled_from(possible), min_size=1, max_size=4), min_size=1, max_size=4))
    for cause in causes:
        happen(uow, *cause, by=data.draw(st.sampled_from([CUSTOMER, BY_RUI, BY_MARTA, BY_CLOCK])))
    for notice in (*uow.to(ANA), *uow.to(BEN)):
        everything = repr(notice)
        assert "\\x00NOTE" not in everything
        assert "private.example" not in everything
    for address in (ANA, BEN, RUI, MARTA):
        assert len({n.dedupe_key for n in uow.to(address)}) == len(uow.to(address))
