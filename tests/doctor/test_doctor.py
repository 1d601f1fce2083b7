"""What the doctor sees: a healthy desk has no fault, and each thing that is broken is named with what to do."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from maild.cli import maild
from maild.doctor.examine import examine
from maild.doctor.finding import Finding, Verdict, warning
from tests.doctor.conftest import Desk
from tests.helpers.certificates import self_signed, server_context
from tests.helpers.imap_server import ScriptedImap, Session
from tests.helpers.smtp_server import CLOSE, ScriptedServer
from tests.helpers.world import MONDAY

NTP = 2_208_988_800


def use(desk: Desk, server: ScriptedServer, *, tls: str = "none", more: str = "") -> None:
    desk.config += f'\n[smtp]\nhost = "localhost"\nport = {server.port}\ntls = "{tls}"\n{more}\n'


async def test_a_healthy_desk_has_nothing_but_good_lines(desk: Desk) -> None:
    desk.mailboxes(desk.sign)
    async with ScriptedServer() as server:
        use(desk, server)
        found = await desk.findings()
    assert {finding.verdict for finding in found} == {Verdict.OK}
    assert {finding.about.split()[0] for finding in found} == {
        "configuration", "files", "disk", "database", "book", "mx", "spf", "dmarc", "dkim", "smtp",
    }  # fmt: skip
    assert not any("RCPT" in command or "DATA" in command for s in server.sessions for command in s.commands)


@pytest.mark.parametrize(
    ("name", "kind", "records", "told"),
    [
        ("casa-azul.example", "MX", [], "warning mx casa-azul.example: there is no MX record -> publish one"),
        ("casa-azul.example", "MX", [(0, "")], "fault mx casa-azul.example: the domain says that it takes no mail"),
        ("casa-azul.example", "TXT", [], "warning spf casa-azul.example: there is no SPF record -> publish a TXT"),
        ("casa-azul.example", "TXT", [b"v=spf1 +all"], "warning spf casa-azul.example: lets everybody send"),
        ("casa-azul.example", "TXT", [b"v=spf1 mx"], "warning spf casa-azul.example: does not say what of others"),
        ("casa-azul.example", "TXT", [b"v=spf1 mx -all"] * 2, "fault spf casa-azul.example: there are 2 SPF records"),
        ("_dmarc.casa-azul.example", "TXT", [], "warning dmarc casa-azul.example: there is no DMARC record"),
        ("_dmarc.casa-azul.example", "TXT", [b"v=DMARC1; p=none"], "note dmarc casa-azul.example: others may write"),
        ("_dmarc.casa-azul.example", "TXT", [b"v=DMARC1; p=none"] * 2, "fault dmarc casa-azul.example: there are 2"),
        ("s1._domainkey.casa-azul.example", "TXT", [], "fault dkim s1._domainkey.casa-azul.example: there is no key"),
        (
            "s1._domainkey.casa-azul.example",
            "TXT",
            [b"v=DKIM1; p="],
            "fault dkim s1._domainkey.casa-azul.example:",
        ),
    ],
)
async def test_what_is_wrong_in_the_dns_is_told_with_what_to_publish(
    desk: Desk, name: str, kind: str, records: list[Any], told: str
) -> None:
    desk.mailboxes(desk.sign)
    desk.zone.records[name, kind] = records
    assert [line for line in await desk.lines() if line.startswith(told)], told


async def test_a_key_of_somebody_else_in_the_dns_is_a_fault(desk: Desk) -> None:
    desk.mailboxes(desk.sign)
    published = desk.zone.records["s1._domainkey.casa-azul.example", "TXT"][0]
    changed = published.replace(published[60:64], bytes(reversed(published[60:64])), 1)
    assert changed != published
    desk.zone.records["s1._domainkey.casa-azul.example", "TXT"] = [changed]
    assert any("does not fit the key that we sign with" in line for line in await desk.lines())


async def test_without_dns_the_rest_is_looked_at_and_without_our_key_it_is_said_who_must_sign(desk: Desk) -> None:
    desk.zone.broken.add("casa-azul.example")
    lines = await desk.lines()
    assert any(line.startswith("warning dns casa-azul.example: no answer") for line in lines)
    assert any(line.startswith("ok dmarc") for line in lines)
    assert any(
        line.startswith("note dkim casa-azul.example: mail from casa-azul.example is not signed") for line in lines
    )


@pytest.mark.parametrize(
    ("script", "more", "told"),
    [
        ({"connect": [CLOSE]}, "", "check host, port, tls and the firewall"),
        ({"connect": ["554 no"]}, "", "localhost:{port} says no -> check host"),
        ({"auth": ["535 5.7.8 wrong"]}, 'user = "u"\npassword = { file = "smtp.password" }', "check user and password"),
        ({"mail": ["550 not yours"]}, "", "refuses bounce+probe@casa-azul.example as sender: 550 not yours"),
    ],
)
async def test_a_server_that_does_not_take_our_mail(desk: Desk, script: Any, more: str, told: str) -> None:
    desk.write("smtp.password", "secret")
    async with ScriptedServer(script, extensions=("AUTH PLAIN",)) as server:
        use(desk, server, more=more)
        (line,) = [line for line in await desk.lines() if line.startswith("fault")]
        assert told.format(port=server.port) in line
        assert "secret" not in line


async def test_the_sender_is_asked_for_as_it_will_be(desk: Desk) -> None:
    desk.mailboxes('reverse_path = "mailbox"')
    async with ScriptedServer() as server:
        use(desk, server)
        await desk.findings()
        assert "MAIL FROM:<support+probe@casa-azul.example>" in server.sessions[0].commands


@pytest.mark.parametrize(("days", "verdict"), [(400, "ok"), (5, "warning")])
async def test_days_of_a_certificate_are_counted(desk: Desk, tmp_path: Path, days: int, verdict: str) -> None:
    certificate = self_signed(tmp_path, days=days)
    async with ScriptedServer(tls=server_context(certificate), implicit=True) as server:
        use(desk, server, tls="implicit", more=f'ca_file = "{certificate}"')
        desk.config += f'\n[listener]\ntls_certificate = "{certificate}"\n'
        desk.write("maild.toml", desk.config)
        now = datetime.now(UTC)  # noqa: TID251 - the certificate has just been made by the machine's clock
        found = [f async for f in examine(desk.folder / "maild.toml", now=lambda: now, dns=desk.zone)]
    told = [f for f in found if f.text.startswith("the certificate")]
    assert [(f.about, str(f.verdict)) for f in told] == [("listener certificate", verdict), ("smtp", verdict)]


async def test_an_imap_account_is_logged_in_to_and_each_folder_opened(desk: Desk) -> None:
    async def refuse(session: Session, tag: str, folder: str) -> bool:
        if "Gone" in folder:
            session.say(f"{tag} NO there is no such folder")
        return "Gone" in folder

    async with ScriptedImap().serving() as server:
        server.on["SELECT"] = refuse
        account = f'host = "127.0.0.1", port = {server.port}, tls = "none", user = "u", password'
        desk.write("good", "secret")
        desk.write("bad", "wrong")
        imap = {"support": 'file = "good" }', "billing": 'file = "bad" }'}
        for name, secret in imap.items():
            line = f'address = "{name}@casa-azul.example"\n'
            folders = ', folders = ["INBOX", "Gone"]' if name == "support" else ""
            desk.config = desk.config.replace(line, f"{line}imap = {{ {account} = {{ {secret}{folders} }}\n")
        lines = await desk.lines()
    told = sorted(line for line in lines if " imap " in line)
    assert told[0].startswith("fault imap billing@casa-azul.example: 127.0.0.1")
    assert "refuses u" in told[0]
    assert told[1].startswith("fault imap support@casa-azul.example")
    assert "Gone" in told[1]
    assert told[2].startswith("ok imap support@casa-azul.example: 127.0.0.1")


async def test_faults_of_the_configuration_come_first_and_alone(desk: Desk) -> None:
    desk.config = desk.config.replace('team = "support"', 'team = "suport"', 1)
    (line,) = await desk.lines()
    assert line.startswith("fault configuration:")
    assert "did you mean support?" in line
    desk.config = desk.config.replace("suport", "support").replace('priority = "urgent"', 'priority = "mad"')
    desk.write("desk.keys", "1 00", 0o644)
    lines = await desk.lines()
    assert len(lines) == 2
    assert all(line.startswith("fault configuration:") for line in lines)


async def test_the_machine_is_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "blobs").write_text("a file where a folder should be")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": 50 << 20})())
    octets = bytearray((desk.folder / "maild.db").read_bytes())
    for page in range(3, len(octets) // 4096):
        octets[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    (desk.folder / "maild.db").write_bytes(octets)
    lines = await desk.lines(offline=True)
    assert any(line.startswith("fault files:") for line in lines)
    assert any(line.startswith("fault disk: 50 MiB free") for line in lines)
    assert any(line.startswith("fault database:") for line in lines)


async def test_nothing_is_made_or_changed(desk: Desk) -> None:
    (desk.folder / "maild.db").unlink()
    await desk.findings(offline=True)
    before = {path: path.stat().st_mtime_ns for path in desk.folder.iterdir() if path.name != "maild.toml"}
    lines = await desk.lines(offline=True)
    assert any("database: is not there yet" in line for line in lines)
    assert {path: path.stat().st_mtime_ns for path in desk.folder.iterdir() if path.name != "maild.toml"} == before
    assert desk.zone.asked == []


async def test_what_nobody_watches_is_a_note(desk: Desk) -> None:
    desk.config = desk.config[: desk.config.index("[watch]")] + '[watch]\ntime_server = ""\n'
    notes = [line for line in await desk.lines(offline=True) if line.startswith("note")]
    assert [line.split(":")[0] for line in notes] == ["note watch", "note watch", "note trust"]


def answer(at: float, *, stratum: int = 2, mode: int = 4) -> bytes:
    seconds, part = int(at), int(at % 1 * 2**32)
    stamp = struct.pack("!II", seconds + NTP, part)
    return bytes([0x20 | mode, stratum]) + bytes(30) + stamp + stamp


@pytest.mark.parametrize(
    ("ahead", "verdict"), [(0.5, "ok"), (-2.0, "ok"), (60.0, "warning"), (-60.0, "warning"), (28800.0, "fault")]
)
async def test_the_clock_is_compared(desk: Desk, time_server: dict[str, Any], ahead: float, verdict: str) -> None:
    time_server["answer"] = answer(MONDAY.timestamp() + ahead)
    desk.config = desk.config.replace('time_server = ""', 'time_server = "127.0.0.1"')
    (line,) = [line for line in await desk.lines(time_port=time_server["port"]) if " clock: " in line]
    assert line.startswith(f"{verdict} clock: {abs(ahead):.1f} s {'behind' if ahead > 0 else 'ahead of'}")


@pytest.mark.parametrize("octets", [b"x", b"x" * 48, answer(0, stratum=0), answer(0, mode=3), answer(0)[:40]])
async def test_what_is_no_answer_of_a_time_server_is_none(
    desk: Desk, time_server: dict[str, Any], octets: bytes
) -> None:
    time_server["answer"] = octets
    desk.config = desk.config.replace('time_server = ""', 'time_server = "127.0.0.1"')
    lines = await desk.lines(time_port=time_server["port"])
    assert any(line.startswith("note clock: 127.0.0.1 does not tell the time here") for line in lines)


def test_the_command_prints_a_line_each_and_ends_with_what_it_found(desk: Desk) -> None:
    desk.write("maild.toml", desk.config)
    arguments = ["doctor", "--offline", "-c", str(desk.folder / "maild.toml")]
    result = CliRunner().invoke(maild, arguments)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0].startswith("ok      configuration: ")
    (desk.folder / "desk.keys").chmod(0o644)
    result = CliRunner().invoke(maild, arguments)
    assert result.exit_code == 69
    assert "fault   configuration: " in result.output
    assert "-> mend it as it says" in result.output
    (found,) = [json.loads(line) for line in CliRunner().invoke(maild, [*arguments, "--json"]).output.splitlines()]
    assert (found["verdict"], found["about"]) == ("fault", "configuration")


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--strict"], 69)])
def test_p33_a_monitor_can_ask_to_hear_of_warnings(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    async def no_spf(*_: object, **named: object) -> AsyncIterator[Finding]:
        yield warning("spf example.org", "there is no SPF record", "publish one")

    monkeypatch.setattr("maild.doctor.examine.examine", no_spf)
    result = CliRunner().invoke(maild, ["doctor", *arguments])
    assert (result.exit_code, result.output.splitlines()[0]) == (
        status,
        "warning spf example.org: there is no SPF record",
    )
