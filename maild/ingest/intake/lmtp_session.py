"""One LMTP session (RFC 2033): that of SMTP with a greeting of its own and one answer for each recipient.

Changes what is said and nothing else. Never decides who is a recipient and never stores.
"""

from __future__ import annotations

from maild.ingest.intake.smtp_session import Session


class LmtpSession(Session):
    """LMTP (RFC 2033): after DATA one reply for each accepted recipient, in their order, whatever the reply is."""

    greeting = "LMTP"

    async def check_helo_needed(self, helo: str = "LHLO") -> bool:
        """The greeting is missing."""
        return await super().check_helo_needed("LHLO")

    async def smtp_LHLO(self, arg: str) -> None:
        """The greeting of LMTP: the answer is that of EHLO."""
        await super().smtp_EHLO(arg)

    async def smtp_EHLO(self, hostname: str) -> None:
        """RFC 2033 section 4.1: not a command of LMTP."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_HELO(self, hostname: str) -> None:
        """RFC 2033 section 4.1: not a command of LMTP."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    def _answers(self, reply: str) -> str:
        assert self.envelope is not None
        return "\r\n".join([reply] * max(1, len(self.envelope.rcpt_tos)))
