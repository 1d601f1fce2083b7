"""Every key of `maild.toml`, with its meaning, unit and default beside it.

The descriptions are the documentation: `docs/configuration.md` and the file that `maild init` writes come from them.
Never reads a file and never opens anything.
"""

from __future__ import annotations

import os
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

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


class Desk(Section):
    """Who we are."""

    name: str = Field(description="Name of the desk as customers read it.")
    base_url: BaseUrl = Field(description="Where the portal is reached from outside; every link in a mail begins so.")
    languages: tuple[Language, ...] = Field(
        ("en",), min_length=1, description="Languages we answer in, of en, pt and es; the first is used when in doubt."
    )
    zone: Zone = Field("UTC", description="Time zone of the desk, as in the IANA list.")
    operator: Address = Field(description="Who is told when something needs a person: quarantine, sick mailboxes.")
    keys: str = Field(
        "desk.keys",
        description="File with the token keys, one `ID HEX` a line, the first one signs; made by maild init.",
    )
    automatic_mail: Literal["discard", "quarantine", "ticket"] = Field(
        "discard", description="What becomes of automatic mail that belongs to no ticket; it is counted in any case."
    )


class Store(Section):
    """Where everything is kept."""

    url: str = Field(
        "sqlite:///maild.db",
        description="SQLAlchemy URL: sqlite:///FILE relative to this configuration, or postgresql+psycopg://…",
    )
    blobs: str = Field("blobs", description="Folder for large mails and files, relative to this configuration.")
    migrate: bool = Field(True, description="Bring the schema up to date at start; else maild migrate does it.")


class Imap(Section):
    """An account that mail is fetched from."""

    host: str = Field(description="Server name, as in its certificate.")
    port: int = Field(993, ge=1, le=65535, description="993 for implicit TLS, 143 for STARTTLS.")
    tls: Tls = Field("implicit", description="implicit, starttls or none; there is never a fall-back to none.")
    ca_file: str = Field("", description="Certificates to trust instead of the system's.")
    user: str = Field(description="Account name.")
    password: Secret = Field(description='{ file = "…" } or { env = "…" }.')
    folders: tuple[str, ...] = Field(("INBOX",), min_length=1, description="Folders to read.")
    after: str = Field(
        "seen",
        pattern=r"^(keep|seen|delete|move:.+)$",
        description="After a mail is stored: keep, seen, delete or move:FOLDER.",
    )
    since: date | None = Field(None, description="Mail that came to the server before this day is left alone.")
    poll_seconds: int = Field(60, ge=5, le=3600, description="Look at least this often, whatever IDLE says.")


class SmtpAccount(Section):
    """A server that takes our mail."""

    host: str = Field("127.0.0.1", description="Server name, as in its certificate.")
    port: int = Field(
        587, ge=1, le=65535, description="587 for submission, 465 for implicit TLS, 25 for a local relay."
    )
    tls: Tls = Field("starttls", description="starttls, implicit or none; there is never a fall-back to none.")
    ca_file: str = Field("", description="Certificates to trust instead of the system's.")
    user: str = Field("", description="Account name; leave out for none.")
    password: Secret | None = Field(None, description='{ file = "…" } or { env = "…" }.')
    hostname: str = Field("localhost", description="Name we greet with.")
    connections: int = Field(4, ge=1, le=50, description="Connections kept open.")


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
    imap: Imap | None = Field(None, description="Fetch its mail from here.")
    smtp: SmtpAccount | None = Field(None, description="Its mail leaves by this account instead of [smtp].")
    dkim: Dkim | None = Field(None, description="Its mail is signed with this key.")

    @model_validator(mode="after")
    def _own_domain(self) -> Mailbox:
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


class SmtpOut(SmtpAccount):
    """The smarthost that our mail leaves by."""

    undo_seconds: int = Field(
        0,
        ge=0,
        le=600,
        description="An agent's answer waits so long and can be taken back; 60 is a good value.",
    )
    give_up_hours: int = Field(120, ge=1, description="A mail that cannot be delivered for so long has failed.")


class Web(Section):
    """The portal and the health page."""

    listen: HostPort | None = Field(
        None, description="HOST:PORT of the portal; leave out to serve it by another WSGI server."
    )
    threads: int = Field(8, ge=1, le=64, description="Requests answered at a time.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Proxies in front of us whose X-Forwarded-For is believed.")


