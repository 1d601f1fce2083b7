"""Steps of an SLA policy, raised once each: what they do to the ticket, and the fact that tells whom.

Asked for by the clock only. What a step cannot do is written down, and the rest of it is done all the same.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.operations import OPERATIONS, Surface, operation
from maild.desk.policy import Act, authorise
from maild.desk.work import Work
from maild.domain.commands import RaiseSlaStep
from maild.domain.escalation import EscalationStep, Told
from maild.domain.events import SlaStepRaised
from maild.domain.lifecycle import ENDED
from maild.domain.promise import TimerState
from maild.errors import Refused
from maild.rules.actions import BUILDERS


@operation("step", RaiseSlaStep, needs=Act.ALARM, surfaces=Surface.CLOCK)
def raise_step(work: Work, command: RaiseSlaStep) -> None:
    """Do once what a step says; nothing when its clock was met, paused, or has raised this level before."""
    ticket = work.ticket(command.ticket)
    timers = work.uow.timers.of(ticket.number)
    timer = next((t for t in timers if (t.metric, t.cycle) == (command.metric, command.cycle)), None)
    if timer is None or timer.state is not TimerState.RUNNING or ticket.state in ENDED:
        return
    step = command.step
    if step.level in timer.raised:
        return
    # of two processes that come here at once, one finds the ticket changed and begins again
    work.hold(ticket)
    work.uow.timers.put(ticket.number, [replace(timer, raised=timer.raised | {step.level})])
    done, refused = _carry_out(work, ticket.number, step)
    agents, addresses = _told(work, ticket.number, step)
    work.emit(
        SlaStepRaised(
            ticket=ticket.number,
            metric=command.metric,
            cycle=command.cycle,
            level=step.level,
            agents=agents,
            addresses=addresses,
            done=done,
            refused=refused,
            late=command.late,
        )
    )


def _told(work: Work, number: int, step: EscalationStep) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of agents and addresses of others whom the step means, now that it has done what it does."""
    ticket, directory = work.ticket(number), work.directory
    agents: dict[str, None] = {}
    addresses: dict[str, None] = {}
    for recipient in step.tell:
        kind, _, name = recipient.partition(":")
        match kind:
            case Told.OWNER:
                found = [directory.agents.get(ticket.owner)]
            case Told.TEAM:
                found = list(directory.members(ticket.team))
            case Told.LEADER:
                found = [directory.leader(ticket.team)]
            case "roster":
                found = list(directory.on_duty(name, work.at))
            case "agent":
                found = [directory.agents.get(name)]
            case _:
                found = [directory.agent_by_address(recipient)]
                if found == [None]:
                    addresses[recipient] = None
        agents |= {agent.name: None for agent in found if agent}
    return tuple(agents), tuple(addresses)


def _carry_out(work: Work, number: int, step: EscalationStep) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was done and what was refused, a line each; in the order in which rules do such things."""
    done: list[str] = []
    refused: list[str] = []
    order = list(BUILDERS)
    for key, value in sorted(step.actions, key=lambda action: order.index(action[0])):
        command = BUILDERS[key](value)
        act = OPERATIONS[type(command)]
        try:
            authorise(work.actor, act.act)
            act.perform(work, replace(command, ticket=number))
            done.append(f"{key} {value}")
        except Refused as refusal:
            refused.append(f"{key} {value}: {refusal}")
    return tuple(done), tuple(refused)
