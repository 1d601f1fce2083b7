"""SPF (RFC 7208) and DMARC (RFC 7489) of one mail, from the answers of the DNS.

Says whether the domain of From answers for the mail. Never looks at octets and never decides what becomes of a mail.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any

import spf
from publicsuffixlist import PublicSuffixList

from maild.domain.address import AddrSpec, fold
from maild.domain.authentication import Authentication, AuthResult
from maild.domain.mail import Envelope
from maild.ingest.trust.dkim_check import Signed
from maild.ingest.trust.dns_lookup import SECONDS_A_MAIL, DnsUnavailable, Questions

_here = threading.local()
"""The questions of the mail that this thread is at: pyspf asks by one function for all threads."""


def check_spf(envelope: Envelope, questions: Questions) -> tuple[AuthResult, str]:
    """Result and domain: of the reverse path, or of the greeting where that is null (RFC 7208 section 2.4)."""
    spec = AddrSpec.parse(envelope.reverse_path)
    domain = fold(spec.domain if spec else envelope.helo).rstrip(".")
    if not envelope.client_ip or not domain or domain.startswith("["):
        return AuthResult.NONE, domain
    spf.DNSLookup = _answers
    _here.ask = questions.ask
    try:
        sender = envelope.reverse_path if spec else ""
        word, _ = spf.check2(envelope.client_ip, sender, envelope.helo or domain, querytime=int(SECONDS_A_MAIL))
    except DnsUnavailable:
        return AuthResult.TEMPERROR, domain
    except Exception:
        # a library that reads what strangers publish: whatever it stumbles over, the record is in error
        return AuthResult.PERMERROR, domain
    finally:
        del _here.ask
    return AuthResult.read(word), domain


def _answers(name: str, kind: str, _strict: bool = True, _timeout: float = 0) -> list[Any]:
    ask: Callable[[str, str], list[Any]] = _here.ask
    try:
        found = [] if kind == "SPF" else ask(name, kind)  # RFC 7208 section 3.1: the type SPF is out of use
    except DnsUnavailable as error:
        raise spf.TempError(str(error)) from None
    return [((name, kind), (value,) if kind == "TXT" else value) for value in found]


def judge(
    from_domain: str,
    *,
    spf_result: tuple[AuthResult, str],
    signed: Sequence[Signed],
    spf_known: bool,
    questions: Questions,
) -> Authentication:
    """Put SPF and DKIM beside what the domain of From publishes.

    `spf_known` is False where no client was seen: then a mail without a good signature has not failed, for nobody knows
    what SPF would have said.
    """
    passed = [one.domain for one in signed if one.result is AuthResult.PASS]
    notes = [f"spf={spf_result[0]} {spf_result[1]}".rstrip() if spf_known else "spf=none: the client is not known"]
    notes += [f"dkim={one.result} {one.domain}: {one.why}" for one in signed] or ["dkim=none: no signature"]
    exact = from_domain in passed
    try:
        policy = _policy(from_domain, questions)
        strict = policy.get("adkim") == "s"
        by_dkim = any(aligned(from_domain, domain, strict=strict) for domain in passed)
        by_spf = spf_result[0] is AuthResult.PASS and aligned(
            from_domain, spf_result[1], strict=policy.get("aspf") == "s"
        )
        dmarc = _result(policy, by_dkim or by_spf, spf_result[0], signed, spf_known)
        told = f" (p={policy['p']})" if policy else ""
    except DnsUnavailable:
        by_dkim, dmarc, told = exact, AuthResult.TEMPERROR, ""
    notes.append(f"dmarc={dmarc} {from_domain}{told}")
    return Authentication(
        by="own",
        spf=spf_result[0],
        dkim=AuthResult.PASS if passed else signed[0].result if signed else AuthResult.NONE,
        dmarc=dmarc,
        aligned=by_dkim,  # SPF alone may be a server that many share (SEC-06)
        exact=exact,
        notes=tuple(notes),
    )


def _result(
    policy: dict[str, str], passes: bool, spf_result: AuthResult, signed: Sequence[Signed], spf_known: bool
) -> AuthResult:
    if not policy:
        return AuthResult.NONE
    if passes:
        return AuthResult.PASS
    results = [spf_result, *(one.result for one in signed)]
    if AuthResult.TEMPERROR in results:
        return AuthResult.TEMPERROR
    return AuthResult.FAIL if spf_known else AuthResult.NONE


def _policy(from_domain: str, questions: Questions) -> dict[str, str]:
    """The record that holds for the domain; {} when there is none (RFC 7489 section 6.6.3)."""
    for domain in dict.fromkeys((from_domain, organisational(from_domain))):
        texts = [text.decode("latin_1") for text in questions.texts(f"_dmarc.{domain}")]
        records = [tags for text in texts if (tags := _tags(text))]
        if len(records) == 1:
            return records[0] if records[0].get("p", "") in ("none", "quarantine", "reject") else {}
    return {}


def _tags(text: str) -> dict[str, str]:
    """The tags of a DMARC record; {} for anything else. `v=DMARC1` must stand first."""
    pairs = [piece.partition("=") for piece in text.split(";")]
    if pairs[0][0].strip() != "v" or pairs[0][2].strip() != "DMARC1":
        return {}
    return {fold(key.strip()): fold(value.strip()) for key, _, value in pairs[1:] if key.strip()} or {"p": ""}


def aligned(from_domain: str, other: str, *, strict: bool) -> bool:
    """Whether the other domain may answer for the domain of From (RFC 7489 section 3.1)."""
    if not other:
        return False
    return other == from_domain or (not strict and organisational(other) == organisational(from_domain))


def organisational(domain: str) -> str:
    """The domain that somebody registered (RFC 7489 section 3.2), by the public suffix list."""
    return str(_suffixes().privatesuffix(domain) or domain)


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