class Watch(Section):
    """Signs of life, and an alarm that does not go by mail."""

    canary: Address | None = Field(
        None,
        description="Mailbox of ours that a mail is sent to, by the whole way out and back; leave out for none.",
    )
    canary_minutes: int = Field(15, ge=1, le=1440, description="How often.")
    canary_limit_minutes: int = Field(10, ge=1, le=1440, description="Health fails when it is not back by then.")
    alarm: tuple[str, ...] = Field(
        (),
        description="Program with arguments that is called when health fails, hourly while it does, and when all is "
        "well again; the causes are on its standard input.",
    )


class Guard(Section):
    """Limits for automatic answers. Beyond those of a day nothing is sent; beyond those of an hour mail is held."""

    per_address_day: int = Field(10, ge=1, description="Automatic answers to one address in 24 hours, over all kinds.")
    per_thread_day: int = Field(8, ge=1, description="Automatic answers about one ticket in 24 hours, over all people.")
    per_hour: int = Field(200, ge=1, description="Automatic answers in an hour, in all; what comes behind is held.")
    per_template_hour: int = Field(150, ge=1, description="The same for one kind of mail.")
    per_domain_hour: int = Field(100, ge=1, description="The same for one domain of recipients.")
    unproven_per_day: int = Field(
        0,
        ge=0,
        description="Acknowledgements in 24 hours to one address that may have been forged; "
        "0: 1 where [trust] checks senders, else 3.",
    )


class Trust(Section):
    """How sure we are who wrote a mail; see docs/trust.md."""

    mode: Literal["none", "own", "header"] = Field(
        "none",
        description="Who checks SPF, DKIM and DMARC: own (maild asks the DNS), header (the server in front), or none.",
    )
    authserv_id: str = Field(
        "", description="For header: the exact name with which its Authentication-Results fields begin."
    )
    hosts: tuple[str, ...] = Field(
        (), description="For header: further hosts of our side that write Received lines: names, .suffixes, networks."
    )
    relays: tuple[Network, ...] = Field(
        (), description="For own: our own servers that hand us mail by SMTP, as networks; they prove no sender."
    )
    strangers: Literal["attach", "hold"] = Field(
        "attach",
        description="A reply of somebody who does not belong to the ticket: attach it inside, unverified, or hold it.",
    )
    colleagues: Literal["attach", "join"] = Field(
        "attach",
        description="A reply-all to the customer's own first mail by somebody of the customer's domain: attach it "
        "inside, unverified, or let its writer join the ticket. Domains of public mail providers never count.",
    )
    blocked: tuple[AddressOrDomain, ...] = Field(
        (), description="Addresses and @domains whose mail is counted and kept and has no effect, replies included."
    )

    @model_validator(mode="after")
    def _named(self) -> Trust:
        if self.mode == "header" and not self.authserv_id:
            raise ValueError('mode "header" needs authserv_id')
        return self


class Group(Section):
    """A list or group that writes its own address into From and keeps the writer's elsewhere."""

    address: Address = Field(description="The address in From.")
    original: Literal["x-original-from", "reply-to"] = Field(
        "x-original-from", description="Field that names the writer: x-original-from (Google Groups) or reply-to."
    )


class Organisation(Section):
    """Customers who belong together."""

    name: str = Field(min_length=1, description="Name, as rules and SLA policies call it.")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Mail domains of its people, sub-domains included.")


class Reading(Section):
    """Limits for reading one mail; a mail that exceeds them goes to quarantine, its octets untouched."""

    workers: int = Field(0, ge=0, le=64, description="Reader processes; 0 for one a core.")
    cpu_seconds: int = Field(10, ge=1, description="CPU time for one mail.")
    memory_mib: int = Field(512, ge=128, description="Memory for one mail.")


