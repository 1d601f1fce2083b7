"""What a mail may do, by how sure we are who wrote it: forged mails beside the genuine ones that they imitate."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.desk.policy import LEAST, Act, authorise
from maild.desk.queues import Outcome, Settlement
from maild.domain.authentication import Authentication, AuthResult
from maild.domain.intent import Actor, ActorKind, Trust
from maild.errors import NotPermitted
from tests.helpers.world import letter, reply_address, words
from tests.trust.conftest import ANA, CLIENT, RUI, SUPPORT, Checked


def trust(settlement: Settlement) -> str:
    return str(settlement.trace["identity"]["trust"])


def ticket_state(checked: Checked) -> str:
    return str(checked.world.ticket(10001)["state"])


def test_sec_06_control_an_agent_with_token_and_signature_is_obeyed(checked: Checked) -> None:
    checked.opens()
    (notice,) = checked.world.inbox(RUI)
    settled = checked.answers(notice, RUI, "#close\nDone.", by="home.pt")
    assert (settled.outcome, trust(settled)) == (Outcome.APPENDED, Trust.SIGNED)
    assert ticket_state(checked) == "closed"
    assert settled.trace["identity"]["score"] == 7
    assert settled.trace["authentication"]["exact"] is True


@pytest.mark.parametrize("by", ["", "news.home.pt", "evil.pt"], ids=["unsigned", "a sub-domain", "a stranger"])
def test_sec_08_the_token_without_the_agents_own_signature_does_nothing(checked: Checked, by: str) -> None:
    """As when he forwarded his notification: whoever has it then holds the reply address."""
    checked.zone.publish_key("news.home.pt")
    checked.zone.publish_key("evil.pt")
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    settled = checked.answers(notice, RUI, "#close\nDone.", by=by)
    assert settled.outcome is Outcome.QUARANTINED
    assert "not-signed" in settled.reason
    assert ticket_state(checked) == "new"
    assert len(checked.world.inbox(ANA)) == 1, "no answer but the acknowledgement"
    assert len(checked.world.inbox(RUI)) == 2, "he is told, at his stored address"


def test_sec_03_from_of_an_agent_and_a_real_number_do_nothing(checked: Checked) -> None:
    checked.opens()
    acknowledgement = checked.world.inbox(ANA)[0]
    for octets in (
        letter(RUI, SUPPORT, str(acknowledgement["Subject"]), "#close"),
        letter(RUI, SUPPORT, "Printer", "#close", answers=acknowledgement),
    ):
        settled = checked.send(octets, by="home.pt", sender=RUI)
        assert settled.outcome is Outcome.QUARANTINED
    assert ticket_state(checked) == "new"
    assert len(checked.world.inbox(ANA)) == 1


def test_sec_04_a_token_of_another_agent_does_nothing(checked: Checked) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    settled = checked.answers(notice, "eva@home.pt", "#close", by="home.pt")
    assert settled.outcome is Outcome.QUARANTINED
    assert ticket_state(checked) == "new"


def test_sec_04_no_agent_reads_in_a_trace_how_to_speak_for_another(tmp_path: Path) -> None:
    """What `#why` tells of others' mails, by which route and by which rule, holds no token that could be used."""
    rule = '\n[[rule]]\nname = "{}"\non = ["new", "reply"]\nwhen = {}\nthen = {{ tag = "x" }}\n'
    by_id = rule.format("by id", '{ header = { in-reply-to = ["x"] } }')
    checked = Checked(tmp_path, more=rule.format("by address", '{ to = ["x@y.example"] }') + by_id)
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[-1], ANA, "Still nothing.", by="quinta.pt")
    checked.answers(checked.world.inbox(RUI)[-1], RUI, "Try the switch.", by="home.pt")
    theirs = [*checked.world.inbox(ANA), *checked.world.inbox(RUI)]
    checked.answers(checked.world.inbox("eva@home.pt")[-1], "eva@home.pt", "#why", by="home.pt")
    told = words(checked.world.inbox("eva@home.pt")[-1])
    assert "reply-address: support+aeab…@casa-azul.example verifies for ticket 10001" in told
    assert 'by address: missed: to is "support+aeab…@casa-azul.example"' in told
    assert 'by id: missed: header.in-reply-to is "<m.aeab….n1@casa-azul.example>"' in told
    for mail in theirs:
        tag, mark = reply_address(mail).partition("+")[2].partition("@")[0], str(mail["Message-ID"]).split(".")[1]
        assert tag not in told
        assert mark not in told


