"""Requests a second of the look-up page and of a ticket's state page, beside a bare Flask page in the same run.

    python bench/portal.py [--seconds 3] [--rounds 3]

The portal runs inside the daemon as it always does; the bare page runs under waitress with the same settings in a
process of its own. A third process asks over kept connections. The ratio is what counts, for the machine may be busy.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from email import policy
from email.parser import BytesParser
from functools import partial
from pathlib import Path

from corpus import Corpus
from daemon import Desk, free_port
from ingest import journey

CONNECTIONS = 8
"""Browsers at a time; as many as the server has threads."""

BARE = """\
import logging, sys, flask, waitress
logging.disable()
app = flask.Flask("bare")
@app.get("/")
def front():
    return "<!doctype html><title>bare</title><p>hello"
server = waitress.create_server(
    app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, connection_limit=1000, channel_timeout=30, ident=None,
    max_request_body_size=1 << 20, clear_untrusted_proxy_headers=False,
)
server.run()
"""


class Browser(asyncio.Protocol):
    """Asks for one path again and again over one connection, and counts the answers."""

    def __init__(self, path: str, wanted: bytes) -> None:
        self._request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: pt,en;q=0.5\r\n\r\n".encode()
        self._wanted = wanted
        self._held = b""
        self.answers = 0
        self.moments: list[float] = []
        self.fault = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = time.monotonic()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, end, rest = self._held.partition(b"\r\n\r\n")
        if not end:
            return
        at = head.lower().find(b"content-length:")
        if len(rest) < int(head[at + 15 :].split(b"\r\n", 1)[0]):
            return
        if not head.startswith(b"HTTP/1.1 200") or self._wanted not in rest:
            self.fault = self.fault or repr(head[:100] + b" ... " + rest[:200])
        self._held = b""
        self.answers += 1
        self.moments.append(time.monotonic() - self._asked)
        self._ask()


async def ask(port: int, path: str, wanted: bytes, seconds: float) -> tuple[float, float]:
    """Answers a second, and the milliseconds in which half of them came."""
    loop = asyncio.get_running_loop()
    browsers: list[Browser] = []
    transports: list[asyncio.Transport] = []
    for _ in range(CONNECTIONS):
        transport, browser = await loop.create_connection(partial(Browser, path, wanted), "127.0.0.1", port)
        browsers.append(browser)
        transports.append(transport)
    begin = time.monotonic()
    await asyncio.sleep(seconds)
    taken = time.monotonic() - begin
    answers = sum(browser.answers for browser in browsers)
    for transport in transports:
        transport.abort()
    if fault := next((browser.fault for browser in browsers if browser.fault), ""):
        sys.exit(f"{path} gave {fault}")
    middle = statistics.median([moment for browser in browsers for moment in browser.moments])
    return answers / taken, 1000 * middle


def driver(port: int, path: str, wanted: str, seconds: float) -> tuple[float, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--ask", str(port), path, wanted, str(seconds)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1])


def state_page(desk: Desk) -> str:
    """The path of a ticket's state page, from the acknowledgement of a mail."""
    journey(desk, Corpus(2).first())
    for caught in desk.basket.mails:
        mail = BytesParser(policy=policy.default).parsebytes(caught.octets)
        body = mail.get_body(("plain",))
        words: list[str] = body.get_content().split() if body is not None else []
        for word in words:
            if "/t/" in word and not caught.recipient.endswith("agents.example"):
                return "/t/" + word.rpartition("/t/")[2]
    sys.exit("no acknowledgement holds a link")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each page, in turn")
    parser.add_argument("--ask", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        port, path, wanted, seconds = given.ask
        print(*asyncio.run(ask(int(port), path, wanted.encode(), float(seconds))))
        return
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="maild-bench-") as folder:
        desk, port = Desk(Path(folder)), free_port()
        bare = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
        try:
            desk.start()
            path = state_page(desk)
            pages = {
                "bare Flask page": (port, "/", "hello"),
                "look-up form": (desk.web, "/", "<form"),
                "ticket's state": (desk.web, path, path.removeprefix("/t/").partition("-")[0]),
            }
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
            for page in pages.values():
                driver(*page, 0.5)  # first requests pay for templates and connections
            for _ in range(given.rounds):
                for name, page in pages.items():
                    found[name].append(driver(*page, given.seconds))
        finally:
            bare.terminate()
            bare.wait()
            desk.stop()
    floor = [rate for rate, _ in found["bare Flask page"]]
    for name, results in found.items():
        rate = statistics.median(rate for rate, _ in results)
        ratio = statistics.median(rate / bare for (rate, _), bare in zip(results, floor, strict=True))
        middle = statistics.median(milliseconds for _, milliseconds in results)
        aim = " (aim 0.50)" if name == "look-up form" else ""
        print(f"{name:18} {rate:6.0f} requests/s  p50 {middle:5.1f} ms  ratio {ratio:.2f}{aim}")


if __name__ == "__main__":
    main()
