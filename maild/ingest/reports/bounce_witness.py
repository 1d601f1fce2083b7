"""flufl.bounce as the second witness for bounces whose prose ours does not understand.

Shows it a small copy of the notice only, because its patterns backtrack. Never asked about a mail that is not already
taken for a bounce.
"""

from __future__ import annotations

import logging
from email.message import Message

from maild.domain.mail import RecipientReport
from maild.ingest.reports.smtp_status import derive

# Its patterns are quadratic in the length of a line and linear in the number of lines.
_MOST_LINES = 200
_LONGEST_LINE = 200
_MOST_RECIPIENTS = 50
_FIELDS = ("from", "to", "subject", "x-mailer", "x-failed-recipients")


def ask(fields: dict[str, str], text: str) -> list[RecipientReport]:
    """The recipients it finds in `text`, with a status from our own reading of the words; empty when it finds none."""
    from flufl.bounce import all_failures  # a hundred modules that most runs never need

    # it logs a traceback for each detector that stumbles over a hostile mail (SEC-53: one line a mail at most)
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    message = Message()
    for name in _FIELDS:
        if name in fields:
            message[name.title()] = " ".join(fields[name].split())[:_LONGEST_LINE]
    message["Content-Type"] = "text/plain; charset=us-ascii"
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    message.set_payload("\n".join(lines).encode("ascii", "replace").decode("ascii"))
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # a witness that stumbles has nothing to say
        return []
    words = "\n".join(lines)
    return [
        RecipientReport(
            final_recipient=address.decode("ascii", "replace"),
            action="delayed" if delayed else "failed",
            status=derive(words, delayed=delayed),
        )
        for addresses, delayed in ((permanent, False), (temporary, True))
        for address in sorted(addresses)[:_MOST_RECIPIENTS]
    ]
