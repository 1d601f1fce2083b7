"""From the configuration to the values the rooms work with: people and token keys.

Builds and checks; opens nothing but the key file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from maild.config import promises
from maild.config.kinds import Secret, days_of
from maild.config.model import Config
from maild.domain import people
from maild.domain.address import Mailbox
from maild.domain.directory import Directory
from maild.domain.quiet import Listening
from maild.domain.token import Key, Tokens
from maild.errors import ConfigError
from maild.ingest.former import Former
from maild.outbound.calling import Service
from maild.outbound.signing import Signer, SigningKey

MAX_SIGNATURE = 1000
"""Characters: ten lines or so; more would hide our words."""

MIN_KEY_BYTES = 16
"""Shorter token keys could be searched for."""


def signer(config: Config, folder: Path) -> Signer:
    """Who signs what leaves; raises ConfigError for a key that is not there, can be read by others, or is none."""
    keys: dict[str, SigningKey] = {}
    problems: list[str] = []
    for mailbox in config.mailbox:
        if mailbox.dkim is None:
            continue
        try:
            pem = Secret(file=mailbox.dkim.key_file, env="").read(folder).encode("ascii")
        except (OSError, ValueError) as error:
            problems.append(f"mailbox {mailbox.address}: dkim.key_file: {error}")
            continue
        found = SigningKey(selector=mailbox.dkim.selector, domain=mailbox.dkim.domain, pem=pem)
        keys[Mailbox("", mailbox.address).key] = found
    made = Signer(keys)
    if not problems:
        try:
            made.check()
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError(problems)
    return made


def directory(
    config: Config,
    listening: Mapping[str, Listening] | None = None,
    signatures: Mapping[str, str] | None = None,
) -> Directory:
    """Who is who. `listening` says by agent when he wants to hear of things, `signatures` by mailbox what stands below
    its mails; who only asks who there is leaves them out."""
    wishes, below = listening or {}, signatures or {}
    return Directory(
        agents=[
            people.Agent(
                name=a.name,
                display_name=a.display_name,
                addresses=a.addresses,
                language=a.language or "",
                zone=a.zone or "",
                skills=frozenset(a.skills),
                max_open=a.max_open,
                absences=tuple(map(days_of, a.absent)),
                listening=wishes.get(a.name),
            )
            for a in config.agent
        ],
        teams=[
            people.Team(
                name=t.name,
                display_name=t.display_name,
                leader=t.leader,
                members=t.members,
                reopen_hours=t.reopen_hours,
                closed=people.WhenClosed(t.closed),
                thanks=t.thanks,
                ratings=t.ratings,
                brand=t.brand,
            )
            for t in config.team
        ],
        mailboxes=[
            people.OwnMailbox(
                address=m.address,
                team=m.team,
                from_name=m.from_name,
                reverse_path=people.ReversePath(m.reverse_path),
                name=m.name,
                signature=below.get(m.address, ""),
                language=m.language or "",
                zone=m.zone or "",
            )
            for m in config.mailbox
        ],
        categories=[
            people.Category(name=c.name, teams=c.teams, request_types=c.request_types) for c in config.category
        ],
        languages=config.desk.languages,
        zone=config.desk.zone,
        operator=config.desk.operator,
        blocked=config.trust.blocked,
        organisations={domain: o.name for o in config.organisation for domain in o.domains},
        rosters=promises.rosters(config, problems=[]),
        contracts={o.name: o.contract for o in config.organisation if o.contract},
        severities=config.desk.severities,
        products=config.desk.products,
        answers={
            answer.name: {str(language): text for language, text in answer.text.items()} for answer in config.answer
        },
        forward_to=config.rules.forward_to,
        webhooks=[webhook.name for webhook in config.webhook],
        policies=[section.name for section in config.sla],
        groups={group.address: group.original for group in config.group},
    )


def signatures(config: Config, folder: Path, *, problems: list[str]) -> dict[str, str]:
    """What stands below the mails of mailboxes, by their addresses; what is wrong is added to `problems`."""
    found: dict[str, str] = {}
    for i, mailbox in enumerate(config.mailbox, 1):
        text = mailbox.signature
        if mailbox.signature_file:
            try:
                text = (folder / mailbox.signature_file).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"mailbox[{i}].signature_file: {folder / mailbox.signature_file}: {error}")
                continue
        if len(text) > MAX_SIGNATURE:
            problems.append(f"mailbox[{i}].signature_file: is longer than {MAX_SIGNATURE} characters")
        found[mailbox.address] = text.strip()
    return found


def services(config: Config, folder: Path) -> dict[str, Service]:
    """Whom rules can tell of tickets, by name; raises what `Secret.read` does for a secret that cannot be read."""
    return {
        webhook.name: Service(
            url=webhook.url, secret=webhook.secret.read(folder).encode(), limit=webhook.timeout_seconds
        )
        for webhook in config.webhook
    }


def former(config: Config) -> list[Former]:
    """The former helpdesks whose numbers are still looked for."""
    return [Former(name=section.name, subject=section.subject, until=section.until) for section in config.former]


def tokens(config: Config, folder: Path) -> Tokens:
    """The token keys from their file; raises ConfigError when they are missing, weak, or readable by others."""
    path = folder / config.desk.keys
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError([f"{path}: can be read by others; chmod 600 {path}"])
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: the token keys cannot be read ({error}); maild init makes such a file"]) from None
    keys: list[Key] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"\s*(\d{1,3})\s+([0-9a-fA-F]+)\s*", line)
        secret = bytes.fromhex(match[2]) if match and len(match[2]) % 2 == 0 else b""
        if match is None or int(match[1]) > 255 or len(secret) < MIN_KEY_BYTES:
            raise ConfigError([f"{path}:{number}: write ID HEX with an ID of 0 to 255 and at least 32 hex digits"])
        keys.append(Key(int(match[1]), secret))
    if not keys:
        raise ConfigError([f"{path}: holds no key; maild init makes such a file"])
    return Tokens(keys)
