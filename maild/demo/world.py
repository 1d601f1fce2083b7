"""The little desk of the demonstration: two teams, two agents, three languages, clocks that never sleep.

Writes a folder that `maild run -c` could run as well; only the smarthost is a sink.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from maild.clock import system
from maild.config.sample import new_keys

CONFIG = """\
[desk]
name = "Casa Azul Support"
base_url = "http://127.0.0.1:{web}"
languages = ["en", "pt", "es"]
zone = "Europe/Lisbon"
operator = "operator@casa-azul.example"

[listener]
smtp = "127.0.0.1:{smtp}"
lmtp = "127.0.0.1:{lmtp}"

[smtp]
host = "127.0.0.1"
port = {sink}
tls = "none"

[web]
listen = "127.0.0.1:{web}"

[[mailbox]]
address = "support@casa-azul.example"
team = "support"
from_name = "Casa Azul Support"

[[team]]
name = "support"
display_name = "Customer Support"
leader = "rui"
members = ["rui"]

[[team]]
name = "billing"
display_name = "Billing"
leader = "eva"
members = ["eva"]

[[agent]]
name = "rui"
display_name = "Rui Costa"
addresses = ["rui.costa@home.example"]
language = "en"

[[agent]]
name = "eva"
display_name = "Eva Marín"
addresses = ["eva.marin@home.example"]
language = "en"

[[category]]
name = "invoices"
teams = ["billing"]
request_types = ["correction", "copy"]

[[sla]]
name = "standard"
first_response = {{ low = 960, normal = 480, high = 240, urgent = 60 }}
solution = {{ low = 4800, normal = 2400, high = 960, urgent = 480 }}
yellow = 50
red = 80

[[rule]]
name = "wrong invoices"
when = {{ subject = ["invoice", "fatura", "factura"] }}
then = {{ team = "billing", category = "invoices", request_type = "correction", priority = "high" }}
stop = true

[[rule]]
name = "outage"
when = {{ subject = ["outage", "avaria", "caída"] }}
then = {{ priority = "urgent" }}
"""


def write_world(folder: Path, *, smtp: int, lmtp: int, web: int, sink: int) -> Path:
    """The configuration of the demonstration in `folder`; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "maild.toml"
    path.write_text(CONFIG.format(smtp=smtp, lmtp=lmtp, web=web, sink=sink), "utf-8")
    keys = folder / "desk.keys"
    if not keys.exists():
        keys.touch(0o600)
        keys.write_text(new_keys(), "ascii")
    return path


class DemoClock:
    """The time of the demonstration: real, but it can be put forward."""

    def __init__(self, real: Callable[[], datetime] = system.now) -> None:
        self._real = real
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The present instant of the demonstration."""
        return self._real() + self._ahead

    def put_forward(self, by: timedelta) -> None:
        """Let time pass."""
        self._ahead += by
