"""The composition root: the only place that knows every room and puts them together.

Builds and hands over; runs nothing. `daemon` runs what is here, the command line uses it.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from maild import config as configuration
from maild.clock import system
from maild.config import build, promises
from maild.config.database import open_configured
from maild.config.listening import listening
from maild.config.model import Config
from maild.config.rule_files import Stamp, lines_in, read_rule_files, rule_paths, stamp
from maild.config.versions import finish, paths_of, standing
from maild.desk.clockwork import Clockwork
from maild.desk.executor import Desk
from maild.domain.address import Mailbox
from maild.domain.directory import Directory
from maild.domain.guesses import Guesses
from maild.domain.intent import Trust
from maild.domain.policy_versions import PolicyVersions, versions_of
from maild.domain.sla_policy import SlaPolicy
from maild.domain.token import Tokens
from maild.ingest.authenticate import Authenticates, FrontServer, Unconfigured
from maild.ingest.pipeline import Pipeline
from maild.ingest.trust.dns_lookup import Dns
from maild.outbound.context import DeskFace
from maild.outbound.guard import Guard, Limits
from maild.outbound.notices import NoticePlanner
from maild.outbound.render import Renderers
from maild.outbound.signing import Signer
from maild.report.make import basis_of
from maild.rules.known import KnownNames
from maild.rules.loader import load_all
from maild.rules.rulebook import Rulebook
from maild.store.engine import Store
from maild.store.places import Basis

_SECRET_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The opened house. `secret` is derived from the token keys and signs the portal's forms."""

    config: Config
    folder: Path
    place: Path | None
    """The file that the configuration was read from; None when it was made up."""
    tokens: Tokens
    store: Store
    desk: Desk
    pipeline: Pipeline
    authenticator: Authenticates
    renderer: Renderers
    signer: Signer
    guesses: Guesses
    secret: bytes
    now: Callable[[], datetime]
    seen: Stamp | None = None
    """How the files looked before they were read; None where nobody watches them."""

    @property
    def directory(self) -> Directory:
        """The people in force."""
        return self.desk.directory

    @property
    def basis(self) -> Basis:
        """What figures of reports depend on beside the rows."""
        domains = {domain: one.name for one in self.config.organisation for domain in one.domains}
        return basis_of(self.directory, self.config.desk.zone, domains)

    @property
    def rulebook(self) -> Rulebook:
        """The rules in force."""
        return self.desk.rulebook

    @staticmethod
    def new_secret() -> str:
        """Letters and digits worth more than 128 bits, for links and sessions."""
        return new_secret()

    def path(self, name: str) -> Path:
        """A path of the configuration, relative to its file."""
        return self.folder / name

    def close(self) -> None:
        """Finish what waits to be written and let the store go."""
        self.store.close()


def open_app(
    path: Path | None, *, lock: bool = False, now: Callable[[], datetime] = system.now, migrate: bool | None = None
) -> App:
    """The house of a configuration. `lock` makes this process the only one that works on the store.

    Raises ConfigError with all problems, StoreError when the store cannot be used as it is.
    """
    place = configuration.find(path)
    with suppress(OSError):  # who may only read, reads aside
        finish(place)
    seen = stamp(paths_of(place)) if lock else None
    source = standing(place)
    config = configuration.load(source, year=now().year)
    folder = place.parent
    rulebook = rulebook_of(config, source)
    tokens = build.tokens(config, folder)
    migrate = config.store.migrate if migrate is None else migrate
    store = open_configured(config.store, folder, lock=lock, migrate=migrate)
    opened = assemble(config, folder, tokens=tokens, rulebook=rulebook, store=store, now=now, place=place)
    return replace(opened, seen=seen)


def rulebook_of(config: Config, place: Path | str) -> Rulebook:
    """The rules of a configuration and of the files beside it; raises ConfigError with all problems."""
    place = Path(place)
    paths = rule_paths(place)
    return load_all(
        [(str(place), config.rule), *read_rule_files(paths[1:])],
        known=KnownNames.of(build.directory(config)),
        line_of=lines_in(paths),
    )


