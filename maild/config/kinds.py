"""What values of the configuration may look like: addresses, hosts, zones, secrets.

Checks and says what to write instead. Never reads more than the file a secret is in.
"""

from __future__ import annotations

import os
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from maild.domain.address import AddrSpec


def _address(value: str) -> str:
    if AddrSpec.parse(value) is None:
        raise ValueError("write a mail address such as support@example.org")
    return value


def _host_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError("write HOST:PORT such as 127.0.0.1:8080")
    return value


def _host_port_or_socket(value: str) -> str:
    return value if value.startswith("/") else _host_port(value)


def _zone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("write a zone of the IANA list such as Europe/Lisbon") from None
    return value


def _base_url(value: str) -> str:
    if not value.startswith(("http://", "https://")) or any(c.isspace() for c in value):
        raise ValueError("write an address such as https://help.example.org")
    return value.rstrip("/")


def _address_or_domain(value: str) -> str:
    if AddrSpec.parse(f"x{value}" if value.startswith("@") else value) is None:
        raise ValueError("write an address such as ana@example.org or a domain such as @example.org")
    return value


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError("write an address or network such as 192.0.2.1 or 10.0.0.0/8") from None
    return value


def _domain(value: str) -> str:
    if "@" in value or "." not in value or AddrSpec.parse(f"x@{value}") is None:
        raise ValueError("write a mail domain such as example.org")
    return value


def days_of(value: str) -> tuple[date, date]:
    """First and last day of "2026-12-24..2027-01-02", or of a single day; raises ValueError."""
    first, dots, last = value.partition("..")
    days = date.fromisoformat(first), date.fromisoformat(last if dots else first)
    if days[0] > days[1]:
        raise ValueError("the last day comes before the first")
    return days


def _days(value: str) -> str:
    try:
        days_of(value)
    except ValueError:
        raise ValueError('write days such as "2026-12-24" or "2026-12-24..2027-01-02"') from None
    return value


Days = Annotated[str, AfterValidator(_days)]
Domain = Annotated[str, AfterValidator(_domain)]
AddressOrDomain = Annotated[str, AfterValidator(_address_or_domain)]
Network = Annotated[str, AfterValidator(_network)]
Address = Annotated[str, AfterValidator(_address)]
HostPort = Annotated[str, AfterValidator(_host_port)]
HostPortOrSocket = Annotated[str, AfterValidator(_host_port_or_socket)]
Zone = Annotated[str, AfterValidator(_zone)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Language = Literal["en", "pt", "es"]
Tls = Literal["none", "starttls", "implicit"]
TlsOut = Literal["none", "opportunistic", "starttls", "implicit"]
TlsVersion = Literal["1.2", "1.3"]


class Section(BaseModel):
    """Base of all tables: values cannot be changed, unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Secret(Section):
    """A password: from a file or from the environment, never written in the configuration."""

    file: str = Field("", description="File that holds it, relative to this configuration; readable by its owner only.")
    env: str = Field("", description="Environment variable that holds it.")

    @model_validator(mode="after")
    def _one(self) -> Secret:
        if bool(self.file) == bool(self.env):
            raise ValueError('write either { file = "…" } or { env = "…" }')
        return self

    def read(self, folder: Path) -> str:
        """The secret; raises OSError or KeyError when it is not there, PermissionError when others may read it."""
        if self.env:
            return os.environ[self.env]
        path = folder / self.file
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"{path} can be read by others: chmod 600 {path}")
        return path.read_text("utf-8").strip()


class AccessToken(Section):
    """A token for servers that take no password (XOAUTH2). The program renews it, or whoever writes the file."""

    command: tuple[str, ...] = Field(
        (), description="Program with arguments that prints it; run without a shell, and again before it is too old."
    )
    file: str = Field("", description="File that holds it, relative to this configuration; read for each login.")

    @model_validator(mode="after")
    def _one(self) -> AccessToken:
        if bool(self.file) == bool(self.command):
            raise ValueError('write either { command = ["…"] } or { file = "…" }')
        return self
