"""Walls between brands, on the way in: a mail to several of them is a mail to each, and a token opens only its own.

Says for which brand a mail is. Never looks at what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.directory import Directory
from maild.domain.mail import RawMail


def by_brand(mail: RawMail, directory: Directory) -> list[RawMail]:
    """The mail once for each brand whose addresses its envelope names, in their order; itself where that is one."""
    if mail.envelope is None or not directory.walled:
        return [mail]
    paths: dict[str, list[str]] = {}
    for path in mail.envelope.forward_paths:
        paths.setdefault(_brand(path, directory), []).append(path)
    if len(paths) < 2:
        return [mail]
    return [
        replace(
            mail,
            # the first keeps its key, so that what was stored before there were brands is known
            source_key=f"{mail.source_key} {brand}" if number else mail.source_key,
            envelope=replace(mail.envelope, forward_paths=tuple(of_brand)),
        )
        for number, (brand, of_brand) in enumerate(paths.items())
    ]


def of_one_brand(own_paths: Sequence[str], directory: Directory) -> tuple[str, ...]:
    """Of our addresses those of the brand that the first one is of: the others get a mail of their own."""
    if not directory.walled or not own_paths:
        return tuple(own_paths)
    brand = _brand(own_paths[0], directory)
    return tuple(path for path in own_paths if _brand(path, directory) == brand)


def _brand(path: str, directory: Directory) -> str:
    """The brand of the mailbox that the address belongs to. Where a bounce goes its token says, so it has none."""
    own = directory.own(path)
    return directory.brand_of(own.team) if own else ""
