"""Starts the demonstration and keeps it up: daemon, sink and story in one loop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from maild.app import open_app
from maild.daemon import Daemon
from maild.demo.page import demo_pages
from maild.demo.sink import CaughtMail, Sink
from maild.demo.story import Story, StoryFailed
from maild.demo.world import DemoClock, write_world


async def play(folder: Path, *, once: bool, smtp: int, lmtp: int, web: int, say: Callable[[str], None]) -> int:
    """Play the story in `folder`; stay up until Ctrl-C unless `once`. Returns the exit code. Port 0 takes any port."""
    caught = asyncio.Condition()
    tasks: set[asyncio.Task[None]] = set()

    async def tell() -> None:
        async with caught:
            caught.notify_all()

    def on_mail(_: CaughtMail) -> None:
        task = asyncio.ensure_future(tell())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    sink = Sink(on_mail=on_mail)
    clock = DemoClock()
    config = write_world(folder, smtp=smtp, lmtp=lmtp, web=web, sink=await sink.start())
    app = await asyncio.to_thread(open_app, config, lock=True, now=clock)
    daemon = Daemon(app, pages=[demo_pages(sink.mails)])
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, daemon.stop)
    running = asyncio.create_task(daemon.run())
    try:
        ready = asyncio.create_task(daemon.ready.wait())
        await asyncio.wait([ready, running], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            ready.cancel()
            running.result()
            return 1
        story = Story(
            app=app,
            clock=clock,
            mails=sink.mails,
            caught=caught,
            smtp=daemon.ports["smtp"],
            web=daemon.ports["web"],
            say=say,
        )
        telling = asyncio.create_task(story.play())
        await asyncio.wait([telling, running], return_when=asyncio.FIRST_COMPLETED)
        if not telling.done():
            telling.cancel()
            return 130
        try:
            token = telling.result()
        except StoryFailed as failure:
            say(str(failure))
            return 1
        say("The story ends well.")
        if not once:
            _what_next(say, config, token, daemon.ports)
            await running
        return 0
    finally:
        daemon.stop()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.to_thread(app.close)
        await sink.stop()


def _what_next(say: Callable[[str], None], config: Path, token: str, ports: dict[str, int]) -> None:
    number = token.partition("-")[0]
    say(f"""
Now it is yours. Try:

  Write as a customer:
    swaks --server 127.0.0.1:{ports["smtp"]} --from you@example.net --to support@casa-azul.example \\
          --header 'Subject: The outage again' --body 'Hello, nothing works since this morning.'
  Or an absence note, which nobody answers:
    swaks --server 127.0.0.1:{ports["smtp"]} --from you@example.net --to support@casa-azul.example \\
          --header 'Subject: Out of office' --header 'Auto-Submitted: auto-replied' --body 'I am away.'
  See every mail sent:   http://127.0.0.1:{ports["web"]}/demo/
  The portal:            http://127.0.0.1:{ports["web"]}/t/{token}
  Ask why:               {Path(sys.argv[0])} -c {config} ticket show {number}

Ctrl-C ends it.""")
