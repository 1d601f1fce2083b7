"""How we protect a connection to a server: whom we believe, from which version of TLS on, and what we show.

Makes contexts only. Never connects, and never decides whether a connection may be without protection.
"""

from __future__ import annotations

import ssl

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
"""What may be asked for at least; older versions must not be used (RFC 8996)."""


def client_context(
    *, ca_file: str = "", minimum: str = "1.2", certificate: str = "", key: str = "", verified: bool = True
) -> ssl.SSLContext:
    """Trust the system's authorities, or those of `ca_file` alone; show `certificate` where the server asks for one.

    Not `verified`, anybody may be at the other end: only for TLS that could as well have been left out (RFC 7435).
    Raises OSError (ssl.SSLError among them) for a file that cannot be read or used.
    """
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = VERSIONS[minimum]
    if certificate:
        context.load_cert_chain(certificate, key or None)
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
