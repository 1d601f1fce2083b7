"""Two brands in one desk: nobody of one gets a byte of the other's, and no token opens the other's tickets (P53)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.desk.executor import Result
from maild.desk.ports import UnitOfWork
from maild.desk.queues import Outcome
from maild.domain.commands import AssignOwner, MergeTicket, SetTeam, SetWatching
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust
from maild.domain.mail import Envelope, RawMail
from maild.errors import NotPermitted
from maild.ingest.brands import by_brand
from tests.helpers.world import MONDAY, WORLD, World, letter, reply_address, words

ANA = "ana@quinta.example"
RUI, EVA = "rui@home.example", "eva@home.example"
BLUE, GREEN = "support@casa-azul.example", "billing@casa-azul.example"
CONFIG = (
    WORLD.replace('display_name = "Customer Support"\n', 'display_name = "Blue"\nbrand = "blue"\n')
    .replace('display_name = "Billing"\n', 'display_name = "Green"\nbrand = "green"\n')
    .replace('members = ["rui", "eva"]', 'members = ["rui"]')
)
"""Rui works for the blue brand, Eva for the green one; a rule would hand whatever is about an invoice to green."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, CONFIG)
    yield world
    world.close()


def write(
    world: World, to: str, text: str = "Hello", subject: str = "A question", answers: EmailMessage | None = None
) -> Outcome:
    return world.take(letter(ANA, to, subject, text, answers=answers), to=[to], reverse_path=ANA).outcome


def do(world: World, *commands: Command) -> Result:
    operator = Actor(kind=ActorKind.AGENT, name="rui", via="cli", trust=Trust.SIGNED)

    def job(uow: UnitOfWork) -> Result:
        return world.app.desk.run(
            uow, Intent(actor=operator, commands=commands), cause=Cause(key="cli:1"), now=world.clock()
        )

    return world.app.store.writer.run(job)


def test_p53_a_token_of_one_brand_in_mail_to_the_other_opens_nothing(desk: World) -> None:
    write(desk, BLUE, "about blue")
    reply = reply_address(desk.inbox(ANA)[-1])
    tag = reply.partition("+")[2].partition("@")[0]
    assert write(desk, f"billing+{tag}@casa-azul.example", "now for green") is Outcome.OPENED
    assert [len(desk.inbox(agent)) for agent in (RUI, EVA)] == [1, 1]
    assert "another brand" in str(desk.app.store.queries.inbound(limit=1)[0].settlement.trace["thread"])
    assert write(desk, reply, "and this for blue") is Outcome.APPENDED, "in mail to its own brand it does"


def test_a_subject_token_and_a_message_id_of_one_brand_open_nothing_of_the_other(desk: World) -> None:
    write(desk, BLUE)
    subject = str(desk.inbox(ANA)[-1]["Subject"])
    answered = desk.inbox(ANA)[-1]
    assert write(desk, GREEN, subject=subject) is Outcome.OPENED
    assert write(desk, GREEN, answers=answered) is Outcome.OPENED
    assert write(desk, BLUE, answers=answered) is Outcome.APPENDED


def test_the_same_mail_to_both_brands_is_a_matter_of_each(desk: World) -> None:
    octets = letter(ANA, f"{BLUE}, {GREEN}", "To both", "Hello both")
    for to in (BLUE, GREEN):
        assert desk.take(octets, to=[to], reverse_path=ANA).outcome is Outcome.OPENED
    assert desk.take(octets, to=[GREEN], reverse_path=ANA).outcome is Outcome.DUPLICATE
    assert [desk.ticket(number)["team"] for number in (10001, 10002)] == ["support", "billing"]
    assert [len(desk.inbox(agent)) for agent in (RUI, EVA)] == [1, 1]


