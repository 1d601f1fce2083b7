"""Access tokens for servers that take no password (XOAUTH2): from a program of the operator's, or from a file.

Somebody else gets and renews the token; here it is fetched, checked and remembered for minutes. Never writes one down.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

COMMAND_SECONDS = 30.0
"""A program that takes longer is hung: no login waits for it."""

KEPT_SECONDS = 300.0
"""A token lives for an hour as a rule, and the program knows for how long: it is asked again in time."""

LONGEST = 16_384
"""Octets of a token; those of Microsoft 365 are of 2,000 or so."""


class TokenUnavailable(OSError):
    """There is no token to be had now; the text tells the operator why, and holds nothing secret."""


class AccessTokens:
    """Gives the token of one account; many connections may ask at once, and one program runs at a time.

    `read` gives the content of a file and is asked each time; else `command` is run without a shell, and the first line
    that it prints is the token. Its environment says `MAILD_RENEW=1` when the last token was refused.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] = (),
        read: Callable[[], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command)
        self._read = read
        self._monotonic = monotonic
        self._asking = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def __call__(self, renew: bool) -> str:
        """A token; another one than the last with `renew`, because that was refused. Raises TokenUnavailable."""
        if self._read is not None:
            return _checked(await asyncio.to_thread(self._from_file))
        async with self._asking:
            if renew or not self._token or self._monotonic() >= self._until:
                self._token = ""
                self._token = _checked(await self._run(renew))
                self._until = self._monotonic() + KEPT_SECONDS
            return self._token

    def _from_file(self) -> str:
        assert self._read is not None
        try:
            return self._read()
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise TokenUnavailable(f"the access token cannot be read: {error}") from None

    async def _run(self, renew: bool) -> str:
        name = self._command[0]
        environment = os.environ | ({"MAILD_RENEW": "1"} if renew else {})
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # such programs print answers of servers there, and secrets in them
                env=environment,
            )
        except OSError as error:
            raise TokenUnavailable(f"{name} cannot be run: {error.strerror}") from None
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                printed, _ = await process.communicate()
        except TimeoutError:
            raise TokenUnavailable(f"{name} does not end") from None
        finally:
            await _end(process)
        if process.returncode != 0:
            raise TokenUnavailable(f"{name} has ended with status {process.returncode}")
        return printed.partition(b"\n")[0].decode("ascii", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _checked(token: str) -> str:
    """The token if it can be one: it goes between control characters of the login (RFC 7628 section 3.1)."""
    token = token.strip()
    if not token or len(token) > LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenUnavailable("what should be an access token is none")
    return token
