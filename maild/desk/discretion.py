"""Answers in which no agent's private address is left, not even in a signature: the desk's stands instead.

Changes words alone, never who they go to.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.work import Work
from maild.domain.address import AddrSpec
from maild.domain.intent import Words
from maild.domain.ticket import Ticket


def without_agents(work: Work, ticket: Ticket, words: Words) -> Words:
    """The words with the ticket's mailbox in place of every address of an agent, however it is written."""
    text = words.new_text
    for agent in work.directory.agents.values():
        for address in agent.addresses:
            text = _replace_folded(text, address, ticket.mailbox)
    return replace(words, new_text=text)


def _replace_folded(text: str, address: str, by: str) -> str:
    spec = AddrSpec.parse(address)
    wanted = (spec.key if spec else address).lower()
    low, at, out = text.lower(), 0, []
    if len(low) != len(text):  # a letter whose lower case is longer: compare ASCII only
        low = text
    while (found := low.find(wanted, at)) >= 0:
        out.append(text[at:found])
        out.append(by)
        at = found + len(wanted)
    return "".join(out) + text[at:]