def test_one_envelope_for_both_brands_is_kept_once_for_each(desk: World) -> None:
    mail = RawMail(
        octets=b"x", source="smtp", source_key="k", received_at=MONDAY,
        envelope=Envelope(reverse_path=ANA, forward_paths=(BLUE, GREEN, BLUE.replace("@", "+x@"))),
    )  # fmt: skip
    split = by_brand(mail, desk.app.directory)
    paths = [one.envelope.forward_paths for one in split if one.envelope]
    assert paths == [(BLUE, "support+x@casa-azul.example"), (GREEN,)]
    assert split[0].source_key == "k" != split[1].source_key
    alone = replace(mail, envelope=Envelope(reverse_path=ANA, forward_paths=(BLUE,)))
    assert by_brand(alone, desk.app.directory) == [alone]


@pytest.mark.parametrize(
    "command",
    [
        SetTeam(ticket=10001, team="billing"),
        AssignOwner(ticket=10001, owner="eva"),
        SetWatching(ticket=10001, agent="eva", watching=True),
        MergeTicket(ticket=10001, into=10002),
    ],
    ids=lambda command: type(command).__name__,
)
def test_sec_14_nobody_hands_a_ticket_over_the_wall(desk: World, command: Command) -> None:
    write(desk, BLUE)
    write(desk, GREEN, subject="Another one")
    before = [len(desk.inbox(agent)) for agent in (RUI, EVA)]
    with pytest.raises(NotPermitted, match="another brand"):
        do(desk, command)
    desk.send()
    assert [len(desk.inbox(agent)) for agent in (RUI, EVA)] == before
    do(desk, AssignOwner(ticket=10001, owner="rui"))
    assert desk.ticket(10001)["owner"] == "rui", "inside the wall it is done"


def test_a_rule_that_would_is_refused_and_its_trace_says_so(desk: World) -> None:
    write(desk, BLUE, subject="My invoice")
    assert (desk.ticket(10001)["team"], len(desk.inbox(EVA))) == ("support", 0)
    view = desk.app.store.queries.ticket_view(10001)
    assert view is not None
    assert "team refused: billing works for another brand" in str(view["events"])


def test_without_brands_everything_is_one_house(tmp_path: Path) -> None:
    world = World(tmp_path)
    write(world, BLUE, subject="My invoice")
    assert world.ticket(10001)["team"] == "billing"
    world.close()


STEPS = st.lists(
    st.tuples(st.sampled_from(["blue", "green"]), st.sampled_from(["new", "reply", "crossed", "subject", "answer"])),
    min_size=2,
    max_size=6,
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_sec_14_no_byte_of_one_brand_reaches_an_agent_of_the_other(steps: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), CONFIG)
        box = {"blue": BLUE, "green": GREEN}
        agent = {"blue": RUI, "green": EVA}
        for number, (brand, step) in enumerate(steps):
            other = "green" if brand == "blue" else "blue"
            got = [mail for mail in world.inbox(ANA) if str(mail["From"]).endswith(f"<{box[brand]}>")]
            text = f"secret-of-{brand}-{number}"
            if step == "answer" and world.inbox(agent[brand]):
                to = reply_address(world.inbox(agent[brand])[-1])
                world.take(letter(agent[brand], to, "Re: x", text), to=[to], reverse_path=agent[brand])
            elif step == "reply" and got:
                write(world, reply_address(got[-1]), text)
            elif step == "crossed" and got:
                tag = reply_address(got[-1]).partition("+")[2].partition("@")[0]
                write(world, box[other].replace("@", f"+{tag}@"), f"secret-of-{other}-{number}")
            elif step == "subject" and got:
                write(world, box[other], f"secret-of-{other}-{number}", subject=str(got[-1]["Subject"]))
            else:
                write(world, box[brand], text, subject=f"Matter {number}")
        for brand, address in agent.items():
            told = " ".join(words(mail) + str(mail["Subject"]) for mail in world.inbox(address))
            assert f"secret-of-{'green' if brand == 'blue' else 'blue'}" not in told
        world.close()
