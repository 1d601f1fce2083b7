"""A mail that begins a ticket of its writer's: whether it may be acknowledged, and whether rules may group it.

Asks for the ticket and does not open it: that is the desk's. Never judges who the writer is.
"""

from __future__ import annotations

from maild.desk.executor import Desk
from maild.desk.queues import Settlement
from maild.domain.commands import OpenTicket
from maild.domain.directory import Directory
from maild.domain.intent import RANK, Intent, Trust
from maild.ingest.customer_mail import writer
from maild.ingest.header.dates import told_clock
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey, carry_out, words_of
from maild.ingest.thread import awaited_by


def open_ticket(
    desk: Desk, directory: Directory, journey: Journey, identity: Identity, *, customers: Trust
) -> Settlement:
    """A ticket of the writer's. `customers` is how sure we must be of one before his mail may join an earlier one."""
    assert identity.mailbox is not None
    message = journey.message
    command = OpenTicket(
        requester=identity.mailbox,
        mailbox=journey.mailbox,
        words=words_of(journey),
        language=message.language,
        clock=told_clock(message.header("Date")),
        # RFC 7489: who fails DMARC is not who he says, and the acknowledgement would go to a victim (P36)
        may_acknowledge=message.may_reply and identity.agent is None and not journey.authentication.failed,
        teams=journey.teams(directory),
    )
    # what would be a stranger's words in a ticket opens one of its own
    known = identity.agent is None and RANK[identity.trust] >= max(RANK[customers], RANK[Trust.FROM_ONLY])
    opened = carry_out(
        desk, directory, journey, Intent(actor=writer(identity), commands=(command,)), stage="desk",
        opens=command if known else None,
    )  # fmt: skip
    if opened.ticket and (awaited := awaited_by(message)):
        journey.uow.articles.remember(awaited, opened.ticket)
    return opened
