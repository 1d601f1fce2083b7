"""The portal in a real browser, against the daemon as a process: what a customer does, in three languages.

Pages must work without JavaScript, load nothing from anywhere else, and be readable for everybody (WCAG 2.2 AA).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.e2e.browser import (
    COLOURS,
    DESKTOP,
    PHONE,
    Letterboxes,
    Visit,
    browsing,
    link_of,
    require_chromium,
    token_of,
    visiting,
)
from tests.e2e.daemon import Running
from tests.helpers.world import letter, reply_address, words

pytestmark = [pytest.mark.e2e, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]

DESK = "support@casa-azul.example"
EVA = "eva.marin@home.example"

SAID = {
    "en": ("Invoice 118", "Hello,\n\nthe amount on the invoice is wrong. Could you please correct it?\n\nThank you"),
    "pt": ("Fatura 118", "Bom dia,\n\no valor da fatura está errado. Podem corrigir, por favor?\n\nObrigada"),
    "es": (
        "Factura 118",
        "Buenos días,\n\nel importe está mal. ¿Pueden corregirlo, por favor?\n\nGracias",
    ),
}
TITLES = {"en": "Look up a ticket", "pt": "Consultar um pedido", "es": "Consultar una solicitud"}
CLOSED = {"en": "Closed", "pt": "Fechado", "es": "Cerrada"}
OPEN = {"en": "Open:", "pt": "Aberto:", "es": "Abierta:"}
ASKED = {"en": "Look into your mail", "pt": "Veja o seu correio", "es": "Revise su correo"}


@dataclass(slots=True)
class Desk:
    """A running desk, everybody's letterbox and a browser, shared by all tests; each test is a customer of its own."""

    running: Running
    boxes: Letterboxes
    browser: Browser
    customers: int = 0

    async def write(self, sender: str, to: str, subject: str, text: str, answers: EmailMessage | None = None) -> None:
        """Hand a mail over by SMTP."""
        octets = letter(sender, to, subject, text, answers=answers)
        await self.running.send(octets, reverse_path=sender.rpartition("<")[2].rstrip(">"), to=to)

    def customer(self) -> str:
        """The address of somebody who has never written before."""
        self.customers += 1
        return f"ana{self.customers}@quinta.example"

    async def conversation(self, ana: str, language: str = "en") -> str:
        """A ticket of hers that Eva has answered and closed; returns number with check."""
        subject, text = SAID[language]
        await self.write(f"Ana Silva <{ana}>", DESK, subject, text)
        token = token_of(await self.boxes.next(ana))
        notice = await self.boxes.next(EVA, token)
        await self.write(f"Eva Marín <{EVA}>", reply_address(notice), "Re: it", "#close\nDone, see below.", notice)
        await self.boxes.next(ana)
        return token

    def visiting(self, **how: Any) -> AbstractAsyncContextManager[Visit]:
        """A visitor with a clean browser."""
        return visiting(self.browser, self.running, **how)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    require_chromium()
    boxes = Letterboxes()
    running = Running(tmp_path_factory.mktemp("desk"), sink=boxes.sink)
    await running.prepare()
    await running.start()
    try:
        async with browsing() as browser:
            yield Desk(running, boxes, browser)
    finally:
        await running.stop()
        await boxes.sink.stop()


@pytest.mark.parametrize(("language", "javascript"), [("en", False), ("en", True), ("pt", False), ("es", False)])
async def test_a_customer_looks_up_signs_in_reads_and_reopens(desk: Desk, language: str, javascript: bool) -> None:
    ana = desk.customer()
    token = await desk.conversation(ana, language)
    number = token.partition("-")[0]
    async with desk.visiting(language=language, javascript=javascript) as visit:
        page = visit.page
        await page.goto("/")
        assert await page.inner_text("h1") == TITLES[language]
        assert await page.get_attribute("html", "lang") == language

        await page.fill("#ticket", f"{number}-2222" if not token.endswith("2222") else f"{number}-3333")
        await page.press("#ticket", "Enter")
        assert await page.inner_text("h1") == ASKED[language]
        assert number not in await visit.words()

        await page.goto("/")
        await page.fill("#ticket", f"#{token.lower()}")
        await page.click("main button")
        assert page.url.partition("?")[0].endswith(f"/t/{token}")
        assert await page.inner_text(".state") == CLOSED[language]
        for hidden in ("118", "Ana", "Eva", "Done"):
            assert hidden not in await page.inner_text("main")

        await page.click("main button")
        assert await page.inner_text("h1") == ASKED[language]
        await page.goto(link_of(await desk.boxes.next(ana)))
        await page.click("main button")
        assert "/v/" not in page.url
        read = await page.inner_text("main")
        assert SAID[language][0] in read
        assert "Done, see below." in read
        assert "#close" not in read
        assert EVA not in await page.content()

        await page.click("main form[action*=reopen] button")
        assert not await page.eval_on_selector("#reason", "field => field.validity.valid"), "a reason is asked for"
        await page.fill("#reason", "118 ≠ 112")
        await page.click("main form[action*=reopen] button")
        assert (await page.inner_text(".state")).startswith(OPEN[language])
        assert "118 ≠ 112" in await page.inner_text("article >> nth=-1")
        assert await page.query_selector("#reason") is None

        await page.click("button.plain")
        await page.goto(f"/t/{number}")
        assert "Done" not in await visit.words()
        assert visit.hosts == {f"127.0.0.1:{desk.running.web}"}
    assert "118 ≠ 112" in words(await desk.boxes.next(EVA, token))


