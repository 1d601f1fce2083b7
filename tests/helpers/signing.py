"""A domain that signs its mail, and a DNS that publishes what tests tell it; nothing leaves the process."""

from __future__ import annotations

import functools
import subprocess
from typing import Any

import dkim

from maild.ingest.trust.dns_lookup import DnsUnavailable


class Zone:
    """Answers from a table; `broken` names do not answer at all."""

    def __init__(self, records: dict[tuple[str, str], list[Any]] | None = None) -> None:
        self.records = records or {}
        self.broken: set[str] = set()
        self.asked: list[tuple[str, str]] = []

    def query(self, name: str, kind: str, *, timeout: float) -> list[Any]:
        self.asked.append((name, kind))
        if name in self.broken or "*" in self.broken:
            raise DnsUnavailable(f"{kind} {name}: no answer")
        return self.records.get((name, kind), [])

    def text(self, name: str, *texts: str) -> None:
        self.records[name, "TXT"] = [text.encode() for text in texts]

    def forget(self, name: str) -> None:
        """No record of the name any more."""
        self.records = {at: found for at, found in self.records.items() if at[0] != name}

    def publish_key(self, domain: str, selector: str = "s1", tags: str = "v=DKIM1; k=rsa") -> None:
        self.text(f"{selector}._domainkey.{domain}", f"{tags}; p={key_pair()[1]}")

    def publish_dmarc(self, domain: str, policy: str = "p=reject") -> None:
        self.text(f"_dmarc.{domain}", f"v=DMARC1; {policy}")


@functools.cache
def key_pair() -> tuple[bytes, str]:
    """Private key in PEM, public key in base64: made once, for making one takes longer than a test."""
    private = _openssl("genrsa", "-traditional", "1024")
    public = _openssl("rsa", "-pubout", "-outform", "PEM", given=private)
    return private, "".join(public.decode().splitlines()[1:-1])


def _openssl(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=given, check=True, capture_output=True).stdout


def signed(
    octets: bytes,
    domain: str,
    *,
    selector: str = "s1",
    headers: tuple[str, ...] = ("from", "to", "subject", "date", "message-id"),
    relaxed: bool = True,
    length: bool = False,
    extra: bytes = b"",
) -> bytes:
    """The mail with a DKIM-Signature of the domain on top. `extra` is put into the signature, such as ` x=1;`."""
    kind = (b"relaxed", b"relaxed") if relaxed else (b"simple", b"simple")
    signer = _Signer(octets, extra)
    signature: bytes = signer.sign(
        selector.encode(),
        domain.encode(),
        key_pair()[0],
        canonicalize=kind,
        include_headers=[name.encode() for name in headers],
        length=length,
    )
    return signature + octets


class _Signer(dkim.DKIM):  # type: ignore[misc] # dkimpy ships no types
    """dkimpy's signer that says nothing of the time but what it is told to."""

    def __init__(self, octets: bytes, extra: bytes) -> None:
        super().__init__(octets)
        self._extra = [tuple(one.strip().split(b"=", 1)) for one in extra.split(b";") if one.strip()]

    def gen_header(self, fields: Any, *rest: Any, **named: Any) -> Any:
        return super().gen_header([f for f in fields if f[0] != b"t"] + self._extra, *rest, **named)