def test_sec_07_a_signed_command_that_is_sent_again_has_one_effect(checked: Checked) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    to = reply_address(notice)
    octets = letter(RUI, to, "Re: Printer", "#close\nDone.", answers=notice)
    assert checked.send(octets, to, by="home.pt", sender=RUI).outcome is Outcome.APPENDED
    for _ in range(3):
        assert checked.send(octets, to, by="home.pt", sender=RUI).outcome is Outcome.DUPLICATE
    assert len(checked.world.inbox(ANA)) == 2


def test_p36_who_fails_dmarc_gets_no_acknowledgement(checked: Checked) -> None:
    settled = checked.opens(by="")
    assert settled.outcome is Outcome.OPENED
    assert trust(settled) == Trust.UNKNOWN
    assert checked.world.inbox(ANA) == []
    assert checked.world.inbox(RUI), "the agents see it all the same"


def test_p36_control_who_passes_and_who_publishes_nothing_are_acknowledged(checked: Checked) -> None:
    assert trust(checked.opens()) == Trust.ALIGNED
    assert len(checked.world.inbox(ANA)) == 1
    assert trust(checked.opens("luis@taller.pt", by="")) == Trust.FROM_ONLY
    assert len(checked.world.inbox("luis@taller.pt")) == 1


def test_sec_06_a_trace_says_why_spf_alone_is_no_proof(checked: Checked) -> None:
    checked.zone.text("quinta.pt", f"v=spf1 ip4:{CLIENT} -all")
    settled = checked.opens(by="")
    assert trust(settled) == Trust.FROM_ONLY
    assert settled.trace["authentication"]["dmarc"] == "pass"
    assert "only the host that sent it answers for it" in str(settled.trace["identity"]["reasons"])


def test_sec_18_a_forged_reply_of_the_customer_is_never_shown_as_hers(checked: Checked) -> None:
    checked.opens()
    acknowledgement = checked.world.inbox(ANA)[0]
    genuine = checked.answers(acknowledgement, ANA, "Any news?", by="quinta.pt")
    assert (genuine.outcome, trust(genuine)) == (Outcome.APPENDED, Trust.SIGNED)
    forged = checked.answers(acknowledgement, ANA, "Send it to Lisbon instead.")
    assert (forged.outcome, trust(forged)) == (Outcome.APPENDED, Trust.UNKNOWN)
    view = checked.world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert [article["verified"] for article in view["articles"]] == [True, True, False]


def test_sec_18_a_stranger_with_a_valid_token_gains_nothing(checked: Checked) -> None:
    checked.zone.publish_key("evil.pt")
    checked.opens()
    acknowledgement = checked.world.inbox(ANA)[0]
    settled = checked.answers(
        acknowledgement, "mallory@evil.pt", "#close\nIt is solved.", by="evil.pt", headers={"Cc": "friend@evil.pt"}
    )
    assert settled.outcome is Outcome.APPENDED
    assert ticket_state(checked) == "new"
    notice = checked.world.inbox(RUI)[0]
    checked.answers(notice, RUI, "Here is the answer.", by="home.pt")
    assert [str(mail["Subject"]).partition(" [")[0] for mail in checked.world.inbox(ANA)] == [
        "Re: Printer", "Is this mail yours?", "Re: Printer",
    ]  # fmt: skip
    assert checked.world.inbox("mallory@evil.pt") == []
    assert checked.world.inbox("friend@evil.pt") == []


