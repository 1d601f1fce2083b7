"""Rules that open a ticket again and end its waits, and why they come to rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.commands import AddAnswer, CloseTicket, WaitFor
from maild.domain.events import TicketClosed, TicketReopened
from maild.domain.intent import ActorKind, Words
from maild.domain.lifecycle import Waiting
from maild.errors import ConfigError
from tests.helpers.world import World, letter, reply_address
from tests.rules.test_changes import ANA, do, on_change, opened, tags, traces, world

NOT_CLOSED = on_change("vip", 'changed = "closed", by = "agent"', 'reopen = "VIPs are never closed", tag = "vip"')
BY_THE_CLOCK = '[[rule]]\nname = "again"\non = { after = "1 minute", of = "closed" }\nthen = { reopen = "again" }\n'


def happened(desk: World, number: int) -> list[tuple[type, ActorKind]]:
    stored = desk.app.store.writer.run(lambda uow: uow.events.of(number))
    return [(type(one.event), one.actor.kind) for one in stored]


def test_a_rule_opens_a_closed_ticket_again(tmp_path: Path) -> None:
    desk = world(tmp_path, NOT_CLOSED)
    number = opened(desk)
    do(desk, CloseTicket(ticket=number, reason="done"))
    ticket = desk.ticket(number)
    assert (ticket["state"], ticket["closed_at"], ticket["reopen_count"]) == ("open", None, 1)
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    assert [e["reason"] for e in view["events"] if e["kind"] == "TicketReopened"] == ["VIPs are never closed"]
    do(desk, CloseTicket(ticket=number, reason="I mean it"))
    assert desk.ticket(number)["state"] == "open", "an agent has closed it, so the rule may open it once more"
    desk.close()


def test_sec_60_rules_that_close_and_reopen_in_turn_come_to_rest(tmp_path: Path) -> None:
    """Each closing would be a moment of its own for the rule that waits for it, for ever."""
    desk = world(tmp_path, BY_THE_CLOCK + on_change("shut", 'changed = "reopened"', 'close = "shut"'))
    number = opened(desk)
    do(desk, CloseTicket(ticket=number, reason="done"))
    for _ in range(10):
        desk.clock.advance(minutes=2)
        desk.tick()
    kinds = [kind for kind, _ in happened(desk, number)]
    assert (kinds.count(TicketReopened), kinds.count(TicketClosed)) == (1, 2)
    assert any("a rule has reopened ticket" in line for one in traces(desk, number) for line in one.trace)
    desk.close()


def test_sec_60_a_rule_reopens_three_times_in_an_hour_at_most(tmp_path: Path) -> None:
    desk = world(tmp_path, NOT_CLOSED)
    number = opened(desk)
    for _ in range(4):
        do(desk, CloseTicket(ticket=number, reason="done"))
    assert desk.ticket(number)["state"] == "closed"
    assert any("too often" in line for one in traces(desk, number) for line in one.trace)
    desk.clock.advance(minutes=61)
    do(desk, AddAnswer(ticket=number, words=Words(text="Once more.", new_text="Once more.")))
    assert desk.ticket(number)["state"] == "closed"
    desk.close()


def test_words_that_leave_a_ticket_closed_can_be_looked_at(tmp_path: Path) -> None:
    rule = on_change("more", 'changed = "kept", new = "thanks", from = "ana@*", new_words = "obrigada"', 'reopen = "?"')
    desk = world(tmp_path, rule + '[[rule]]\nname = "r"\non = "reply"\nthen = { tag = "reply" }\n')
    number = opened(desk)
    do(desk, AddAnswer(ticket=number, words=Words(text="Fixed.", new_text="Fixed.")))
    do(desk, CloseTicket(ticket=number, reason="done"))
    for text, state in (("Thank you!", "closed"), ("Muito obrigada!", "open")):
        mail = desk.inbox("ana@quinta.example")[-1]
        to = reply_address(mail)
        desk.take(letter(ANA, to, "Re: Printer", text, answers=mail), to=[to], reverse_path="ana@quinta.example")
        assert desk.ticket(number)["state"] == state, text
    assert tags(desk, number) == [], "what changes nothing is no reply"
    desk.close()


def test_a_rule_ends_a_wait(tmp_path: Path) -> None:
    desk = world(tmp_path, '[[rule]]\nname = "go on"\non = { every = "day", at = "08:30" }\nthen = { resume = true }\n')
    number, other = opened(desk), opened(desk, "Another")
    do(desk, WaitFor(ticket=number, waiting=Waiting.HOLD))
    desk.tick()
    desk.clock.advance(days=1)
    desk.tick()
    assert (desk.ticket(number)["state"], desk.ticket(number)["waiting"]) == ("open", None)
    assert desk.ticket(other)["state"] == "new"
    desk.close()


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('on = "reply"\nthen = { reopen = "x" }', "then.reopen: a ticket that a mail has just come into is open"),
        ('on = "change"\nthen = { reopen = "x", close = "y" }', "then.close: reopen of the same rule undoes it"),
        ('on = "change"\nthen = { resume = "yes" }', "write resume = true or resume = false"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, rule: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, f'[[rule]]\nname = "x"\n{rule}\n')
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
