"""The original of a mail that an agent forwarded for a customer.

Reads the forward block of the usual clients, or the attached mail. Never decides whether the forwarder may do so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Final

from maild.domain.address import AddrSpec, Mailbox
from maild.domain.mail import Attachment, Forwarded
from maild.ingest.body import bare_lines, nature_of
from maild.ingest.gate import Limits
from maild.ingest.header.headers import charset_hint, read_headers
from maild.ingest.parts.bodies import body_of
from maild.ingest.parts.entity import read_tree
from maild.ingest.parts.files import as_attachments
from maild.ingest.parts.mime import walk
from maild.ingest.quoting.attribution import Certainty, find_attributions
from maild.ingest.quoting.header_block import HeaderBlock, Separator, header_block, separator
from maild.ingest.quoting.header_labels import Role
from maild.ingest.quoting.printed_addresses import ANGLED, mailbox, mailboxes
from maild.ingest.quoting.quote_parts import Nature, Part
from maild.ingest.quoting.quote_words import FORWARD_STEMS
from maild.ingest.quoting.quotes import read_parts
from maild.ingest.quoting.written_dates import read_date
from maild.markup import to_text

MAX_LINES: Final = 400
"""Lines above the forward block; a longer covering note is no forward for a customer."""

MAX_ANSWER: Final = 100_000
"""Characters of an answer in which a forward is looked for."""

_LIMITS: Final = Limits()


def find_forward(
    subject: str,
    text: str,
    html: str,
    attachments: Sequence[Attachment],
    *,
    is_reply: bool = True,
    zone: tzinfo = UTC,
) -> Forwarded | None:
    """The forwarded original, or None when the mail is no forward; `certain` is False when in doubt.

    `is_reply` says that the header names a mail that is answered; `zone` is where the forwarder's clock hangs, for
    blocks that name a time without zone.
    """
    nature = nature_of(subject, is_reply)
    told = nature is Nature.FORWARD
    mails = [a for a in attachments if a.content_type == "message/rfc822" and a.content]
    if not text.strip() and html:
        text = to_text(html)
    inline = _inline(text, nature, zone) if nature is not Nature.ANSWER or _names_forward(text) else None
    if mails and (inline is None or told):
        attached = _attached(mails, told)
        if attached and inline is None:
            return attached
    return inline


def _attached(mails: list[Attachment], told: bool) -> Forwarded | None:
    """The original that hangs on the mail as message/rfc822. Several are somebody's collection."""
    octets = mails[0].content
    root = read_tree(octets, _LIMITS)
    hint = charset_hint(root)
    head = read_headers(root, hint, _LIMITS)
    if not head.from_:
        return None
    walked = walk(root, hint, _LIMITS)
    body = body_of(walked.segments, _LIMITS)
    return Forwarded(
        from_=head.from_[0],
        date=head.date,
        subject=head.subject,
        to=head.to,
        cc=head.cc,
        text=body.text,
        message_id=head.message_id,
        attachments=as_attachments(walked.files, body.text, body.html)[0],
        certain=len(mails) == 1 and told and not head.from_doubtful and bool(head.from_[0].key),
    )


def _names_forward(text: str) -> bool:
    """A cheap look at an answer: nearly none of them forwards anything."""
    if "--" not in text and "__" not in text:
        return False
    folded = text[:MAX_ANSWER].casefold()
    return any(stem in folded for stem in FORWARD_STEMS)


def _inline(text: str, nature: Nature, zone: tzinfo) -> Forwarded | None:
    told = nature is Nature.FORWARD
    shown = text.replace("\r\n", "\n").split("\n")
    lines = bare_lines("\n".join(shown[: MAX_LINES * 3]))
    start, named = _announcement(lines, nature)
    if start is None:
        return None
    first = next((i for i in range(start, min(len(lines), start + 6)) if lines[i]), None)
    if first is None:
        return None
    if lines[first][0] == ">":
        # Apple Mail and Yahoo mark the lines of the original, header lines too.
        shown = shown[:first] + [_unmarked(line) for line in shown[first:]]
        lines = lines[:first] + [_unmarked(line).strip() for line in lines[first:]]
        first = next((i for i in range(first, min(len(lines), first + 6)) if lines[i]), first)
    block = header_block(lines, first) if lines[first] else None
    if block is None or not block.likely:
        return _attributed(shown, lines, first, zone) if told else None
    return _from_block(shown, lines, block, certain=told or named, zone=zone)


