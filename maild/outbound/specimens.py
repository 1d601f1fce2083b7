"""Every mail as files to look at: each notice in each language with its sample, and a page that leads to them.

Writes into one folder of its own. Never judges what it writes: `check` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from maild.outbound.check import sample, written
from maild.outbound.render import FAILURES, Renderer

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ padding: 6px 12px 6px 0; text-align: left; border-bottom: 1px solid #8884; vertical-align: top; }}
</style>
</head>
<body>
<h1>{title}</h1>
<table>
<tr><th>notice</th><th>language</th><th>subject</th><th>look at it</th></tr>
{rows}
</table>
</body>
</html>
"""


def write_specimens(folder: Path, title: str, *overrides: Path) -> int:
    """Write all mails and `index.html` into the folder; returns how many mails. A mail that fails says why instead."""
    renderer = Renderer(*overrides)
    rows = list(_write_all(folder, renderer, *overrides))
    (folder / "index.html").write_text(_PAGE.format(title=escape(title), rows="\n".join(rows)), "utf-8")
    return len(rows)


def _write_all(folder: Path, renderer: Renderer, *overrides: Path) -> Iterator[str]:
    for name, language in written(*overrides):
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        try:
            rendered = renderer.render_strictly(name, language, sample(name))
        except FAILURES as error:
            yield f"<tr><td>{name}</td><td>{language}</td><td colspan=2>{escape(str(error))}</td></tr>"
            continue
        (place / f"{language}.html").write_text(rendered.html, "utf-8")
        (place / f"{language}.txt").write_text(f"Subject: {rendered.subject}\n\n{rendered.text}", "utf-8")
        links = " ".join(f'<a href="{name}/{language}.{kind}">{kind}</a>' for kind in ("html", "txt"))
        subject = escape(rendered.subject)
        yield f"<tr><td>{name}</td><td>{language}</td><td>{subject}</td><td>{links}</td></tr>"
