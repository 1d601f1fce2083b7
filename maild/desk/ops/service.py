"""What the clock, the mail system and the portal ask of a ticket: alarms, sign-in links, words to agents.

These are never asked for in a mail or by a rule.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.teams import tell_teams
from maild.desk.work import Work
from maild.domain.commands import (
    AskWhy,
    RaiseSlaAlarm,
    ReckonClocks,
    SendSignInLink,
    TellFigures,
    TellGuessing,
    TellHeld,
    TellOperator,
    TellRefusal,
    TellTeams,
    TellWithheld,
)
from maild.domain.events import (
    ConfigurationRefused,
    MailHeld,
    MailQuarantined,
    MailWithheld,
    SignInRequested,
    SlaStageReached,
    TokensGuessed,
    WeekReported,
    WhyAsked,
)
from maild.domain.lifecycle import ENDED
from maild.domain.sla import SlaStage, TimerState

_ORDER = list(SlaStage)


@operation("alarm", RaiseSlaAlarm, needs=Act.ALARM, surfaces=Surface.CLOCK)
def raise_alarm(work: Work, command: RaiseSlaAlarm) -> None:
    """State once that a clock has reached a stage; nothing when it was met, paused or raised before."""
    ticket = work.ticket(command.ticket)
    timers = work.uow.timers.of(ticket.number)
    timer = next((t for t in timers if (t.metric, t.cycle) == (command.metric, command.cycle)), None)
    if timer is None or timer.state is not TimerState.RUNNING or ticket.state in ENDED:
        return
    if _ORDER.index(timer.stage) >= _ORDER.index(command.stage):
        return
    breached = command.stage is SlaStage.BREACHED
    # of two processes that come here at once, one finds the ticket changed and begins again
    work.hold(ticket)
    raised = replace(timer, stage=command.stage, breached_at=work.at if breached else timer.breached_at)
    work.uow.timers.put(ticket.number, [raised])
    work.emit(
        SlaStageReached(
            ticket=ticket.number,
            metric=command.metric,
            cycle=command.cycle,
            stage=command.stage,
            late=command.late,
        )
    )


@operation("reckon", ReckonClocks, needs=Act.ALARM, surfaces=Surface.CLOCK)
def reckon_clocks(work: Work, command: ReckonClocks) -> None:
    """Have the clocks of a ticket reckoned anew; one that has ended keeps its policy."""
    work.reckoned_anew.add(work.ticket(command.ticket).number)


@operation("sign-in", SendSignInLink, needs=Act.SEE, surfaces=Surface.PORTAL)
def send_sign_in_link(work: Work, command: SendSignInLink) -> None:
    """Mail a link to read the ticket; only its hash is kept."""
    ticket = work.ticket(command.ticket)
    work.uow.capabilities.add(
        secret=command.secret,
        kind="signin",
        ticket=ticket.number,
        contact=ticket.requester,
        expires_at=command.expires_at,
        now=work.at,
    )
    work.emit(SignInRequested(ticket=ticket.number, contact=ticket.requester, secret=command.secret))


@operation("why", AskWhy, needs=Act.ASK, surfaces=Surface.MAIL)
def ask_why(work: Work, command: AskWhy) -> None:
    """Mail the agent who asks what is kept about the ticket: mails, rules, clocks, and why it stands as it does."""
    work.emit(WhyAsked(ticket=work.ticket(command.ticket).number, agent=work.actor.name))


@operation("held", TellHeld, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_held(work: Work, command: TellHeld) -> None:
    """Tell an agent that his mail had no effect."""
    work.emit(
        MailHeld(
            ticket=command.ticket,
            agent=command.agent,
            subject=command.subject,
            code=command.code,
            detail=command.detail,
        )
    )


@operation("quarantined", TellOperator, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_operator(work: Work, command: TellOperator) -> None:
    """Tell the operator that a mail is in quarantine."""
    work.emit(
        MailQuarantined(
            ticket=0, mail=command.mail, sender=command.sender, subject=command.subject, reason=command.reason
        )
    )


@operation("also-addressed", TellTeams, needs=Act.TELL, surfaces=Surface.INSIDE)
def also_addressed(work: Work, command: TellTeams) -> None:
    """Tell teams that a mail of theirs is a ticket already."""
    tell_teams(work, work.ticket(command.ticket), command.article, command.teams)


@operation("withheld", TellWithheld, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_withheld(work: Work, command: TellWithheld) -> None:
    """Tell the operator what the guard has not let out."""
    work.emit(MailWithheld(ticket=0, refused=command.refused, held=command.held, reasons=command.reasons))


@operation("guessing", TellGuessing, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_guessing(work: Work, command: TellGuessing) -> None:
    """Tell the operator that somebody guesses tokens."""
    work.emit(TokensGuessed(ticket=0, everywhere=command.everywhere, sources=command.sources))


FAULTS_TOLD = 30
"""Of the faults of a configuration: more are mended no sooner for being in one mail."""


@operation("refusal", TellRefusal, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_refusal(work: Work, command: TellRefusal) -> None:
    """Tell the operator that the configuration was refused, and why."""
    faults, more = command.faults[:FAULTS_TOLD], len(command.faults[FAULTS_TOLD:])
    work.emit(ConfigurationRefused(ticket=0, faults=faults, more=more))


@operation("figures", TellFigures, needs=Act.TELL, surfaces=Surface.INSIDE)
def tell_figures(work: Work, command: TellFigures) -> None:
    """Mail the figures of a week to those who lead."""
    work.emit(WeekReported(ticket=0, to=command.to, figures=command.figures))