def assemble(
    config: Config,
    folder: Path,
    *,
    tokens: Tokens,
    rulebook: Rulebook,
    store: Store,
    now: Callable[[], datetime],
    nonce: Callable[[], str] | None = None,
    place: Path | None = None,
    dns: Dns | None = None,
) -> App:
    """Put the rooms together around an opened store."""
    problems: list[str] = []
    files = standing(place).parent if place else folder
    calendars = promises.calendars(config, files, year=now().year, problems=problems)
    directory = build.directory(
        config,
        listening(config, calendars, problems=problems),
        build.signatures(config, folder, problems=problems),
    )
    policies = promises.policies(config, calendars, problems=problems)
    face = DeskFace(name=config.desk.name, base_url=config.desk.base_url)
    checks_senders = config.trust.mode != "none"
    guard = Guard(
        directory,
        Limits(
            address_day=config.guard.per_address_day,
            thread_day=config.guard.per_thread_day,
            unproven_day=config.guard.unproven_per_day,
            sign_in_day=config.guard.sign_in_per_day,
            template_hour=config.guard.per_template_hour,
            domain_hour=config.guard.per_domain_hour,
            hour=config.guard.per_hour,
        ),
    )
    clockwork = Clockwork(
        policies=policies,
        hours=promises.hours(config, calendars),
        versions=_versions(store, policies, now=now()),
    )
    planner = NoticePlanner(
        directory,
        tokens,
        face,
        guard,
        nonce or new_nonce,
        clockwork=clockwork,
        undo=timedelta(seconds=config.smtp.undo_seconds),
        repeats_unproven=not checks_senders,
        new_secret=new_secret,
    )
    desk = Desk(directory=directory, tokens=tokens, rulebook=rulebook, clockwork=clockwork, planner=planner)
    guesses = Guesses(config.watch.wrong_tokens, config.trust.relays)
    return App(
        config=config,
        folder=folder,
        place=place,
        tokens=tokens,
        store=store,
        desk=desk,
        pipeline=Pipeline(
            desk=desk,
            directory=directory,
            tokens=tokens,
            automatic_mail=config.desk.automatic_mail,
            strangers=config.trust.strangers,
            colleagues=config.trust.colleagues,
            customers=Trust(config.trust.customers),
            former=build.former(config),
            new_secret=new_secret if config.trust.ask else None,
            guesses=guesses,
        ),
        authenticator=authenticator_of(config, dns),
        renderer=Renderers(*overrides_of(config, standing(place).parent if place else folder)),
        signer=build.signer(config, folder),
        guesses=guesses,
        secret=tokens.derive(b"portal"),
        now=now,
    )


def _versions(store: Store, policies: Sequence[SlaPolicy], *, now: datetime) -> PolicyVersions:
    """The policies as they were and are; what has been edited is written down as holding from now on."""
    versions = versions_of(policies, store.read(lambda uow: uow.policies.all()), now=now)
    if not versions.unrecorded:
        return versions
    store.writer.run(lambda uow: uow.policies.record(versions.unrecorded))
    return replace(versions, unrecorded=())


def authenticator_of(config: Config, dns: Dns | None = None) -> Authenticates:
    """Who says where a mail comes from; `dns` stands in for the machine's resolver in tests."""
    trust = config.trust
    match trust.mode:
        case "own":
            from maild.ingest.trust.own_checks import OwnChecks  # only who checks pays for three libraries

            return OwnChecks(dns, trust.relays)
        case "header":
            return FrontServer(trust.authserv_id, trust.hosts)
        case "none":
            return Unconfigured()


def overrides_of(config: Config, folder: Path) -> tuple[Path | None, dict[str, Path]]:
    """The desk's folder of templates, None when it has none, and those of single mailboxes by folded address."""
    own = {Mailbox("", m.address).key: folder / m.templates for m in config.mailbox if m.templates}
    return folder / config.templates if config.templates else None, own


def new_secret() -> str:
    """Letters and digits worth more than 128 bits, for links and sessions."""
    return "".join(secrets.choice(_SECRET_LETTERS) for _ in range(32))


def new_nonce() -> str:
    """Makes a Message-ID unique: 64 random bits in digits; made for each mail that leaves, so in one call."""
    return secrets.token_hex(8)


def templates_folder() -> Path:
    """Where the packaged templates are: inside the package in a wheel, beside it in a checkout."""
    packaged = Path(str(files("maild"))) / "_templates"
    return packaged if packaged.is_dir() else packaged.parent.parent / "templates"
