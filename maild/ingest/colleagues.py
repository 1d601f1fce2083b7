"""Does somebody write from the same house as the requester: then a reply-all to his first mail may join the ticket.

Compares domains of addresses. Never takes a public mail provider for a house, and proves nothing about who wrote.
"""

from __future__ import annotations

from maild.domain.address import AddrSpec, fold

PUBLIC_PROVIDERS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com"}
    | {"icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "proton.me"}
    | {"protonmail.com", "pm.me", "zoho.com", "yandex.com", "yandex.ru", "mail.ru", "qq.com", "163.com", "126.com"}
    | {"sapo.pt", "iol.pt", "clix.pt", "netcabo.pt", "outlook.pt", "hotmail.es", "yahoo.es", "outlook.es", "terra.es"}
    | {"uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "yahoo.com.br", "hotmail.com.br", "outlook.com.br"}
    | {"orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "libero.it", "t-online.de", "comcast.net", "btinternet.com"}
)
"""Where an equal domain says nothing: anybody can have an address there."""


def same_house(one: str, other: str) -> bool:
    """Whether both addresses are of one domain that is not open to everybody."""
    first, second = AddrSpec.parse(one), AddrSpec.parse(other)
    if first is None or second is None:
        return False
    domain = fold(first.domain)
    return domain == fold(second.domain) and domain not in PUBLIC_PROVIDERS
