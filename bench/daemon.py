"""The real daemon as a process of its own, for measuring: its folder, its ports, and what it costs.

Raises in the configuration the limits that a generated corpus would run into. Never looks inside the process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from sink import Basket

from maild.config.sample import new_keys

PATIENCE_SECONDS = 60.0
"""How long a loaded machine may need to start a process."""

CONFIG = """\
[desk]
name = "Bench Desk"
base_url = "http://127.0.0.1:{web}"
languages = ["en", "pt", "es"]
zone = "Europe/Lisbon"
operator = "operator@desk.example"

[listener]
smtp = "127.0.0.1:{smtp}"
max_connections = 500
max_per_address = 500

[smtp]
host = "127.0.0.1"
port = {sink}
tls = "none"

[web]
listen = "127.0.0.1:{web}"

[guard]
per_address_day = 1000000
per_thread_day = 1000000
per_hour = 1000000
per_template_hour = 1000000
per_domain_hour = 1000000
unproven_per_day = 1000000

[[mailbox]]
address = "support@desk.example"
team = "support"
from_name = "Bench Desk"

[[team]]
name = "support"
display_name = "Customer Support"
leader = "eva"
members = ["rui"]

[[team]]
name = "billing"
display_name = "Billing"
leader = "eva"
members = ["eva"]

[[agent]]
name = "rui"
display_name = "Rui Costa"
addresses = ["rui@agents.example"]
language = "pt"

[[agent]]
name = "eva"
display_name = "Eva Marín"
addresses = ["eva@agents.example"]

[[category]]
name = "invoices"
teams = ["billing"]

[[calendar]]
name = "office"
zone = "Europe/Lisbon"
week = {{ "mon-fri" = "09:00-13:00 14:00-18:00" }}

[[sla]]
name = "standard"
calendar = "office"
first_response = {{ low = 960, normal = 480, high = 240, urgent = 60 }}
solution = {{ low = 4800, normal = 2400, high = 960, urgent = 480 }}
yellow = 50
red = 80

[[rule]]
name = "invoices"
when = {{ subject = ["invoice", "fatura", "factura"] }}
then = {{ team = "billing", category = "invoices" }}
stop = true

[[rule]]
name = "printers"
when = {{ new_words = ["printer", "impressora", "impresora"] }}
then = {{ tag = "printer" }}

[[rule]]
name = "outage"
when = {{ subject = ["outage", "avaria", "caída"] }}
then = {{ priority = "urgent" }}
"""


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Desk:
    """One desk in a folder, with the sink that its mail goes to."""

    folder: Path
    smtp: int = field(default_factory=free_port)
    web: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    sink: subprocess.Popen[str] | None = None
    basket: Basket = field(init=False)

    def start(self) -> None:
        """Start sink and daemon; returns when the daemon takes mail."""
        self.folder.mkdir(parents=True, exist_ok=True)
        caught = self.folder / f"caught-{time.monotonic_ns()}"
        caught.touch()
        self.basket = Basket(caught)
        here = Path(__file__).parent
        self.sink = subprocess.Popen(
            [sys.executable, str(here / "sink.py"), str(caught)], stdout=subprocess.PIPE, text=True
        )
        assert self.sink.stdout is not None
        port = int(self.sink.stdout.readline())
        (self.folder / "maild.toml").write_text(CONFIG.format(smtp=self.smtp, web=self.web, sink=port), "utf-8")
        keys = self.folder / "desk.keys"
        if not keys.exists():
            keys.touch(0o600)
            keys.write_text(new_keys(), "ascii")
        with (self.folder / "daemon.log").open("ab") as log:
            command = [sys.executable, "-m", "maild", "-c", str(self.folder / "maild.toml"), "run"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment())
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.smtp), 1) as probe:
                probe.recv(100)
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the daemon does not start: see {self.folder / 'daemon.log'}")

    def stop(self) -> None:
        """End both, the daemon as a service manager would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE_SECONDS)
        if self.sink is not None:
            self.sink.terminate()
            self.sink.communicate()

    def costs(self) -> dict[str, float]:
        """CPU seconds until now: `main` of the daemon itself, `workers` of the processes that read, `sink`."""
        assert self.process is not None
        assert self.sink is not None
        main, *workers = family(self.process.pid)
        return {"main": _cpu(main), "workers": sum(map(_cpu, workers)), "sink": _cpu(self.sink.pid)}

    def memory(self) -> dict[str, float]:
        """MiB: what the daemon itself and its readers have in memory, and all together with shared pages once."""
        assert self.process is not None
        main, *workers = family(self.process.pid)
        return {
            "main": _mib(main, "Rss:"),
            "workers": sum(_mib(one, "Rss:") for one in workers),
            "shared pages once": sum(_mib(one, "Pss:") for one in (main, *workers)),
        }


def family(process: int) -> list[int]:
    """The process and all its descendants."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _cpu(process: int) -> float:
    """Seconds of user and system time, those of ended children included."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _mib(process: int, kind: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith(kind):
                return int(line.split()[1]) / 1024
    return 0.0


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "MAILD_CONFIG"}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}
