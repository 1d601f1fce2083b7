"""Signs in a mail that look like tokens of ours and are none: what somebody writes who guesses.

Counts them; judges nobody, and changes nothing about the mail. A tag or id that we could not have made is no guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from maild.domain.address import AddrSpec, fold
from maild.domain.directory import Directory
from maild.domain.guesses import Guesses
from maild.domain.mail import InboundMessage, Verdict
from maild.domain.subject_token import find_subject_tokens
from maild.domain.token import Purpose, Tokens
from maild.ingest.journey import Journey
from maild.ingest.thread import MAX_IDS, MAX_SUBJECT_TOKENS

TAGS = (Purpose.REPLY, Purpose.BOUNCE, Purpose.MUTE, Purpose.CONFIRM)
"""What an address of ours can carry."""


def count_guesses(guesses: Guesses, tokens: Tokens, journey: Journey, directory: Directory) -> None:
    """Count what is wrong in a mail that could be read, by the domain and the network that it says it comes from."""
    message, envelope = journey.message, journey.mail.envelope
    if message.verdict is not Verdict.ACCEPT:
        return
    wrong = _wrong_tokens(tokens, message, journey.own_paths, directory)
    if wrong:
        spec = AddrSpec.parse(message.from_.address) if message.from_ else None
        network = guesses.network(envelope.client_ip) if envelope else ""
        guesses.count(fold(spec.domain) if spec else "", network, now=journey.now, times=wrong)


def _wrong_tokens(tokens: Tokens, message: InboundMessage, own_paths: Sequence[str], directory: Directory) -> int:
    """How many of the three kinds of sign are wrong in this mail: tag, Message-ID, check in the subject.

    One a kind, because a mail repeats what the mails before it said: an old thread is not fifty guesses.
    """
    reported = message.report.message_id if message.report else ""
    ids = islice((reported, *message.in_reply_to, *message.references), MAX_IDS)
    checks = find_subject_tokens(message.subject)[-MAX_SUBJECT_TOKENS:]
    return sum((
        any(_wrong_tag(tokens, path) for path in own_paths[:MAX_IDS]),
        any(_wrong_id(tokens, message_id, directory) for message_id in ids),
        any(not tokens.check_fits(number, check) for number, check in checks),
    ))  # fmt: skip


def _wrong_tag(tokens: Tokens, path: str) -> bool:
    spec = AddrSpec.parse(path)
    if spec is None or spec.detail is None or not tokens.resembles(spec.detail):
        return False
    return all(tokens.read(purpose, spec.detail) is None for purpose in TAGS)


def _wrong_id(tokens: Tokens, message_id: str, directory: Directory) -> bool:
    local_part, _, domain = message_id.strip().strip("<>").rpartition("@")
    mark, _, rest = local_part.partition(".")
    if fold(mark) != "m" or not tokens.resembles(rest.partition(".")[0]):
        return False
    ours = any(key.endswith("@" + fold(domain)) for key in directory.mailboxes)
    return ours and tokens.read_message_id(message_id) is None
