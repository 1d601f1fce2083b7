"""The daemon: one process, one loop, lanes that live and end together.

A lane that fails is started again after a pause and never takes another one down. On the way out the doors close
first, then what is in hand is finished, then the store is let go. Holds no rule of mail or tickets.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import waitress
from flask import Blueprint

from maild.app import App, templates_folder
from maild.clock.schedule import Schedule
from maild.clock.ticks import SlaTick
from maild.clock.watch import Alarm, Auditor, Canary, WithheldTick
from maild.config import model
from maild.desk.ports import Writer
from maild.desk.queues import Accepted, Spool
from maild.domain.address import Mailbox
from maild.domain.commands import RecordDelivery
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.mail import DeliveryReport, RawMail, RecipientReport
from maild.domain.notice import DeliveryResult, OutboxItem
from maild.health import Health
from maild.ingest.gate import Limits
from maild.ingest.imap import ImapWatcher
from maild.ingest.intake.imap_account import ImapAccount, Security
from maild.ingest.reader import Reader
from maild.ingest.smtp import Listener, ListenerLimits
from maild.ingest.spool import SpoolLane
from maild.ingest.thread import is_ours
from maild.outbound.outbox import Relay
from maild.outbound.transport import Smarthost, SmtpTransport
from maild.reload import RuleWatch
from maild.rules.known import KnownNames
from webview import create_app
from webview.portal import Portal

log = logging.getLogger(__name__)

T = TypeVar("T")

PARTS = ("smtp", "imap", "outbox", "clock", "web")
"""What `maild run --with` and `--without` choose among; mail from the spool is processed in any case."""

TICK_SECONDS = 5.0
"""How often clocks are looked at: alarms are at most so late."""

WATCH_SECONDS = 30.0
"""How often the watch looks whether something is due: health is red within two minutes of a fault."""

LONGEST_PAUSE_SECONDS = 60.0
"""A lane that keeps failing is started again at least so often."""


class Daemon:
    """Runs an opened house until it is told to stop."""

    def __init__(self, app: App, *, parts: frozenset[str] = frozenset(PARTS), pages: Sequence[Blueprint] = ()) -> None:
        self._app = app
        self._parts = parts
        self._pages = pages
        self._stop = asyncio.Event()
        self._down: dict[str, str] = {}
        self.ready = asyncio.Event()
        """Set when every door is open."""
        self.ports: dict[str, int] = {}
        """The ports that doors really opened at, by part."""
        self.health = Health(app.store.queries, now=app.now)
        self.health.lanes_down = lambda: self._down
        self._rules = self._watch_rules()

    def stop(self) -> None:
        """Ask to end; `run` returns when everything in hand is finished. May be called twice."""
        self._stop.set()

    def reload(self) -> None:
        """Read the rule files anew, changed or not; with a fault in them the old rules stay in force."""
        if self._rules is not None:
            self._rules.ask()

    async def run(self) -> None:
        """Open the doors, run the lanes, and on `stop` close down in order."""
        app = self._app
        settings = app.config.reading
        if app.config.trust.mode == "none":
            log.warning(
                "nobody checks who sends mail ([trust] mode): who has the reply address of an agent's notification"
                " is taken for that agent; see docs/trust.md"
            )
        await app.store.spool.recover()
        await app.store.outbox.recover(now=app.now())
        limits = Limits(cpu_seconds=settings.cpu_seconds, memory=settings.memory_mib * 1024 * 1024)
        async with Reader(processes=settings.workers or None, limits=limits) as reader:
            relay = self._relay()
            spool = SpoolLane(
                spool=app.store.spool,
                writer=app.store.writer,
                reader=reader,
                pipeline=app.pipeline,
                authenticator=app.authenticator,
                own=app.directory.own_addresses,
                now=app.now,
                on_settled=relay.wake,
            )
            lanes: dict[str, Callable[[], Awaitable[None]]] = {"spool": lambda: spool.run(self._stop)}
            if self._rules is not None:
                lanes["rules"] = partial(self._rules.run, self._stop)
            if "outbox" in self._parts:
                lanes["outbox"] = lambda: relay.run(self._stop)
            if "imap" in self._parts:
                lanes |= self._watchers(spool)
            listener = await self._open_listener(spool)
            schedule = self._open_schedule(relay)
            web = self._open_web(relay)
            try:
                async with asyncio.TaskGroup() as group:
                    for name, lane in lanes.items():
                        group.create_task(self._keep(name, lane), name=name)
                    self.ready.set()
                    log.info("ready: %s", ", ".join(f"{k} on port {v}" for k, v in self.ports.items()) or "no doors")
                    await self._stop.wait()
                    if listener is not None:
                        await listener.stop()
            finally:
                if schedule is not None:
                    schedule.stop()
                if web is not None:
                    await asyncio.to_thread(web)
                log.info("ended")

    def _watch_rules(self) -> RuleWatch | None:
        app = self._app
        if app.place is None:
            return None
        watch = RuleWatch(app.place, known=KnownNames.of(app.directory), use=app.desk.use_rules)
        self.health.refused = lambda: watch.faults
        return watch

    async def _keep(self, name: str, lane: Callable[[], Awaitable[None]]) -> None:
        """Run a lane until the end, starting it again when it fails."""
        pause = 1.0
        while not self._stop.is_set():
            try:
                await lane()
                self._down.pop(name, None)
                return
            except Exception as error:
                self._down[name] = f"failed: {type(error).__name__}"
                log.exception("lane %s failed and is started again", name)
            try:
                async with asyncio.timeout(pause * random.uniform(0.5, 1)):  # noqa: S311 - jitter, not a secret
                    await self._stop.wait()
            except TimeoutError:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._down.pop(name, None)

    def _relay(self) -> Relay:
        app, settings = self._app, self._app.config.smtp
        return Relay(
            app.store.outbox,
            SmtpTransport(_smarthost(app, settings)),
            app.renderer,
            app.store.blobs.get,
            app.now,
            sign=app.signer,
            by_mailbox={
                Mailbox("", mailbox.address).key: SmtpTransport(_smarthost(app, mailbox.smtp))
                for mailbox in app.config.mailbox
                if mailbox.smtp is not None
            },
            on_failed=self._tell_undelivered,
            connections=settings.connections,
            give_up=timedelta(hours=settings.give_up_hours),
        )

    async def _tell_undelivered(self, item: OutboxItem, result: DeliveryResult) -> None:
        """A mail that could not be delivered for good is on its ticket, and whoever is in charge hears of it."""
        if not item.notice.ticket:
            return
        recipient = RecipientReport(
            final_recipient=item.notice.recipient.address, action="failed", diagnostic=f"{result.code} {result.text}"
        )
        command = RecordDelivery(
            ticket=item.notice.ticket,
            article=item.notice.article,
            recipient=item.notice.recipient.address,
            report=DeliveryReport(recipients=(recipient,)),
            delayed=False,
        )
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="outbox"), commands=(command,))
        cause = Cause(key=f"outbox:{item.id}")
        await self._app.store.writer.run_async(
            lambda uow: self._app.desk.run(uow, intent, cause=cause, now=self._app.now())
        )

    async def _open_listener(self, spool: SpoolLane) -> Listener | None:
        app, settings = self._app, self._app.config.listener
        if "smtp" not in self._parts or not (settings.smtp or settings.lmtp):
            return None
        listener = Listener(
            _Calling(app.store.spool, spool.call),
            own=self._own,
            tls_context=_server_tls(app),
            limits=ListenerLimits(
                message_octets=settings.max_size,
                connections=settings.max_connections,
                connections_per_address=settings.max_per_address,
                recipients=settings.max_recipients,
            ),
            hostname=settings.hostname,
            clock=app.now,
        )
        if settings.smtp:
            self.ports["smtp"] = await listener.start_smtp(*_host_port(settings.smtp))
        if settings.lmtp:
            if settings.lmtp.startswith("/"):
                await listener.start_lmtp(settings.lmtp)
            else:
                self.ports["lmtp"] = await listener.start_lmtp(*_host_port(settings.lmtp))
        return listener

    def _own(self, path: str) -> str | None:
        if not is_ours(path, self._app.directory):
            return None
        own = self._app.directory.own(path)
        return own.address if own else self._app.directory.default_mailbox.address

    def _watchers(self, spool: SpoolLane) -> dict[str, Callable[[], Awaitable[None]]]:
        app = self._app
        lanes: dict[str, Callable[[], Awaitable[None]]] = {}
        watchers: list[ImapWatcher] = []
        for mailbox in app.config.mailbox:
            if mailbox.imap is None:
                continue
            watcher = ImapWatcher(
                _account(app, mailbox, mailbox.imap),
                _Calling(app.store.spool, spool.call),
                app.store.cursors,
                clock=app.now,
                rng=random.Random(),  # noqa: S311 - jitter, not a secret
            )
            watchers.append(watcher)
            lanes[f"imap {mailbox.address}"] = partial(watcher.run, self._stop)
        self.health.mailboxes = lambda: {
            f"{status.mailbox} {status.folder}": status for watcher in watchers for status in watcher.status
        }
        return lanes

    def _open_schedule(self, relay: Relay) -> Schedule | None:
        if "clock" not in self._parts:
            return None
        app = self._app
        schedule = Schedule(now=app.now)
        tick = SlaTick(timers=app.store.timers, writer=app.store.writer, desk=app.desk, now=app.now)

        async def clocks() -> None:
            if await tick():
                relay.wake()

        schedule.every(TICK_SECONDS, "clocks", clocks)
        self._watch(schedule, relay)
        self.health.ticks = lambda: schedule.last_good
        schedule.start()
        return schedule

    def _watch(self, schedule: Schedule, relay: Relay) -> None:
        app, settings = self._app, self._app.config.watch
        auditor = Auditor(app.store.queries, now=app.now)
        self.health.audit = lambda: auditor.last
        schedule.every(WATCH_SECONDS, "audit", auditor)
        withheld = WithheldTick(writer=app.store.writer, desk=app.desk, now=app.now)

        async def tell_withheld() -> None:
            if await withheld():
                relay.wake()

        schedule.every(WATCH_SECONDS, "withheld", tell_withheld)
        if settings.canary is not None and "outbox" in self._parts:
            canary = Canary(
                address=settings.canary,
                every=timedelta(minutes=settings.canary_minutes),
                limit=timedelta(minutes=settings.canary_limit_minutes),
                writer=app.store.writer,
                queries=app.store.queries,
                tokens=app.tokens,
                now=app.now,
            )

            async def sing() -> None:
                if await canary():
                    relay.wake()

            self.health.watch = lambda: tuple(filter(None, (canary.fault(),)))
            schedule.every(WATCH_SECONDS, "canary", sing)
        if settings.alarm:

            async def causes() -> Sequence[str]:
                _, facts = await asyncio.to_thread(self.health)
                found: Sequence[str] = facts["causes"]
                return found

            schedule.every(WATCH_SECONDS, "alarm", Alarm(settings.alarm, causes=causes, now=app.now))

    def _open_web(self, relay: Relay) -> Callable[[], None] | None:
        settings = self._app.config.web
        if "web" not in self._parts or settings.listen is None:
            return None
        host, port = _host_port(settings.listen)
        loop = asyncio.get_running_loop()
        writer = _WakingWriter(self._app.store.writer, lambda: loop.call_soon_threadsafe(relay.wake))
        application = create_app(portal_of(self._app, self.health, writer))
        for pages in self._pages:
            application.register_blueprint(pages)
        server = waitress.create_server(
            application, host=host, port=port, threads=settings.threads, connection_limit=1000,
            channel_timeout=30, ident=None, max_request_body_size=1 << 20, clear_untrusted_proxy_headers=False,
        )  # fmt: skip
        thread = threading.Thread(target=server.run, name="http", daemon=True)
        thread.start()
        self.ports["web"] = server.effective_port
        return lambda: _stop_web(server, thread)


class _Calling:
    """The spool as the intakes see it: whenever a mail is safe, the lane is called."""

    def __init__(self, spool: Spool, call: Callable[[], None]) -> None:
        self._spool = spool
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spool, name)

    async def accept(self, mail: RawMail) -> Accepted:
        """Make the mail durable, then call the lane."""
        accepted = await self._spool.accept(mail)
        self._call()
        return accepted


class _WakingWriter:
    """The writer as the pages see it: whatever they did may have planned a mail, so the relay looks at once."""

    def __init__(self, writer: Writer, wake: Callable[[], object]) -> None:
        self._writer = writer
        self._wake = wake

    def run(self, job: Callable[[Any], T]) -> T:
        """Run the job, then wake the relay."""
        value = self._writer.run(job)
        self._wake()
        return value

    async def run_async(self, job: Callable[[Any], T]) -> T:
        """The same for coroutines."""
        value = await self._writer.run_async(job)
        self._wake()
        return value


def portal_of(app: App, health: Health, writer: Writer) -> Portal:
    """What the pages need of an opened house."""
    return Portal(
        desk=app.desk,
        writer=writer,
        queries=app.store.queries,
        tokens=app.tokens,
        name=app.config.desk.name,
        base_url=app.config.desk.base_url,
        languages=app.config.desk.languages,
        zone=app.config.desk.zone,
        templates=str(templates_folder() / "web"),
        secret=app.secret,
        now=app.now,
        new_secret=app.new_secret,
        health=health,
        trusted_proxies=app.config.web.trusted_proxies,
    )


def _server_tls(app: App) -> ssl.SSLContext | None:
    """What STARTTLS is offered with; None when there is no certificate."""
    settings = app.config.listener
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(app.path(settings.tls_certificate), app.path(settings.tls_key or settings.tls_certificate))
    return context


def _smarthost(app: App, settings: model.SmtpAccount) -> Smarthost:
    return Smarthost(
        host=settings.host,
        port=settings.port,
        tls=settings.tls,
        ca_file=str(app.path(settings.ca_file)) if settings.ca_file else "",
        user=settings.user,
        password=settings.password.read(app.folder) if settings.password else "",
        hostname=settings.hostname,
        connections=settings.connections,
    )


def _host_port(text: str) -> tuple[str, int]:
    """`[::1]:25` or `127.0.0.1:25`, as the configuration has checked it."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _account(app: App, mailbox: model.Mailbox, settings: model.Imap) -> ImapAccount:
    context = ssl.create_default_context(cafile=str(app.path(settings.ca_file))) if settings.ca_file else None
    return ImapAccount(
        mailbox=mailbox.address,
        host=settings.host,
        port=settings.port,
        tls=Security(settings.tls),
        tls_context=context,
        user=settings.user,
        password=settings.password.read(app.folder),
        folders=settings.folders,
        after=settings.after,
        poll_seconds=settings.poll_seconds,
        since=settings.since,
        message_octets=app.config.listener.max_size,
    )


def _stop_web(server: Any, thread: threading.Thread) -> None:
    """Stop listening, let running requests finish, then close (waitress closes under them otherwise)."""
    server.del_channel()
    server.socket.close()
    server.task_dispatcher.shutdown(cancel_pending=False, timeout=10)
    time.sleep(0.1)  # the last answers are still in the buffers of the channels
    server.close()
    for channel in list(server._map.values()):
        channel.close()
    thread.join(5)
