"""Tickets that have to do with each other: which a rule finds, who sees it, and where it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.desk.ops import linking
from maild.domain.commands import AddAnswer, AddNote, CloseTicket, LinkTicket, MergeTicket, SetProduct, UnlinkTicket
from maild.domain.intent import Words
from maild.errors import ConfigError, Refused
from maild.rules.examples import check_examples
from tests.helpers.world import WORLD, World, letter, words
from tests.rules.test_changes import SUPPORT, do, opened, tags, traces
from tests.trust.test_brands import CONFIG as BRANDS

LINK = '[[rule]]\nname = "again"\nwhen = { from = "*" }\nthen = { link = "30 days" }\n'
KEYED = "[[rule]]\nname = \"orders\"\nwhen = { subject = '/order (?P<key>\\d+)/' }\nthen = { link = '30 days' }\n"
PEOPLE = (
    WORLD.replace('operator = "operator', 'products = ["printer", "scanner"]\noperator = "operator')
    + '[[organisation]]\nname = "Quinta"\ndomains = ["quinta.example"]\n'
)


def mail(desk: World, subject: str, sender: str = "ana@quinta.example", to: str = SUPPORT) -> int:
    desk.clock.advance(minutes=1)
    return desk.take(letter(sender, to, subject, "Broken."), to=[to], reverse_path=sender).ticket


def links(desk: World, number: int) -> list[int]:
    return desk.app.store.writer.run(lambda uow: uow.links.of(number))


def test_the_last_open_ticket_of_the_same_customer_is_found(tmp_path: Path) -> None:
    desk = World(tmp_path, PEOPLE + LINK)
    first, other = mail(desk, "Printer"), mail(desk, "Printer", "rita@quinta.example")
    assert links(desk, first) == links(desk, other) == []
    assert any("no other open ticket that suits" in line for line in traces(desk, other)[0].trace)
    second = mail(desk, "Scanner")
    assert (links(desk, second), links(desk, first)) == ([first], [second])
    do(desk, CloseTicket(ticket=second, reason="done"))
    assert links(desk, mail(desk, "Paper")) == [first], "what is closed is passed over"
    desk.clock.advance(days=31)
    assert links(desk, mail(desk, "Ink")) == [], "he has not written in any for a month"
    desk.close()


def test_a_ticket_about_a_product_is_linked_to_one_about_the_same(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "p"\nwhen = { subject = "/(?P<what>printer|scanner)/" }\nthen = { product = "{what}" }\n'
    desk = World(tmp_path, PEOPLE + rule + LINK)
    printer, _, again = mail(desk, "A printer"), mail(desk, "A scanner"), mail(desk, "The printer again")
    assert links(desk, again) == [printer]
    desk.close()


def test_a_captured_key_finds_the_ticket_of_a_colleague(tmp_path: Path) -> None:
    desk = World(tmp_path, PEOPLE + KEYED)
    first = mail(desk, "Order 104270")
    assert links(desk, mail(desk, "Order 999")) == []
    assert links(desk, mail(desk, "ORDER 104270", "mallory@evil.example")) == [], "of another organisation"
    colleague = mail(desk, "About order 104270", "rita@quinta.example")
    assert (links(desk, colleague), links(desk, first)) == ([first], [colleague])
    desk.close()


def test_p53_tickets_of_two_brands_are_never_linked(tmp_path: Path) -> None:
    desk = World(tmp_path, BRANDS + LINK)
    tickets = {
        to: desk.take(letter("ana@quinta.example", to, "Hi", "Broken."), to=[to], reverse_path="ana@quinta.example")
        for to in (box for box in desk.app.directory.mailboxes)
    }
    brand = desk.app.directory.brand_of
    found = {settled.ticket: str(desk.ticket(settled.ticket)["team"]) for settled in tickets.values()}
    assert len({brand(team) for team in found.values()}) > 1
    for number, team in found.items():
        assert all(brand(found[other]) == brand(team) for other in links(desk, number))
        for other, theirs in found.items():
            if brand(theirs) != brand(team):
                with pytest.raises(Refused):
                    do(desk, LinkTicket(ticket=number, to=other))
    desk.close()


def test_p53_a_link_is_not_told_when_a_team_has_come_to_another_brand(tmp_path: Path) -> None:
    one = BRANDS.replace('brand = "green"', 'brand = "blue"')
    desk = World(tmp_path, one)
    first, second = mail(desk, "Printer"), mail(desk, "Account", to="billing@casa-azul.example")
    do(desk, LinkTicket(ticket=second, to=first))
    do(desk, AddNote(ticket=second, words=Words(text="Look.", new_text="Look.")))
    assert "See also: 10001 Printer" in words(desk.inbox("eva@home.example")[-1])
    desk.restart(BRANDS)
    do(desk, AddNote(ticket=second, words=Words(text="Again.", new_text="Again.")))
    assert "See also" not in words(desk.inbox("eva@home.example")[-1])
    desk.close()


def test_p19_no_customer_sees_it(tmp_path: Path) -> None:
    desk = World(tmp_path, PEOPLE + LINK)
    first = mail(desk, "Secret printer")
    second = mail(desk, "Scanner")
    assert links(desk, second) == [first]
    do(desk, AddAnswer(ticket=second, words=Words(text="Switch it on.", new_text="Switch it on.")))
    do(desk, CloseTicket(ticket=second, reason="done"))
    sent = [words(one) for one in desk.inbox("ana@quinta.example")[1:]]
    assert len(sent) == 2
    assert not [text for text in sent if "Secret" in text or str(first) in text]
    told = [words(one) for one in desk.inbox("rui@home.example") if f"#{second}-" in str(one["Subject"])]
    assert f"See also: {first} Secret printer (new)" in told[0]
    desk.close()


def test_a_link_to_a_merged_ticket_leads_to_where_it_went(tmp_path: Path) -> None:
    desk = World(tmp_path, PEOPLE)
    first, second, third = (opened(desk, subject) for subject in ("One", "Two", "Three"))
    do(desk, MergeTicket(ticket=first, into=second))
    do(desk, LinkTicket(ticket=third, to=first))
    do(desk, LinkTicket(ticket=third, to=second))
    assert (links(desk, third), links(desk, first)) == ([second], [])
    with pytest.raises(Refused, match="is not linked"):
        do(desk, UnlinkTicket(ticket=third, other=first))
    desk.close()


def test_links_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "MAX_LINKS", 2)
    desk = World(tmp_path, PEOPLE)
    first, *others = (opened(desk, subject) for subject in ("One", "Two", "Three", "Four"))
    for other in others[:2]:
        do(desk, LinkTicket(ticket=other, to=first))
    with pytest.raises(Refused, match="too many links"):
        do(desk, LinkTicket(ticket=others[2], to=first))
    desk.close()


def test_rules_hear_of_it_on_both_sides(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "hear"\non = "change"\nwhen = { changed = "linked" }\nthen = { tag = "one of two" }\n'
    desk = World(tmp_path, PEOPLE + rule)
    first, second = opened(desk, "One"), opened(desk, "Two")
    do(desk, LinkTicket(ticket=first, to=second))
    assert tags(desk, first) == tags(desk, second) == ["one of two"]
    do(desk, SetProduct(ticket=first, product="printer"))
    desk.close()


def test_an_example_can_expect_it(tmp_path: Path) -> None:
    example = '[[rule.example]]\nmail = { from = "ana@quinta.example" }\nexpect = { linked = "EXPECTED" }\n'
    for folder, expected, failures in (("a", "720 hours", 0), ("b", "2 days", 1)):
        (tmp_path / folder).mkdir()
        desk = World(tmp_path / folder, PEOPLE + LINK + example.replace("EXPECTED", expected))
        assert len(check_examples(desk.app.rulebook)) == failures
        desk.close()


def test_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"then\.link: write a number and minutes"):
        World(tmp_path, PEOPLE + LINK.replace("30 days", "always"))
