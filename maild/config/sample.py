"""The file that `maild init` writes, and the reference of all keys; both are made from the descriptions in `model`.

Writes text only; the command puts it on the disk.
"""

from __future__ import annotations

import inspect
import secrets
import typing
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from maild.config.load import section_in
from maild.config.model import Config

SAMPLE = """\
# maild.toml — the whole configuration of one desk. It runs as it is: `maild run -c maild.toml`.
# Every key is described in docs/configuration.md; `maild rules check` and `maild doctor` tell what is wrong with it.

[desk]
name = "Example Support"
base_url = "http://127.0.0.1:8080"     # links in mails begin so
languages = ["en", "pt", "es"]         # the first one is used when in doubt
zone = "Europe/Lisbon"
operator = "postmaster@example.org"    # is told when a mail needs a person
keys = "desk.keys"                     # signs reply addresses; keep it, and keep it secret

[store]
url = "sqlite:///maild.db"             # or "postgresql+psycopg://user@host/maild"
blobs = "blobs"                        # large mails and files

[listener]                             # our own intake; point your mail server's transport at it
smtp = "127.0.0.1:2525"
lmtp = "127.0.0.1:2424"

[smtp]                                 # the smarthost that our mail leaves by
host = "127.0.0.1"
port = 25
tls = "none"                           # "starttls" or "implicit" for anything that is not this machine
# user = "support@example.org"
# password = { file = "smtp.password" }

[web]
listen = "127.0.0.1:8080"

[[mailbox]]
address = "support@example.org"
team = "support"
from_name = "Example Support"
# reverse_path = "mailbox"             # where the server lets it send as nobody else: Gmail, Microsoft 365
# [mailbox.imap]                       # fetch its mail from here
# host = "imap.example.org"
# user = "support@example.org"
# password = { file = "imap.password" }
# folders = ["INBOX"]
# after = "move:Imported"              # or "seen", "keep", "delete"

[[team]]
name = "support"
display_name = "Customer Support"
leader = "rui"
members = ["rui", "eva"]
reopen_hours = 72

[[team]]
name = "billing"
display_name = "Billing"
leader = "eva"
members = ["eva"]

[[agent]]
name = "rui"
display_name = "Rui Costa"
addresses = ["rui@agents.example.org"]
language = "pt"

[[agent]]
name = "eva"
display_name = "Eva Marín"
addresses = ["eva@agents.example.org"]
language = "es"

[[category]]
name = "invoices"
teams = ["billing"]
request_types = ["copy", "correction"]

[[category]]
name = "network"
teams = ["support"]
request_types = ["outage", "change"]

[[calendar]]
name = "office"
zone = "Europe/Lisbon"
week = { "mon-thu" = "09:00-13:00 14:00-18:00", fri = "09:00-13:00 14:00-17:00" }
# country = "PT"                       # its public holidays
holidays = ["2026-12-25", "2027-01-01"]

[[sla]]
name = "standard"
calendar = "office"
first_response = { low = 960, normal = 480, high = 240, urgent = 60 }   # minutes of working time
solution = { low = 4800, normal = 2400, high = 960, urgent = 480 }
yellow = 50                            # per cent of the time used
red = 80

[[rule]]
name = "invoices"
when = { subject = ["invoice", "fatura", "factura"] }
then = { team = "billing", category = "invoices" }

[[rule]]
name = "outage"
when = { subject = ["outage", "down", "avaria", "caída"] }
then = { category = "network", request_type = "outage", priority = "urgent" }
stop = true
"""


def new_keys() -> str:
    """A fresh `desk.keys`: one token key of 256 random bits."""
    return f"1 {secrets.token_hex(32)}\n"


def reference() -> str:
    """`docs/configuration.md`: every key with meaning, kind and default."""
    lines = [
        "# Configuration",
        "",
        "One TOML file; `maild init DIR` writes one that runs as it is. It is looked for at `-c FILE`,",
        "`$MAILD_CONFIG`, `./maild.toml`, `/etc/maild/maild.toml`. Unknown keys are refused, and all faults are named",
        "at once. Paths are relative to the file. Passwords are never written in it: they come from a file or from the",
        "environment.",
        "",
        "This page is made from the program (`python -m maild.config.sample`); a test compares the two.",
    ]
    for name, field in Config.model_fields.items():
        section = section_in(field.annotation)
        many = typing.get_origin(field.annotation) is tuple
        if section is None:
            lines += ["", f"## `{'[[' + name + ']]' if many else name}`", "", f"{field.description}"]
            continue
        lines += [
            "",
            f"## `{'[[' + name + ']]' if many else '[' + name + ']'}`",
            "",
            inspect.cleandoc(section.__doc__ or ""),
            "",
        ]
        lines += _table(section)
        for inner, sub in section.model_fields.items():
            nested = section_in(sub.annotation)
            if nested is not None and nested.__name__ != "Secret":
                lines += ["", f"### `[{name}.{inner}]`", "", inspect.cleandoc(nested.__doc__ or ""), ""]
                lines += _table(nested)
    return "\n".join(lines) + "\n"


def _table(section: type[BaseModel]) -> list[str]:
    rows = ["| key | meaning | default |", "| --- | --- | --- |"]
    for name, field in section.model_fields.items():
        if field.default is PydanticUndefined:
            default = "must be given"
        elif field.default in (None, "", ()):
            default = "none"
        elif isinstance(field.default, BaseModel):
            default = "as in its table"
        else:
            default = f"`{_toml(field.default)}`"
        rows.append(f"| `{name}` | {field.description or ''} | {default} |")
    return rows


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())
