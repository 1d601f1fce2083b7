"""Authentication-Results fields (RFC 8601) that a configured front server wrote.

One linear scan; a field that does not follow the grammar says nothing. Believes the topmost field of the very id that
is configured, and only above everything that strangers wrote (SEC-05). Never checks a signature itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from maild.domain.address import fold
from maild.domain.authentication import UNCHECKED, Authentication, AuthResult
from maild.ingest.header.fields import Field

MAX_FIELD = 8_192
"""Octets of a field that is read; real ones have a tenth of it."""

MAX_RESULTS = 50
"""Results in one field; a mail with that many signatures is nobody's."""

_ENDS = frozenset(' \t\r\n;="()')


@dataclass(frozen=True, slots=True)
class Result:
    """One `method=result` with its properties, all folded but for quoted values."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The property `ptype.name`, "" when it is missing or there are two of it."""
        found = [value for key, value in self.properties if key == name]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One field: who says so, and what."""

    authserv_id: str
    results: tuple[Result, ...]

    def of(self, method: str) -> list[Result]:
        """All results of a method."""
        return [one for one in self.results if one.method == method]


class _Malformed(Exception):
    """The field does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is `w` for a word, `q` for a quoted string, else the separator itself; `glued`: nothing stood before."""

    kind: str
    text: str
    glued: bool


def read_field(text: str) -> AuthResults | None:
    """The field's body by RFC 8601 section 2.2; None when it is malformed, too long, or of an unknown version."""
    if len(text) > MAX_FIELD or not text.isascii():
        return None
    try:
        clauses = _clauses(list(_tokens(text)))
        head = clauses[0]
        if not head or head[0].kind not in "wq" or len(head) > 2:
            return None
        if len(head) == 2 and (head[1].kind != "w" or head[1].text != "1" or head[1].glued):
            return None
        if len(clauses) > MAX_RESULTS:
            return None
        results = [_result(clause) for clause in clauses[1:] if clause]
    except _Malformed:
        return None
    return AuthResults(head[0].text, tuple(one for one in results if one is not None))


def _tokens(text: str) -> Iterator[_Token]:
    """Comments count as blanks, whatever stands in them (RFC 5322 section 3.2.2)."""
    position, end, glued = 0, len(text), False
    while position < end:
        c = text[position]
        if c in " \t\r\n":
            position, glued = position + 1, False
        elif c == "(":
            position, glued = _after_comment(text, position), False
        elif c == ")":
            raise _Malformed
        elif c == '"':
            value, position = _quoted(text, position)
            yield _Token("q", value, glued)
            glued = True
        elif c in ";=":
            yield _Token(c, c, glued)
            position, glued = position + 1, True
        else:
            stop = position
            while stop < end and text[stop] not in _ENDS:
                stop += 1
            yield _Token("w", text[position:stop], glued)
            position, glued = stop, True


def _after_comment(text: str, position: int) -> int:
    depth = 0
    while position < len(text):
        c = text[position]
        if c == "\\":
            position += 1
        depth += (c == "(") - (c == ")")
        position += 1
        if not depth:
            return position
    raise _Malformed


def _quoted(text: str, position: int) -> tuple[str, int]:
    found: list[str] = []
    position += 1
    while position < len(text):
        c = text[position]
        if c == '"':
            return "".join(found), position + 1
        if c == "\\":
            position += 1
            c = text[position : position + 1]
        found.append(c)
        position += 1
    raise _Malformed


def _clauses(tokens: list[_Token]) -> list[list[_Token]]:
    clauses: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            clauses.append([])
        else:
            clauses[-1].append(token)
    return clauses


def _result(clause: list[_Token]) -> Result | None:
    """`method[/version]=result` and its properties; None for the `none` of a server that checked nothing."""
    if len(clause) == 1 and fold(clause[0].text) == "none":
        return None
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(clause):
        if at + 2 >= len(clause) or clause[at].kind != "w" or clause[at + 1].kind != "=":
            raise _Malformed
        value = clause[at + 2].text
        if clause[at + 2].kind == "=":
            raise _Malformed
        name, at = fold(clause[at].text), at + 3
        # a quoted local part with its domain, or base64 with its padding, which some servers do not quote
        while at < len(clause) and clause[at].glued:
            value, at = value + clause[at].text, at + 1
        pairs.append((name, value))
    if not pairs:
        return None
    method, _, version = pairs[0][0].partition("/")
    if version not in ("", "1") or "." in method:
        raise _Malformed
    return Result(method, fold(pairs[0][1]), tuple(pairs[1:]))


