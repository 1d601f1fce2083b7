"""The pages: the portal and the health page behind a WSGI server in a thread of its own.

Opens and closes the server; what the pages say is in `webview`.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import waitress
from flask import Blueprint

from maild.app import App, templates_folder
from maild.daemon.doors import host_port
from maild.desk.ports import Writer
from maild.health import Health
from webview import create_app
from webview.portal import Portal

T = TypeVar("T")


def open_web(
    app: App, health: Health, wake: Callable[[], object], pages: Sequence[Blueprint]
) -> tuple[Callable[[], None], int] | None:
    """Serve the pages where the configuration says; None when nowhere. How to close, which blocks, and the port.

    `wake` is called from any thread after whatever may have planned a mail.
    """
    settings = app.config.web
    if settings.listen is None:
        return None
    host, port = host_port(settings.listen)
    application = create_app(portal_of(app, health, _WakingWriter(app.store.writer, wake)))
    for blueprint in pages:
        application.register_blueprint(blueprint)
    try:
        listening = _listen(host, port)
    except OSError as error:
        raise OSError(error.errno, f"web.listen {settings.listen}: {error.strerror}") from None
    server = waitress.create_server(
        application, sockets=[listening], threads=settings.threads, connection_limit=1000,
        channel_timeout=30, ident=None, max_request_body_size=1 << 20, clear_untrusted_proxy_headers=False,
    )  # fmt: skip
    thread = threading.Thread(target=server.run, name="http", daemon=True)
    thread.start()
    return lambda: _stop_web(server, thread), server.effective_port


def _listen(host: str, port: int) -> socket.socket:
    """One socket, also for a name of several addresses: then of the first, one of IPv4 if there is any.

    waitress would leave its own open when the port is taken, and cannot be closed in peace when it has several.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda one: one[0] is not socket.AF_INET)
    return socket.create_server(address[:2], family=family)


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
        guesses=app.guesses,
        trusted_proxies=app.config.web.trusted_proxies,
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
