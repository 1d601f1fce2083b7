"""The story that the demonstration plays, through the real doors: SMTP in, SMTP out, HTTP.

Each step says what happens and checks what came of it; the first thing that is not as promised ends the story.
"""

from __future__ import annotations

import asyncio
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.cookiejar import CookieJar
from typing import Any

import aiosmtplib

from maild.app import App
from maild.demo.sink import CaughtMail
from maild.demo.world import DemoClock

DESK = "support@casa-azul.example"
ANA = "Ana Silva <ana@quinta.example>"
EVA = "Eva Marín <eva.marin@home.example>"
LUIS = "Luis Ortega <luis@taller.example>"

PATIENCE_SECONDS = 20.0
"""How long a step may take on a slow machine before the story fails."""


class StoryFailed(Exception):
    """Something was not as promised."""


class Story:
    """Plays once. `say` tells the audience, `mails` is what the sink has caught so far."""

    def __init__(
        self, *, app: App, clock: DemoClock, mails: list[CaughtMail], caught: asyncio.Condition,
        smtp: int, web: int, say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._app = app
        self._clock = clock
        self._mails = mails
        self._caught = caught
        self._smtp = smtp
        self._web = f"http://127.0.0.1:{web}"
        self._say = say
        self._seen: dict[str, int] = {}
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._browser = urllib.request.build_opener(jar)

    async def play(self) -> str:
        """All of it; returns the token of Ana's ticket, such as 10001-K7QP. Raises StoryFailed."""
        await self._ana_writes()
        await self._eva_answers()
        await self._ana_answers_back()
        await self._eva_closes()
        await self._ana_reopens()
        await self._a_clock_turns_yellow()
        return self._token

    async def _ana_writes(self) -> None:
        self._say("Ana writes, in Portuguese, about a wrong invoice")
        self._first = _mail(
            ANA, DESK, "Fatura errada",
            "Bom dia,\n\na fatura de outubro tem um valor errado. Podem corrigir?\n\nObrigada,\nAna Silva\n",
        )  # fmt: skip
        await self._send("ana@quinta.example", DESK, self._first)
        receipt = await self._mail_to("ana@quinta.example", "acknowledgement")
        found = re.search(r"\[#(\d+-[A-Z0-9]{4})\]", receipt["Subject"])
        self._check(found is not None, "the acknowledgement carries the number and its check")
        assert found is not None
        self._token = found[1]
        self._number = int(found[1].partition("-")[0])
        self._check(receipt["In-Reply-To"] == self._first["Message-ID"], "it stands in her own thread")
        self._check(receipt["Auto-Submitted"] == "auto-replied", "it says that it is automatic")
        ticket = self._ticket()
        self._check(ticket["promised_at"] is not None, "a time is promised")
        self._check(
            (ticket["team"], ticket["category"], ticket["priority"]) == ("billing", "invoices", "high"),
            "a rule gave it team billing, category invoices, priority high",
        )

    async def _eva_answers(self) -> None:
        self._say("Eva, who is on duty in billing, gets it by mail and answers by replying")
        notice = await self._mail_to("eva.marin@home.example", "new ticket")
        self._notice = notice
        await self._reply(EVA, notice, "Bom dia Ana,\n\njá corrigimos: a nova fatura segue amanhã.\n\nEva\n")
        answer = await self._mail_to("ana@quinta.example", "answer")
        self._answer = answer
        text = _text(answer)
        self._check("a nova fatura segue amanhã" in text, "Ana gets the answer")
        self._check(
            DESK in answer["From"] and "home.example" not in answer.as_string(),
            "from the desk, nothing of Eva's own address in it",
        )
        self._check(self._first["Message-ID"] in (answer["References"] or ""), "in her thread")
        self._check(self._ticket()["first_response_at"] is not None, "the first response is stamped")

    async def _ana_answers_back(self) -> None:
        self._say("Ana answers back, from her phone")
        await self._reply(ANA, self._answer, "Obrigada! E a de setembro?\n\nEnviado do meu iPhone\n")
        self._notice = await self._mail_to("eva.marin@home.example", "customer reply")
        self._check("E a de setembro?" in _text(self._notice), "Eva gets it, as the owner")

    async def _eva_closes(self) -> None:
        self._say("Eva answers and closes with #close on the first line")
        await self._reply(EVA, self._notice, "#close\nA de setembro está certa.\n")
        answer = await self._mail_to("ana@quinta.example", "answer that closes")
        self._check(
            "A de setembro está certa" in _text(answer) and "#close" not in _text(answer),
            "Ana reads the words, not the order",
        )
        self._check(self._ticket()["state"] == "closed", "the ticket is closed")

    async def _ana_reopens(self) -> None:
        self._say("Ana looks it up on the portal, signs in by the mailed link and reopens it")
        page = await self._post("/", ticket=self._token)
        self._check("Closed" in page, "with number and check she sees the state")
        await self._post(f"/t/{self._token}/link")
        link = await self._mail_to("ana@quinta.example", "sign-in link")
        found = re.search(r"/v/\w+", _text(link))
        self._check(found is not None, "the link comes by mail")
        assert found is not None
        page = await self._post(found[0])
        self._check("A de setembro está certa" in page, "signed in, she reads the conversation")
        form = re.search(r'name="token" value="(\w+)"', page)
        self._check(form is not None, "the page offers to reopen")
        assert form is not None
        await self._post(f"/t/{self._number}/reopen", reason="A de setembro continua errada.", token=form[1])
        self._check(self._ticket()["state"] == "open", "the ticket is open again")
        await self._mail_to("eva.marin@home.example", "reopened")

    async def _a_clock_turns_yellow(self) -> None:
        self._say("Luis writes, nobody answers, and four hours pass: the first-response clock turns yellow")
        await self._send(
            "luis@taller.example",
            DESK,
            _mail(LUIS, DESK, "No puedo entrar", "Hola, no puedo entrar en mi cuenta. Gracias\n"),
        )
        await self._mail_to("luis@taller.example", "acknowledgement")
        await self._mail_to("rui.costa@home.example", "new ticket")
        self._clock.put_forward(timedelta(hours=4, minutes=1))
        warning = await self._mail_to("rui.costa@home.example", "yellow clock")
        self._check("No puedo entrar" in warning["Subject"], "Rui is warned, once")

    def _ticket(self) -> dict[str, Any]:
        view = self._app.store.queries.ticket_view(self._number)
        assert view is not None
        found: dict[str, Any] = view["ticket"]
        return found

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            raise StoryFailed(f"not as promised: {what}")
        self._say(f"    ok  {what}")

    async def _reply(self, sender: str, to: EmailMessage, words: str) -> None:
        """Answer a mail as its reader's client would: to Reply-To, with the quote below."""
        mail = _mail(sender, to["Reply-To"], f"Re: {to['Subject']}", words + _quoted(to), to)
        await self._send(sender.rpartition("<")[2].rstrip(">"), to["Reply-To"], mail)

    async def _send(self, reverse_path: str, to: str, mail: EmailMessage) -> None:
        await aiosmtplib.send(
            mail, sender=reverse_path, recipients=[to], hostname="127.0.0.1", port=self._smtp, use_tls=False,
            start_tls=False,
        )  # fmt: skip

    async def _mail_to(self, address: str, what: str) -> EmailMessage:
        """The next caught mail to an address that the story has not read yet."""

        def unread() -> CaughtMail | None:
            return next((m for m in self._mails[self._seen.get(address, 0) :] if address in m.forward_paths), None)

        async with self._caught:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._caught.wait_for(lambda: unread() is not None)
            except TimeoutError:
                raise StoryFailed(f"no {what} for {address} within {PATIENCE_SECONDS:.0f} s") from None
        mail = unread()
        assert mail is not None
        self._seen[address] = self._mails.index(mail) + 1
        return mail.parse()

    async def _post(self, path: str, **form: str) -> str:
        data = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self._web + path, data, {"Accept-Language": "en"})  # noqa: S310 - our own portal

        def ask() -> str:
            try:
                with self._browser.open(request, timeout=PATIENCE_SECONDS) as answer:
                    page: bytes = answer.read()
            except urllib.error.HTTPError as error:
                raise StoryFailed(f"the portal answered {error.code} to {path}") from None
            return page.decode("utf-8")

        return await asyncio.to_thread(ask)


def _mail(sender: str, to: str, subject: str, text: str, answers: EmailMessage | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["Date"] = formatdate()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
    mail.set_content(text)
    return mail


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def _quoted(mail: EmailMessage) -> str:
    lines = "".join(f"> {line}\n" for line in _text(mail).splitlines())
    return f"\nOn Fri, 20 Nov 2026 at 10:00, {mail['From']} wrote:\n{lines}"
