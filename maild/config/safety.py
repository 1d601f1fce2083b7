"""Whom to believe, how much to send, and what to watch.

Each key with its meaning, unit and default. Never decides anything itself.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from maild.config.kinds import Address, AddressOrDomain, Network, Section


class Guard(Section):
    """Limits for automatic answers. Beyond those of a day nothing is sent; beyond those of an hour mail is held."""

    per_address_day: int = Field(10, ge=1, description="Automatic answers to one address in 24 hours, over all kinds.")
    per_thread_day: int = Field(8, ge=1, description="Automatic answers about one ticket in 24 hours, over all people.")
    per_hour: int = Field(200, ge=1, description="Automatic answers in an hour, in all; what comes behind is held.")
    per_template_hour: int = Field(150, ge=1, description="The same for one kind of mail.")
    per_domain_hour: int = Field(100, ge=1, description="The same for one domain of recipients.")
    unproven_per_day: int = Field(
        1,
        ge=1,
        description="Acknowledgements in 24 hours to one address that may have been forged: everybody's, where [trust] "
        "checks nobody.",
    )
    sign_in_per_day: int = Field(
        5,
        ge=1,
        description="Links to read a ticket in 24 hours to one address: anybody may ask for them on the portal.",
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
    customers: Literal["unknown", "from-only", "aligned", "signed"] = Field(
        "unknown",
        description="The level that an answer of a customer of the ticket needs; below it he is heard like a stranger "
        "and asked whether the mail is his.",
    )
    ask: bool = Field(
        True,
        description="Ask the person in whose name a mail came, once and at his stored address, whether it is his, when "
        "that is all that is missing.",
    )
    blocked: tuple[AddressOrDomain, ...] = Field(
        (), description="Addresses and @domains whose mail is counted and kept and has no effect, replies included."
    )

    @model_validator(mode="after")
    def _named(self) -> Trust:
        if self.mode == "header" and not self.authserv_id:
            raise ValueError('mode "header" needs authserv_id')
        if self.mode == "none" and self.customers == "aligned":
            raise ValueError('customers = "aligned" needs a mode that checks senders: own or header')
        return self


class Report(Section):
    """Figures by mail."""

    weekly: str = Field(
        "",
        pattern=r"^(|(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9])$",
        description='When the figures of the seven days before are mailed, in the desk\'s zone, such as "mon 08:00"; '
        "leave empty for never.",
    )
    to: tuple[str, ...] = Field(
        (), description="Who gets them: short names of agents, or addresses; the leaders of all teams when left out."
    )


class Watch(Section):
    """Signs of life, and an alarm that does not go by mail."""

    canary: Address | None = Field(
        None,
        description="Mailbox of ours that a mail is sent to, by the whole way out and back; leave out for none.",
    )
    canary_minutes: int = Field(15, ge=1, le=1440, description="How often.")
    canary_limit_minutes: int = Field(10, ge=1, le=1440, description="Health fails when it is not back by then.")
    held_hours: int = Field(
        24, ge=1, description="Health fails when a held mail has waited so long; it warns after an hour."
    )
    wrong_tokens: int = Field(
        20,
        ge=1,
        description="So many wrong reply addresses, ids, checks and links in an hour from one domain or network, or "
        "ten times as many in all, are told to the operator.",
    )
    time_server: str = Field(
        "pool.ntp.org", description="Whom maild doctor asks for the time; leave empty to ask nobody."
    )
    alarm: tuple[str, ...] = Field(
        (),
        description="Program with arguments that is called when health fails, hourly while it does, and when all is "
        "well again; the causes are on its standard input.",
    )
