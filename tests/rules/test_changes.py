"""Rules on changes and rules that are called: what they see, and that they never chase each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.desk import ruling
from maild.domain.commands import AddAnswer, CallRule, CloseTicket, MergeTicket, SetPriority, SetTeam
from maild.domain.events import RulesApplied
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust, Words
from maild.domain.ticket import Priority
from maild.errors import ConfigError, Refused
from maild.rules.engine import MISSES_KEPT
from maild.rules.rulebook import Rulebook
from tests.helpers.world import WORLD, World, letter, reply_address, words

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
RUI = Actor(kind=ActorKind.AGENT, name="rui", via="cli", trust=Trust.SIGNED)


def on_change(name: str, when: str, then: str) -> str:
    return f'[[rule]]\nname = "{name}"\non = "change"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n'


def world(folder: Path, rules: str) -> World:
    return World(folder, WORLD + rules)


def opened(desk: World, subject: str = "Printer", text: str = "Broken.") -> int:
    return desk.take(letter(ANA, SUPPORT, subject, text), to=[SUPPORT], reverse_path="ana@quinta.example").ticket


def do(desk: World, command: Command, actor: Actor = RUI) -> None:
    cause = Cause(key=f"test:{type(command).__name__}")
    intent = Intent(actor=actor, commands=(command,))
    desk.app.store.writer.run(lambda uow: desk.app.desk.run(uow, intent, cause=cause, now=desk.clock()))
    desk.send()


def tags(desk: World, number: int) -> list[str]:
    found = desk.ticket(number)["tags"]
    assert isinstance(found, list | tuple)
    return list(found)


def traces(desk: World, number: int) -> list[RulesApplied]:
    events = desk.app.store.writer.run(lambda uow: uow.events.of(number))
    return [stored.event for stored in events if isinstance(stored.event, RulesApplied)]


@pytest.mark.parametrize(
    ("when", "hits"),
    [
        ('changed = "priority"', True),
        ('changed = ["team", "priority"], old = "normal", new = "urgent"', True),
        ('changed = "priority", new = "high"', False),
        ('changed = "priority", old = "low"', False),
        ('changed = "priority", by = "agent"', True),
        ('changed = "priority", by = ["rule", "contact"]', False),
        ('new = "urgent"', True),
        ('changed = "priority", from = "*@quinta.example", subject = "printer"', True),
        ('changed = "priority", mailbox = "support@casa-azul.example"', True),
        ('changed = "priority", priority = "normal"', False),
        ('changed = "owner"', False),
        ('not = { changed = "team" }', True),
    ],
)  # fmt: skip
def test_a_rule_sees_what_has_changed(tmp_path: Path, when: str, hits: bool) -> None:
    desk = world(tmp_path, on_change("seen", when, 'tag = "seen"'))
    rules = desk.app.rulebook
    desk.app.desk.use_rules(Rulebook())
    number = opened(desk)
    desk.app.desk.use_rules(rules)
    do(desk, SetPriority(ticket=number, priority=Priority.URGENT))
    assert ("seen" in tags(desk, number)) is hits
    desk.close()


def test_a_trace_names_the_rules_about_the_change_and_no_others(tmp_path: Path) -> None:
    desk = world(
        tmp_path,
        on_change("owners", 'changed = "owner"', 'tag = "o"')
        + on_change("vip", 'changed = "priority", team = "billing"', 'tag = "p"'),
    )
    number = opened(desk)
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    (found,) = [event for event in traces(desk, number) if event.trigger == "change"]
    assert found.trace == ('vip: missed: team is "support", wanted billing',)
    desk.close()


def test_what_is_kept_of_misses_is_bounded_for_all_changes_of_one_cause(tmp_path: Path) -> None:
    desk = world(
        tmp_path,
        on_change("more", 'changed = "priority"', 'tag = ["a", "b", "c"]')
        + "".join(on_change(f"none {n}", 'team = "billing"', 'tag = "x"') for n in range(20)),
    )
    number = opened(desk)
    before = len(traces(desk, number))
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    lines = [line for event in traces(desk, number)[before:] for line in event.trace]
    assert [line for line in lines if ": hit: " in line] == ["more: hit: tag a, tag b, tag c"]
    assert len([line for line in lines if ": missed: " in line or ": not asked: " in line]) == MISSES_KEPT
    assert [line for line in lines if "more rules" in line][-1] == "20 more rules missed or were not asked"
    desk.close()


def test_every_kind_of_event_is_offered(tmp_path: Path) -> None:
    rules = "".join(
        on_change(name, f'changed = "{name}"', f'tag = "{name}"')
        for name in ("opened", "reply", "answer", "owner", "state", "closed", "sla", "merged", "team")
    )
    desk = world(tmp_path, rules)
    number = opened(desk)
    mail = desk.inbox("ana@quinta.example")[-1]
    to = reply_address(mail)
    desk.clock.advance(hours=3)
    desk.tick()
    do(desk, AddAnswer(ticket=number, words=Words(text="Try again.", new_text="Try again.")))
    desk.take(letter(ANA, to, "Re: Printer", "No.", answers=mail), to=[to], reverse_path="ana@quinta.example")
    do(desk, CloseTicket(ticket=number, reason="done"))
    assert set(tags(desk, number)) == {"opened", "reply", "answer", "owner", "state", "closed", "sla"}
    other = opened(desk, "Another")
    do(desk, MergeTicket(ticket=number, into=other))
    assert "merged" in tags(desk, number)
    desk.close()


def test_rules_that_chase_each_other_stop_sec_60(tmp_path: Path) -> None:
    """Each acts once for a cause; the change that came back is offered to neither again."""
    desk = world(
        tmp_path,
        on_change("up", 'changed = "priority", new = "low"', 'priority = "high"')
        + on_change("down", 'changed = "priority", new = "high"', 'priority = "low"'),
    )
    number = opened(desk)
    do(desk, SetPriority(ticket=number, priority=Priority.LOW))
    assert desk.ticket(number)["priority"] == "low"
    said = [line for event in traces(desk, number) for line in event.trace]
    assert [line for line in said if ": hit: " in line] == ["up: hit: priority high", "down: hit: priority low"]
    assert "up: not asked: it has acted already" in said
    desk.close()


def test_a_chain_ends_where_it_is_too_deep_sec_60(tmp_path: Path) -> None:
    rules = "".join(
        f'[[rule]]\nname = "step {n}"\non = "change"\nwhen = {{ changed = "tag", new = "t{n}" }}\n'
        f'then = {{ tag = "t{n + 1}" }}\n'
        for n in range(9)
    )
    desk = world(tmp_path, rules + '[[rule]]\nname = "first"\nthen = { tag = "t0" }\n')
    number = opened(desk)
    assert tags(desk, number) == [f"t{n}" for n in range(ruling.MAX_DEPTH + 1)]
    assert traces(desk, number)[-1].trace == ("no rule is asked for further changes: the rules go round",)
    desk.close()


def test_a_mail_is_still_seen_when_its_changes_are_asked_about(tmp_path: Path) -> None:
    desk = world(
        tmp_path,
        '[[rule]]\nname = "loud money"\non = "change"\n'
        'when = { changed = "team", new = "billing", new_words = "lawyer" }\nthen = { tag = "lawyer" }\n',
    )
    assert "lawyer" in tags(desk, opened(desk, "Invoice 12", "My lawyer will write."))
    assert "lawyer" not in tags(desk, opened(desk, "Invoice 13", "Thanks."))
    desk.close()


MANUAL = """
[[rule]]
name = "to billing"
on = "manual"
when = { team = "support" }
then = { team = "billing", tag = "handed over" }
"""


def test_an_agent_calls_a_rule_by_mail(tmp_path: Path) -> None:
    desk = world(tmp_path, MANUAL)
    number = opened(desk)
    mail = desk.inbox("rui@home.example")[-1]
    to = reply_address(mail)
    desk.take(
        letter("rui@home.example", to, "Re: Printer", "#run To Bill\n", answers=mail),
        to=[to],
        reverse_path="rui@home.example",
    )
    assert (desk.ticket(number)["team"], tags(desk, number)) == ("billing", ["handed over"])
    desk.close()


@pytest.mark.parametrize(
    ("order", "said"), [("#run nonsense", "nonsense → to billing"), ("#run to billing", 'team is "billing"')]
)
def test_an_agent_hears_why_a_rule_did_nothing(tmp_path: Path, order: str, said: str) -> None:
    desk = world(tmp_path, MANUAL)
    number = opened(desk)
    mail = desk.inbox("rui@home.example")[-1]
    do(desk, SetTeam(ticket=number, team="billing"))
    to = reply_address(mail)
    desk.take(
        letter("rui@home.example", to, "Re: Printer", order, answers=mail), to=[to], reverse_path="rui@home.example"
    )
    assert said in words(desk.inbox("rui@home.example")[-1])
    desk.close()


def test_only_rules_that_are_there_to_be_called_can_be(tmp_path: Path) -> None:
    desk = world(tmp_path, MANUAL)
    number = opened(desk)
    with pytest.raises(Refused, match="no rule to be called is named loud → to billing"):
        do(desk, CallRule(ticket=number, rule="loud"))
    desk.close()


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('when = { changed = "owner" }', "when.changed: nothing changes where the rule is asked (on new)"),
        ('on = "change"\nwhen = { changed = "owners" }', "did you mean 'owner'?"),
        ('on = "change"\nwhen = { changed = "bounce", new = "5.*" }', "compared whole, not as a pattern"),
        ('on = "change"\nwhen = { changed = "tag", old = "/(a/" }', "compared whole, not as a pattern"),
        ('on = "chance"', "did you mean 'change'?"),
        ('on = "change"\nwhen = { by = "robot" }', "'robot' is not known"),
    ],
)
def test_what_can_never_happen_is_refused(tmp_path: Path, rule: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, f'[[rule]]\nname = "x"\n{rule}\nthen = {{ tag = "x" }}\n')
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
