"""Random histories of several people and their signs: who belongs to a ticket, and who ever hears of it.

SEC-14, SEC-16, SEC-18 and SEC-68 as laws: a requester never changes, nobody gains a ticket by writing to it, no word of
a ticket goes to anybody who has never belonged to it, and a token leads to its own ticket, wherever that was merged to,
under each live key and under no other.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection
from email.message import EmailMessage
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from maild.domain.token import Key, Purpose, Token
from tests.helpers.world import World, letter, reply_address

SUPPORT = "support@casa-azul.example"
CUSTOMERS = ("ana@quinta.example", "luis@taller.example", "mia@horta.example")
STRANGERS = ("mallory@evil.example", "eve@evil.example")
SPARE = ("ana@phone.example", "mallory@evil.example")
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
        self.keys = [Key(1, b"k" * 32)]
        self.belonged: dict[int, set[str]] = {}
        """Of each ticket, the addresses that ever belonged to it, or to one that it was merged to."""
        self.blocked: set[str] = set()

    def teardown(self) -> None:
        self.world.close()
        self.folder.cleanup()

    def _mails(self, readers: tuple[str, ...]) -> list[EmailMessage]:
        return [mail for reader in readers for mail in self.world.inbox(reader)]

    @rule(who=st.sampled_from(CUSTOMERS))
    def opens(self, who: str) -> None:
        number = next(_numbers)
        octets = letter(who, SUPPORT, "Matter", f"Words {who}.", message_id=f"<o{number}@client.example>")
        settled = self.world.take(octets, to=[SUPPORT], reverse_path=who)
        assert settled.outcome == ("discarded" if who in self.blocked else "opened")
        self._opened(settled.ticket, who)

    def _opened(self, ticket: int, who: str) -> None:
        if ticket:
            self.requester[ticket] = who
            self.belonged[ticket] = {who}

    def _end(self, number: int) -> int:
        """Where a ticket has been merged to."""
        while into := int(str(self.world.ticket(number)["merged_into"])):
            number = into
        return number

    @rule(keep=st.booleans())
    def rotates_the_keys(self, keep: bool) -> None:
        """A new key signs; the one before is read as long as it is kept."""
        number = self.keys[0].id % 200 + 1
        self.keys = [Key(number, bytes([number]) * 32), *(self.keys[:1] if keep else ())]
        self.world.rotate(self.keys)

    @precondition(lambda self: self.requester)
    @rule(data=st.data(), address=st.sampled_from([*CUSTOMERS, *SPARE]))
    def an_agent_knows_another_address(self, data: st.DataObject, address: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.requester)))
        if self._orders(number, f"#alias {address}") == "appended":
            self.belonged[self._end(number)].add(address)

    @precondition(lambda self: self.requester)
    @rule(data=st.data(), undo=st.booleans())
    def an_agent_silences_somebody(self, data: st.DataObject, undo: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.requester)))
        who = data.draw(st.sampled_from(CUSTOMERS))
        if self._orders(number, f"#{'un' if undo else ''}block {who}") == "appended":
            (self.blocked.discard if undo else self.blocked.add)(who)

    def _orders(self, number: int, order: str) -> str:
        """An agent's order as an answer to the newest mail that he got of the ticket; "" when he got none."""
        told = next((m for m in reversed(self._mails(AGENTS)) if f"[#{number}-" in str(m["Subject"])), None)
        if told is None:
            return ""
        agent = str(told["To"].addresses[0].addr_spec)
        octets = letter(
            agent, reply_address(told), "Re", order, answers=told, message_id=f"<m{next(_numbers)}@client.example>"
        )
        return str(self.world.take(octets, to=[reply_address(told)], reverse_path=agent).outcome)

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
        token = self._token(to)
        settled = self.world.take(octets, to=[to], reverse_path=who)
        if settled.outcome == "opened":
            self._opened(settled.ticket, who)
            assert token is None or self.world.ticket(settled.ticket)["follows"] == self._end(token.ticket)
        elif token is not None and settled.outcome == "appended":
            assert settled.ticket == self._end(token.ticket), "a token leads to its ticket, and by merge only elsewhere"

    def _token(self, address: str) -> Token | None:
        """What the reply address says under the keys of now."""
        detail = address.partition("@")[0].partition("+")[2]
        return self.world.app.tokens.read(Purpose.REPLY, detail) if detail else None

    @precondition(lambda self: len(self.requester) > 1)
    @rule(data=st.data(), undo=st.booleans())
    def merges_or_takes_back(self, data: st.DataObject, undo: bool) -> None:
        one, other = data.draw(st.permutations(sorted(self.requester)))[:2]
        self._orders(one, "#unmerge" if undo else f"#merge {other}")

    @invariant()
    def requesters_stay(self) -> None:
        for number, who in self.requester.items():
            view = self.world.app.store.queries.ticket_view(number)
            assert view is not None
            assert who in self._addresses([view["requester"]["id"]]), "he, by whichever of his addresses"

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

    def _addresses(self, contacts: Collection[int]) -> set[str]:
        return self.world.app.store.read(
            lambda uow: {one.address for contact in contacts for one in uow.people.addresses(contact)}
        )

    @invariant()
    def no_word_of_a_ticket_goes_to_whoever_never_belonged_to_it(self) -> None:
        """SEC-14: the words of a customer are in the mails of his own people only, and of who was merged to them."""
        for number in self.requester:
            view = self.world.app.store.queries.ticket_view(number)
            assert view is not None
            here = self._addresses(view["participants"])
            self.belonged[number] |= here
            for merged in view["merged"]:
                self.belonged[merged] |= here
        knows: dict[str, set[str]] = {who: {who} for who in EVERYBODY}
        for number, who in self.requester.items():
            for other in self.belonged[number]:
                knows.setdefault(other, set()).add(who)
        for reader in EVERYBODY:
            text = b"".join(self.world.raw_inbox(reader)).decode("utf-8", "replace")
            for who in CUSTOMERS:
                assert f"Words {who}." not in text or who in knows[reader], f"{reader} has read {who}"

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
