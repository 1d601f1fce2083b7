"""The desk and its people: agents, teams, what they work on, and who the customers are.

Each key with its meaning, unit and default. Never looks anybody up.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from maild.config.kinds import Address, BaseUrl, Days, Domain, Language, Section, Zone
from maild.domain.quiet import ANY_URGENT


def _week(value: object) -> object:
    return {"mon-sun": value} if isinstance(value, str) else value


def _times(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _waits(value: str) -> str:
    from maild.outbound.table import MAY_WAIT

    if value not in MAY_WAIT and value != ALL:
        raise ValueError(f"write all or one of {', '.join(sorted(MAY_WAIT))}")
    return value


def _at_once(value: str) -> str:
    return value if value == ANY_URGENT else _waits(value)


ALL = "all"
"""In place of every notice's name."""

Week = Annotated[dict[str, str], BeforeValidator(_week)]
Times = Annotated[tuple[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")], ...], BeforeValidator(_times)]
Waits = Annotated[str, AfterValidator(_waits)]
AtOnce = Annotated[str, AfterValidator(_at_once)]


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
    severities: tuple[str, ...] = Field(
        ("minor", "major", "critical"), description="How much harm a matter can do, from little to much."
    )
    products: tuple[str, ...] = Field((), description="What customers write about, as agents and rules call it.")
    automatic_mail: Literal["discard", "quarantine", "ticket"] = Field(
        "discard", description="What becomes of automatic mail that belongs to no ticket; it is counted in any case."
    )


class Agent(Section):
    """A person of the desk."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Short name, as in #assign NAME.")
    display_name: str = Field(description="Full name.")
    addresses: tuple[Address, ...] = Field(
        min_length=1, description="Addresses he writes from; notices go to the first."
    )
    language: Language | None = Field(None, description="Language of his notices; the desk's first when left out.")
    zone: Zone | None = Field(None, description="Zone of times in his notices; the desk's when left out.")
    skills: tuple[str, ...] = Field((), description='What he knows: a rule can assign = "skill NAME".')
    max_open: int = Field(0, ge=0, description="Open tickets at which rules give him no more; 0 for no limit.")
    absent: tuple[Days, ...] = Field(
        (), description='Days on which rules give him nothing, "2026-12-24" or "2026-12-24..2027-01-02".'
    )
    quiet: Week = Field(
        {},
        description='Hours without mail, "20:00-07:00" or by weekday { "mon-fri" = "20:00-07:00", "sat-sun" = '
        '"00:00-24:00" }; what would come then comes afterwards, as one mail.',
    )
    calendar: str = Field("", description="Calendar outside of whose hours is quiet too.")
    digest: Times = Field(
        (), description='When what waits comes, "08:30" or several times; when left out, as the quiet hours end.'
    )
    digest_of: tuple[Waits, ...] = Field(
        (), description="Notices that always wait for the digest, by name as in docs/templates.md, or all."
    )
    at_once: tuple[AtOnce, ...] = Field(
        ("sla-breached", "escalation", "undelivered", "priority-urgent"),
        description="Notices that never wait; priority-urgent is everything about a ticket of that priority.",
    )

    @model_validator(mode="after")
    def _when(self) -> Agent:
        if self.digest_of and not self.digest:
            raise ValueError('digest_of needs a time: digest = "08:30"')
        return self


class Team(Section):
    """Agents with one public face."""

    name: str = Field(description="Name, as rules and mailboxes call it.")
    display_name: str = Field(description="Name as people read it.")
    leader: str = Field("", description="Agent who hears of clocks when nobody is in charge.")
    members: tuple[str, ...] = Field((), description="Agents who get its mail.")
    brand: str = Field(
        "",
        description="For whom it works, where one desk serves several: tickets, tokens and notices of one brand never "
        "reach another one's team; see docs/trust.md.",
    )
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
    ratings: bool = Field(
        False,
        description="The mail that tells a requester of the closing asks whether he is content; see docs/portal.md.",
    )


class Category(Section):
    """A subject of work."""

    name: str = Field(description="Name.")
    teams: tuple[str, ...] = Field((), description="Teams it belongs to.")
    request_types: tuple[str, ...] = Field((), description="Its request types.")


class Organisation(Section):
    """Customers who belong together."""

    name: str = Field(min_length=1, description="Name, as rules and SLA policies call it.")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Mail domains of its people, sub-domains included.")
    contract: str = Field("", description="What it has agreed with us, as SLA policies call it, such as gold.")


class Group(Section):
    """A list or group that writes its own address into From and keeps the writer's elsewhere."""

    address: Address = Field(description="The address in From.")
    original: Literal["x-original-from", "reply-to"] = Field(
        "x-original-from", description="Field that names the writer: x-original-from (Google Groups) or reply-to."
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
