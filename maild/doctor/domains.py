"""What the DNS says of the domains we send from: MX, SPF, DKIM and DMARC, as our recipients' servers will read it.

Asks and compares with the configuration. Never sends mail and never judges anybody else's domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from maild.config.model import Config
from maild.config.servers import Dkim, Mailbox
from maild.doctor.finding import Finding, fault, note, ok, warning
from maild.domain.address import fold
from maild.domain.authentication import AuthResult
from maild.ingest.trust.dkim_check import check_signatures
from maild.ingest.trust.dmarc import organisational
from maild.ingest.trust.dns_lookup import Dns, DnsUnavailable, Questions
from maild.outbound.signing import Signer


def check_domains(config: Config, signer: Signer | None, dns: Dns, *, now: datetime) -> list[Finding]:
    """Everything about the domain of each mailbox. Blocks for as long as the DNS takes.

    `signer` is None where its keys are no use; that is told elsewhere.
    """
    found: list[Finding] = []
    by_domain: dict[str, list[Mailbox]] = {}
    for mailbox in config.mailbox:
        by_domain.setdefault(fold(mailbox.address.rpartition("@")[2]), []).append(mailbox)
    for domain, mailboxes in by_domain.items():
        questions = Questions(dns)
        checks = [partial(_mx, domain), partial(_spf, domain), partial(_dmarc, domain)]
        keys = {(m.dkim.selector, m.dkim.domain): (m, m.dkim) for m in mailboxes if m.dkim}
        if signer is not None:
            checks += [partial(_dkim, mailbox, key, signer, now) for mailbox, key in keys.values()]
        for check in checks:
            try:
                found += check(questions)
            except DnsUnavailable as error:
                do = "check the name servers of this machine (/etc/resolv.conf)"
                found.append(warning(f"dns {domain}", f"no answer: {error}", do))
        if any(mailbox.dkim is None for mailbox in mailboxes):
            text = f"mail from {domain} is not signed here"
            found.append(note(f"dkim {domain}", text, "let the mail server sign it, or set dkim for the mailbox"))
    return found


def _mx(domain: str, questions: Questions) -> Iterator[Finding]:
    about = f"mx {domain}"
    hosts = [host for _, host in sorted(questions.ask(domain, "MX"))]
    if hosts and any(hosts):
        yield ok(about, f"mail goes to {', '.join(hosts[:3])}")
    elif hosts:
        yield fault(about, "the domain says that it takes no mail (null MX)", "publish the MX of your mail server")
    else:
        yield warning(about, "there is no MX record", "publish one: many servers send nothing to a domain without")


def _spf(domain: str, questions: Questions) -> Iterator[Finding]:
    about = f"spf {domain}"
    records = [text for text in _texts(questions, domain) if fold(text).split(" ")[0] == "v=spf1"]
    match records:
        case []:
            do = 'publish a TXT record such as "v=spf1 mx -all" that names the server our mail leaves by'
            yield warning(about, "there is no SPF record", do)
        case [record]:
            last = fold(record).split()[-1]
            if last in ("+all", "all"):
                yield warning(about, f"lets everybody send: {record}", "end it with -all or ~all")
            elif last in ("-all", "~all") or last.startswith("redirect="):
                yield ok(about, record)
            else:
                yield warning(about, f"does not say what of others: {record}", "end it with -all or ~all")
        case _:
            yield fault(about, f"there are {len(records)} SPF records: none counts", "leave one (RFC 7208 section 3.2)")


def _dmarc(domain: str, questions: Questions) -> Iterator[Finding]:
    about = f"dmarc {domain}"
    for name in dict.fromkeys((domain, organisational(domain))):
        records = [text for text in _texts(questions, f"_dmarc.{name}") if fold(text).startswith("v=dmarc1")]
        if len(records) > 1:
            do = "leave one (RFC 7489 section 6.6.3)"
            yield fault(about, f"there are {len(records)} DMARC records at _dmarc.{name}, so none counts", do)
            return
        if records:
            if "p=none" in fold(records[0]).replace(" ", "").split(";"):
                do = "when your reports look good, go on to p=quarantine or p=reject"
                yield note(about, f"others may write in our name: {records[0]}", do)
            else:
                yield ok(about, records[0])
            return
    do = f'publish "v=DMARC1; p=none; rua=mailto:…" at _dmarc.{domain}: large providers refuse mail without'
    yield warning(about, "there is no DMARC record", do)


def _dkim(mailbox: Mailbox, key: Dkim, signer: Signer, now: datetime, questions: Questions) -> Iterator[Finding]:
    name = f"{key.selector}._domainkey.{key.domain}"
    about = f"dkim {name}"
    do = f'publish "v=DKIM1; k=rsa; p=…" at {name}, with the public half of {key.key_file}'
    records = _texts(questions, name)
    if not records:
        yield fault(about, "there is no key: our signatures fail", do)
        return
    octets = signer(mailbox.address, f"From: <{mailbox.address}>\r\n\r\nprobe\r\n".encode(), now)
    signed = check_signatures(octets, fold(key.domain), questions, now)
    if [one.result for one in signed] == [AuthResult.PASS]:
        yield ok(about, "is the key that we sign with")
    else:
        why = "; ".join(one.why for one in signed)
        yield fault(about, f"does not fit the key that we sign with ({why}): {records[0][:80]}", do)


def _texts(questions: Questions, name: str) -> list[str]:
    return [text.decode("latin_1").strip() for text in questions.texts(name)]