def test_p13_strangers_are_held_where_that_is_the_policy(tmp_path: Path) -> None:
    checked = Checked(tmp_path, 'mode = "own"\nstrangers = "hold"')
    checked.opens()
    acknowledgement = checked.world.inbox(ANA)[0]
    held = checked.answers(acknowledgement, "mallory@evil.pt", "It is solved.")
    assert held.outcome is Outcome.QUARANTINED
    assert "mallory@evil.pt" in held.reason
    assert checked.answers(acknowledgement, ANA, "Any news?", by="quinta.pt").outcome is Outcome.APPENDED
    checked.world.close()


def test_p34_reply_to_never_decides_who_somebody_is(checked: Checked) -> None:
    checked.opens()
    octets = letter("mallory@evil.pt", SUPPORT, "Printer", "Hello", headers={"Reply-To": ANA})
    settled = checked.send(octets, sender="mallory@evil.pt")
    assert settled.outcome is Outcome.OPENED
    view = checked.world.app.store.queries.ticket_view(settled.ticket)
    assert view is not None
    assert view["requester"]["address"] == "mallory@evil.pt"
    assert settled.trace["identity"]["parts"]["reply-to"] == -1


def test_a_silent_dns_holds_the_agent_and_loses_nobody(checked: Checked) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    checked.zone.broken = {"*"}
    assert checked.answers(notice, RUI, "#close", by="home.pt").outcome is Outcome.QUARANTINED
    assert checked.opens(text="And the scanner.").outcome is Outcome.OPENED


def test_blocked_senders_stay_blocked_also_for_replies(tmp_path: Path) -> None:
    checked = Checked(tmp_path, f'blocked = ["{ANA}", "@evil.pt"]')
    for sender in (ANA, "Ana@Quinta.PT", "x@evil.pt", "x@mail.evil.pt"):
        settled = checked.opens(sender, by="")
        assert settled.outcome is Outcome.DISCARDED
        assert "blocked" in settled.reason
    for sender in ("other@quinta.pt", "x@notevil.pt"):
        assert checked.opens(sender, by="").outcome is Outcome.OPENED
    acknowledgement = checked.world.inbox("other@quinta.pt")[0]
    assert checked.answers(acknowledgement, ANA, "Hello").outcome is Outcome.DISCARDED
    checked.world.close()


RANK = {level: rank for rank, level in enumerate(Trust)}


@pytest.mark.parametrize("level", Trust)
@pytest.mark.parametrize("kind", [ActorKind.CONTACT, ActorKind.AGENT])
@pytest.mark.parametrize("act", Act)
def test_sec_15_the_table_of_powers_holds_at_each_level(level: Trust, kind: ActorKind, act: Act) -> None:
    least = LEAST.get((kind, act))
    actor = Actor(kind=kind, trust=level)
    if least is not None and RANK[level] >= RANK[least]:
        authorise(actor, act)
    else:
        with pytest.raises(NotPermitted):
            authorise(actor, act)


def test_sec_15_an_agent_has_no_power_below_signed() -> None:
    below = {act for (kind, act), least in LEAST.items() if kind is ActorKind.AGENT and least is not Trust.SIGNED}
    # a customer's mail that he passes on carries no token: there his domain must have signed
    assert below == {Act.OPEN_FOR}
    assert LEAST[ActorKind.AGENT, Act.OPEN_FOR] is Trust.ALIGNED
    assert not any(act in {Act.ANSWER, Act.NOTE, Act.ROUTE} for kind, act in LEAST if kind is ActorKind.CONTACT)


def test_nobody_asked_is_not_failed() -> None:
    assert not Authentication().configured
    assert not Authentication(by="own", dmarc=AuthResult.TEMPERROR).failed
    assert Authentication(by="own", dmarc=AuthResult.FAIL).failed


