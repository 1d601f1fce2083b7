"""Random histories of several people and their signs: who belongs to a ticket, and who ever hears of it.

SEC-16 and SEC-18 as laws: a requester never changes, nobody gains a ticket by writing to it, and no mail about a ticket
goes to anybody who does not belong to it.
"""

from __future__ import annotations

import itertools
import tempfile
from email.message import EmailMessage
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.helpers.world import World, letter, reply_address

SUPPORT = "support@casa-azul.example"
CUSTOMERS = ("ana@quinta.example", "luis@taller.example", "mia@horta.example")
STRANGERS = ("mallory@evil.example", "eve@evil.example")
AGENTS = ("rui@home.example", "eva@home.example")
EVERYBODY = (*CUSTOMERS, *STRANGERS)
_numbers = itertools.count(1)


class People(RuleBasedStateMachine):
    """Customers open tickets, everybody answers any mail that anybody got, agents merge and take it back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.requester: dict[int, str] = {}

    def teardown(self) -> None:
        self.world.close()
        self.folder.cleanup()

    def _mails(self, readers: tuple[str, ...]) -> list[EmailMessage]:
        return [mail for reader in readers for mail in self.world.inbox(reader)]

    @rule(who=st.sampled_from(CUSTOMERS))
    def opens(self, who: str) -> None:
        octets = letter(who, SUPPORT, "Matter", "Words.", message_id=f"<o{next(_numbers)}@client.example>")
        settled = self.world.take(octets, to=[SUPPORT], reverse_path=who)
        assert settled.outcome == "opened"
        self.requester[settled.ticket] = who

    @precondition(lambda self: self.requester)
    @rule(data=st.data(), who=st.sampled_from([*EVERYBODY, *AGENTS]), copied=st.sampled_from(EVERYBODY))
    def answers_any_mail(self, data: st.DataObject, who: str, copied: str) -> None:
        """With the tag and ids of a mail that may have been for somebody else, and people in Cc."""
        mails = self._mails((*CUSTOMERS, *AGENTS))
        if not mails:
            return
        mail = data.draw(st.sampled_from(mails))
        to = reply_address(mail) if mail["Reply-To"] else SUPPORT
        octets = letter(
            who, to, str(mail["Subject"]), "An answer.", answers=mail, headers={"Cc": copied},
            message_id=f"<a{next(_numbers)}@client.example>",
        )  # fmt: skip
        settled = self.world.take(octets, to=[to], reverse_path=who)
        if settled.outcome == "opened":
            self.requester[settled.ticket] = who

    @precondition(lambda self: len(self.requester) > 1)
    @rule(data=st.data(), undo=st.booleans())
    def merges_or_takes_back(self, data: st.DataObject, undo: bool) -> None:
        one, other = data.draw(st.permutations(sorted(self.requester)))[:2]
        told = next((m for m in self._mails(AGENTS) if f"[#{one}-" in str(m["Subject"])), None)
        if told is None:
            return
        order = "#unmerge" if undo else f"#merge {other}"
        agent = str(told["To"].addresses[0].addr_spec)
        octets = letter(
            agent, reply_address(told), "Re", order, answers=told, message_id=f"<m{next(_numbers)}@client.example>"
        )
        self.world.take(octets, to=[reply_address(told)], reverse_path=agent)

    @invariant()
    def requesters_stay(self) -> None:
        for number, who in self.requester.items():
            view = self.world.app.store.queries.ticket_view(number)
            assert view is not None
            assert view["requester"]["address"] == who

    @invariant()
    def strangers_hear_only_of_tickets_of_their_own(self) -> None:
        own = {who for who in self.requester.values() if who in STRANGERS}
        for stranger in STRANGERS:
            assert stranger in own or not self.world.inbox(stranger)

    @invariant()
    def what_strangers_write_is_never_the_customers(self) -> None:
        for number in self.requester:
            view = self.world.app.store.queries.ticket_view(number)
            assert view is not None
            ids = {view["requester"]["id"], *view["participants"]}
            for article in view["articles"]:
                if article["verified"] and article["sender"] == "customer" and not article["origin"]:
                    assert article["contact"] in ids

    @invariant()
    def every_chain_ends(self) -> None:
        for number in self.requester:
            seen = {number}
            while number := int(str(self.world.ticket(number)["merged_into"])):
                assert number not in seen
                seen.add(number)


TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
