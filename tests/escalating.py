"""What several stories about escalation share: a policy with executives, and what they and the channel were told."""

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
