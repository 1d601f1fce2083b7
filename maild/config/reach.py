"""What rules may reach outside the desk: answers they send, addresses they forward to, services they call.

Each key with its meaning, unit and default. Never sends anything.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from maild.config.kinds import Address, Language, Secret, Section

NUMBER = "{number}"
"""The one gap in an answer: what a stranger wrote is never sent to the address that he named (SEC-63)."""


class Answer(Section):
    """Words that a rule can answer with, in every language of the desk."""

    name: str = Field(min_length=1, max_length=50, description='Name, as in then = { answer = "…" }.')
    text: dict[Language, str] = Field(
        min_length=1, description='The words by language, { en = "…", pt = "…" }; {number} is the ticket\'s number.'
    )

    @field_validator("text")
    @classmethod
    def _gaps(cls, text: dict[Language, str]) -> dict[Language, str]:
        for language, words in text.items():
            if not words.strip():
                raise ValueError(f"{language} is empty: write the words, or leave the language out")
            if any(sign in words.replace(NUMBER, "") for sign in "{}"):
                raise ValueError(f"{language}: only {NUMBER} can stand in braces")
        return text


class Webhook(Section):
    """A service that rules can tell of a ticket."""

    name: str = Field(min_length=1, max_length=50, description='Name, as in then = { webhook = "…" }.')
    url: str = Field(description="Where it is called, by POST; https, or http on this machine.")
    secret: Secret = Field(description='{ file = "…" } or { env = "…" }: every call is signed with it.')
    timeout_seconds: float = Field(10, gt=0, le=60, description="How long one call may take.")

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        parts = urlsplit(url)
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
            raise ValueError("write an address such as https://chat.example.org/hook; http only on this machine")
        return url


class Reach(Section):
    """How far rules reach."""

    forward_to: tuple[Address, ...] = Field(
        (), description="Addresses outside the desk that rules may forward a customer's mail to."
    )
