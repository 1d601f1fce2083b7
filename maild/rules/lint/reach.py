"""Dead ends of a desk: teams that no ticket comes to or in which nobody hears of it, and assignments that find nobody.

Looks at rules, mailboxes and people together. Never says that a team is dead which something leads to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from maild.domain.commands import Way
from maild.domain.directory import Directory
from maild.rules.model import Rule
from maild.rules.rulebook import Rulebook


def unreached(rulebook: Rulebook, directory: Directory, led_to: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each; `led_to` are teams that something else than rules and mailboxes sends tickets to."""
    for rule in rulebook.rules:
        if words := _nobody(rule, directory):
            yield f"{rule.place}: rule {rule.name!r}: {words}"
    yield from _of_teams(rulebook, directory, led_to)


def _of_teams(rulebook: Rulebook, directory: Directory, led_to: Collection[str]) -> Iterator[str]:
    sent = {mailbox.team for mailbox in directory.mailboxes.values()}.union(led_to)
    for category in directory.categories.values():
        sent.update(category.teams)
    for rule in rulebook.rules:
        for action in rule.then:
            if action.key == "team":
                sent.update(directory.teams if action.placeholders else (action.value,))
    for name, team in directory.teams.items():
        if name not in sent:
            yield (
                f"team {name!r}: no mailbox, category or rule sends it a ticket; write a rule with "
                f'then = {{ team = "{name}" }}, or take the team out'
            )
        elif not team.members and not team.leader:
            yield f"team {name!r}: gets tickets and has neither members nor a leader to hear of them; write members"


def _nobody(rule: Rule, directory: Directory) -> str:
    """What is wrong with an assignment that can never find an agent."""
    then = {action.key: action for action in rule.then}
    assign, team = then.get("assign"), then.get("team")
    if assign is None or assign.placeholders or not assign.value.startswith(f"{Way.SKILL} "):
        return ""
    skill = assign.value.removeprefix(f"{Way.SKILL} ")
    if team is not None and not team.placeholders:
        teams, where = [team.value], f"in team {team.value!r}"
    else:
        teams, where = list(directory.teams), "in any team"
    if any(skill in agent.skills for name in teams for agent in directory.members(name)):
        return ""
    return f"assigns to nobody: nobody {where} has the skill {skill!r}; give it to a member"