def _unmarked(line: str) -> str:
    line = line.lstrip()
    if not line.startswith(">"):
        return line
    return line[2:] if line.startswith("> ") else line[1:]


def _announcement(lines: list[str], nature: Nature) -> tuple[int | None, bool]:
    """The line where the header lines of the original may begin, and whether a separator names it a forward."""
    if nature is not Nature.FORWARD:
        # Only what stands above every quote; a forward inside the quoted mail is not this sender's.
        parts = read_parts(lines, nature=nature).parts
        begin = next((i for i, part in enumerate(parts) if part is Part.FORWARD), None)
        if begin is None:
            return None, False
        named = separator(lines[begin]) is Separator.FORWARD
        ruled = separator(lines[begin]) is not None
        return begin + 1 if ruled else begin, named
    for index, line in enumerate(lines[:MAX_LINES]):
        if not line:
            continue
        bare = line.lstrip("> ")
        found = separator(bare) if bare else None
        if found is Separator.FORWARD:
            return index + 1, True
        if found is Separator.ORIGINAL:
            return index + 1, False
        if ":" in bare or "：" in bare:
            inside = [one.lstrip("> ") for one in lines[index : index + 60]] if line[0] == ">" else lines
            block = header_block(inside, 0 if line[0] == ">" else index)
            if block and block.sure:
                return index, False
    for index in sorted(find_attributions(lines[:MAX_LINES])):
        return index, False
    return None, False


def _from_block(
    shown: list[str], lines: list[str], block: HeaderBlock, *, certain: bool, zone: tzinfo
) -> Forwarded | None:
    values = block.values
    from_ = mailbox(values.get(Role.FROM, ""))
    if not from_.display_name and not from_.address:
        return None
    written = read_date(values.get(Role.SENT) or values.get(Role.DATE, ""), zone)
    text = "\n".join(shown[block.stop :]).strip("\n")
    below = next((i for i in range(block.stop, min(len(lines), block.stop + 6)) if lines[i]), None)
    again = below is not None and (
        separator(lines[below]) in (Separator.FORWARD, Separator.ORIGINAL)
        or ((inner := header_block(lines, below)) is not None and inner.sure)
    )
    return Forwarded(
        from_=from_,
        date=written.time if written else None,
        subject=values.get(Role.SUBJECT, ""),
        to=mailboxes(values.get(Role.TO, "")),
        cc=mailboxes(values.get(Role.CC, "")),
        text=text,
        # A forward of a forward: whose case it is nobody can tell from here.
        certain=certain and not again and AddrSpec.parse(from_.address) is not None and len(values) >= 3,
    )


def _attributed(shown: list[str], lines: list[str], first: int, zone: tzinfo) -> Forwarded | None:
    """A forward by quoting: "On … NAME <address> wrote:". Never certain."""
    attribution = find_attributions(lines).get(first)
    if attribution is None or attribution.certainty is not Certainty.SURE:
        return None
    line = " ".join(lines[attribution.start : attribution.stop])
    address = ANGLED.search(line)
    if not address:
        return None
    written = read_date(line[: address.start()], zone) or read_date(line[address.end() :], zone)
    body = [_unmarked(one) if one.lstrip()[:1] == ">" else one for one in shown[attribution.stop :]]
    return Forwarded(
        from_=Mailbox("", address.group(1)),
        date=written.time if written else None,
        text="\n".join(body).strip("\n"),
        certain=False,
    )
