"""Takes the pictures of the main mails anew, from their samples: light and dark, on a telephone and on a desk.

Run by hand when mails look different: `python -m docs.pictures.mails`; it needs Pillow, as `make` beside it does. No
test and no build runs it.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser

from maild.outbound.check import sample
from maild.outbound.render import Renderer
from tests.e2e.browser import browsing

HERE = Path(__file__).parent

MAILS = ("acknowledgement", "answer", "customer-reply", "sla-red", "digest", "closed")
WIDTHS = {"desktop": 900, "phone": 390}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
COLOURS = 96
LARGEST = 110_000
"""Octets of one picture: there are many on the page."""


async def main() -> None:
    """Render each mail with its sample and photograph it four times; both schemes of a width stand side by side."""
    renderer = Renderer()
    async with browsing() as browser:
        for name in MAILS:
            html = renderer.render_strictly(name, "en", sample(name)).html
            for device, width in WIDTHS.items():
                shots = [await _photograph(browser, html, width, scheme) for scheme in SCHEMES]
                _save(f"mail-{name}-{device}.png", shots, upright=device == "phone")


async def _photograph(browser: Browser, html: str, width: int, scheme: Scheme) -> Image.Image:
    page = await browser.new_page(viewport={"width": width, "height": 200}, color_scheme=scheme)
    await page.set_content(html, wait_until="load")
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
    await page.close()
    return shot.convert("RGB")


def _save(name: str, shots: list[Image.Image], *, upright: bool) -> None:
    """Light and dark in one picture: beside each other where they are narrow, else one below the other."""
    gap = 12
    width = sum(s.width for s in shots) + gap if upright else max(s.width for s in shots)
    height = max(s.height for s in shots) if upright else sum(s.height for s in shots) + gap
    sheet = Image.new("RGB", (width, height), "#ffffff")
    at = (0, 0)
    for shot in shots:
        sheet.paste(shot, at)
        at = (at[0] + shot.width + gap, 0) if upright else (0, at[1] + shot.height + gap)
    # Text on plain ground has few colours: a palette of them makes the file a third and changes nothing to the eye.
    sheet.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        HERE / name, optimize=True
    )
    octets = (HERE / name).stat().st_size
    sys.stdout.write(f"{name}: {octets / 1000:.0f} kB\n")
    if octets > LARGEST:
        sys.exit(f"{name} is larger than {LARGEST} octets")


if __name__ == "__main__":
    asyncio.run(main())
