"""The mails that the measurements are made with: what a support mailbox gets, with what should become of each.

Half are new tickets, two fifths replies that lead back by one route alone, a tenth automatic mail and bounces. The same
seed gives the same mails. Knows nothing of how maild reads: texts and files are what was put in.
"""

from __future__ import annotations

import random
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from letters import DESK, DOMAIN, Mail, Pen, address_in, digests_of, subject_of
from machines import Machines
from sentences import CHARSETS, Language, paragraph

FIRMS = 200
"""Domains that customers write from."""

ROUTES = ("reply tag", "our id in In-Reply-To", "own first id", "References only", "subject token", "ordinary reply")
"""By what a reply leads back to its ticket: each alone, and all of them."""


class Corpus:
    """A run's mails. `number` sets the runs of one store apart: other people, other ids."""

    def __init__(self, count: int, *, number: int = 0, seed: int = 10427) -> None:
        self._chance = random.Random(f"{seed}/{number}")
        self._pen = Pen(self._chance, number)
        self._machines = Machines(self._pen)
        self.new = [self._new(thread) for thread in range(count // 2)]
        self._replies = count * 2 // 5
        self._automatic = count // 20
        self._bounces = count - len(self.new) - self._replies - self._automatic

    def first(self) -> list[Mail]:
        """The new mails, and among them automatic mail and bounces that belong to nothing."""
        strangers = [self._machines.notification(n) for n in range(self._automatic // 2)]
        strangers += [self._machines.bounce(n, None) for n in range(self._bounces // 2)]
        return self._mixed([*self.new, *strangers])

    def second(self, acknowledgements: dict[int, bytes]) -> list[Mail]:
        """Replies to the acknowledgements (by number of the new mail), absence notes and bounces of them."""
        answered = [
            (thread, BytesParser(policy=policy.default).parsebytes(o)) for thread, o in acknowledgements.items()
        ]
        self._chance.shuffle(answered)
        replies = [self._reply(n, *answered[n % len(answered)]) for n in range(self._replies)] if answered else []
        rest = self._chance.sample(answered, min(len(answered), self._automatic + self._bounces))
        for n in range(self._automatic - self._automatic // 2):
            if rest:
                thread, ours = rest.pop()
                replies.append(self._machines.absence(n, self.new[thread], ours))
        for n in range(self._bounces - self._bounces // 2):
            if rest:
                thread, ours = rest.pop()
                replies.append(self._machines.bounce(n, (self.new[thread], ours)))
        return self._mixed(replies)

    def _mixed(self, mails: list[Mail]) -> list[Mail]:
        self._chance.shuffle(mails)
        return mails

    def _new(self, thread: int) -> Mail:
        language = self._chance.choices(list(CHARSETS), weights=(28, 28, 28, 8, 8))[0]
        charset = self._chance.choice(CHARSETS[language])
        name, address = self._person(language)
        words = self._words(language, self._chance.choice([15, 40, 90, 160]))
        signature = (
            f"\n-- \n{name}\n+351 21 345 67 {self._chance.randrange(10, 99)}\n" if self._chance.random() < 0.4 else ""
        )
        text = words + signature
        subject = paragraph(self._chance, language, 4).rstrip(".\n")
        files = self._pen.files()
        form, body = self._pen.body(text, charset, files, html=text)
        message_id = self._pen.id(DOMAIN)
        header = self._pen.header(name, address, DESK, subject, message_id, charset)
        return Mail(
            kind="new", form=f"{form}, {charset}", octets=header + body, reverse_path=address, sender=address,
            message_id=message_id, thread=thread, words=words, text=text, files=digests_of(files), subject=subject,
            language=language,
        )  # fmt: skip

    def _reply(self, n: int, thread: int, ours: EmailMessage) -> Mail:
        asked = self.new[thread]
        route = ROUTES[n % len(ROUTES)]
        language = asked.language
        assert language is not None
        charset = self._chance.choice(CHARSETS[language])
        words = self._words(language, self._chance.choice([6, 20, 50]))
        our_id, first_id, tagged = str(ours["Message-ID"]), asked.message_id, address_in(str(ours["Reply-To"]))
        # Without the token, and with nothing of the first subject: only the route in question leads back.
        forward_path, subject, fields = DESK, "Re: " + paragraph(self._chance, language, 3).rstrip(".\n"), []
        if route == "reply tag":
            forward_path = tagged
        elif route == "our id in In-Reply-To":
            fields = [f"In-Reply-To: {our_id}"]
        elif route == "own first id":
            fields = [f"In-Reply-To: {first_id}"]
        elif route == "References only":
            fields = [f"References: {self._pen.id('elsewhere.example')}\r\n {our_id}"]
        elif route == "subject token":
            subject = self._chance.choice(
                ["AW: Re: ", "RES: ", "Re: [EXTERNAL] ", "SV: RE: ", "Antwort: "]
            ) + subject_of(ours)
        else:
            forward_path, subject = tagged, "Re: " + subject_of(ours)
            fields = [f"In-Reply-To: {our_id}", f"References: {first_id}\r\n {our_id}"]
        files = self._pen.files()
        plain, html = self._quoted(words, ours, language, charset)
        _, body = self._pen.body(plain, charset, files, html=html)
        message_id = self._pen.id(DOMAIN)
        header = self._pen.header("", asked.sender, forward_path, subject, message_id, charset, fields)
        return Mail(
            kind="reply", form=route, octets=header + body, reverse_path=asked.sender, sender=asked.sender,
            message_id=message_id, forward_path=forward_path, thread=thread, words=words, files=digests_of(files),
        )  # fmt: skip

    def _quoted(self, words: str, ours: EmailMessage, language: Language, charset: str) -> tuple[str, str]:
        """The reply as plain text, and as HTML in plain characters: its words above what was said before."""
        said = ours.get_body(("plain",))
        assert said is not None
        old = said.get_content().encode(charset, "replace").decode(charset)
        sender = f"Desk <{DESK}>"
        quote = "".join(f"> {line}\n" if line else ">\n" for line in old.splitlines())
        attributions = {
            "en": f"On Mon, 23 Nov 2026 at 09:05, {sender} wrote:",
            "pt": f"Em seg., 23 de nov. de 2026 às 09:05, {sender} escreveu:",
            "es": f"El lun, 23 nov 2026 a las 9:05, {sender} escribió:",
        }
        attribution = attributions.get(language, attributions["en"])
        style = self._chance.randrange(4)
        if style == 0:
            return words, words
        if style == 1:
            block = f"-----Original Message-----\nFrom: {sender}\nSent: Monday, 23 November 2026 09:05\n"
            block += f"To: {DOMAIN}\nSubject: {subject_of(ours)}\n\n{old}"
            return f"{words}\n{block}", f"{words}\n{block}"
        signature = "\n-- \nA. S.\n" if style == 2 else ""
        whole = f"{words}{signature}\n{attribution}\n{quote}"
        return whole, whole

    def _words(self, language: Language, count: int) -> str:
        return "\n".join(paragraph(self._chance, language, count) for _ in range(self._chance.choice([1, 1, 2])))

    def _person(self, language: Language) -> tuple[str, str]:
        name = {"ru": "Анна Иванова", "ja": "山田 花子", "en": "Ann Smith", "pt": "Inês Conceição", "es": "Íñigo Peña"}
        return name[language], f"c{self._pen.number}.{self._pen.serial()}@firm{self._chance.randrange(FIRMS)}.example"
