"""Every key of `maild.toml`: the whole file, made of the sections beside this module.

The descriptions are the documentation: `docs/configuration.md` and the file that `maild init` writes come from them.
Never reads a file and never opens anything.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from maild.config.kinds import Section
from maild.config.people import Agent, Category, Desk, FormerHelpdesk, Group, Organisation, Team
from maild.config.reach import Answer, Reach, Webhook
from maild.config.safety import Guard, Report, Trust, Watch
from maild.config.servers import Listener, Mailbox, Reading, SmtpOut, Store, Web
from maild.config.service import Calendar, Roster, Sla


class Config(Section):
    """The whole file."""

    desk: Desk
    store: Store = Store()
    listener: Listener = Listener()
    smtp: SmtpOut = SmtpOut()
    web: Web = Web()
    guard: Guard = Guard()
    watch: Watch = Watch()
    report: Report = Report()
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
    roster: tuple[Roster, ...] = ()
    sla: tuple[Sla, ...] = ()
    answer: tuple[Answer, ...] = ()
    webhook: tuple[Webhook, ...] = ()
    rules: Reach = Reach()
    rule: tuple[dict[str, Any], ...] = Field((), description="Routing rules in order; see docs/rules.md.")
