"""`maild doctor`: is everything as it must be; what an operator runs first."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import click

from maild.cli.session import EX_UNAVAILABLE, as_json, dumps, plain

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--offline", is_flag=True, help="Ask nobody outside of this machine: no DNS, no servers, no time.")
@click.option("--strict", is_flag=True, help="A warning counts as something that does not work.")
@as_json
@click.pass_context
def doctor(ctx: click.Context, offline: bool, strict: bool, as_json: bool) -> None:
    """Look at everything that mail needs: a line each, and what to do. Changes nothing, sends nothing.

    Beside a running daemon too. Ends with 69 when something does not work, with 0 when nothing worse than a warning is
    found.
    """
    found = asyncio.run(_report(ctx.find_root().obj, offline=offline, as_json=as_json))
    if found["fault"] or (strict and found["warning"]):
        ctx.exit(EX_UNAVAILABLE)


async def _report(config: Path | None, *, offline: bool, as_json: bool) -> Counter[str]:
    from maild.clock import system
    from maild.doctor.examine import examine
    from maild.ingest.trust.dns_lookup import SystemDns

    found = Counter[str]()
    async for finding in examine(config, now=system.now, dns=None if offline else SystemDns()):
        found[finding.verdict] += 1
        if as_json:
            click.echo(dumps(dataclasses.asdict(finding)))
            continue
        click.echo(f"{finding.verdict.value:8}{plain(finding.about)}: {_line(finding.text)}")
        if finding.do:
            click.echo(f"{'':8}-> {_line(finding.do)}")
    return found


def _line(text: str) -> str:
    """Words of servers and of the DNS as one line: whole, because a record cut short is no help, but not endless."""
    return "".join(c if c.isprintable() else " " for c in text)[:1000]
