"""Who may do what: the table holds for every pair that it names, and forbids all others."""

from __future__ import annotations

import itertools

import pytest

import maild.desk.ops  # noqa: F401 - fills the registry
from maild.desk.operations import OPERATIONS
from maild.desk.policy import LEAST, Act, authorise
from maild.domain import commands
from maild.domain.intent import Actor, ActorKind, Command, Trust
from maild.errors import NotPermitted

TRUSTS = list(Trust)


@pytest.mark.parametrize(("kind", "act", "trust"), list(itertools.product(ActorKind, Act, Trust)))
def test_an_act_needs_its_trust(kind: ActorKind, act: Act, trust: Trust) -> None:
    least = LEAST.get((kind, act))
    actor = Actor(kind=kind, trust=trust)
    if least is not None and TRUSTS.index(trust) >= TRUSTS.index(least):
        authorise(actor, act)
    else:
        with pytest.raises(NotPermitted):
            authorise(actor, act)


def test_from_alone_never_makes_an_agent() -> None:
    for act in (Act.ANSWER, Act.NOTE, Act.CLOSE, Act.ROUTE, Act.REOPEN):
        with pytest.raises(NotPermitted):
            authorise(Actor(kind=ActorKind.AGENT, trust=Trust.FROM_ONLY), act)


def test_customers_have_no_orders() -> None:
    for act in (Act.ANSWER, Act.NOTE, Act.CLOSE, Act.ROUTE, Act.ALARM, Act.TELL):
        with pytest.raises(NotPermitted):
            authorise(Actor(kind=ActorKind.CONTACT, trust=Trust.SIGNED), act)


def test_every_command_has_one_operation_that_somebody_may_ask_for() -> None:
    named = vars(commands).values()
    known = {c for c in named if isinstance(c, type) and issubclass(c, Command)} - {Command}
    assert known == set(OPERATIONS)
    for operation in OPERATIONS.values():
        assert any(act is operation.act for _, act in LEAST), f"nobody may {operation.word}"
    words = [operation.word for operation in OPERATIONS.values()]
    assert len(words) == len(set(words))
