"""The mail that came back inside a report: attached, as headers, or quoted below a line in the notice.

Finds where the notice ends and which mail it is about. Never takes text of the returned mail for the notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from maild.ingest.reports.delivery_status import address

# Headers stand at the start of what came back; a notice is a page or two.
_MOST_LINES = 2000
_HEADER_LINES = 400

# Lower case, without dashes and spaces at the ends. A line that begins with one of these ends the notice.
_SEPARATORS = (
    "below this line is a copy of the message",
    "below this line is the original",
    "below the next line is a copy of the message",
    "enclosed is a copy of the message",
    "enclosed are the original headers",
    "this is a copy of the message",
    "this is a copy of your message",
    "this is a copy of the headers",
    "a copy of the original message",
    "a copy of your message",
    "below is a copy of the original message",
    "below is a copy of your message",
    "here is a copy of",
    "here is your returned mail",
    "included is a copy of the message header",
    "original message",
    "original mail info",
    "original headers",
    "message header follows",
    "message headers follow",
    "message headers",
    "message text follows",
    "message body follows",
    "the header of the original message is following",
    "the header page of the original message is following",
    "the headers of the original message",
    "the original message follows",
    "the following is a copy of",
    "returned mail",
    "returned message",
    "start of returned message",
    "unsent message follows",
    "unsent message below",
    "old message",
    "undelivered message follows",
    "your original message follows",
    "your message reads",
    "content of your message",
    "forwarded message",
    "rfc 822 header",
    "rfc822 header",
    "ursprüngliche nachricht",
    "originalnachricht",
    "kopfzeilen der ursprünglichen nachricht",
    "ursprüngliche nachrichtenkopfzeilen",
    "dies ist eine kopie",
    "message d'origine",
    "message d\u2019origine",
    "message original",
    "en-têtes du message d'origine",
    "en-têtes de message d'origine",
    "en-têtes de message d\u2019origine",
    "mensaje original",
    "encabezados de mensajes originales",
    "encabezados del mensaje original",
    "encabezado del mensaje original",
    "mensagem original",
    "cabeçalhos de mensagem originais",
    "cabeçalhos da mensagem original",
    "cabeçalhos originais da mensagem",
    "messaggio originale",
    "intestazioni originali del messaggio",
    "intestazioni del messaggio originale",
    "oorspronkelijk bericht",
    "oorspronkelijke berichtkoppen",
    "oorspronkelijke bericht",
    "oryginalne nagłówki wiadomości",
    "oryginalna wiadomość",
    "ursprungliga meddelandehuvuden",
    "ursprungligt meddelande",
    "oprindelige brevhoveder",
    "oprindelig meddelelse",
    "opprinnelige meldingshoder",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "alkuperäisen viestin otsikot",
    "původní zpráva",
    "původní záhlaví zprávy",
    "исходное сообщение",
    "исходные заголовки сообщения",
    "копия вашего письма",
    "заголовки оригинального сообщения",
    "元のメッセージ",
    "オリジナルメッセージ",
    "元のメール",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "原始信件",
    "원본 메시지",
    "원본 메일",
)
_DECORATION = "-=_*#+<>| \t\u3000:.[]「」【】"

_HEADER_NAMES = frozenset(
    [
        "received",
        "return-path",
        "message-id",
        "from",
        "to",
        "cc",
        "date",
        "subject",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "dkim-signature",
        "domainkey-signature",
        "delivered-to",
        "reply-to",
        "sender",
        "references",
        "in-reply-to",
        "x-mailer",
        "user-agent",
        "x-received",
        "arc-seal",
        "authentication-results",
        "x-priority",
        "importance",
        "thread-topic",
        "thread-index",
        "envelope-to",
        "x-original-to",
        "list-id",
        "list-unsubscribe",
        "precedence",
        "x-apparently-to",
        "received-spf",
        "content-language",
    ]
)
# fields that a notice does not quote when it sums up the mail ("To: ... Subject: ... Sent: ...")
_TELLING = frozenset(
    ["received", "return-path", "message-id", "dkim-signature", "mime-version", "x-received", "x-mailer"]
)


@dataclass(slots=True, kw_only=True)
class Returned:
    """Header fields of the mail that came back, lower-case names, first of each."""

    fields: dict[str, str] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        """With angle brackets; "" when unknown."""
        return message_id(self.fields.get("message-id", "")) or message_id(self.fields.get("x-original-message-id", ""))

    @property
    def recipient(self) -> str:
        """The only recipient of that mail, "" when it had several or none: then nobody can say who failed."""
        to = self.fields.get("to", "")
        if to.count("@") != 1 or self.fields.get("cc", "").strip():
            return ""
        _, _, inner = to.rpartition("<")
        found = address(inner or to)
        return found if "@" in found else ""


def message_id(value: str) -> str:
    """The first `<...>` of a field, or its only word in angle brackets; "" when it cannot be an id."""
    start = value.find("<")
    end = value.find(">", start)
    inner = "".join(value[start + 1 : end].split()) if 0 <= start < end else value.strip().strip("<>")
    return f"<{inner}>" if inner and len(inner) < 1000 and not any(c.isspace() for c in inner) else ""


def read_head(text: str) -> Returned:
    """The first header block of `text`."""
    return _fields(text.splitlines()[:_HEADER_LINES], 0)


def split(text: str) -> tuple[list[str], Returned | None]:
    """The lines of the notice, and the mail that is quoted below them if there is one."""
    lines = text.splitlines()[:_MOST_LINES]
    for index, line in enumerate(lines):
        if is_separator(line):
            below = index + 1
            # a few lines of its own may stand between the line and the headers
            for start in range(below, min(below + 12, len(lines))):
                if _field_name(lines[start]):
                    return lines[:index], _fields(lines, start)
            return lines[:index], Returned()
        if _field_name(line) and _is_header_block(lines, index):
            return lines[:index], _fields(lines, index)
    return lines, None


def is_separator(line: str) -> bool:
    """Whether a line announces the returned mail: such a line is short and says little else."""
    if len(line) > 120 or line[:1] == ">":
        return False
    words = line.strip(_DECORATION)
    if not 6 <= len(words) <= 100 or words[0].isdigit():
        return False
    folded = words.casefold()
    if not folded.startswith(_SEPARATORS):
        return False
    # "Original message headers were lost" is prose; "Original message details:" announces
    return line.strip() != words or len(words) < 45


def _field_name(line: str) -> str:
    name, colon, _ = line[:80].partition(":")
    return name.lower() if colon and name and not name[0].isspace() and name.lower() in _HEADER_NAMES else ""


def _is_header_block(lines: list[str], start: int) -> bool:
    names: set[str] = set()
    for line in lines[start : start + 60]:
        if not line.strip():
            break
        if line[:1] in " \t":
            continue
        name, colon, _ = line[:80].partition(":")
        if not colon or " " in name:
            break
        names.add(name.lower())
    return len(names & _HEADER_NAMES) >= 3 and bool(names & _TELLING)


def _fields(lines: list[str], start: int) -> Returned:
    found = Returned()
    name = ""
    for line in lines[start : start + _HEADER_LINES]:
        if not line.strip():
            if found.fields:
                break
            continue
        if line[:1] in " \t":
            if name and len(found.fields[name]) < 4000:
                found.fields[name] += " " + line.strip()
            continue
        label, colon, value = line.partition(":")
        name = ""
        if colon and " " not in label.strip() and len(label) < 80:
            key = label.strip().lower()
            if key not in found.fields:
                name = key
                found.fields[key] = value.strip()
    return found
