"""A real Chromium for tests of the portal, and the letterboxes of the people who write with the desk.

Where there is no Chromium the test is skipped and says so; in CI a missing one is a failure.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from maild.demo.sink import CaughtMail, Sink
from tests.e2e.daemon import Running
from tests.helpers.waiting import PATIENCE

DESKTOP = (1000, 800)
PHONE = (320, 640)
"""The narrowest width that a page must fit without scrolling sideways (WCAG 2.2, 1.4.10), in CSS pixels."""


COLOURS = r"""
  const channels = c => c.match(/[\d.]+/g).map(Number);
  const light = c => {
    const [r, g, b] = channels(c).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + .05) / (y + .05); };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if ((channels(c)[3] ?? 1) > 0) return c;
    }
    return "rgb(255, 255, 255)";
  };
"""
"""JavaScript: `ratio` of two colours (WCAG 2.2, 1.4.3), and the colour `behind` an element."""


def chromium() -> str:
    """Where the browser is; "" when there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or next((str(p) for p in (Path("/usr/bin/chromium"),) if p.exists()), "")


def require_chromium() -> None:
    """Skip the running test where there is no browser; fail it in CI."""
    if chromium():
        return
    why = "Chromium is not installed: apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser for as long as the block lasts."""
    # Chromium refuses to start its sandbox for root, who has no rights to take away from himself.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=options)
        try:
            yield browser
        finally:
            await browser.close()


class Letterboxes:
    """What the sink has caught, by receiver, each mail given out once."""

    def __init__(self) -> None:
        self.sink = Sink(on_mail=self._on_mail)
        self._news = asyncio.Event()
        self._read: set[tuple[int, str]] = set()

    def _on_mail(self, _: CaughtMail) -> None:
        self._news.set()

    async def next(self, address: str, about: str = "") -> EmailMessage:
        """The oldest unread mail to an address that has `about` in its subject; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._news.clear()
                for at, caught in enumerate(self.sink.mails):
                    if address in caught.forward_paths and (at, address) not in self._read:
                        mail = caught.parse()
                        if about in mail["Subject"]:
                            self._read.add((at, address))
                            return mail
                await self._news.wait()


@dataclass(slots=True)
class Visit:
    """One visitor with a page open. Knows every address that his browser asked for."""

    page: Page
    context: BrowserContext
    asked: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        """Host and port of everything that was asked for."""
        return {urlsplit(url).netloc for url in self.asked}

    async def words(self) -> str:
        """What the visitor reads."""
        return await self.page.inner_text("body")


@asynccontextmanager
async def visiting(
    browser: Browser,
    desk: Running,
    *,
    language: str = "en",
    javascript: bool = True,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    scale: float = 1,
) -> AsyncIterator[Visit]:
    """A visitor with a clean browser who speaks `language`."""
    context = await browser.new_context(
        base_url=f"http://127.0.0.1:{desk.web}",
        locale={"en": "en-GB", "pt": "pt-PT", "es": "es-ES"}[language],
        java_script_enabled=javascript,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        device_scale_factor=scale,
    )
    try:
        visit = Visit(await context.new_page(), context)
        context.on("request", lambda request: visit.asked.append(request.url))
        visit.page.set_default_timeout(PATIENCE * 1000)
        yield visit
    finally:
        await context.close()


def token_of(mail: EmailMessage) -> str:
    """Number with check, such as 10001-K7QP, from the subject of a mail."""
    found = re.search(r"\[#(\d+-[A-Z0-9]{4})\]", mail["Subject"])
    assert found is not None, mail["Subject"]
    return found[1]


def link_of(mail: EmailMessage) -> str:
    """The sign-in link in a mail, as its reader would click it."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"https?://\S+/v/\w+", part.get_content())
    assert found is not None, part.get_content()
    return found[0]