async def test_the_language_chosen_on_the_page_stays_chosen(desk: Desk) -> None:
    ana = desk.customer()
    token = await desk.conversation(ana)
    async with desk.visiting(javascript=False) as visit:
        page = visit.page
        await page.goto("/")
        await page.click("footer a[lang=pt]")
        await page.fill("#ticket", token)
        await page.click("main button")
        assert await page.inner_text(".state") == CLOSED["pt"]
        await page.click("main button")
        assert await page.inner_text("h1") == ASKED["pt"]
        await page.click("footer a[lang=es]")
        assert await page.inner_text("h1") == TITLES["es"]


async def test_sec_36_nothing_in_a_mail_makes_the_page_run_or_fetch_anything(desk: Desk) -> None:
    ana = desk.customer()
    subject = '<script>document.title="owned"</script>'
    text = '<img src="http://tracker.invalid/x.png"> <b>bold</b> http://tracker.invalid/y'
    await desk.write(f'"<i>Ana</i>" <{ana}>', DESK, subject, text)
    token = token_of(await desk.boxes.next(ana))
    async with desk.visiting() as visit:
        page = visit.page
        await page.goto(f"/t/{token}")
        await page.click("main button")
        await page.goto(link_of(await desk.boxes.next(ana)))
        await page.click("main button")
        read = await page.inner_text("main")
        assert subject in read
        assert text in read
        assert "owned" not in (await page.title()).replace(subject, "")
        assert await page.query_selector("main img, main script, main b, main a[href^=http]") is None
        assert visit.hosts == {f"127.0.0.1:{desk.running.web}"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_everybody_can_read_and_use_the_pages(desk: Desk, size: tuple[int, int], dark: bool) -> None:
    ana = desk.customer()
    token = await desk.conversation(ana)
    async with desk.visiting(size=size, dark=dark) as visit:
        page = visit.page
        await page.goto("/")
        await _can_be_used(page)
        await page.goto(f"/t/{token}")
        await _can_be_used(page)
        await page.click("main button")
        await _can_be_used(page)
        await page.goto(link_of(await desk.boxes.next(ana)))
        await _can_be_used(page)
        await page.click("main button")
        await _can_be_used(page)
        await page.evaluate("document.querySelector('#reason').required = false")
        await page.click("main form[action*=reopen] button")
        assert await page.query_selector("[role=alert]") is not None
        await _can_be_used(page)
        for path in ("/v/nothing", "/no/such/page", "/t/99999"):
            await page.goto(path)
            await _can_be_used(page)
        background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") is not dark


async def test_the_keyboard_reaches_everything_in_order(desk: Desk) -> None:
    async with desk.visiting() as visit:
        page = visit.page
        await page.goto("/")
        reached = []
        for _ in range(7):
            await page.keyboard.press("Tab")
            seen = await page.evaluate(_FOCUSED)
            reached.append(seen["text"])
            assert seen["inside"], f"{seen['text']} is focused where nobody sees it"
            assert seen["outline"] != "none"
        assert reached == [
            "Skip to content",
            "Casa Azul Support",
            "ticket",
            "Look up",
            "English",
            "Português",
            "Español",
        ]


async def _can_be_used(page: Page) -> None:
    await page.wait_for_load_state("load")
    found: dict[str, Any] = await page.evaluate(_AUDIT)
    assert found == {"contrast": [], "small": [], "unnamed": [], "wide": False, "headings": 1, "title": True}, page.url


_FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  return {
    text: e.innerText || e.name,
    inside: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.width > 0,
    outline: getComputedStyle(e).outlineStyle,
  };
}"""
"""What has the keyboard, and whether one can see that it has."""

_AUDIT = (
    f"() => {{ {COLOURS}"
    + """
  const contrast = [], small = [], unnamed = [];
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    const words = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (words && ratio(style.color, behind(e)) < 4.5) contrast.push(e.outerHTML.slice(0, 80));
    if (e.matches("input:not([type=hidden]), textarea")) {
      if (ratio(style.borderTopColor, behind(e)) < 3) contrast.push("border of " + e.id);
      if (!e.labels || !e.labels.length) unnamed.push(e.outerHTML);
    }
    if (e.matches("a:not(.skip), button, input:not([type=hidden]), textarea") && e.closest("p") === null) {
      const box = e.getBoundingClientRect();
      if (box.height < 24 || box.width < 24) small.push(e.outerHTML.slice(0, 80) + " " + box.height);
      if (!(e.innerText || e.id)) unnamed.push(e.outerHTML);
    }
  }
  return {
    contrast, small, unnamed,
    wide: document.documentElement.scrollWidth > innerWidth,
    headings: document.querySelectorAll("h1").length,
    title: document.title.length > 3,
  };
}"""
)
"""What WCAG 2.2 AA asks and a program can measure: contrast (1.4.3, 1.4.11), size of targets (2.5.8), names (4.1.2),
no scrolling sideways (1.4.10), one title and one first heading a page."""
