"""Every mail in a real browser, on light and dark ground, as narrow as a telephone: readable, and nothing fetched."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Request

from maild.outbound.check import notice_names, sample
from maild.outbound.render import LANGUAGES, Renderer
from tests.e2e.browser import COLOURS, PHONE, browsing, require_chromium

pytestmark = [pytest.mark.e2e, pytest.mark.server, pytest.mark.asyncio]

_FAULTS = (
    f"() => {{ {COLOURS}"
    + """
  const faults = [];
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    if (!e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    if (ratio(style.color, behind(e)) < 4.5) faults.push("contrast: " + e.outerHTML.slice(0, 80));
    if (parseFloat(style.fontSize) < 12) faults.push("small: " + e.outerHTML.slice(0, 80));
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("wider than the screen");
  return faults;
}"""
)
"""What WCAG 2.2 AA asks and a program can measure: contrast (1.4.3), and no scrolling sideways (1.4.10)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_mail_can_be_read_on_a_telephone_in_every_language(scheme: Literal["light", "dark"]) -> None:
    require_chromium()
    renderer = Renderer()
    faults: list[str] = []
    fetched: list[str] = []

    def note(request: Request) -> None:
        fetched.append(request.url)

    async with browsing() as browser:
        page = await browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, color_scheme=scheme)
        page.on("request", note)
        for name in notice_names():
            for language in LANGUAGES:
                await page.set_content(renderer.render_strictly(name, language, sample(name)).html)
                faults += (f"{name}/{language}: {fault}" for fault in await page.evaluate(_FAULTS))
    assert faults == []
    assert fetched == []