CLAIMS_TO_BE_RUI = {
    "sec-01 the name is his address": f'From: "{RUI}" <mallory@evil.pt>',
    "sec-01 his address stands bare before another": f"From: {RUI} <mallory@evil.pt>",
    "sec-01 two addresses": f"From: <{RUI}> <mallory@evil.pt>",
    "sec-01 a comment": f"From: mallory@evil.pt ({RUI})",
    "sec-02 two fields": f"From: {RUI}\r\nFrom: mallory@evil.pt",
    "sec-02 two mailboxes": f"From: {RUI}, mallory@evil.pt",
    "sec-02 a group": f"From: people: {RUI}, mallory@evil.pt;",
    "sec-09 a Kelvin sign": "From: rui@home.pt".replace("i@", "\u0456@"),
    "sec-09 a full-width letter": "From: \uff52ui@home.pt",
    "sec-09 another dot": "From: rui@home\u3002pt",
    "sec-10 an encoded address": "From: =?utf-8?q?rui=40home.pt?=",
}


def _is_not_him(tmp_path: Path, claim: str) -> None:
    """With the agent's own reply address, and nobody checking: all that stands between is how From is read."""
    checked = Checked(tmp_path, "")
    checked.opens(by="")
    notice = checked.world.inbox(RUI)[-1]
    to = reply_address(notice)
    octets = letter("x@x.pt", to, "Re: Printer", "#close\nDone.", answers=notice)
    forged = octets.replace(b"From: x@x.pt", claim.encode(), 1)
    assert forged != octets
    checked.send(forged, to, sender="mallory@evil.pt")
    assert ticket_state(checked) == "new"
    assert len(checked.world.inbox(ANA)) == 1
    genuine = octets.replace(b"From: x@x.pt", f"From: Rui <{RUI.upper()}>".encode(), 1)
    assert checked.send(genuine, to, sender=RUI).outcome is Outcome.APPENDED, "the control"
    assert ticket_state(checked) == "closed"
    checked.world.close()


def _claims(number: str) -> list[str]:
    return [claim for name, claim in CLAIMS_TO_BE_RUI.items() if name.startswith(number)]


@pytest.mark.parametrize("claim", _claims("sec-01"))
def test_sec_01_names_and_comments_make_no_agent(tmp_path: Path, claim: str) -> None:
    _is_not_him(tmp_path, claim)


@pytest.mark.parametrize("claim", _claims("sec-02"))
def test_sec_02_several_senders_make_no_agent(tmp_path: Path, claim: str) -> None:
    _is_not_him(tmp_path, claim)


@pytest.mark.parametrize("claim", _claims("sec-09"))
def test_sec_09_letters_that_look_alike_make_no_agent(tmp_path: Path, claim: str) -> None:
    _is_not_him(tmp_path, claim)


@pytest.mark.parametrize("claim", _claims("sec-10"))
def test_sec_10_an_encoded_address_makes_no_agent(tmp_path: Path, claim: str) -> None:
    _is_not_him(tmp_path, claim)


def test_sec_05_a_forged_result_in_an_agents_mail_changes_nothing(tmp_path: Path) -> None:
    """The server in front judges: what came with the mail stands below its Received line of a foreign host."""
    checked = Checked(tmp_path, 'mode = "header"\nauthserv_id = "mx.casa-azul.pt"')
    checked.opens(by="")
    notice = checked.world.inbox(RUI)[-1]
    to = reply_address(notice)
    octets = letter(RUI, to, "Re: Printer", "#close\nDone.", answers=notice)
    ours = b"Authentication-Results: mx.casa-azul.pt; dkim=%s header.d=home.pt; dmarc=%s header.from=home.pt\r\n"
    foreign = b"Received: from a by mx.evil.pt with ESMTP id 1\r\n"
    passed = ours % (b"pass", b"pass")
    for top in (b"", foreign + passed, ours % (b"none", b"fail") + passed, passed.replace(b"mx.casa", b"mx2.casa")):
        forged = octets.replace(b"Message-ID: <", b"Message-ID: <%d." % len(top), 1)
        assert checked.send(top + forged, to, sender=RUI).outcome is Outcome.QUARANTINED
    assert ticket_state(checked) == "new"
    assert checked.send(passed + octets, to, sender=RUI).outcome is Outcome.APPENDED, "the control"
    assert ticket_state(checked) == "closed"
    checked.world.close()
