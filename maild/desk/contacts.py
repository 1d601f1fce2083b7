"""Customers by their addresses, and what their mails tell of them: language and zone.

Makes a contact of whoever writes for the first time. Never says who may do what.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maild.desk.work import Work
from maild.domain.address import Mailbox
from maild.domain.intent import Trust
from maild.domain.people import Contact
from maild.domain.zones import zone_of


def contact_for(
    work: Work, mailbox: Mailbox, usual_zone: str = "", language: str = "", clock: timedelta | None = None
) -> Contact:
    """The contact who owns the address; a new one when nobody does.

    He is written to in the language that he last wrote in, and told times by the clock that his mail last showed; what
    somebody wrote who may be anybody says nothing of him.
    """
    known = work.uow.people.by_address(mailbox.key)
    if known is None:
        known = Contact(name=mailbox.display_name, address=mailbox.address, language=language)
    elif work.actor.trust is Trust.UNKNOWN:
        return known
    told = replace(known, language=language if language in work.directory.languages else known.language)
    if clock is not None:
        told = replace(told, zone=zone_of(clock, work.at, usual=usual_zone or work.directory.zone))
    if not known.id:
        return work.uow.people.add(told)
    return work.uow.people.learn(told) if told != known else known
