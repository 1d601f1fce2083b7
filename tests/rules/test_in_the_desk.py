"""Rules on their way through the whole desk: what they say is what happens to the ticket, and is kept beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from maild.domain.events import RulesApplied
from maild.ingest.parse import read
from maild.rules.engine import evaluate
from maild.rules.facts import RuleFacts, facts_of
from maild.rules.model import Trigger
from tests.helpers.world import WORLD, World, letter, reply_address

RULES = """
[[rule]]
name = "orders"
when = { subject = '/order (?P<order>\\d+)/' }
then = { tag = "order-{order}" }

[[rule]]
name = "night"
when = { working_time = false }
then = { tag = "night" }

[[rule]]
name = "day"
when = { working_time = true }
then = { tag = "day" }

[[rule]]
name = "angry replies"
on = ["reply"]
when = { new_words = ["complaint", "lawyer"], team = "support" }
then = { priority = "urgent", tag = "angry" }
"""
ANA = "Ana Silva <ana@quinta.example>"
PATH = "ana@quinta.example"
SUPPORT = "support@casa-azul.example"


def world(folder: Path) -> World:
    return World(folder, WORLD + RULES)


def tags(found: dict[str, Any]) -> set[str]:
    return set(found["tags"])


def test_new_mail_is_routed_and_the_trace_is_kept(tmp_path: Path) -> None:
    desk = world(tmp_path)
    desk.take(letter(ANA, SUPPORT, "Order 4711 is missing", "Where is it?"), to=[SUPPORT], reverse_path=PATH)
    ticket = desk.ticket(10_001)
    assert tags(ticket) == {"order-4711", "day"}
    events = desk.app.store.writer.run(lambda uow: uow.events.of(10_001))
    (trace,) = (stored.event.trace for stored in events if isinstance(stored.event, RulesApplied))
    assert trace == (
        'invoices: missed: subject is "Order 4711 is missing", wanted invoice or fatura or factura',
        'loud: missed: subject is "Order 4711 is missing", wanted urgent',
        "orders: hit: tag order-4711",
        "night: missed: working_time is yes, wanted no",
        "day: hit: tag day",
    )
    desk.close()


def test_the_calendar_says_what_working_time_is(tmp_path: Path) -> None:
    desk = world(tmp_path)
    desk.clock.advance(hours=4, minutes=30)
    desk.take(letter(ANA, SUPPORT, "Lunch", "Anyone there?"), to=[SUPPORT], reverse_path=PATH)
    assert tags(desk.ticket(10_001)) == {"night"}
    desk.close()


def test_rules_on_replies_are_asked_for_replies_only(tmp_path: Path) -> None:
    desk = world(tmp_path)
    desk.take(letter(ANA, SUPPORT, "Broken", "A complaint, but in the first mail."), to=[SUPPORT], reverse_path=PATH)
    assert desk.ticket(10_001)["priority"] == "normal"
    mail = desk.inbox("ana@quinta.example")[-1]
    to = reply_address(mail)
    desk.take(letter(ANA, to, "Re: Broken", "I shall call my lawyer.", answers=mail), to=[to], reverse_path=PATH)
    ticket = desk.ticket(10_001)
    assert (ticket["priority"], "angry" in tags(ticket)) == ("urgent", True)
    desk.close()


def test_asking_the_rules_without_a_desk_gives_what_the_desk_then_does(tmp_path: Path) -> None:
    """A dry run is the real run."""
    desk = world(tmp_path)
    for number, subject in enumerate(["Fatura 12", "urgent: order 77", "Hello", "URGENT invoice"], 10_001):
        octets = letter(ANA, SUPPORT, subject, "Text.")
        facts = facts_of(read(octets), mailbox=SUPPORT, forward_paths=[SUPPORT], reverse_path=PATH)
        desk.take(octets, to=[SUPPORT], reverse_path=PATH)
        ticket = desk.ticket(number)
        dry = evaluate(desk.app.rulebook, Trigger.NEW, _as_opened(facts)).facts
        for field in ("team", "category", "request_type", "priority", "owner"):
            assert (ticket[field] or "") == getattr(dry, field), field
        assert tags(ticket) == set(dry.tags)
    desk.close()


def _as_opened(facts: RuleFacts) -> RuleFacts:
    return replace(facts, team="support", working_time=True)
