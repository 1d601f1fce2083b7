"""The original of a mail that an agent forwarded for a customer.

Reads the forward block of the usual clients, or the attached mail. Never decides whether the forwarder may do so.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.domain.mail import Attachment, Forwarded


def find_forward(subject: str, text: str, html: str, attachments: Sequence[Attachment]) -> Forwarded | None:
    """The forwarded original, or None when the mail is no forward; `certain` is False when in doubt."""
    return None
