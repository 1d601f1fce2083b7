"""Recipients and reasons in the prose of mailers that send no proper report (qmail, Exim, Exchange, carriers, ...).

Works on the lines of the notice above the returned mail; each line is bounded and read once. Never decides by itself
whether a mail is a bounce.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

from maild.domain.mail import RecipientReport
from maild.ingest.reports.bounce_words import DELAYED, FINAL, RECIPIENT_LABELS, SENDER_LABELS
from maild.ingest.reports.smtp_status import derive, explicit, reply_code, sentence

# A notice is a page; what is longer quotes the mail in a way nobody knows.
_MOST_LINES = 600
_LONGEST_LINE = 1000
_MOST_RECIPIENTS = 200
# Lines of explanation under an address: SMTP replies have up to a dozen lines.
_MOST_DIAGNOSTIC = 15

_ADDRESS = re2.compile(r"[\pL\pN!#$%&*+/=?^_{|}~.\-]+@[\pL\pN][\pL\pN.\-]*")
_BULLETS = " \t*>-\u2022\u00b7\u30fb<\"'[("
_AFTER = " \t>\"'])."
_URL_MARKS = ("http://", "https://", "www.")
_TRANSCRIPT = ("rcpt to:", "rcpt:", "550", "551", "552", "553", "554", "450", "451", "452")


@dataclass(slots=True, kw_only=True)
class Candidate:
    """An address in the notice and how sure its place makes it: 5 opens an entry, 1 is merely mentioned."""

    address: str
    certainty: int
    line: int
    rest: str = ""


@dataclass(slots=True, kw_only=True)
class Prose:
    """What the notice says."""

    recipients: list[RecipientReport] = field(default_factory=list)
    certainty: int = 0
    delayed: bool = False
    diagnostic: str = ""


def read_prose(lines: list[str], *, subject: str, not_these: frozenset[str], mailer_domain: str = "") -> Prose:
    """Who failed and why. `not_these` are folded addresses of the sender and of the mailer itself.

    `mailer_domain` completes the bare names that some mailers list instead of addresses.
    """
    notice = [line[:_LONGEST_LINE].rstrip() for line in lines[:_MOST_LINES]]
    folded = " ".join(" ".join(notice).lower().split())
    delayed = is_delayed(subject, folded)
    everybody = list(_candidates(notice))
    candidates = [c for c in everybody if c.address.lower() not in not_these]
    # who wrote to himself stands in an entry of his own all the same
    candidates = candidates or [c for c in everybody if c.certainty >= 4]
    best = max((c.certainty for c in candidates), default=0)
    if best >= 4:
        candidates = [c for c in candidates if c.certainty >= 4]
    else:
        candidates = [c for c in candidates if c.certainty == best]
    if not candidates and mailer_domain:
        candidates = list(_bare_names(notice, mailer_domain))
        best = 3 if candidates else 0
    prose = Prose(certainty=best, delayed=delayed)
    overall = _overall(notice)
    prose.diagnostic = overall
    starts = {c.line for c in candidates}
    alone = len({c.address.lower() for c in candidates}) == 1
    for candidate in candidates[:_MOST_RECIPIENTS]:
        known = next((i for i, r in enumerate(prose.recipients) if _same(r.final_recipient, candidate.address)), None)
        words = _diagnostic(notice, candidate, starts)
        report = _report(candidate.address, words, overall, alone=alone, delayed=delayed)
        if known is None:
            prose.recipients.append(report)
        elif _telling(words) and not _telling(prose.recipients[known].diagnostic):
            prose.recipients[known] = report
    _originals(notice, candidates, prose)
    return prose


def is_delayed(subject: str, folded_notice: str) -> bool:
    """Whether the mail is still being tried. The notice outweighs the subject only by words of giving up."""
    head = subject.lower()
    if any(piece in head for piece in FINAL):
        return False
    if any(piece in head for piece in DELAYED):
        return True
    if any(piece in folded_notice for piece in FINAL):
        return False
    return any(piece in folded_notice for piece in DELAYED)


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _report(address: str, words: str, overall: str, *, alone: bool, delayed: bool) -> RecipientReport:
    """`words` stand with the address; `overall` is what the server said anywhere, ours if nobody else failed."""
    ours = overall if alone or address.lower() in overall.lower() else ""
    status = explicit(words) or explicit(ours)
    diagnostic = words
    if (_coded(ours) and not _coded(words)) or (not sentence(words) and ours and not _coded(words)):
        diagnostic = ours
    if not status:
        joined = f"{words}\n{ours}"
        status = derive(joined if _coded(ours) and not _coded(words) else words, delayed=delayed)
        status = status or derive(ours or overall, delayed=delayed)
    return RecipientReport(
        final_recipient=address,
        action="delayed" if delayed else "failed",
        status=status,
        diagnostic=" ".join((diagnostic or overall).split())[:2000],
    )


def _coded(words: str) -> bool:
    return bool(words) and bool(explicit(words) or reply_code(words))


def _telling(words: str) -> bool:
    return _coded(words) or bool(sentence(words))


def _candidates(notice: list[str]) -> Iterator[Candidate]:
    found = 0
    for number, line in enumerate(notice):
        if "@" not in line:
            continue
        for match in _ADDRESS.finditer(line):
            found += 1
            if found > 5 * _MOST_RECIPIENTS:
                return
            address = match.group(0).rstrip(".-")
            before, after = line[: match.start()], line[match.start() + len(address) :]
            certainty = _certainty(before, after, line)
            if certainty:
                yield Candidate(address=address, certainty=certainty, line=number, rest=after)


def _certainty(before: str, after: str, line: str) -> int:
    head = before.strip(_BULLETS)
    lead = before.strip().lower()
    if not head and not lead.endswith(("from:", "f=[")):
        return _opening(before, after)
    folded = " ".join(before.lower().replace("<", " ").replace('"', " ").split())
    if any(mark in folded[-60:] for mark in _URL_MARKS) or "message-id" in folded or "identifier" in folded:
        return 0
    if folded.endswith(("generated from", "expanded from:", "expanded from")):
        return 2
    if folded.endswith("generated by"):
        return 3  # Exim names a pipe or file first
    if folded.endswith(SENDER_LABELS):
        return 0
    if folded.startswith(("final-recipient", "original-recipient", "failed recipient", "undeliverable address")):
        return 4
    if folded.endswith(("rcpt to:", "rcpt:", "t=[")):
        return 3
    if folded.endswith(RECIPIENT_LABELS) and not folded.startswith(("to:", "cc:", "to :", "an:", "para:", "à :")):
        return 3
    if folded[:3].isdigit() or folded.startswith(_TRANSCRIPT) or sentence(line):
        return 2
    return 1


def _opening(before: str, after: str) -> int:
    """The address opens the line: what follows says whether it opens an entry."""
    follow = after.strip()
    if before.rstrip().endswith("<") and follow.startswith(">") and follow.lstrip(">").lstrip().startswith((":", ";")):
        return 5
    tail = follow.lstrip(_AFTER + ":;,\u3000")
    if not tail or follow.lstrip("> ").startswith(("...", "(", "[")):
        return 4
    if follow.startswith(("<mailto:", "<", "(", "[")) or follow.lstrip(_AFTER).startswith(
        (":", ";", "...", "-", "\u2014")
    ):
        return 4
    if follow.lower().startswith(("on ", "am ", "le ", "el ", "em ", "il ", "because", "- ")) or tail[:1].isdigit():
        return 4
    return 3 if sentence(after) else 2


def _diagnostic(notice: list[str], candidate: Candidate, starts: set[int]) -> str:
    """What stands behind and below the address, up to a gap or the next entry."""
    pieces = [candidate.rest.strip(" \t>:;,\"'")]
    size = 0
    for number in range(candidate.line + 1, min(candidate.line + 1 + _MOST_DIAGNOSTIC + 2, len(notice))):
        line = notice[number].strip()
        if number in starts:
            break
        if not line:
            if any(pieces):
                break
            continue
        if line.strip("=-*_#") == "":
            break
        pieces.append(line)
        size += 1
        if size >= _MOST_DIAGNOSTIC:
            break
    words = "\n".join(p for p in pieces if p)
    # a bracket or a full stop explains nothing
    return words if sum(c.isalnum() for c in words[:40]) > 2 else ""


def _overall(notice: list[str]) -> str:
    """The words of the server wherever they stand: the reply lines, else the first sentence that means something."""
    for number, line in enumerate(notice):
        if explicit(line) or reply_code(line):
            pieces = [line.strip()]
            for follow in notice[number + 1 : number + 1 + _MOST_DIAGNOSTIC]:
                if not follow.strip() or follow.strip().strip("=-*_#.") == "":
                    break
                pieces.append(follow.strip())
            return "\n".join(pieces)
    paragraphs = "\n".join(notice).split("\n\n")
    for paragraph in paragraphs[:100]:
        if sentence(paragraph):
            return " ".join(paragraph.split())[:2000]
    return ""


def _originals(notice: list[str], candidates: list[Candidate], prose: Prose) -> None:
    """Exim names the address before aliases below the failed one: "(generated from ...)"."""
    for candidate in candidates[:_MOST_RECIPIENTS]:
        for line in notice[candidate.line + 1 : candidate.line + 3]:
            folded = line.strip().lower()
            if not folded.startswith(("(generated from", "(ultimately generated from", "(expanded from")):
                continue
            match = _ADDRESS.search(line)
            if not match:
                continue
            for index, report in enumerate(prose.recipients):
                if _same(report.final_recipient, candidate.address):
                    prose.recipients[index] = RecipientReport(
                        final_recipient=report.final_recipient,
                        original_recipient=match.group(0).rstrip(".-"),
                        action=report.action,
                        status=report.status,
                        diagnostic=report.diagnostic,
                    )


def _bare_names(notice: list[str], domain: str) -> Iterator[Candidate]:
    """Local names below "the following recipients": they live where the notice comes from."""
    listed = False
    for number, line in enumerate(notice):
        word = line.strip(_BULLETS + _AFTER)
        if listed and word and " " not in word and len(word) < 65 and word.replace(".", "").replace("_", "").isalnum():
            yield Candidate(address=f"{word}@{domain}", certainty=3, line=number)
        folded = line.lower()
        if "following recipient" in folded or "following address" in folded or "following user" in folded:
            listed = True


def subject_address(subject: str, not_these: frozenset[str]) -> str:
    """The only address in a subject like "Undeliverable: x@y"; "" when there is none or several."""
    found = {m.group(0).rstrip(".-") for m in _ADDRESS.finditer(subject[:_LONGEST_LINE])}
    left = [a for a in found if a.lower() not in not_these]
    return left[0] if len(left) == 1 else ""
