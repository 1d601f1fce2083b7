"""The servers we fetch from, send by, listen on and show pages with.

Each key with its meaning, unit and default. Never connects to anything.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from maild.config.kinds import (
    AccessToken,
    Address,
    HostPort,
    HostPortOrSocket,
    Language,
    Secret,
    Section,
    Tls,
    TlsOut,
    TlsVersion,
    Zone,
)
from maild.domain.address import AddrSpec
from maild.domain.token import LOCAL_PART, LONGEST_TAG


class Store(Section):
    """Where everything is kept."""

    url: str = Field(
        "sqlite:///maild.db",
        description="SQLAlchemy URL: sqlite:///FILE relative to this configuration, or postgresql+psycopg://…",
    )
    blobs: str = Field("blobs", description="Folder for large mails and files, relative to this configuration.")
    migrate: bool = Field(True, description="Bring the schema up to date at start; else maild migrate does it.")
    sent_octets_days: int = Field(
        90,
        ge=0,
        description="Days for which a mail that has left is kept octet by octet; its record stays. 0 for ever.",
    )


_CA_FILE = "Certificates to trust instead of the system's."
_TLS_MINIMUM = "Oldest version of TLS that is spoken: 1.2 or 1.3."
_CLIENT_CERTIFICATE = "PEM file with a certificate that we show to the server, where it asks for one."
_CLIENT_KEY = "PEM file with its key; in the certificate's file when left out."
_KEPT_IN = '{ file = "…" } or { env = "…" }.'
_ACCESS = 'Access token instead of a password (XOAUTH2): { command = ["…"] } or { file = "…" }.'


class Imap(Section):
    """An account that mail is fetched from."""

    host: str = Field(description="Server name, as in its certificate.")
    port: int = Field(993, ge=1, le=65535, description="993 for implicit TLS, 143 for STARTTLS.")
    tls: Tls = Field("implicit", description="implicit, starttls or none; there is never a fall-back to none.")
    tls_minimum: TlsVersion = Field("1.2", description=_TLS_MINIMUM)
    ca_file: str = Field("", description=_CA_FILE)
    client_certificate: str = Field("", description=_CLIENT_CERTIFICATE)
    client_key: str = Field("", description=_CLIENT_KEY)
    user: str = Field(description="Account name.")
    password: Secret | None = Field(None, description=_KEPT_IN)
    token: AccessToken | None = Field(None, description=_ACCESS)
    folders: tuple[str, ...] = Field(("INBOX",), min_length=1, description="Folders to read.")
    after: str = Field(
        "seen",
        pattern=r"^(keep|seen|delete|move:.+)$",
        description="After a mail is stored: keep, seen, delete or move:FOLDER.",
    )
    since: date | None = Field(None, description="Mail that came to the server before this day is left alone.")
    poll_seconds: int = Field(60, ge=5, le=3600, description="Look at least this often, whatever IDLE says.")

    @model_validator(mode="after")
    def _one_secret(self) -> Imap:
        if bool(self.password) == bool(self.token):
            raise ValueError("write either password or token")
        return self


class SmtpAccount(Section):
    """A server that takes our mail."""

    host: str = Field("127.0.0.1", description="Server name, as in its certificate.")
    port: int = Field(
        587, ge=1, le=65535, description="587 for submission, 465 for implicit TLS, 25 for a local relay."
    )
    tls: TlsOut = Field(
        "starttls",
        description="starttls, implicit or none, without any fall-back; opportunistic: STARTTLS where the server "
        "offers it, its certificate unchecked, for relays of our own network that want no login.",
    )
    tls_minimum: TlsVersion = Field("1.2", description=_TLS_MINIMUM)
    ca_file: str = Field("", description=_CA_FILE)
    client_certificate: str = Field("", description=_CLIENT_CERTIFICATE)
    client_key: str = Field("", description=_CLIENT_KEY)
    user: str = Field("", description="Account name; leave out for none.")
    password: Secret | None = Field(None, description=_KEPT_IN)
    token: AccessToken | None = Field(None, description=_ACCESS)
    hostname: str = Field("localhost", description="Name we greet with.")
    connections: int = Field(4, ge=1, le=50, description="Connections kept open.")

    @model_validator(mode="after")
    def _one_secret(self) -> SmtpAccount:
        if self.password and self.token:
            raise ValueError("write either password or token")
        if bool(self.user) != bool(self.password or self.token):
            raise ValueError("user needs password or token, and they need user; leave all out for no login")
        if self.user and self.tls == "opportunistic":
            raise ValueError("opportunistic TLS protects no password: write starttls or implicit")
        return self


class SmtpOut(SmtpAccount):
    """The smarthost that our mail leaves by."""

    undo_seconds: int = Field(
        0,
        ge=0,
        le=600,
        description="An agent's answer waits so long and can be taken back; 60 is a good value.",
    )
    late_hours: int = Field(
        4, ge=0, description="Whoever is in charge is told once when an answer has not left for so long; 0 for never."
    )
    give_up_hours: int = Field(120, ge=1, description="A mail that cannot be delivered for so long has failed.")


class Dkim(Section):
    """Our own signature on the mail of a mailbox."""

    selector: str = Field(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
        description="Name of the key: SELECTOR._domainkey.DOMAIN.",
    )
    domain: str = Field(description="Domain that signs: that of the mailbox, or one above it.")
    key_file: str = Field(
        description="RSA key in PEM, relative to this configuration; readable by its owner only (openssl genrsa 2048)."
    )


class Mailbox(Section):
    """One of our addresses."""

    address: Address = Field(description="Where customers write; answers leave from it.")
    team: str = Field(description="Team that new tickets go to unless a rule says otherwise.")
    from_name: str = Field(description="Display name of the From line of answers.")
    name: str = Field("", max_length=100, description="Name of the desk in its mails; desk.name when left out.")
    signature: str = Field(
        "", max_length=1000, description="Lines below our words to customers; the name of the desk when left out."
    )
    signature_file: str = Field("", description="The same from a UTF-8 text file, relative to this configuration.")
    templates: str = Field(
        "", description="Folder with templates for its mails alone, relative to this configuration; before [templates]."
    )
    language: Language | None = Field(
        None, description="For customers whose language is not known; the desk's first when left out."
    )
    zone: Zone | None = Field(None, description="Zone of times in mails to its customers; the desk's when left out.")
    calendar: str = Field(
        "", description="Working hours of its tickets: whose minutes count where the SLA policy names no calendar."
    )
    reverse_path: Literal["bounce", "mailbox"] = Field(
        "bounce",
        description="Where mail that cannot be delivered comes back to: bounce (bounce+TAG@ of the domain) or mailbox "
        "(its own address with +TAG), for servers that let it send as nobody else.",
    )
    imap: Imap | None = Field(None, description="Fetch its mail from here.")
    smtp: SmtpAccount | None = Field(None, description="Its mail leaves by this account instead of [smtp].")
    dkim: Dkim | None = Field(None, description="Its mail is signed with this key.")

    @field_validator("address")
    @classmethod
    def _room_for_a_tag(cls, value: str) -> str:
        spec = AddrSpec.parse(value)
        room = LOCAL_PART - len("+") - LONGEST_TAG
        if spec is not None and len(spec.user.encode()) > room:
            raise ValueError(
                f"{spec.user!r} is too long: replies come to it with a tag of {LONGEST_TAG} letters, and RFC 5321 ends "
                f"a local part at {LOCAL_PART} octets; write a name of at most {room}, and let the long one forward"
            )
        return value

    @model_validator(mode="after")
    def _own_domain(self) -> Mailbox:
        if self.signature and self.signature_file:
            raise ValueError("write signature or signature_file, not both")
        domain = self.address.rpartition("@")[2].lower()
        if self.dkim and not f".{domain}".endswith(f".{self.dkim.domain.lower()}"):
            raise ValueError(f"dkim.domain must be {domain} or a domain above it, or the signature proves nothing")
        return self


class Listener(Section):
    """Our own SMTP and LMTP intake."""

    smtp: HostPort | None = Field(None, description="HOST:PORT to take SMTP on; leave out for none.")
    lmtp: HostPortOrSocket | None = Field(None, description="HOST:PORT or /path of a socket to take LMTP on.")
    hostname: str = Field("localhost", description="Name in the greeting.")
    max_size: int = Field(26_214_400, ge=10_000, description="Largest mail, in octets.")
    max_connections: int = Field(200, ge=1, description="Connections at a time.")
    max_per_address: int = Field(50, ge=1, description="Connections at a time from one address.")
    max_recipients: int = Field(100, ge=1, description="Recipients of one mail.")
    tls_certificate: str = Field("", description="PEM file with the certificate chain; STARTTLS is offered with it.")
    tls_key: str = Field("", description="PEM file with its key; in the certificate's file when left out.")


class Web(Section):
    """The portal and the health page."""

    listen: HostPort | None = Field(
        None, description="HOST:PORT of the portal; leave out to serve it by another WSGI server."
    )
    threads: int = Field(8, ge=1, le=64, description="Requests answered at a time.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Proxies in front of us whose X-Forwarded-For is believed.")


class Reading(Section):
    """Limits for reading one mail; a mail that exceeds them goes to quarantine, its octets untouched."""

    workers: int = Field(0, ge=0, le=64, description="Reader processes; 0 for one a core.")
    cpu_seconds: int = Field(10, ge=1, description="CPU time for one mail.")
    memory_mib: int = Field(512, ge=128, description="Memory for one mail.")
