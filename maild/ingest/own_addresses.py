"""Our own addresses: which ones we take mail for, and to which of them a mail was sent.

Knows mailboxes, their details and bounce addresses. Never tells whether what an address carries proves anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.domain.address import AddrSpec, fold
from maild.domain.directory import Directory
from maild.domain.mail import InboundMessage


def own_forward_paths(message: InboundMessage, envelope_paths: Sequence[str], directory: Directory) -> tuple[str, ...]:
    """Our own addresses that the mail was sent to: envelope first, then delivery headers, then To and Cc."""
    written = [*envelope_paths, *message.delivered_to, *(m.address for m in (*message.to, *message.cc))]
    return tuple(dict.fromkeys(path for path in written if is_ours(path, directory)))


def is_ours(path: str, directory: Directory) -> bool:
    """Whether we take mail for the address: a mailbox of ours, with or without detail, or a bounce address."""
    if directory.own(path) is not None:
        return True
    spec = AddrSpec.parse(path)
    if spec is None or fold(spec.user) != "bounce" or spec.detail is None:
        return False
    domain = fold(spec.domain)
    return any(key.endswith("@" + domain) for key in directory.mailboxes)