def believed(fields: Sequence[Field], authserv_id: str, hosts: Iterable[str], from_domain: str) -> Authentication:
    """What our front server found. `hosts` are the names and networks whose Received lines are our own side's.

    The topmost field of that id counts alone; below a Received line that a foreign host wrote, none does: what stands
    there may have come with the mail (RFC 8601 section 7.1).
    """
    nothing = Authentication(by=authserv_id)
    ours = _Hosts((authserv_id, *hosts))
    for field in fields:
        if field.key == "received":
            by = received_by(field.body)
            if not ours.has(by):
                return _noted(nothing, f"no results above the Received line of {by or 'an unnamed host'}")
        elif field.key == "authentication-results":
            text = field.body.decode("latin_1")
            read = read_field(text)
            if read is not None and fold(read.authserv_id) == fold(authserv_id):
                return _judge(read, authserv_id, from_domain)
            if read is None and fold(authserv_id) in fold(text):
                # else whoever makes our server write nonsense could have his own field below it believed
                return _noted(nothing, f"the results of {authserv_id} cannot be read")
    return _noted(nothing, f"no results of {authserv_id}")


def _judge(read: AuthResults, by: str, from_domain: str) -> Authentication:
    notes = [f"{one.method}={one.result}" + (f" {_domain_of(one)}" if _domain_of(one) else "") for one in read.results]
    dmarcs = read.of("dmarc")
    dmarc = AuthResult.read(dmarcs[0].result) if len(dmarcs) == 1 else AuthResult.NONE
    if dmarcs and (len(dmarcs) > 1 or fold(dmarcs[0].get("header.from")).rstrip(".") != from_domain):
        return Authentication(by=by, notes=(*notes, f"dmarc does not speak of {from_domain}: nothing is believed"))
    signed = [one for one in read.of("dkim") if one.result == "pass"]
    exact = any(_domain_of(one) == from_domain for one in signed) and dmarc is not AuthResult.FAIL
    spf = read.of("spf")
    return Authentication(
        by=by,
        spf=AuthResult.read(spf[0].result) if len(spf) == 1 else AuthResult.NONE,
        dkim=AuthResult.PASS if signed else AuthResult.read(next((o.result for o in read.of("dkim")), "none")),
        dmarc=dmarc,
        aligned=exact or dmarc is AuthResult.PASS,
        exact=exact,
        arc=next((one.result for one in read.of("arc")), ""),
        notes=tuple(notes),
    )


def _domain_of(one: Result) -> str:
    """The domain that signed: header.d, else the domain of header.i, which is d or below it (RFC 6376 section 3.5)."""
    return fold(one.get("header.d") or one.get("header.i").rpartition("@")[2]).rstrip(".")


def _noted(found: Authentication, note: str) -> Authentication:
    return Authentication(by=found.by, notes=(note,)) if found.by else UNCHECKED


def received_by(body: bytes) -> str:
    """The host of the `by` clause of a Received field (RFC 5321 section 4.4), folded; "" when there is none."""
    try:
        tokens = list(_tokens(body[:MAX_FIELD].decode("latin_1")))
    except _Malformed:
        return ""
    # everything before the first `by` outside of comments is the `from` clause, whose name the client chose: a client
    # that greets as "by" gives a second one, and then none is believed
    places = [i for i, token in enumerate(tokens) if token.kind == "w" and fold(token.text) == "by"]
    if len(places) != 1 or places[0] + 1 >= len(tokens):
        return ""
    return fold(tokens[places[0] + 1].text).rstrip(".")


class _Hosts:
    """Names, `.suffixes` and networks."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._suffixes: list[str] = []
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for host in hosts:
            try:
                self._networks.append(ipaddress.ip_network(host))
            except ValueError:
                name = fold(host).rstrip(".")
                (self._suffixes.append if name.startswith(".") else self._names.add)(name)

    def has(self, host: str) -> bool:
        """Whether the host is one of ours."""
        if not host:
            return False
        if host in self._names or any(host.endswith(suffix) for suffix in self._suffixes):
            return True
        try:
            address = ipaddress.ip_address(host.strip("[]").removeprefix("ipv6:"))
        except ValueError:
            return False
        return any(address in network for network in self._networks)
