"""`maild rules test`: the real journey told and undone, for a mail in a file and for mails that came."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.cli import maild
from maild.cli.route import rehearse
from maild.ingest.parse import read
from maild.rules.telling import Verdict, tell
from tests.helpers.command_line import write_keys
from tests.helpers.world import WORLD, World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
BILLING = "billing@casa-azul.example"


def run(folder: Path, *words: str) -> Result:
    write_keys(folder)
    return CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "rules", "test", *words])


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.output.splitlines()]


def draft(folder: Path, text: str) -> str:
    path = folder / "draft.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_mail_in_a_file_is_told_condition_by_condition(world: World, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter(ANA, SUPPORT, "Your invoice, urgent", "It is wrong."))
    more = draft(tmp_path, '[[rule]]\nname = "quinta"\nwhen = { from = "*@quinta.example" }\nthen = { tag = "q" }\n')
    result = run(tmp_path, str(mail), "--draft", more)
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    assert (
        "invoices: hit: team billing, category invoices, request_type correction, priority high, tag money, stop"
        in lines
    )
    assert 'yes  subject is "Your invoice, urgent", wanted invoice or fatura or factura' in lines
    assert "quinta: not asked: invoices stops" in lines
    assert "priority      high" in lines
    assert "mail acknowledgement to ana@quinta.example" in lines
    assert world.app.store.lanes.book()["accepted"] == 0


def test_a_rule_that_misses_ends_at_its_first_miss(world: World, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter(ANA, SUPPORT, "Hello", "Text."))
    more = draft(
        tmp_path,
        '[[rule]]\nname = "three"\nwhen = { from = "*@quinta.example", subject = "bye", body = "text" }\nstop = true\n',
    )
    (told,) = rows(run(tmp_path, str(mail), "--draft", more, "--json"))
    assert told["rules"][-1] == {
        "rule": "three",
        "verdict": "missed",
        "said": "",
        "conditions": [
            {"held": True, "text": 'from is "ana@quinta.example", wanted *@quinta.example'},
            {"held": False, "text": 'subject is "Hello", wanted bye'},
        ],
    }


def test_a_draft_over_mails_that_came_says_what_would_differ(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Fatura 12", "Errada."), reverse_path="ana@quinta.example")
    world.take(letter(ANA, SUPPORT, "Printer", "Broken."), reverse_path="ana@quinta.example")
    more = draft(
        tmp_path,
        '[[rule]]\nname = "printers"\nwhen = { subject = "printer" }\nthen = { team = "billing", close = "no" }\n'
        '[[rule]]\nname = "scanners"\nwhen = { subject = "scanner" }\nthen = { tag = "scan" }\n',
    )
    result = run(tmp_path, "--last", "10", "--draft", more, "--json")
    assert result.exit_code == 1
    difference, total = rows(result)
    assert (difference["mail"], difference["ticket"], difference["subject"]) == (2, 10_002, "Printer")
    assert difference["changes"]["team"] == ["support", "billing"]
    assert difference["changes"]["state"] == ["new", "closed"]
    assert total == {"mails": 2, "differ": 1, "never_hit": ["loud", "scanners"]}
    assert world.ticket(10_002)["team"] == "support"


def test_rules_as_they_are_change_nothing(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Urgent", "Now."))
    result = run(tmp_path, "--since", "2026-11-01")
    assert result.exit_code == 0, result.output
    assert result.output == "never hit: invoices\nmails: 1, treated otherwise: 0, rules never hit: 1\n"


def test_a_folder_stands_in_place_of_the_rules_beside_the_configuration(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Hello", "Text."))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "a.toml").write_text('[[rule]]\nname = "all"\nthen = { tag = "seen" }\n', "utf-8")
    (difference, total) = rows(run(tmp_path, "--last", "1", "--draft", str(tmp_path / "drafts"), "--json"))
    assert difference["changes"] == {"tags": ["", "seen"]}
    assert total["never_hit"] == ["invoices", "loud"]


def test_a_draft_with_a_fault_is_refused(world: World, tmp_path: Path) -> None:
    result = run(tmp_path, "--last", "1", "--draft", draft(tmp_path, '[[rule]]\nname = "x"\n'), "--json")
    assert result.exit_code == 78
    assert "the rule does nothing" in rows(result)[0]["problem"]


def test_neither_files_nor_stored_mails_is_a_mistake(world: World, tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 64
    assert run(tmp_path, "x.eml", "--last", "3").exit_code == 64


WORDS = st.sampled_from(["invoice", "fatura", "urgent", "URGENT!", "hello", "Re:", "printer", "factura", "", "ação"])


@given(
    mails=st.lists(
        st.tuples(
            st.lists(WORDS, max_size=4).map(" ".join),
            st.sampled_from(["Please help.", "urgent", "> quoted\n\nnew", "#close\nx"]),
            st.sampled_from([SUPPORT, BILLING]),
            st.sampled_from([ANA, "Luis <luis@taller.example>", "rui@home.example", "<mallory@evil.example>"]),
            st.sampled_from(
                [{}, {"Auto-Submitted": "auto-replied"}, {"List-Id": "<l.example>"}, {"Precedence": "bulk"}]
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_dry_run_is_the_real_run(world: World, mails: list[tuple[str, str, str, str, dict[str, str]]]) -> None:
    for number, (subject, text, to, sender, headers) in enumerate(mails):
        octets = letter(sender, to, subject, text, headers=headers, message_id=f"<{number}.{id(mails)}@x.example>")
        dry = rehearse(world.app, octets, read(octets, own=world.app.directory.own_addresses))
        mark = len(world.letterbox.mails)
        real = world.take(octets)
        assert (dry.outcome, dry.reason, list(dry.rules)) == (real.outcome, real.reason, real.trace.get("rules", []))
        if dry.fields is not None:
            ticket = world.ticket(real.ticket)
            for name, value in dry.fields.items():
                assert value == (list(ticket[name]) if isinstance(value, list) else str(ticket[name] or "")), name
            assert dry.promised_at == ticket["promised_at"]
        sent = [to for _, to, _ in world.letterbox.mails[mark:]]
        assert sorted(to for _, to, why in dry.mails if not why) == sorted(sent)
        for firing in dry.firings:
            assert tuple(one.rule for one in tell(firing) if one.verdict is Verdict.HIT) == firing.hits


OPENING_HOURS = (
    '\n[[answer]]\nname = "hours"\n'
    'text = { en = "We are here from 9 to 18.", pt = "Das 9 às 18.", es = "De 9 a 18." }\n'
)


def test_the_guard_counts_what_had_left_before_the_mail_came(tmp_path: Path) -> None:
    """What the mail itself was answered with in life, or a later one, does not keep back what it gets again."""
    with closing(World(tmp_path, WORLD + OPENING_HOURS)) as world:
        world.take(letter(ANA, SUPPORT, "Printer", "Broken."))
        world.clock.advance(minutes=5)
        world.take(letter(ANA, SUPPORT, "Scanner", "Broken too."))
        more = draft(
            tmp_path,
            '[[rule]]\nname = "hours"\nwhen = { subject = ["printer", "scanner"] }\nthen = { answer = "hours" }\n',
        )
        told = rows(run(tmp_path, "--last", "5", "--draft", more, "--json"))
    by_subject = {one["subject"]: one["changes"] for one in told if "subject" in one}
    assert by_subject["Printer"] == {
        "mail acknowledgement to ana@quinta.example": ["sent", ""],
        "mail automatic-answer to ana@quinta.example": ["", "sent"],
    }
    kept_back = "ana@quinta.example is not proven and has had 1 mails of the kind acknowledgement in 24 hours"
    assert by_subject["Scanner"]["mail acknowledgement to ana@quinta.example"] == [kept_back, ""]


def test_whatever_a_rule_can_set_is_told(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "Broken."))
    more = draft(
        tmp_path,
        '[[rule]]\nname = "all"\nwhen = { subject = "printer" }\n'
        'then = { severity = "critical", watch = "rui", wait = "hold" }\n',
    )
    difference, _ = rows(run(tmp_path, "--last", "1", "--draft", more, "--json"))
    assert difference["changes"] == {
        "state": ["new", "pending"],
        "waiting": ["", "hold"],
        "severity": ["", "critical"],
        "watchers": ["", "rui"],
    }
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter(ANA, SUPPORT, "Printer", "Again."))
    lines = [line.split() for line in run(tmp_path, str(mail), "--draft", more).output.splitlines()]
    assert ["severity", "critical"] in lines
    assert ["watchers", "rui"] in lines
    assert ["waiting", "hold"] in lines


def test_where_no_mail_came_nothing_is_said_of_the_rules(world: World, tmp_path: Path) -> None:
    later = run(tmp_path, "--since", "2027-01-01")
    assert later.exit_code == 0
    assert later.output == "no mail came in that time, so nothing was tried\n"
    assert rows(run(tmp_path, "--since", "2027-01-01", "--json")) == [{"mails": 0, "differ": 0, "never_hit": []}]


FRONT = '\n[trust]\nmode = "header"\nauthserv_id = "mx.casa-azul.example"\n'
VOUCHED = {"Authentication-Results": "mx.casa-azul.example; dkim=pass header.d=quinta.example"}
TRUSTED = '[[rule]]\nname = "proven"\nwhen = { trust = "aligned" }\nthen = { tag = "proven" }\n'


def test_a_mail_in_a_file_is_as_trusted_as_when_it_comes(tmp_path: Path) -> None:
    with closing(World(tmp_path, WORLD + FRONT)):
        mail = tmp_path / "mail.eml"
        mail.write_bytes(letter(ANA, SUPPORT, "Hello", "Text.", headers=VOUCHED))
        (told,) = rows(run(tmp_path, str(mail), "--draft", draft(tmp_path, TRUSTED), "--json"))
        assert (told["trust"]["trust"], told["ticket"]["tags"]) == ("aligned", ["proven"])


def test_mails_that_came_are_as_trusted_as_they_were(tmp_path: Path) -> None:
    with closing(World(tmp_path, WORLD + FRONT)) as world:
        world.take(letter(ANA, SUPPORT, "Hello", "Text.", headers=VOUCHED), reverse_path="ana@quinta.example")
        world.take(letter(ANA, SUPPORT, "Bye", "Text."), reverse_path="ana@quinta.example")
        difference, total = rows(run(tmp_path, "--last", "9", "--draft", draft(tmp_path, TRUSTED), "--json"))
        assert (difference["subject"], difference["changes"]) == ("Hello", {"tags": ["", "proven"]})
        assert (total["mails"], total["differ"]) == (2, 1)


def test_the_sender_of_a_mail_that_came_is_not_checked_anew(tmp_path: Path) -> None:
    """Keys are taken out of the DNS in time, and a front server may get another name."""
    with closing(World(tmp_path, WORLD + FRONT)) as world:
        world.take(letter(ANA, SUPPORT, "Hello", "Text.", headers=VOUCHED), reverse_path="ana@quinta.example")
        (tmp_path / "maild.toml").write_text(WORLD + FRONT.replace("mx.", "mx2."), "utf-8")
        result = run(tmp_path, "--last", "9", "--draft", draft(tmp_path, TRUSTED), "--json")
        assert rows(result)[0]["changes"] == {"tags": ["", "proven"]}


def test_a_mail_in_a_file_is_read_with_the_reverse_path_given(world: World, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter(ANA, SUPPORT, "Urgent", "Text."))
    told = [rows(run(tmp_path, str(mail), "--mail-from", path, "--json")) for path in ("<>", "<a@b.example>")]
    outcomes = [one["outcome"] for (one,) in told]
    assert outcomes == ["discarded", "opened"]


def test_mails_that_came_are_read_with_the_reverse_path_they_came_with(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Hello", "Text."), reverse_path="ana@quinta.example")
    taken = world.take(letter(ANA, SUPPORT, "Urgent", "Text."), reverse_path="")
    assert str(taken.outcome) == "discarded"
    total = rows(run(tmp_path, "--last", "9", "--json"))[-1]
    assert (total["mails"], total["never_hit"]) == (2, ["invoices", "loud"])
