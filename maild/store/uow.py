"""One transaction over everything that is kept: the repositories bound to one connection.

Holds the parts together. Never begins, commits or rolls back: the writer does.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from sqlalchemy import Connection

from maild.desk import ports, queues
from maild.store.articles import ArticleRepository
from maild.store.blobs import BlobFiles, BlobRepository
from maild.store.capabilities import CapabilityRepository
from maild.store.events import EventRepository
from maild.store.inbound import InboundRepository
from maild.store.outbox import OutboxRepository
from maild.store.people import PeopleRepository
from maild.store.tickets import TicketRepository
from maild.store.timers import TimerRepository


class _Driver(Protocol):
    def execute(self, statement: str) -> Any:
        """sqlite3 and psycopg connections both have this short cut."""


class StoreUnitOfWork:
    """`ports.UnitOfWork`, and the mail's own row and octets beside it."""

    def __init__(self, connection: Connection, files: BlobFiles) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        people, tickets = PeopleRepository(connection), TicketRepository(connection)
        articles = ArticleRepository(connection)
        self.people: ports.People = people
        self.tickets: ports.Tickets = tickets
        self.articles: ports.Articles = articles
        self.timers: ports.Timers = TimerRepository(connection)
        self.events: ports.Events = EventRepository(connection)
        self.outbox: ports.Outbox = OutboxRepository(connection)
        self.capabilities: ports.Capabilities = CapabilityRepository(connection)
        self.inbound: queues.InboundBook = InboundRepository(connection)
        self.blobs = BlobRepository(connection, files)
        self._remembering = (people, tickets, articles)
        self._driver = cast(_Driver, connection.connection.driver_connection)

    def forget(self) -> None:
        """Before each job: rows read in an earlier one may have changed."""
        for remembering in self._remembering:
            remembering.forget()

    def tell(self, statement: str) -> None:
        """A bare word to the driver: savepoints, which come too often for a longer way."""
        self._driver.execute(statement)
