"""The few IMAP verbs that reading a folder needs, each bounded in time and checked; RFC 3501, 4315, 6851 and 2177.

It speaks with one folder of one account. It never decides what is read, kept or given up, and never tries twice.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aioimaplib import aioimaplib as lib

from maild.ingest.intake.imap_account import ImapAccount, Security, TokenProvider
from maild.ingest.intake.imap_protocol import SafeImap
from maild.ingest.intake.imap_words import (
    SIZE,
    UID,
    UID_MAX,
    VALIDITY,
    arrival,
    encoded_folder,
    items,
    search_date,
    uid_set,
)

BATCH = 200  # messages in one command; long answers are slow in the library
_SLOWEST = 16 * 1024  # octets per second that a server must bring of a large mail
_SLACK = 64 * 1024  # a header, or a mail that grew a little by a server's own lines


class ImapError(Exception):
    """The server says no, or nothing that can be used. The text is its own last line, never a secret."""


class AccessRefused(ImapError):
    """User, password or token are not taken: trying again soon may lock the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the server gave for one UID. `arrived` is its INTERNALDATE."""

    octets: bytes = field(repr=False)
    arrived: datetime | None


class ImapClient:
    """One connection with one folder open. Any exception of any method means: shut it and make a new one."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._imap: SafeImap | None = None
        # At DEBUG the library writes whole mails and tokens into the log.
        logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.WARNING)

    @property
    def _link(self) -> SafeImap:
        if self._imap is None:
            raise ConnectionError("not connected")
        return self._imap

    async def connect(self) -> None:
        """Connect, protect, log in. Errors: OSError, ssl.SSLError, TimeoutError, ImapError, AccessRefused."""
        account = self._account
        context = account.tls_context
        if context is None and account.tls is not Security.NONE:
            context = ssl.create_default_context()
        imap = self._imap = SafeImap(
            account.host,
            account.port,
            timeout=account.timeout_seconds,
            literal_octets=account.message_octets + _SLACK,
            tls_context=context if account.tls is Security.IMPLICIT else None,
        )
        await imap.hello()
        if account.tls is Security.STARTTLS:
            assert context is not None
            await imap.starttls(context)
        if imap.get_state() != lib.NONAUTH:
            raise ImapError("the server takes us for logged in before we said who we are")
        if account.token is not None:
            await self._log_in_by_token(imap, account.token)
        else:
            if imap.has_capability("LOGINDISABLED"):
                raise AccessRefused("the server takes no password on this connection")
            answer = await imap.login(lib.quoted(account.user), account.password)
            if answer.result != "OK":
                raise AccessRefused(_last(answer))
        async with asyncio.timeout(account.timeout_seconds):
            await imap.protocol.capability()  # the library keeps those from before the login

    async def _log_in_by_token(self, imap: SafeImap, provider: TokenProvider) -> None:
        for renew in (False, True):
            answer = await imap.xoauth2(self._account.user, await provider(renew))
            if answer.result == "OK":
                return
        raise AccessRefused(_last(answer))

    @property
    def ssl_object(self) -> Any:
        """What protects the connection, with the certificate that the server has shown; None when nothing does."""
        return self._link.protocol.transport.get_extra_info("ssl_object")

    async def select(self, folder: str) -> int:
        """Open the folder; returns its UIDVALIDITY, 0 when the server has none."""
        answer = await self._link.select(encoded_folder(folder))
        if answer.result != "OK":
            raise ImapError(f"folder {folder}: {_last(answer)}")
        for line in answer.lines:
            if found := VALIDITY.search(bytes(line)):
                return int(found.group(1)) & UID_MAX
        return 0

    @property
    def news(self) -> int:
        """Grows whenever the server tells of new mail."""
        return int(self._link.protocol.news)

    @property
    def misunderstood(self) -> bool:
        """The connection ended because of what the server sent, not because of the network."""
        return self._imap is not None and self._imap.protocol.reason is not None

    async def search(self, above: int, since: date | None) -> list[int]:
        """UIDs greater than `above`, ascending. `n:*` always has the last message, whatever its UID: filtered."""
        if above >= UID_MAX:
            return []
        criteria = [f"UID {above + 1}:*"]
        if since is not None:
            criteria.append(f"SINCE {search_date(since)}")
        answer = _checked(await self._link.uid_search(*criteria, charset=None))
        found = {
            int(word)
            for line in answer.lines[:-1]  # the last one is the server's word for OK
            for word in bytes(line).split()
            if word.isdigit()
        }
        return sorted(uid for uid in found if above < uid <= UID_MAX)

    async def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """RFC822.SIZE by UID; one that is gone has none."""
        answer = await self._fetch(uid_set(uids), "(UID RFC822.SIZE)", 0)
        found: dict[int, int] = {}
        for words, _ in items(answer.lines):
            uid, size = UID.search(words), SIZE.search(words)
            if uid and size:
                found[int(uid.group(1))] = int(size.group(1))
        return {uid: found[uid] for uid in uids if uid in found}

    async def fetch(self, uid: int, size: int) -> Fetched | None:
        """The whole mail, without marking it; None when there is none any more."""
        return await self._one(uid, "BODY.PEEK[]", size)

    async def fetch_header(self, uid: int) -> Fetched | None:
        """Only its header."""
        return await self._one(uid, "BODY.PEEK[HEADER]", _SLACK)

    async def _one(self, uid: int, what: str, size: int) -> Fetched | None:
        answer = await self._fetch(str(uid), f"(UID INTERNALDATE {what})", size)
        for words, literal in items(answer.lines):
            found = UID.search(words)
            if found and int(found.group(1)) == uid and literal is not None:
                return Fetched(octets=literal, arrived=arrival(words))
        return None

    async def _fetch(self, uids: str, what: str, size: int) -> Any:
        async with asyncio.timeout(self._account.timeout_seconds + size / _SLOWEST):
            return _checked(await self._link.uid("FETCH", uids, what))

    async def settle(self, uids: Sequence[int]) -> None:
        """Do on the server what the account wants done with stored mail; UIDs that are gone are no error."""
        which = uid_set(uids)
        match self._account.action:
            case "keep":
                return
            case "seen":
                await self._verb("STORE", which, "+FLAGS.SILENT", r"(\Seen)")
            case "delete":
                await self._remove(which)
            case "move":
                await self._move(which, encoded_folder(self._account.target))

    async def _move(self, which: str, target: str) -> None:
        verb = "MOVE" if self._link.has_capability("MOVE") else "COPY"
        try:
            await self._verb(verb, which, target)
        except ImapError:
            # The folder may not be there yet (RFC 3501 section 6.4.7); when it is, this changes nothing.
            await self._link.create(target)
            await self._verb(verb, which, target)
        if verb == "COPY":
            await self._remove(which)

    async def _remove(self, which: str) -> None:
        await self._verb("STORE", which, "+FLAGS.SILENT", r"(\Deleted)")
        # Without UIDPLUS an EXPUNGE would also remove what others only marked: then the mark is all we set.
        if self._link.has_capability("UIDPLUS"):
            await self._verb("EXPUNGE", which)

    async def _verb(self, *words: str) -> None:
        async with asyncio.timeout(self._account.timeout_seconds):
            _checked(await self._link.uid(*words))

    async def wait(self, seconds: float) -> None:
        """Until the server tells something, or the time is over; without IDLE just the time, and a sign of life."""
        imap = self._link
        if imap.has_capability("IDLE"):
            await imap.idle_for(seconds)
            return
        try:
            await asyncio.wait_for(imap.protocol.lost.wait(), seconds)
        except TimeoutError:
            _checked(await imap.noop())

    async def close(self) -> None:
        """Leave; never raises for what the server does."""
        if self._imap is not None:
            await self._imap.shut()
            self._imap = None


def _last(answer: Any) -> str:
    return bytes(answer.lines[-1]).decode("utf-8", "replace")[:300] if answer.lines else str(answer.result)


def _checked(answer: Any) -> Any:
    if answer.result != "OK":
        raise ImapError(_last(answer))
    return answer
