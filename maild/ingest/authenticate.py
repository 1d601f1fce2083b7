"""Who answers for a mail: the word of a configured front server, and what our own checks share with that.

Works in a few threads of its own with a limit on time, never on the event loop, and only where it is configured. A
check that cannot be finished says so; it never stops a mail and never decides about one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from maild.desk.queues import ClaimedMail
from maild.domain.address import AddrSpec, fold
from maild.domain.authentication import UNCHECKED, Authentication, AuthResult
from maild.domain.mail import InboundMessage, Kind, Verdict
from maild.ingest.gate import Limits
from maild.ingest.header.fields import Field, read_block, usual_lines
from maild.ingest.trust.ar_header import believed

log = logging.getLogger(__name__)

THREADS = 16
"""They mostly wait for the DNS; a dozen domains that answer slowly must not keep the others waiting."""

MAX_WAITING = 200
"""Mails that may wait for a thread; more are taken as not checkable now, so that a flood cannot stop the desk."""

PATIENCE_SECONDS = 30.0
"""After that a mail goes on without a result: twice the time that its DNS questions may take."""

_SKIPPED = frozenset({Kind.OWN, Kind.BOUNCE, Kind.DELAY})
"""Kinds that are judged by our own ids alone."""


class Authenticates(Protocol):
    """Whoever says where a mail comes from."""

    async def check(self, mail: ClaimedMail, message: InboundMessage) -> Authentication:
        """What can be told about the mail; never raises because of what the mail is."""


class Unconfigured:
    """Nobody checks: From alone is all there is."""

    async def check(self, mail: ClaimedMail, message: InboundMessage) -> Authentication:
        """Nothing is known."""
        return UNCHECKED


class FrontServer:
    """Takes the word of the server in front of us, from the fields it wrote into the mail."""

    def __init__(self, authserv_id: str, hosts: Sequence[str] = ()) -> None:
        self._authserv_id = authserv_id
        self._hosts = tuple(hosts)
        self._threads = CheckThreads()

    async def check(self, mail: ClaimedMail, message: InboundMessage) -> Authentication:
        """What the configured host found (RFC 8601)."""
        domain = from_domain(message)
        if domain is None:
            return Authentication(by=self._authserv_id)
        return await self._threads.run(
            lambda: believed(header_fields(mail.octets), self._authserv_id, self._hosts, domain), by=self._authserv_id
        )


class CheckThreads:
    """A few threads, made when first needed."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="authenticate")
        self._waiting = 0

    async def run(self, job: Callable[[], Authentication], *, by: str) -> Authentication:
        """The job's result, or that there is none now."""
        if self._waiting >= MAX_WAITING:
            return _unfinished(by, "too many mails wait to be checked")
        self._waiting += 1
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, job)
            return await asyncio.wait_for(future, PATIENCE_SECONDS)
        except TimeoutError:
            return _unfinished(by, f"no result in {PATIENCE_SECONDS:g} s")
        except Exception as error:
            log.exception("a mail could not be checked")
            return _unfinished(by, f"failed: {type(error).__name__}")
        finally:
            self._waiting -= 1


def _unfinished(by: str, why: str) -> Authentication:
    return Authentication(by=by, dmarc=AuthResult.TEMPERROR, notes=(f"not checked: {why}",))


def from_domain(message: InboundMessage) -> str | None:
    """The domain of From as the DNS spells it; None where there is nobody to check."""
    if message.verdict is not Verdict.ACCEPT or message.kind in _SKIPPED or message.from_doubtful:
        return None
    spec = AddrSpec.parse(message.from_.address) if message.from_ else None
    if spec is None:
        return None
    domain = fold(spec.domain).rstrip(".")
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def header_fields(octets: bytes) -> tuple[Field, ...]:
    """The header block as it came, cut into fields."""
    usual = usual_lines(octets)
    return read_block(usual, 0, len(usual), Limits(), root=True).fields
