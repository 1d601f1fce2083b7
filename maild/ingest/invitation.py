"""Calendar invitations (RFC 5545, RFC 5546): method, time, organiser and summary of the first event.

Never answers an invitation and never expands a recurrence.
"""

from __future__ import annotations

from maild.domain.mail import Invitation


def read_invitation(text: str) -> Invitation | None:
    """What a text/calendar body asks; None when it holds no event, task or request."""
    return None
