"""One transaction over everything that is kept: the repositories bound to one connection.

Holds the parts together. Never begins, commits or rolls back: the writer does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from maild.desk import ports, queues
from maild.store.articles import ArticleRepository
from maild.store.blobs import BlobFiles, BlobRepository
from maild.store.calls import CallRepository
from maild.store.capabilities import CapabilityRepository
from maild.store.confirmations import ConfirmationRepository
from maild.store.events import EventRepository
from maild.store.expired import ExpiredRepository
from maild.store.inbound import InboundRepository
from maild.store.links import LinkRepository
from maild.store.lock import one_at_a_time
from maild.store.marks import MarkRepository
from maild.store.months import StaleMonths
from maild.store.outbox import OutboxRepository
from maild.store.people import PeopleRepository
from maild.store.policies import PolicyRepository
from maild.store.preferences import PreferenceRepository
from maild.store.ratings import RatingRepository
from maild.store.rule_alarms import RuleAlarmRepository
from maild.store.session import Session
from maild.store.tickets import TicketRepository
from maild.store.timers import TimerRepository
from maild.store.types import key
from maild.store.undeliverable import UndeliverableRepository
from maild.store.waiting import WaitingRepository


class StoreUnitOfWork:
    """`ports.UnitOfWork`, and the mail's own row and octets beside it."""

    def __init__(self, connection: Connection, files: BlobFiles) -> None:
        self.session = session = Session(connection)
        months = StaleMonths(session)
        people, tickets = PeopleRepository(session), TicketRepository(session, months)
        articles, timers = ArticleRepository(session, months), TimerRepository(session)
        self.people: ports.People = people
        self.tickets: ports.Tickets = tickets
        self.links: ports.Links = LinkRepository(session)
        self.articles: ports.Articles = articles
        self.timers: ports.Timers = timers
        self.calls: ports.Calls = CallRepository(session)
        self.alarms: ports.RuleAlarms = RuleAlarmRepository(session)
        self.events: ports.Events = EventRepository(session)
        self.outbox: ports.Outbox = OutboxRepository(session)
        self.policies = PolicyRepository(session)
        self.marks: ports.Marks = MarkRepository(session)
        self.preferences: ports.Preferences = PreferenceRepository(session)
        self.waiting: ports.WaitingMail = WaitingRepository(session)
        self.undeliverables: ports.Undeliverables = UndeliverableRepository(session)
        self.capabilities: ports.Capabilities = CapabilityRepository(session)
        self.expired: ports.Expired = ExpiredRepository(session)
        self.confirmations: ports.Confirmations = ConfirmationRepository(session)
        self.ratings: ports.Ratings = RatingRepository(session, months)
        self.inbound: queues.InboundBook = InboundRepository(session)
        self.blobs = BlobRepository(session, files)
        self._remembering = (people, tickets, articles, timers, months)

    def alone(self, name: str) -> None:
        """Until this transaction has ended nobody else passes here with the same name."""
        one_at_a_time(self.session, key(name))

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A savepoint: leaving it with an exception undoes only what was done inside."""
        self.session.tell("SAVEPOINT inside")
        try:
            yield
        except BaseException:
            self.session.tell("ROLLBACK TO SAVEPOINT inside")
            self.session.tell("RELEASE SAVEPOINT inside")
            self.forget()
            raise
        self.session.tell("RELEASE SAVEPOINT inside")

    def forget(self) -> None:
        """Before each job: rows read in an earlier one may have changed."""
        for remembering in self._remembering:
            remembering.forget()
