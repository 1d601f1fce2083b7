"""The catch-all of the demonstration keeps what it is given, as it was given."""

from __future__ import annotations

from maild.demo.sink import CaughtMail, Sink
from maild.outbound.compose import Rendered, compose
from maild.outbound.smtp_client import Smarthost
from maild.outbound.transport import SmtpTransport
from tests.outbound.fakes import NOON, notice


async def test_a_mail_of_ours_arrives_octet_for_octet_through_real_smtp() -> None:
    heard: list[CaughtMail] = []
    sink = Sink(limit=2, on_mail=heard.append)
    port = await sink.start()
    transport = SmtpTransport(Smarthost(host="127.0.0.1", port=port, tls="none"))
    text = "Olá\n.\n..dots\n" + "x" * 2000
    octets = compose(notice(), Rendered(subject="Ação", text=text, html="<p>Olá</p>"), lambda sha256: b"", now=NOON)
    try:
        for _ in range(3):
            results = await transport.deliver("bounce+t@desk.example", ["ana@customer.example"], octets)
            assert results["ana@customer.example"].delivered
    finally:
        await transport.close()
        await sink.stop()
    assert len(heard) == 3
    assert len(sink.mails) == 2
    mail = sink.mails[0]
    assert (mail.reverse_path, mail.forward_paths) == ("bounce+t@desk.example", ("ana@customer.example",))
    assert mail.octets == octets
    assert mail.parse()["Subject"] == "Ação"
    plain = mail.parse().get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == text
