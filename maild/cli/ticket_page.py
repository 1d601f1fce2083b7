"""A ticket as `maild ticket show` prints it: fields, articles, what happened, clocks, mails.

Writes what it is given, made plain for a terminal. Never reads from the store.
"""

from __future__ import annotations

from typing import Any

import click

from maild.cli.session import plain

CIRCUMSTANCES = ("id", "at", "kind", "cause", "actor", "ticket", "trace")
"""Keys of an event that are not its own facts."""


def print_ticket(view: dict[str, Any], mails: list[dict[str, Any]], clocks: list[str]) -> None:
    """Print the view of a ticket, with the mails sent about it and the lines of its clocks."""
    fields = view["ticket"]
    click.echo(f"Ticket {fields['number']}: {plain(fields['title'])}")
    for name in ("state", "waiting", "waits_until", "priority", "team", "owner", "category", "request_type", "severity",
                 "product", "tags", "watchers", "muted", "policy", "chosen_policy",
                 "created_at", "first_response_at", "promised_at", "closed_at", "reopen_count", "follows",
                 "merged_into", "grouped"):  # fmt: skip
        click.echo(f"  {name.replace('_', ' '):18} {plain(fields[name])}")
    click.echo(f"  {'requester':18} {plain(view['requester']['name'])} <{plain(view['requester']['address'])}>")
    for one in view["addresses"]:
        known = f"known by: {one['proof']}" if one["proof"] else "never proven"
        click.echo(f"  {'address':18} {plain(one['address'])} ({known})")
    if view["merged"]:
        click.echo(f"  {'merged here':18} {plain(view['merged'])}")
    for one in view["see_also"]:
        click.echo(f"  {'see also':18} {one['number']} {plain(one['title'])} ({one['state']})")
    for article in view["articles"]:
        mark = "" if article["verified"] else " (unverified)"
        mark += f" (written to {article['origin']})" if article["origin"] else ""
        click.echo(f"\n{plain(article['created_at'])}  {article['kind']} by {plain(article['author'])}{mark}")
        for line in str(article["new_text"]).splitlines():
            click.echo(f"    {plain(line) if line.strip() else ''}")
        for file in article["files"]:
            click.echo(f"    [{plain(file['filename'])}, {file['size']} octets]")
    click.echo("\nWhat happened")
    for event in view["events"]:
        facts = {k: v for k, v in event.items() if k not in CIRCUMSTANCES}
        said = ", ".join(f"{k.replace('_', ' ')} {plain(v)}" for k, v in facts.items())
        actor = event["actor"]
        who = actor["name"] or actor["address"] or "-"
        click.echo(f"  {plain(event['at'])}  {event['kind']}: {said}; {actor['kind']} {plain(who)} ({event['cause']})")
        for line in event.get("trace", ()):
            click.echo(f"      rule {plain(line)}")
    click.echo("\nClocks")
    for line in clocks:
        click.echo(f"  {line}")
    click.echo("\nMails")
    for mail in mails:
        why = mail["suppressed"] or mail["last_error"]
        click.echo(f"  {mail['id']}  {mail['state']}  {mail['name']} to {plain(mail['recipient'])}  {plain(why)}")
