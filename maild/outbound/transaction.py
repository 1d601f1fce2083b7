"""One mail said to the next server over one session: MAIL, RCPT for each recipient, DATA, and what each answer means.

Puts nothing on the wire that is not in its form. Never opens or keeps a session, and never decides when to try again.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiosmtplib import SMTPResponse, errors

from maild import points
from maild.domain.notice import DeliveryResult
from maild.outbound.smtp_client import SESSION_CODES, Down, Session, say
from maild.outbound.wire import Unsendable, wire_address


def unfit(reverse_path: str, forward_paths: Sequence[str], octets: bytes) -> str:
    """Why the mail must not go on the wire as it is; "" when it may. The last line of defence (SEC-30, SEC-31)."""
    pairs = octets.count(b"\r\n")
    if octets.count(b"\r") != pairs or octets.count(b"\n") != pairs:
        return "bare CR or LF in the stored octets"
    try:
        for path in (*((reverse_path,) if reverse_path else ()), *forward_paths):
            if wire_address(path) != path:
                return f"{path} is not in the form that goes on the wire"
    except Unsendable as error:
        return str(error)
    return ""


async def begin(session: Session, reverse_path: str, size: int) -> SMTPResponse:
    """MAIL and its answer. Raises Down when there is no session any more; nothing was said about recipients then."""
    client = session.client
    session.mails += 1
    session.clean = False
    parameter = b" SIZE=%d" % size if client.supports_extension("size") else b""
    try:
        response = await client.execute_command(b"MAIL FROM:<" + reverse_path.encode("ascii") + b">" + parameter)
    except (errors.SMTPException, OSError) as error:
        raise Down(0, say(error), about_mail=True) from error
    if response.code in SESSION_CODES:
        raise Down(response.code, response.message, about_mail=True)
    return response


async def transfer(
    session: Session, response: SMTPResponse, forward_paths: Sequence[str], octets: bytes, *, data_seconds: float
) -> dict[str, DeliveryResult]:
    """RCPT for each and DATA, after the answer to MAIL.

    The commands are written here and not by the library: it would rewrite addresses that it finds odd (SEC-30).
    """
    client = session.client
    if response.code != 250:
        return dict.fromkeys(forward_paths, _refused(response.code, response.message))
    results: dict[str, DeliveryResult] = {}
    accepted: list[str] = []
    try:
        for forward_path in forward_paths:
            response = await client.execute_command(b"RCPT TO:<" + forward_path.encode("ascii") + b">")
            if response.code in (250, 251):
                accepted.append(forward_path)
            else:
                results[forward_path] = _refused(response.code, response.message)
        if accepted:
            results |= dict.fromkeys(accepted, await _data(session, octets, data_seconds))
    except (errors.SMTPException, OSError) as error:
        client.close()
        missing = (path for path in forward_paths if path not in results)
        results |= dict.fromkeys(missing, deferred(0, say(error)))
    return results


async def _data(session: Session, octets: bytes, seconds: float) -> DeliveryResult:
    """DATA and its two answers. What comes after the octets and is no answer means: the outcome is unknown."""
    client = session.client
    response = await client.execute_command(b"DATA")
    protocol = client.protocol
    if response.code != 354 or protocol is None:
        return _refused(response.code, response.message)
    points.reach("before-data")
    try:
        protocol.write(_dot_stuffed(octets))
        response = await protocol.read_response(timeout=seconds)
    except (errors.SMTPException, OSError) as error:
        client.close()
        text = f"no answer after the data: {say(error)}"
        return DeliveryResult(delivered=False, permanent=False, code=0, text=text, after_data=True)
    points.reach("after-data")
    session.clean = True
    code, text = response.code, one_line(response.message)
    if 200 <= code < 300:
        return DeliveryResult(delivered=True, permanent=False, code=code, text=text)
    if 400 <= code < 600:
        return _refused(code, response.message)
    return DeliveryResult(delivered=False, permanent=False, code=code, text=text, after_data=True)


def _dot_stuffed(octets: bytes) -> bytes:
    """RFC 5321 section 4.5.2, with the end of data."""
    body = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    first = b"." if body.startswith(b".") else b""
    return first + body.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _refused(code: int, message: str) -> DeliveryResult:
    """The meaning of an answer that is not the one hoped for: 5xx for good, anything else try again."""
    permanent = 500 <= code < 600 and code not in SESSION_CODES
    return DeliveryResult(delivered=False, permanent=permanent, code=code, text=one_line(message))


def deferred(code: int, text: str, *, tried: bool = True) -> DeliveryResult:
    return DeliveryResult(delivered=False, permanent=False, code=code, text=one_line(text), tried=tried)


def one_line(text: str) -> str:
    return " ".join(text.split())[:500]