class Agent(Section):
    """A person of the desk."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Short name, as in #assign NAME.")
    display_name: str = Field(description="Full name.")
    addresses: tuple[Address, ...] = Field(
        min_length=1, description="Addresses he writes from; notices go to the first."
    )
    language: Language | None = Field(None, description="Language of his notices; the desk's first when left out.")
    zone: Zone | None = Field(None, description="Zone of times in his notices; the desk's when left out.")


class Team(Section):
    """Agents with one public face."""

    name: str = Field(description="Name, as rules and mailboxes call it.")
    display_name: str = Field(description="Name as people read it.")
    leader: str = Field("", description="Agent who hears of clocks when nobody is in charge.")
    members: tuple[str, ...] = Field((), description="Agents who get its mail.")
    reopen_hours: int = Field(
        72, ge=0, description="Hours after closing in which a reply or the portal reopens; 0 for never."
    )
    closed: Literal["reopen", "new", "refuse"] = Field(
        "reopen",
        description="A reply to a closed ticket: reopen it (after reopen_hours a new ticket goes on from it), always a "
        "new ticket that goes on from it, or refuse: the words are kept and their writer is told to write anew.",
    )
    thanks: bool = Field(
        True, description="A reply that is nothing but thanks leaves a closed ticket closed; see docs/gratitude.md."
    )


def _former_pattern(value: str) -> str:
    from maild.ingest.former import Former

    Former(name="", subject=value)
    return value


class FormerHelpdesk(Section):
    """A helpdesk that was here before: its numbers in subjects still find their tickets, for a time.

    `maild ticket former` tells which number is which ticket."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Name, as `maild ticket former` calls it.")
    subject: Annotated[str, AfterValidator(_former_pattern)] = Field(
        max_length=200, description="RE2 pattern whose only group is the old number, such as `\\[Ticket#([0-9]+)\\]`."
    )
    until: date | None = Field(None, description="Last day on which it is looked for; for ever when left out.")


class Category(Section):
    """A subject of work."""

    name: str = Field(description="Name.")
    teams: tuple[str, ...] = Field((), description="Teams it belongs to.")
    request_types: tuple[str, ...] = Field((), description="Its request types.")


class Calendar(Section):
    """Working time: which hours count for the clocks."""

    name: str = Field(description="Name, as SLA policies call it.")
    zone: Zone = Field(description="Time zone whose wall clock the hours are of.")
    week: dict[str, str | tuple[str, ...]] = Field(
        description='Hours by weekday: { "mon-thu" = "09:00-13:00 14:00-18:00", fri = "09:00-15:00" }.'
    )
    holidays: tuple[str, ...] = Field((), description="Closed days, as 2026-12-25.")
    country: str = Field("", description="ISO code of the country whose public holidays are closed too, such as PT.")
    subdivision: str = Field("", description="Part of the country, where it has holidays of its own.")


Minutes = dict[Literal["low", "normal", "high", "urgent"], Annotated[int, Field(ge=1)]]


class Sla(Section):
    """Promised times, in minutes of a calendar; the first policy that fits a ticket is its policy."""

    name: str = Field(description="Name.")
    calendar: str = Field("", description="Calendar whose minutes count; around the clock when left out.")
    first_response: Minutes = Field({}, description="Minutes to the first answer, by priority.")
    next_response: Minutes = Field({}, description="Minutes to each further answer, by priority.")
    solution: Minutes = Field(
        {}, description="Minutes to closing, by priority; waiting for the customer does not count."
    )
    yellow: int = Field(75, ge=1, le=99, description="Per cent of the time used at which the owner is warned.")
    red: int = Field(90, ge=2, le=100, description="Per cent at which he is warned again.")
    teams: tuple[str, ...] = Field((), description="Only for tickets of these teams.")
    categories: tuple[str, ...] = Field((), description="Only for these categories.")
    request_types: tuple[str, ...] = Field((), description="Only for these request types.")
    priorities: tuple[Literal["low", "normal", "high", "urgent"], ...] = Field(
        (), description="Only for these priorities."
    )
    organisations: tuple[str, ...] = Field((), description="Only for tickets of people of these organisations.")


class Config(Section):
    """The whole file."""

    desk: Desk
    store: Store = Store()
    listener: Listener = Listener()
    smtp: SmtpOut = SmtpOut()
    web: Web = Web()
    guard: Guard = Guard()
    watch: Watch = Watch()
    trust: Trust = Trust()
    reading: Reading = Reading()
    templates: str = Field("", description="Folder with templates of your own, relative to this configuration.")
    mailbox: tuple[Mailbox, ...] = Field(min_length=1)
    team: tuple[Team, ...] = Field(min_length=1)
    agent: tuple[Agent, ...] = Field(min_length=1)
    category: tuple[Category, ...] = ()
    former: tuple[FormerHelpdesk, ...] = ()
    organisation: tuple[Organisation, ...] = ()
    group: tuple[Group, ...] = ()
    calendar: tuple[Calendar, ...] = ()
    sla: tuple[Sla, ...] = ()
    rule: tuple[dict[str, Any], ...] = Field((), description="Routing rules in order; see docs/rules.md.")
