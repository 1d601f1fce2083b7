"""Our own checking of SPF, DKIM and DMARC for one mail, with the DNS at hand.

Asks and compares; what it finds is a fact about domains, and never about a person.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import replace

from maild.desk.queues import ClaimedMail
from maild.domain.authentication import Authentication, AuthResult
from maild.domain.mail import InboundMessage
from maild.ingest.authenticate import CheckThreads, from_domain, header_fields
from maild.ingest.header.fields import Field
from maild.ingest.trust.dkim_check import check_signatures
from maild.ingest.trust.dmarc import check_spf, judge
from maild.ingest.trust.dns_lookup import Dns, Questions, SystemDns


class OwnChecks:
    """Checks by ourselves. `relays` are hosts of our own side that hand us mail: their address proves no sender."""

    def __init__(self, dns: Dns | None = None, relays: Sequence[str] = ()) -> None:
        self._dns = dns or SystemDns()
        self._relays = [ipaddress.ip_network(relay) for relay in relays]
        self._threads = CheckThreads()

    async def check(self, mail: ClaimedMail, message: InboundMessage) -> Authentication:
        """SPF where the client is known, DKIM, and what the domain of From publishes."""
        domain = from_domain(message)
        if domain is None:
            return Authentication(by="own")
        return await self._threads.run(lambda: self._check(mail, domain), by="own")

    def _check(self, mail: ClaimedMail, domain: str) -> Authentication:
        questions = Questions(self._dns)
        known = mail.envelope is not None and self._is_foreign(mail.envelope.client_ip)
        spf = (AuthResult.NONE, "")
        if mail.envelope is not None and known:
            spf = check_spf(mail.envelope, questions)
        signed = check_signatures(mail.octets, domain, questions, mail.received_at)
        found = judge(domain, spf_result=spf, signed=signed, spf_known=known, questions=questions)
        return replace(found, arc=_arc(header_fields(mail.octets)))

    def _is_foreign(self, client: str) -> bool:
        try:
            address = ipaddress.ip_address(client.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return not address.is_loopback and not any(address in relay for relay in self._relays)


def _arc(fields: Sequence[Field]) -> str:
    sets = sum(1 for field in fields if field.key == "arc-seal")
    return f"a chain of {sets}, not believed" if sets else ""
