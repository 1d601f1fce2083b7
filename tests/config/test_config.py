"""The configuration: the sample runs, faults are named all at once, the reference tells every key."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from maild.config import Config, build, find, load, promises
from maild.config.load import section_in
from maild.config.sample import SAMPLE, new_keys, reference
from maild.errors import ConfigError

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "maild.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text), year=2026)
    return "\n".join(refused.value.problems)


def test_the_sample_is_a_configuration_that_can_be_used(tmp_path: Path) -> None:
    config = load(write(tmp_path, SAMPLE), year=2026)
    assert config.mailbox[0].address == "support@example.org"
    calendars = promises.calendars(config, tmp_path, year=2026, problems=[])
    assert [policy.name for policy in promises.policies(config, calendars, problems=[])] == ["standard"]


def test_all_faults_are_named_at_once_with_what_to_write_instead(tmp_path: Path) -> None:
    line = next(n for n, words in enumerate(SAMPLE.splitlines(), 1) if words.startswith("base_url = "))
    said = problems(
        tmp_path,
        SAMPLE.replace("base_url = ", "base_urrl = ")
        .replace('tls = "none"', 'tls = "sometimes"')
        .replace('zone = "Europe/Lisbon"', 'zone = "Europe/Atlantis"', 1)
        .replace('operator = "postmaster@example.org"', 'operator = "postmaster"'),
    )
    assert f"{tmp_path}/maild.toml:{line}: desk.base_urrl is not a key: did you mean base_url?" in said
    assert "desk.base_url is missing" in said
    assert "smtp.tls: Input should be 'none', 'opportunistic', 'starttls' or 'implicit'" in said
    assert "write a zone of the IANA list" in said
    assert "write a mail address" in said


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('team = "support"', 'team = "suport"', "mailbox[1].team: there is no team 'suport': did you mean support?"),
        ('leader = "rui"', 'leader = "roi"', "team[1].leader: there is no agent 'roi': did you mean rui?"),
        ('calendar = "office"', 'calendar = "offic"', "sla[1].calendar: there is no calendar 'offic'"),
        ('name = "eva"', 'name = "rui"', "agent: 'rui' is there twice"),
        ('["eva@agents.example.org"]', '["RUI@agents.example.org"]', "is already an address of rui"),
        ('"mon-thu" = "09:00-13:00 14:00-18:00"', '"mon-thu" = "9 to 5"', "calendar[1] office: mon-thu"),
        ('address = "support@', f'address = "{"s" * 25}@', "write a name of at most 24, and let the long one"),
        ('language = "es"', 'quiet = "8 pm"', "agent[2].quiet: mon-sun: cannot read the hours"),
        ('language = "es"', 'quiet = "00:00-24:00"', "agent[2].quiet: leaves no time for mail"),
        ('language = "es"', 'calendar = "ofice"', "agent[2].calendar: there is no calendar 'ofice'"),
        ('language = "es"', 'digest = "8.30"', "agent[2].digest[1]"),
        ('language = "es"', 'digest_of = ["note"]', 'digest_of needs a time: digest = "08:30"'),
        ('language = "es"', 'digest_of = ["notes"]', "write all or one of also-addressed, assigned"),
        ("yellow = 50", "yellow = 90", "sla[1].red: write a number from yellow (90) to 100"),
    ],
)
def test_names_and_times_must_make_sense(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in SAMPLE
    assert fault in problems(tmp_path, SAMPLE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("account", "fault"),
    [
        ('smtp = { user = "u" }', "smtp: user needs password or token"),
        ('smtp = { token = { command = ["token"] } }', "smtp: user needs password or token"),
        (
            'smtp = { user = "u", password = { env = "P" }, token = { file = "t" } }',
            "smtp: write either password or token",
        ),
        (
            'smtp = { user = "u", password = { env = "P" }, tls = "opportunistic" }',
            "smtp: opportunistic TLS protects no password: write starttls or implicit",
        ),
        ('smtp = { user = "u", token = { } }', "smtp.token: write either"),
        ('imap = { host = "h", user = "u" }', "imap: write either password or token"),
        ('imap = { host = "h", user = "u", password = { env = "P" }, tls = "opportunistic" }', "imap.tls: Input"),
        ('imap = { host = "h", user = "u", password = { env = "P" }, tls_minimum = "1.1" }', "imap.tls_minimum: Input"),
    ],
)
def test_an_account_has_one_secret_and_it_is_protected(tmp_path: Path, account: str, fault: str) -> None:
    said = problems(tmp_path, SAMPLE.replace('from_name = "Example Support"', f'from_name = "Support"\n{account}', 1))
    assert fault in said


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 1" in problems(tmp_path, "[desk\n")


def test_no_configuration_names_every_place_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILD_CONFIG", raising=False)
    with pytest.raises(ConfigError, match="maild init"):
        find(None)


def test_sec_72_secrets_that_others_may_read_are_refused(tmp_path: Path) -> None:
    config = load(write(tmp_path, SAMPLE), year=2026)
    keys = tmp_path / "desk.keys"
    keys.write_text(new_keys(), "ascii")
    keys.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        build.tokens(config, tmp_path)
    keys.chmod(0o600)
    assert build.tokens(config, tmp_path).check(1)


@pytest.mark.parametrize("line", ["1 abcd", "x " + "a" * 64, "300 " + "a" * 64, "", "1 " + "g" * 64])
def test_weak_and_broken_keys_are_refused(tmp_path: Path, line: str) -> None:
    config = load(write(tmp_path, SAMPLE), year=2026)
    keys = tmp_path / "desk.keys"
    keys.write_text(line + "\n", "ascii")
    keys.chmod(0o600)
    with pytest.raises(ConfigError):
        build.tokens(config, tmp_path)


def test_the_reference_in_docs_is_the_one_the_program_writes() -> None:
    assert (ROOT / "docs/configuration.md").read_text("utf-8") == reference()


def test_every_key_has_a_meaning() -> None:
    def walk(model: type[BaseModel], place: str) -> None:
        for name, field in model.model_fields.items():
            section = section_in(field.annotation)
            assert field.description or section, f"{place}{name} has no description"
            if section is not None:
                walk(section, f"{place}{name}.")

    walk(Config, "")
