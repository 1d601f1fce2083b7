"""Takes the pictures of the documentation anew: a short conversation with the demonstration's desk, seen in Chromium.

Run by hand when pages or mails look different: `python -m docs.pictures.make`; it needs Pillow, which nothing else here
does. No test and no build runs it.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page

from tests.e2e.browser import Letterboxes, browsing, link_of, token_of, visiting
from tests.e2e.daemon import Running
from tests.helpers.world import letter, reply_address

HERE = Path(__file__).parent
LARGEST = 150_000
"""Octets of one picture: more than that is slow to load for who reads the documentation on the road."""

COLOURS = 64

DESK = "support@casa-azul.example"
ANA = "Ana Silva <ana@quinta.example>"
EVA = "Eva Marín <eva.marin@home.example>"
QUESTION = """\
Hello,

the invoice of October says 312.50, but we agreed on 212.50.
Could you correct it, please?

Thank you
Ana Silva"""
ANSWER = """\
Good morning Ana,

you are right, sorry about that. The corrected invoice
will be with you tomorrow.

Eva"""

FRAME = """\
<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 20px; background: #e8ebf0; font: 14px/1.45 system-ui, sans-serif; color: #1c2330; }
.mails { columns: 2; column-gap: 20px; }
figure { margin: 0 0 20px; break-inside: avoid; background: #fff; border: 1px solid #c9d0da; border-radius: 8px; }
figure { overflow: hidden; }
figcaption { padding: 8px 16px; background: #1f5fae; color: #fff; font-weight: 600; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; padding: 10px 16px; }
dl { background: #f3f5f8; }
dt { color: #566071; } dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; border: 0; }
</style><div class="mails">"""


async def main() -> None:
    """Have the conversation, then photograph what everybody sees."""
    boxes = Letterboxes()
    with tempfile.TemporaryDirectory() as folder:
        desk = Running(Path(folder), sink=boxes.sink)
        await desk.prepare()
        await desk.start()
        try:
            async with browsing() as browser:
                receipt, notice, answer = await _talk(desk, boxes)
                shown = (
                    ("1. Ana gets at once", receipt),
                    ("3. Ana gets the answer", answer),
                    ("2. Eva gets the ticket, and replies to this mail", notice),
                )
                await _photograph_mails(browser, shown)
                await _photograph_pages(browser, desk, boxes, token_of(receipt))
        finally:
            await desk.stop()
            await boxes.sink.stop()


async def _talk(desk: Running, boxes: Letterboxes) -> tuple[EmailMessage, EmailMessage, EmailMessage]:
    first = letter(ANA, DESK, "Invoice 2026/118 has the wrong amount", QUESTION)
    await desk.send(first, reverse_path="ana@quinta.example", to=DESK)
    receipt = await boxes.next("ana@quinta.example")
    notice = await boxes.next("eva.marin@home.example")
    to = reply_address(notice)
    reply = letter(EVA, to, f"Re: {notice['Subject']}", ANSWER, answers=notice)
    await desk.send(reply, reverse_path="eva.marin@home.example", to=to)
    return receipt, notice, await boxes.next("ana@quinta.example")


async def _photograph_mails(browser: Browser, mails: Sequence[tuple[str, EmailMessage]]) -> None:
    """The mails side by side, as a mail client shows them."""
    page = await browser.new_page(viewport={"width": 1080, "height": 600})
    figures = []
    for caption, mail in mails:
        part = mail.get_body(("html",))
        assert part is not None
        named = ((name, str(mail[name]).replace('"', "")) for name in ("From", "To", "Subject"))
        fields = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in named)
        figures.append(
            f"<figure><figcaption>{caption}</figcaption><dl>{fields}</dl>"
            f'<iframe srcdoc="{escape(part.get_content())}"></iframe></figure>'
        )
    await page.set_content(FRAME + "".join(figures) + "</div>", wait_until="load")
    await page.evaluate(
        "for (const f of document.querySelectorAll('iframe'))"
        " f.style.height = f.contentDocument.documentElement.scrollHeight + 'px'"
    )
    await _save(page, "thread.png")
    await page.close()


async def _photograph_pages(browser: Browser, desk: Running, boxes: Letterboxes, token: str) -> None:
    for name, size, dark in (
        ("ticket.png", (900, 640), False),
        ("ticket-dark.png", (900, 640), True),
        ("ticket-phone.png", (390, 844), False),
    ):
        async with visiting(browser, desk, size=size, dark=dark) as visit:
            page = visit.page
            await page.goto("/")
            if name == "ticket.png":
                await page.set_viewport_size({"width": 900, "height": 480})
                await _save(page, "look-up.png")
                await page.set_viewport_size({"width": size[0], "height": size[1]})
            await page.fill("#ticket", token)
            await page.click("main button")
            await page.click("main button")
            await page.goto(link_of(await boxes.next("ana@quinta.example")))
            await page.click("main button")
            await _save(page, name)


async def _save(page: Page, name: str) -> None:
    await page.wait_for_load_state("load")
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
    # Text on plain ground has few colours: a palette of them makes the file a third and changes nothing to the eye.
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / name, optimize=True)
    octets = (HERE / name).stat().st_size
    sys.stdout.write(f"{name}: {octets / 1000:.0f} kB\n")
    if octets > LARGEST:
        sys.exit(f"{name} is larger than {LARGEST} octets")


if __name__ == "__main__":
    asyncio.run(main())
