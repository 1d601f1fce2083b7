"""Who gets which mail for what happened, and what that mail is held to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maild.domain.events import (
    AgentAnswered,
    AutomaticReplyStored,
    CustomerReplied,
    DeliveryFailed,
    FieldChanged,
    MailHeld,
    MailQuarantined,
    NoteAdded,
    OwnerChanged,
    SignInRequested,
    SlaStageReached,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    UnverifiedWritten,
)
from maild.domain.intent import Actor, ActorKind, Trust
from maild.domain.lifecycle import StateType
from maild.domain.notice import NoticeClass
from maild.domain.sla import SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.ticket import ArticleKind, ArticleSender
from maild.domain.token import Audience, Purpose, person_digest
from tests.outbound.fakes import (
    BY_CLOCK,
    BY_MARTA,
    BY_RUI,
    BY_SYSTEM,
    CUSTOMER,
    NOON,
    TOKENS,
    MemoryUow,
    happen,
)

ANA, BEN = "Ana@customer.example", "ben@customer.example"
RUI, MARTA, LEA = "rui@private.example", "marta@private.example", "lea@private.example"


def opened(**values: Any) -> TicketOpened:
    given: dict[str, Any] = {"ticket": 7, "article": 701, "acknowledge": True, "priority": "normal"}
    return TicketOpened(**given | values)


def answered_by(uow: MemoryUow, words: str = "The roller is worn.", **values: object) -> AgentAnswered:
    uow.write(
        7, id=720, sender=ArticleSender.AGENT, agent="rui", author="Rui Costa", contact=0,
        message_id="<secret@private.example>", text=words, new_text=words, **values,
    )  # fmt: skip
    return AgentAnswered(ticket=7, article=720, agent="rui", first=True)


def test_a_new_ticket_is_acknowledged_to_its_writer_and_told_to_the_team(uow: MemoryUow) -> None:
    uow.open()
    happen(uow, opened())
    assert uow.names() == {ANA: ["acknowledgement"], RUI: ["new-ticket"], MARTA: ["new-ticket"]}


def test_automatic_mail_is_not_acknowledged(uow: MemoryUow) -> None:
    uow.open()
    happen(uow, opened(acknowledge=False))
    assert ANA not in uow.names()


def test_opened_assigned_and_made_urgent_is_one_mail_for_the_owner(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    happen(
        uow, opened(), OwnerChanged(ticket=7, old="", new="rui"),
        FieldChanged(ticket=7, name="priority", old="normal", new="urgent"),
    )  # fmt: skip
    assert uow.names() == {ANA: ["acknowledgement"], RUI: ["new-ticket"]}
    assert uow.to(RUI)[0].context["assigned"] is True


def test_a_ticket_that_a_rule_gave_to_a_team_puts_none_of_them_in_charge(uow: MemoryUow) -> None:
    uow.open()
    happen(uow, opened(), FieldChanged(ticket=7, name="team", old="empty", new="support"))
    assert {name for names in uow.names().values() for name in names} == {"acknowledgement", "new-ticket"}
    assert uow.to(RUI)[0].context["assigned"] is False


def test_a_ticket_that_a_rule_closed_as_it_came_is_nobodys_work(uow: MemoryUow) -> None:
    uow.open(state=StateType.CLOSED)
    happen(uow, opened(), TicketClosed(ticket=7, reason="spam"))
    assert uow.names() == {ANA: ["acknowledgement"]}


def test_a_team_without_members_is_its_leader(uow: MemoryUow) -> None:
    uow.open(team="empty")
    happen(uow, opened(acknowledge=False))
    assert uow.names() == {LEA: ["new-ticket"]}


def test_an_owner_who_has_left_is_replaced_by_the_team(uow: MemoryUow) -> None:
    uow.open(owner="gone")
    happen(uow, opened(acknowledge=False))
    assert uow.names() == {RUI: ["new-ticket"], MARTA: ["new-ticket"]}


def test_a_customers_reply_goes_to_the_owner_alone(uow: MemoryUow) -> None:
    uow.open(owner="marta")
    happen(uow, CustomerReplied(ticket=7, article=701))
    assert uow.names() == {MARTA: ["customer-reply"]}
    assert uow.to(MARTA)[0].language == "pt"


def test_rel_61_an_absence_note_is_told_to_nobody(uow: MemoryUow) -> None:
    uow.open()
    assert happen(uow, AutomaticReplyStored(ticket=7, article=701)) == []


def test_an_answer_goes_to_requester_and_participants_each_with_a_token_of_his_own(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    uow.tickets.join(7, 2)
    happen(uow, answered_by(uow), by=BY_RUI)
    assert uow.names() == {ANA: ["answer"], BEN: ["answer"]}
    for notice, key in ((uow.to(ANA)[0], "ana@customer.example"), (uow.to(BEN)[0], BEN)):
        token = TOKENS.read(Purpose.REPLY, notice.reply_to.partition("+")[2].partition("@")[0])
        assert token is not None
        assert (token.person, token.agent, token.ticket, token.article) == (person_digest(key), False, 7, 720)


def test_an_answer_that_closes_says_so_and_no_closing_notice_follows(uow: MemoryUow) -> None:
    uow.open(owner="rui", state=StateType.CLOSED)
    happen(uow, answered_by(uow), TicketClosed(ticket=7, reason=""), by=BY_RUI)
    assert uow.names() == {ANA: ["answer"]}
    assert uow.to(ANA)[0].context["closed"] is True


def test_closing_without_words_is_told_to_the_requester(uow: MemoryUow) -> None:
    uow.open(owner="rui", state=StateType.CLOSED)
    happen(uow, TicketClosed(ticket=7, reason=""), by=BY_RUI)
    assert uow.names() == {ANA: ["closed"]}


def test_who_closes_his_own_ticket_is_not_told(uow: MemoryUow) -> None:
    uow.open(state=StateType.CLOSED)
    assert happen(uow, TicketClosed(ticket=7, reason=""), by=CUSTOMER) == []


def test_a_note_reaches_the_others_and_never_a_customer(uow: MemoryUow) -> None:
    uow.open()
    uow.tickets.join(7, 2)
    uow.write(7, id=730, kind=ArticleKind.COMMENT, sender=ArticleSender.AGENT, agent="rui", author="Rui Costa")
    happen(uow, NoteAdded(ticket=7, article=730, agent="rui"), by=BY_RUI)
    assert uow.names() == {MARTA: ["note"]}


def test_the_reply_to_a_note_stays_inside(uow: MemoryUow) -> None:
    uow.open()
    uow.write(7, id=730, kind=ArticleKind.COMMENT, sender=ArticleSender.AGENT, agent="rui", author="Rui Costa")
    notice = happen(uow, NoteAdded(ticket=7, article=730, agent="rui"), by=BY_RUI)[0]
    for text, purpose in ((notice.reply_to.split("+")[1], Purpose.REPLY), (notice.message_id[3:], Purpose.MESSAGE_ID)):
        token = TOKENS.read(purpose, text.replace("@", ".").split(".")[0])
        assert token is not None
        assert (token.audience, token.agent) == (Audience.INTERNAL, True)
    assert notice.context["reply"] == {"goes": "note", "to": "Ana Silva <Ana@customer.example>"}


def test_the_note_of_a_rule_is_not_by_the_agent_whose_act_set_it_off(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    uow.write(7, id=730, kind=ArticleKind.COMMENT, sender=ArticleSender.SYSTEM, contact=0, author="")
    happen(uow, NoteAdded(ticket=7, article=730, agent="merges"), by=BY_MARTA)
    assert uow.to(RUI)[0].context["by"] == ""


@pytest.mark.parametrize("second_address", ["rui@private.example", "RUI.Costa@firm.example"])
def test_nobody_hears_of_his_own_act_under_any_of_his_addresses(uow: MemoryUow, second_address: str) -> None:
    uow.open(owner="rui")
    as_customer = Actor(kind=ActorKind.CONTACT, contact=99, address=second_address)
    assert happen(uow, CustomerReplied(ticket=7, article=701), by=as_customer) == []


def test_taking_a_ticket_oneself_is_no_news_and_being_given_one_is(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    assert happen(uow, OwnerChanged(ticket=7, old="", new="rui"), by=BY_RUI) == []
    happen(uow, OwnerChanged(ticket=7, old="", new="rui"), by=BY_MARTA)
    assert uow.names() == {RUI: ["assigned"]}
    assert uow.to(RUI)[0].context["by"] == "Marta Reis"
    assert uow.to(RUI)[0].context["article"]["text"] == "It eats paper."


def test_another_team_hears_that_a_ticket_is_now_theirs(uow: MemoryUow) -> None:
    uow.open()
    happen(uow, FieldChanged(ticket=7, name="team", old="empty", new="support"), by=BY_RUI)
    assert uow.names() == {MARTA: ["assigned"]}


def test_a_stranger_with_a_token_is_shown_to_agents_only_and_a_reply_does_not_reach_anybody(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    uow.write(7, id=740, kind=ArticleKind.COMMENT, author="X <x@elsewhere.example>", contact=0, verified=False)
    happen(uow, UnverifiedWritten(ticket=7, article=740), by=Actor(kind=ActorKind.CONTACT))
    assert uow.names() == {RUI: ["unverified-reply"]}
    assert uow.to(RUI)[0].context["reply"]["goes"] == "note"


@pytest.mark.parametrize("stage", [SlaStage.YELLOW, SlaStage.RED, SlaStage.BREACHED])
def test_each_stage_of_a_clock_is_told_with_the_time_that_counts(uow: MemoryUow, stage: SlaStage) -> None:
    uow.open(owner="rui")
    uow.all_timers[7] = [
        SlaTimer(
            metric=SlaMetric.FIRST_RESPONSE, cycle=1, policy="p", state=TimerState.RUNNING, stage=stage, target=60,
            started_at=NOON, due_at=NOON + timedelta(hours=1), next_alarm_at=None,
        )
    ]  # fmt: skip
    happen(uow, SlaStageReached(ticket=7, metric=SlaMetric.FIRST_RESPONSE, cycle=1, stage=stage), by=BY_CLOCK)
    assert uow.names() == {RUI: [f"sla-{stage}"]}
    assert uow.to(RUI)[0].context["sla"] == {"metric": "first-response", "due": "2025-11-24T13:00:00+00:00"}


def test_a_clock_that_is_green_is_no_news(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    event = SlaStageReached(ticket=7, metric=SlaMetric.SOLUTION, cycle=1, stage=SlaStage.GREEN)
    assert happen(uow, event, by=BY_CLOCK) == []


def failed(recipient: str = "ana@customer.example", *, delayed: bool = False) -> DeliveryFailed:
    return DeliveryFailed(
        ticket=7, article=701, recipient=recipient, status="5.1.1", diagnostic="no such user", delayed=delayed
    )


def test_a_bounce_is_told_to_the_owner_and_cannot_bounce_back_to_us(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    happen(uow, failed(), by=BY_SYSTEM)
    assert uow.names() == {RUI: ["undelivered"]}
    assert uow.to(RUI)[0].reverse_path == ""


def test_an_agent_whose_address_fails_is_not_told_there(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    happen(uow, failed(RUI), by=BY_SYSTEM)
    assert uow.names() == {MARTA: ["undelivered"]}


def test_a_delay_is_no_failure_yet(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    assert happen(uow, failed(delayed=True), by=BY_SYSTEM) == []


def test_a_sign_in_link_goes_to_who_asked_although_he_did_it_himself(uow: MemoryUow) -> None:
    uow.open()
    happen(uow, SignInRequested(ticket=7, contact=2, secret="s3cret"), by=Actor(kind=ActorKind.CONTACT, contact=2))
    assert uow.names() == {BEN: ["sign-in"]}
    assert uow.to(BEN)[0].context["links"]["sign_in"] == "https://help.desk.example/v/s3cret"


def test_held_mail_is_answered_to_the_stored_address_with_or_without_a_ticket(uow: MemoryUow) -> None:
    uow.open()
    happen(
        uow,
        MailHeld(ticket=0, agent="rui", subject="#close", code="not-signed", detail=""),
        by=Actor(kind=ActorKind.SYSTEM),
    )
    happen(
        uow,
        MailHeld(ticket=7, agent="rui", subject="#close", code="not-signed", detail=""),
        by=Actor(kind=ActorKind.SYSTEM),
    )
    assert uow.names() == {RUI: ["held", "held"]}
    without, with_ticket = uow.to(RUI)
    assert (without.reply_to, without.klass) == ("support@desk.example", NoticeClass.AUTO_ANSWER)
    assert with_ticket.reply_to.startswith("support+")


@pytest.mark.parametrize(("code", "unproven"), [("not-signed", True), ("not-understood", False)])
def test_who_is_not_sure_to_be_the_agent_hears_how_he_proves_it(uow: MemoryUow, code: str, unproven: bool) -> None:
    uow.open()
    event = MailHeld(ticket=7, agent="rui", subject="#close", code=code, detail="")
    happen(uow, event, by=Actor(kind=ActorKind.SYSTEM))
    assert uow.to(RUI)[0].context["held"]["unproven"] is unproven


def test_the_operator_hears_of_a_mail_in_quarantine(uow: MemoryUow) -> None:
    event = MailQuarantined(ticket=0, mail=17, sender="x@y.example", subject="Printer", reason="no From")
    happen(uow, event, by=Actor(kind=ActorKind.SYSTEM))
    assert uow.names() == {"operator@desk.example": ["quarantined"]}
    notice = uow.to("operator@desk.example")[0]
    assert (notice.reverse_path, notice.klass) == ("", NoticeClass.AUTO_ANSWER)
    assert notice.context["mail"]["id"] == 17


def test_reopening_on_the_portal_tells_the_owner_why(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    happen(uow, TicketReopened(ticket=7, reason="again", by_reply=False))
    assert uow.names() == {RUI: ["reopened"]}
    assert uow.to(RUI)[0].context["reason"] == "again"
    assert uow.to(RUI)[0].context["reopened"] is False, "the mail says it already; this is what else was done"


def test_reopening_by_reply_is_one_mail(uow: MemoryUow) -> None:
    uow.open(owner="rui")
    happen(uow, TicketReopened(ticket=7, reason="", by_reply=True), CustomerReplied(ticket=7, article=701))
    assert uow.names() == {RUI: ["customer-reply"]}
    assert uow.to(RUI)[0].context["reopened"] is True


def test_a_suppressed_notice_is_kept_with_its_reason(uow: MemoryUow) -> None:
    uow.contacts[1] = uow.contacts[1].__class__(id=1, name="", address="noreply@customer.example")
    uow.open()
    happen(uow, opened())
    assert [n.suppressed for n in uow.to("noreply@customer.example")] == [
        "noreply@customer.example is an address that nobody answers"
    ]


def test_proof_of_the_sender_lifts_the_cap_of_one_acknowledgement_a_day(uow: MemoryUow) -> None:
    uow.open()
    signed = Actor(kind=ActorKind.CONTACT, contact=1, address="ana@customer.example", trust=Trust.ALIGNED)
    for _ in range(2):
        happen(uow, opened(), by=signed)
    assert [bool(n.suppressed) for n in uow.to(ANA)] == [False, False]
    happen(uow, opened(), by=CUSTOMER)
    assert uow.to(ANA)[-1].suppressed.endswith(
        "is not proven and has had 1 mails of the kind acknowledgement in 24 hours"
    )


def test_p46_who_has_muted_a_ticket_is_spared_of_notes_and_passed_over_with_a_customers_words(uow: MemoryUow) -> None:
    uow.open(owner="rui", muted=("rui",))
    uow.write(7, id=730, kind=ArticleKind.COMMENT, sender=ArticleSender.AGENT, agent="marta", author="Marta Reis")
    assert happen(uow, NoteAdded(ticket=7, article=730, agent="marta"), by=BY_MARTA) == []
    happen(uow, CustomerReplied(ticket=7, article=701))
    assert uow.names() == {MARTA: ["customer-reply"]}


def test_p46_what_names_him_reaches_who_has_muted_the_ticket(uow: MemoryUow) -> None:
    uow.open(owner="rui", muted=("rui",))
    breach = SlaStageReached(ticket=7, metric=SlaMetric.SOLUTION, cycle=1, stage=SlaStage.BREACHED)
    happen(uow, breach, by=BY_CLOCK)
    happen(uow, failed(), by=BY_SYSTEM)
    happen(uow, OwnerChanged(ticket=7, old="", new="rui"), by=BY_MARTA)
    assert uow.names() == {RUI: ["sla-breached", "undelivered", "assigned"]}


def test_p46_a_customer_is_heard_although_everybody_has_muted_the_ticket(uow: MemoryUow) -> None:
    uow.open(muted=("rui", "marta", "lea"))
    happen(uow, CustomerReplied(ticket=7, article=701))
    assert uow.names() == {RUI: ["customer-reply"], MARTA: ["customer-reply"]}
