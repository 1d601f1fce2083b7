"""A mail of anybody but an agent in a ticket that there is: a reply of its people, or words of a stranger.

What its writer may do is in `desk.policy`; whoever does not belong to the ticket is heard inside only, or held.
"""

from __future__ import annotations

from typing import Literal

from maild.desk.executor import Desk
from maild.desk.queues import Outcome, Settlement
from maild.domain.commands import AddReply, AddUnverified, AskWriter, OwnAddress
from maild.domain.confirmation import Question
from maild.domain.directory import Directory
from maild.domain.intent import Actor, ActorKind, Command, Intent, Trust
from maild.domain.people import Proof
from maild.domain.token import person_digest
from maild.ingest.asking import customers_question
from maild.ingest.colleagues import same_house
from maild.ingest.gratitude import weigh
from maild.ingest.header.dates import told_clock
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey, carry_out, set_off, words_of
from maild.ingest.thread import ThreadHow, ThreadMatch


def from_customer(
    desk: Desk,
    directory: Directory,
    journey: Journey,
    match: ThreadMatch,
    identity: Identity,
    *,
    strangers: Literal["attach", "hold"],
    colleagues: Literal["attach", "join"],
) -> Settlement:
    """His reply, or what a stranger's words are worth by policy."""
    assert identity.mailbox is not None
    owned, commands = journey.owned, list[Command]()
    words = words_of(journey, origin=match.origin, unverified=owned.article if owned else 0)
    colleague = colleagues == "join" and not identity.participant and _is_colleague(journey, match, identity)
    if identity.participant or colleague:
        if identity.trust is Trust.SIGNED and journey.uow.people.proof(identity.mailbox.key) is Proof.NONE:
            proof = Proof.CONFIRMED if owned else Proof.SIGNED
            commands.append(OwnAddress(ticket=match.ticket, address=identity.mailbox.address, proof=proof))
        commands.append(
            AddReply(
                ticket=match.ticket,
                author=identity.mailbox,
                words=words,
                language=journey.message.language,
                clock=told_clock(journey.message.header("Date")),
                may_acknowledge=journey.message.may_reply and not journey.authentication.failed,
                thanks=_thanks(directory, journey, identity),
                join=colleague,
                teams=journey.teams(directory),
            )
        )
    else:
        outside = _was_forwarded_to(journey, match, identity)
        question = None if outside else customers_question(journey, match, identity)
        if strangers == "hold" and not outside:
            return _held(desk, journey, match, identity, question)
        commands.append(
            AddUnverified(ticket=match.ticket, author=identity.mailbox, words=words, question=question, outside=outside)
        )
    return carry_out(desk, directory, journey, Intent(actor=writer(identity), commands=tuple(commands)), stage="thread")


def _held(
    desk: Desk, journey: Journey, match: ThreadMatch, identity: Identity, question: Question | None
) -> Settlement:
    """Nothing of the mail is shown to anybody, until whoever is asked owns it or an operator lets it in."""
    assert identity.mailbox is not None
    if question is not None:
        set_off(desk, journey, AskWriter(ticket=match.ticket, question=question))
    reason = f"{identity.mailbox.address} writes in ticket {match.ticket}: {identity.missing}"
    return Settlement(outcome=Outcome.QUARANTINED, stage="identify", reason=reason)


def writer(identity: Identity) -> Actor:
    """The writer of a mail as somebody who acts, as far as we are sure of him."""
    assert identity.mailbox is not None
    return Actor(
        kind=ActorKind.CONTACT,
        contact=identity.contact.id if identity.contact else 0,
        address=identity.mailbox.key,
        via="mail",
        trust=identity.trust,
    )


def _was_forwarded_to(journey: Journey, match: ThreadMatch, identity: Identity) -> bool:
    """Whether a stranger answers what a rule has forwarded to this very address of his."""
    token = match.token
    if token is None or not token.outside or identity.mailbox is None or journey.authentication.failed:
        return False
    return token.person == person_digest(identity.mailbox.key)


def _is_colleague(journey: Journey, match: ThreadMatch, identity: Identity) -> bool:
    """Whether a stranger is a colleague who answered all of the customer's own mail, before any token (P23)."""
    if match.how is not ThreadHow.KNOWN_MESSAGE_ID or identity.mailbox is None:
        return False
    if identity.trust is Trust.UNKNOWN or journey.authentication.failed:
        return False
    answered = journey.uow.articles.get(match.article) if match.article else None
    ticket = journey.uow.tickets.get(match.ticket)
    if answered is None or ticket is None or not answered.verified or answered.contact != ticket.requester:
        return False
    requester = journey.uow.people.get(ticket.requester)
    return same_house(identity.mailbox.address, requester.address)


def _thanks(directory: Directory, journey: Journey, identity: Identity) -> tuple[str, ...]:
    """Why the mail is nothing but thanks; empty when it is more."""
    assert identity.mailbox is not None
    agents = [agent.display_name for agent in directory.agents.values()]
    teams = [team.display_name for team in directory.teams.values()]
    found = weigh(
        journey.message.reply.text,
        names=(identity.mailbox.display_name, identity.contact.name if identity.contact else "", *agents, *teams),
        attachments=sum(not attachment.inline for attachment in journey.message.attachments),
    )
    return found.parts if found.thanks else ()
