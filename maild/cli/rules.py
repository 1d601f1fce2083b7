"""`maild rules check` and `maild rules test`: whether the rules can be used, and what they would do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from maild.cli.session import EX_CONFIG, EX_DIFFERS, EX_NOINPUT, EX_USAGE, as_json, dumps, fail, house, plain, show_rows
from maild.errors import ConfigError

if TYPE_CHECKING:
    from maild.app import App
    from maild.cli.rehearsal import Comparison
    from maild.cli.route import Route
    from maild.desk.queues import InboundRow
    from maild.domain.mail import InboundMessage
    from maild.rules.rulebook import Rulebook

PAGE = 200
"""Stored mails asked for in one go."""


@click.group()
def rules() -> None:
    """Routing rules."""


@rules.command()
@as_json
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Read the configuration, run the rules' examples, name every fault; 0 when all is well, 78 when not.

    Oddities that are no faults, such as rules that can never be asked, are told as warnings.
    """
    from maild import config as configuration
    from maild.app import rulebook_of
    from maild.clock.system import now
    from maild.oddities import oddities
    from maild.rules.examples import check_examples

    given: Path | None = ctx.find_root().obj
    with _faults_told(as_json):
        place = configuration.find(given)
        config = configuration.load(place, year=now().year)
        rulebook = rulebook_of(config, place)
        if failed := check_examples(rulebook):
            raise ConfigError(list(failed))
    odd = oddities(config, rulebook)
    for warning in odd:
        click.echo(dumps({"warning": warning}) if as_json else f"warning: {warning}")
    if as_json:
        for rule in rulebook.rules:
            click.echo(dumps({"rule": rule.name, "file": rule.source, "on": sorted(rule.on), "stop": rule.stop}))
        return
    examples = sum(len(rule.examples) for rule in rulebook.rules)
    files = len({rule.source for rule in rulebook.rules} - {str(place)})
    beside = f" and {files} file{'s' if files > 1 else ''} of rules.d" if files else ""
    click.echo(f"{place}{beside}: no fault; rules: {len(rulebook.rules)}, examples: {examples}")


@rules.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--last", type=click.IntRange(min=1), help="Try the draft on the last so many mails that came.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Try the draft on the mails since this day (UTC).")
@click.option("--draft", type=click.Path(exists=True, path_type=Path), metavar="DIR|FILE",
              help="Rules to try: in place of rules.d, or of one file in it.")  # fmt: skip
@click.option("--mail-from", metavar="PATH", help="The reverse path FILE came with; <> for the null path.")
@as_json
@click.pass_context
def test(
    ctx: click.Context, files: tuple[Path, ...], last: int | None, since: datetime | None, draft: Path | None,
    mail_from: str | None, as_json: bool,
) -> None:  # fmt: skip
    """What the rules would make of mails, by the real journey, which is then undone.

    With FILE: each condition with its value, and the ticket. With --last or --since: what the draft would change for
    mails that came; 0 when nothing, 1 when something, 78 when the draft has a fault.
    """
    if bool(files) == bool(last or since):
        fail(EX_USAGE, "give either mails as FILE..., or --last N or --since DATE for mails that came")
    from maild.cli.rehearsal import draft_of

    with house(ctx) as app, _faults_told(as_json):
        rulebook = draft_of(app, draft) if draft else app.rulebook
        if files:
            _try_files(app, rulebook, files, mail_from, as_json)
        else:
            if tell_stored(app, rulebook, last, since.replace(tzinfo=UTC) if since else None, as_json):
                raise SystemExit(EX_DIFFERS)


@rules.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json
@click.pass_context
def calls(ctx: click.Context, limit: int, as_json: bool) -> None:
    """Calls of webhooks, newest first: to whom, for which ticket, how it went."""
    with house(ctx) as app:
        columns = ("id", "created_at", "webhook", "ticket", "state", "attempts", "due_at", "last_error")
        rows = [{name: getattr(call, name) for name in columns} for call in app.store.calls.newest(limit)]
        show_rows(rows, columns, as_json=as_json)


@contextmanager
def _faults_told(as_json: bool) -> Iterator[None]:
    """Faults of the configuration end the command with 78, each told."""
    try:
        yield
    except ConfigError as error:
        if as_json:
            for problem in error.problems:
                click.echo(dumps({"problem": problem}))
            raise SystemExit(EX_CONFIG) from None
        fail(EX_CONFIG, *error.problems)


def _try_files(app: App, rulebook: Rulebook, files: tuple[Path, ...], mail_from: str | None, as_json: bool) -> None:
    from maild.cli.route import checked_now, rehearse
    from maild.domain.mail import Envelope
    from maild.ingest.gate import Limits

    envelope = None
    if mail_from is not None:
        envelope = Envelope(reverse_path=mail_from.strip().removeprefix("<").removesuffix(">"), forward_paths=())
    for file in files:
        try:
            with file.open("rb") as opened:
                octets = opened.read(Limits().message + 1)
        except OSError as error:
            fail(EX_NOINPUT, f"{file}: {error.strerror}")
            return
        for _, _, message in _read(app, [(None, octets)], envelope.reverse_path if envelope else None):
            found = checked_now(app, octets, message, envelope=envelope)
            route = rehearse(app, octets, message, envelope=envelope, authentication=found, rulebook=rulebook)
            _tell(str(file), route, as_json, ZoneInfo(app.config.desk.zone))


