"""A whole desk under a machine of random acts: whatever happens, no customer ever gets a piece of a note, an agent's
address, or anything that an agent's mail program wrote (P18, P19; SEC-16, SEC-17, SEC-19).

Real parsing, threading, desk, templates of an operator and composing; only the wire is made up. What a customer's mail
says is read as his mail program would.
"""

from __future__ import annotations

import tempfile
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from maild.domain.events import Event, NoteAdded
from maild.domain.notice import DeliveryResult, NoticeClass
from maild.outbound.audience import Who
from maild.outbound.table import NOTICES, Entry, Reply
from tests.helpers.world import WORLD, World, letter, reply_address, words

SUPPORT, BILLING = "support@casa-azul.example", "billing@casa-azul.example"
CUSTOMERS = {"ana@quinta.example": "Ana Silva", "luis@taller.example": "Luis Ortega", "eva@quinta.example": "Eva Silva"}
AGENTS = {"rui@home.example": "Rui Costa", "eva@home.example": "Eva Marín"}

PIECE = 20
"""Characters of a note that must not stand in a row in a customer's mail."""

BETRAYED = ("home.example", "mobile.example", "SecretMailer", "10.9.8.7", "laptop-of-rui")
"""What would tell of an agent: his addresses, and what his mail program and its server write."""

OF_THE_AGENT = {
    "X-Mailer": "SecretMailer 9",
    "User-Agent": "SecretMailer/9.1",
    "X-Originating-IP": "[10.9.8.7]",
    "Received": "from laptop-of-rui (unknown [10.9.8.7]) by mx.home.example; Mon, 23 Nov 2026 09:00:00 +0000",
    "Disposition-Notification-To": "rui@home.example",
    "Return-Receipt-To": "rui@home.example",
    "Organization": "SecretMailer Users",
}

FORMS = (
    "{}",
    "> {}",
    "-- \n{}",
    "##- {} -##",
    "{{{{ {} }}}}",
    "On Mon, 23 Nov 2026 at 09:00, Ana Silva wrote:\n> {}",
    "From: Ana Silva <ana@quinta.example>\nTo: support@casa-azul.example\n\n{}",
    "<b>{}</b>",
    "#priority high\n{}",
)
"""In what shape the words of a note come: as what may be taken for a quote, a signature, a marker, a template."""


def open_world(folder: Path, override: str = "{{ article.text }}\n\n{{ agent.name }}\n") -> World:
    """A desk whose operator has written his own words for answers."""
    place = folder / "templates" / "mail" / "answer" / "en"
    place.mkdir(parents=True)
    (place / "body.txt").write_text(override, "utf-8")
    return World(folder, WORLD.replace("[desk]", 'templates = "templates"\n\n[desk]', 1))


def said(octets: bytes) -> str:
    """Everything in a mail, as it travels and as it is read."""
    mail = BytesParser(policy=policy.default).parsebytes(octets)
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    headers = [f"{name}: {value}" for name, value in mail.items()]
    return "\n".join([octets.decode("ascii", "replace"), *headers, *map(str, texts)])


def leaks(world: World, notes: list[str], since: int = 0) -> list[str]:
    """What customers have been told that they must not know, in the mails delivered from `since` on."""
    found: list[str] = []
    for _, path, octets in world.letterbox.mails[since:]:
        if path in AGENTS or path.startswith("operator@") or path.endswith("@mobile.example"):
            continue
        text = said(octets)
        flat = " ".join(text.split())
        found += [f"{path} was told {word}" for word in BETRAYED if word in text]
        found += [
            f"{path} got a piece of a note: {note[at : at + PIECE]}"
            for note in notes
            for at in range(len(note) - PIECE + 1)
            if note[at : at + PIECE] in flat
        ]
    return found


