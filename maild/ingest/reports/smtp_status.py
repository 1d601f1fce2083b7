"""Enhanced status codes (RFC 3463) found in what mail servers say, or derived from it.

Takes the stated code first, then well-known sentences, then the SMTP reply code. Never looks further than a bounded
start of the text and never guesses a class that the server contradicted.
"""

from __future__ import annotations

import re2

from maild.ingest.reports.smtp_sentences import SENTENCES

# A diagnostic is a few lines; a page of text is somebody's essay and says nothing about delivery.
_LONGEST = 6000

_CODE = r"([45]\.[0-9]{1,3}\.[0-9]{1,3})"
_END = r"(?:$|[^0-9.]|\.(?:$|[^0-9]))"
# 550 5.1.1, 550-5.7.26, 550: 5.1.1, 550 #5.1.0 -- the reply of RFC 2034 and its relatives
_AFTER_REPLY = re2.compile(r"(?:^|[^0-9.])[45][0-9]{2}[ \-:]{1,3}['\"(]?#?" + _CODE + _END)
# (#5.1.1), [#4.4.1], #<5.1.1 ...>, "Status: 5.1.1", "DSN 5.1.10", "DSN=5.1.1"
_MARKED = re2.compile(r"(?i)(?:#<?|status(?: code)?[:=]? ?|dsn[ :=]{1,2}|code ?[:=]? ?)" + _CODE + _END)
# at the start of a line or of a clause: "Exim 4.9.1" is no status
_BARE = re2.compile(r"(?:^|[:;(\[<'\"#])[ \t'\"]*" + _CODE + _END)
_STATED = re2.compile(r"^\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:$|[^0-9.])")

_REPLY = re2.compile(
    r"(?i)(?:^|said|repl(?:y|ied)(?: with)?|respon(?:se|ded)(?: with)?|return(?:ed|s)|reason|error|code|status|smtp"
    r"|with|failed|<<<|;|\]|[:>('\"\[*])[ \t]*[:;]?[ \t'\"(\[<]*([45][0-7][0-9])(?:[ \-:)\]'\",;]|$)"
)

_BY_REPLY = {
    "421": "4.3.2",
    "422": "4.2.2",
    "431": "4.3.1",
    "432": "4.3.2",
    "441": "4.4.1",
    "442": "4.4.2",
    "446": "4.4.6",
    "447": "4.4.7",
    "450": "4.2.0",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "471": "4.7.1",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "510": "5.1.1",
    "511": "5.1.1",
    "512": "5.1.2",
    "513": "5.1.3",
    "521": "5.3.2",
    "523": "5.3.4",
    "530": "5.7.0",
    "535": "5.7.8",
    "541": "5.7.1",
    "551": "5.1.6",
    "552": "5.2.2",
    "553": "5.1.3",
    "555": "5.5.4",
    "556": "5.1.10",
    "571": "5.7.1",
}
"""Reply codes that say more than yes or no (RFC 5321 section 4.2.3, RFC 7504). 550 and 554 mean too many things."""


def stated(text: str) -> str:
    """The code at the start of a Status field, "" when it is none: mailers add comments after it."""
    found = _STATED.search(text[:200])
    return found.group(1) if found else ""


def explicit(text: str) -> str:
    """An enhanced code that stands in the words of a server, the one after a reply code before others."""
    sample = text[:_LONGEST]
    for line in sample.splitlines():
        found = _AFTER_REPLY.search(line)
        if found and found.group(1).count(".") == 2:
            return str(found.group(1))
    for line in sample.splitlines():
        found = _MARKED.search(line)
        if found:
            return str(found.group(1))
    for line in sample.splitlines():
        found = _BARE.search(line)
        if found:
            return str(found.group(1))
    return ""


def reply_code(text: str) -> str:
    """The SMTP reply code in the words of a server, "" when there is none."""
    for line in text[:_LONGEST].splitlines():
        found = _REPLY.search(line)
        if found:
            return str(found.group(1))
    return ""


def sentence(text: str) -> str:
    """subject.detail of the first well-known sentence, "" when nothing is known."""
    folded = " ".join(text[:_LONGEST].lower().split())
    for detail, sentences in SENTENCES:
        if any(s in folded for s in sentences):
            return detail
    return ""


def derive(text: str, *, delayed: bool = False) -> str:
    """The best status for what a server said; "" when it says nothing about delivery.

    `delayed` gives the class when the text does not: 4 for a message that is still being tried, else 5.
    """
    code = explicit(text)
    if code:
        return code
    reply = reply_code(text)
    klass = reply[:1] or ("4" if delayed else "5")
    detail = sentence(text)
    if detail:
        return f"{klass}.{detail}"
    if reply:
        return _BY_REPLY.get(reply, f"{klass}.0.0")
    return ""