def _tell(file: str, route: Route, as_json: bool, zone: ZoneInfo) -> None:
    from maild.cli.route import as_plain
    from maild.rules.telling import tell

    told = [one for firing in route.firings for one in tell(firing)]
    if as_json:
        asked = [
            {"rule": one.rule, "verdict": one.verdict, "said": one.said,
             "conditions": [{"held": held, "text": text} for held, text in one.conditions]}
            for one in told
        ]  # fmt: skip
        click.echo(dumps({"file": file, **as_plain(route), "rules": asked}))
        return
    click.echo(f"{file}: {route.outcome}{': ' if route.reason else ''}{plain(route.reason) if route.reason else ''}")
    for one in told:
        click.echo(f"  {one.rule}: {one.verdict}{': ' if one.said else ''}{plain(one.said) if one.said else ''}")
        for held, text in one.conditions:
            click.echo(f"    {'yes' if held else 'no '}  {plain(text)}")
    if route.fields is not None:
        click.echo(f"  ticket {'new' if route.new else route.number}")
        for name, value in route.fields.items():
            click.echo(f"    {name.replace('_', ' '):13} {plain(value)}")
        promised = f"{route.promised_at.astimezone(zone):%a %Y-%m-%d %H:%M} ({zone.key})" if route.promised_at else None
        click.echo(f"    {'promised':13} {plain(promised)}")
    for name, recipient, why in route.mails:
        click.echo(f"  mail {name} to {plain(recipient)}{': kept back, ' + plain(why) if why else ''}")


def tell_stored(app: App, draft: Rulebook, last: int | None, since: datetime | None, as_json: bool) -> bool:
    """Try the draft on mails that came and tell each that it treats otherwise; whether there is any."""
    from maild.cli.rehearsal import Comparison, compare

    found = Comparison()
    told = 0
    stored = ((row, app.store.blobs.get(row.sha256)) for row in _stored(app, last, since))
    for found in compare(app, draft, ((row, octets, mail) for row, octets, mail in _read(app, stored) if row)):
        for one in found.differences[told:]:
            if as_json:
                changes = {what: [old, new] for what, old, new in one.changes}
                click.echo(dumps({"mail": one.mail, "ticket": one.ticket, "subject": one.subject, "changes": changes}))
            else:
                click.echo(f"mail {one.mail}, ticket {one.ticket or '-'}: {plain(one.subject)}")
                for what, old, new in one.changes:
                    click.echo(f"    {plain(what)}: {plain(old)} -> {plain(new)}")
        told = len(found.differences)
    _sum_up(found, draft, as_json)
    return bool(found.differences)


def _sum_up(found: Comparison, draft: Rulebook, as_json: bool) -> None:
    never = found.never_hit(draft) if found.mails else ()  # where nothing was tried, nothing is said of a rule
    if as_json:
        click.echo(dumps({"mails": found.mails, "differ": len(found.differences), "never_hit": list(never)}))
        return
    if not found.mails:
        click.echo("no mail came in that time, so nothing was tried")
        return
    for name in never:
        click.echo(f"never hit: {name}")
    click.echo(f"mails: {found.mails}, treated otherwise: {len(found.differences)}, rules never hit: {len(never)}")


def _stored(app: App, last: int | None, since: datetime | None) -> Iterator[InboundRow]:
    """Mails that came and were processed, newest first."""
    before, left = 0, last
    while left is None or left > 0:
        page = app.store.queries.inbound(since=since, before=before, limit=min(PAGE, left or PAGE))
        yield from (row for row in page if row.settlement.outcome not in ("waiting", "duplicate"))
        if not page:
            return
        before = page[-1].id
        left = None if left is None else left - len(page)


def _read(
    app: App, mails: Any, reverse_path: str | None = None
) -> Iterator[tuple[InboundRow | None, bytes, InboundMessage]]:
    """Each mail read in a child process, so that a hostile one harms nobody; one of the book as it came."""
    import msgspec

    from maild.domain.mail import InboundMessage
    from maild.ingest.workers.batch import BatchReader

    encode = msgspec.msgpack.Encoder().encode
    decode = msgspec.msgpack.Decoder(InboundMessage).decode
    with BatchReader(lambda message, _: encode(message), own=app.directory.own_addresses) as reader:
        for row, octets in mails:
            came_with = row.reverse_path if row else reverse_path
            yield row, octets, decode(reader.read(octets, label="mail", reverse_path=came_with))
