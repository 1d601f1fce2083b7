"""What a visitor wants done, handed to the desk as one cause of its own.

Decides nothing: who may do what, and what follows, is the desk's.
"""

from __future__ import annotations

from maild.domain.intent import Actor, Cause, Command, Intent
from webview.portal import Portal


def carry_out(portal: Portal, actor: Actor, command: Command) -> None:
    """Have the desk do it, durably when this returns. Raises Refused when it may not be, and then nothing happened."""
    intent = Intent(actor=actor, commands=(command,))
    now, cause = portal.now(), Cause(key=f"portal:{portal.new_secret()[:8]}")
    portal.writer.run(lambda uow: portal.desk.run(uow, intent, cause=cause, now=now))