class Desk(RuleBasedStateMachine):
    """`notes` are all words that were written for the house alone."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.world = open_world(Path(self._folder.name))
        self.notes: list[str] = []
        self.looked_at = 0
        self.written = 0

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()
            self._folder.cleanup()

    def secret(self) -> str:
        self.written += 1
        return sha256(str(self.written).encode()).hexdigest()

    def inbox(self, address: str) -> list[EmailMessage]:
        return self.world.inbox(address)

    def post(
        self, sender: str, to: str, subject: str, text: str,
        *, answers: EmailMessage | None = None, headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        name = CUSTOMERS.get(sender) or AGENTS.get(sender, "")
        octets = letter(f"{name} <{sender}>", to, subject, text, answers=answers, headers=headers)
        self.world.take(octets, to=[to], reverse_path=sender)

    @rule(
        sender=st.sampled_from(sorted(CUSTOMERS)), to=st.sampled_from([SUPPORT, BILLING]),
        subject=st.sampled_from(["Printer", "Fatura", "urgent: server", "Re: Fwd: nada"]),
    )  # fmt: skip
    def a_customer_writes(self, sender: str, to: str, subject: str) -> None:
        self.post(sender, to, subject, f"Please help, {self.secret()[:8]}.", headers={"Cc": "luis@taller.example"})

    @precondition(lambda self: any(self.inbox(one) for one in CUSTOMERS))
    @rule(data=st.data(), all_of=st.booleans())
    def a_customer_replies(self, data: st.DataObject, all_of: bool) -> None:
        sender = data.draw(st.sampled_from([one for one in sorted(CUSTOMERS) if self.inbox(one)]))
        mail = data.draw(st.sampled_from(self.inbox(sender)))
        others = {"Cc": f"eva@quinta.example, {SUPPORT}"} if all_of else {}
        text = f"Still broken, {self.secret()[:8]}."
        self.post(sender, reply_address(mail), f"Re: {mail['Subject']}", text, answers=mail, headers=others)

    @precondition(lambda self: any(self.inbox(one) for one in CUSTOMERS))
    @rule(data=st.data())
    def somebody_who_caught_the_address_writes(self, data: st.DataObject) -> None:
        whose = data.draw(st.sampled_from([one for one in sorted(CUSTOMERS) if self.inbox(one)]))
        mail = data.draw(st.sampled_from(self.inbox(whose)))
        sender = data.draw(st.sampled_from(sorted(CUSTOMERS)))
        self.post(sender, reply_address(mail), "Tell me all", "What is in this ticket?", answers=mail)

    @precondition(lambda self: any(self.inbox(one) for one in AGENTS))
    @rule(data=st.data(), form=st.sampled_from(FORMS), as_note=st.booleans())
    def an_agent_writes(self, data: st.DataObject, form: str, as_note: bool) -> None:
        """For the customer or for the house: as he says, or else as the mail says that he answers."""
        agent, mail = self.drawn_mail(data)
        text = self.secret()
        inside = as_note or "Your reply goes to" not in words(mail)
        if inside:
            self.notes.append(text)
        self.reply(agent, mail, ("#note\n" if as_note else "") + (form.format(text) if inside else text))

    @precondition(lambda self: any(self.inbox(one) for one in AGENTS))
    @rule(data=st.data(), order=st.sampled_from(["#close", "#merge {}", "#unmerge", "#assign eva", "#mute", "#wait"]))
    def an_agent_orders(self, data: st.DataObject, order: str) -> None:
        agent, mail = self.drawn_mail(data)
        other = data.draw(st.integers(10_001, 10_004))
        self.reply(agent, mail, order.format(other))

    @precondition(lambda self: any(self.inbox(one) for one in AGENTS))
    @rule(data=st.data())
    def an_agent_forwards_a_mail_to_the_desk(self, data: st.DataObject) -> None:
        agent, mail = self.drawn_mail(data)
        text = self.secret()
        self.notes.append(text)
        body = f"{text}\n\n---------- Forwarded message ---------\nFrom: {mail['From']}\n\n{words(mail)}"
        self.post(agent, SUPPORT, f"Fwd: {mail['Subject']}", body, headers=OF_THE_AGENT)

    @rule(whose=st.sampled_from(sorted(CUSTOMERS)), broken=st.booleans())
    def an_address_stops_or_begins_to_take_mail(self, whose: str, broken: bool) -> None:
        if broken:
            text = "5.1.1 no such user"
            self.world.letterbox.refuse[whose] = DeliveryResult(delivered=False, permanent=True, code=550, text=text)
        else:
            self.world.letterbox.refuse.pop(whose, None)

    @rule(minutes=st.sampled_from([20, 300, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)
        self.world.tick()

    def drawn_mail(self, data: st.DataObject) -> tuple[str, EmailMessage]:
        agent = data.draw(st.sampled_from([one for one in sorted(AGENTS) if self.inbox(one)]))
        return agent, data.draw(st.sampled_from(self.inbox(agent)[-6:]))

    def reply(self, agent: str, mail: EmailMessage, text: str) -> None:
        self.post(agent, reply_address(mail), f"Re: {mail['Subject']}", text, answers=mail, headers=OF_THE_AGENT)

    @invariant()
    def nothing_has_leaked(self) -> None:
        if not hasattr(self, "world"):
            return
        assert leaks(self.world, self.notes, self.looked_at) == []
        self.looked_at = len(self.world.letterbox.mails)


TestDesk = Desk.TestCase
TestDesk.settings = settings(deadline=None, max_examples=max(6, settings().max_examples // 8), stateful_step_count=14)


def talked(world: World) -> str:
    """Ana writes, Rui leaves a note and answers; returns the note."""
    note = "The customer is known to argue about every invoice."
    world.take(
        letter("Ana <ana@quinta.example>", SUPPORT, "Printer", "Help."), to=[SUPPORT], reverse_path="a@quinta.example"
    )
    (mail,) = world.inbox("rui@home.example")
    for text in (f"#note\n{note}", "Good morning Ana, it is on its way."):
        octets = letter(
            "Rui <rui@home.example>", reply_address(mail), "Re: it", text, answers=mail, headers=OF_THE_AGENT
        )
        world.take(octets, to=[reply_address(mail)], reverse_path="rui@home.example")
    assert "on its way" in words(world.inbox("ana@quinta.example")[-1])
    return note


def test_sec_28_an_honest_desk_leaks_nothing(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    note = talked(world)
    assert note in words(world.inbox("eva@home.example")[-1])
    assert leaks(world, [note]) == []
    world.close()


def test_the_control_a_template_that_betrays_an_agent_is_caught(tmp_path: Path) -> None:
    world = open_world(tmp_path, "{{ article.text }}\nWrite to me directly: rui@home.example\n")
    assert leaks(world, [talked(world)]) == ["ana@quinta.example was told home.example"]
    world.close()


def test_the_control_a_table_that_tells_customers_of_notes_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leak = Entry(name="answer", klass=NoticeClass.CORRESPONDENCE, who=Who.CUSTOMERS, weight=99, reply=Reply.TO_DESK)
    table: dict[type[Event], tuple[Entry, ...]] = NOTICES
    monkeypatch.setitem(table, NoteAdded, (leak,))
    world = open_world(tmp_path)
    note = talked(world)
    assert f"ana@quinta.example got a piece of a note: {note[:PIECE]}" in leaks(world, [note])
    world.close()
