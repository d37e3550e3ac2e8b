"""What tests of escalation share: a policy with executives, what they and the channel were told, a P0 of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain import escalation
from bot.domain.incident import Change, Incident
from bot.domain.policy import Policy
from bot.domain.policy_file import read_policy
from bot.sandbox import Person
from bot.settings import DEFAULT_POLICY
from tests.world import Said, World

INC = "INC-2026-0302-001"
TARGETS = """
[target.executives]
channel = "exec-updates"
[target.board]
contacts = "Dana Reyes, +1 555 0100"
"""


def executives(world: World) -> Person:
    """Eve, in the executives' channel, in which the bot is too."""
    world.slack.add_channel("exec-updates", bot=True)
    eve = world.person("eve")
    eve.joins("exec-updates")
    world.settle()
    return eve


def under(world: World, policy: str) -> None:
    """The bot, started anew with another policy: one that names people by the ids that they have here."""
    world.policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), policy)
    world.restart()


def rungs(world: World) -> Said:
    """What the newest incident's channel was told about escalations."""
    return world.channel().keyed("rungs")


def told(world: World, kind: str = "escalation") -> Said:
    """What the executives' channel was told."""
    return world.channel("exec-updates").keyed(kind)


def timeline(person: Person) -> str:
    """What the timeline shows to *person*."""
    return person.commands(f"/incident timeline {INC}").text


# For the decisions alone

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REACHED = """
[target.executives]
channel = "exec-updates"
usergroup = "@execs"
[target.customer_calls]
users = ["U0000CALLS"]
[target.customer_success]
users = ["U0000CS"]
"""


def laid_over(more: str) -> Policy:
    """The policy of the executives and others, with *more* of its own."""
    return read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), REACHED + more)


POLICY = laid_over("")
IMPACT = laid_over('[escalation]\nclock = "impact"\n')


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def opened(severity: str = "P0", **fields) -> Incident:
    made = Incident(ref="INC-2026-0302-001", severity=severity, declared_by="U0000ANA", declared_at=AT)
    return replace(made, **fields)


def fire(of: Incident, at: float, by: Policy = POLICY) -> Change:
    return escalation.fire(of, at=minutes(at), policy=by)


def by_hand(of: Incident, at: float, target: str = "executives", reason: str = "") -> Change:
    return escalation.escalate(
        of, POLICY.target(target), reason=reason, by="U0000BEN", at=minutes(at), policy=POLICY
    )
