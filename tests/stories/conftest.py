"""Whole-bot stories: Bolt, SQL, outbox and our Slack, on both databases, with a clock that the test moves."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.clock import Clock
from bot.sandbox import Person, Workspace
from bot.sandbox.server import SandboxServer
from tests.world import START, Room, World


@pytest.fixture(scope="session")
def slack_server() -> Iterator[SandboxServer]:
    """One small Slack on a loopback port for all stories; each brings a workspace of its own."""
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def policy() -> str:
    """TOML laid over the built-in policy; a story that needs one of its own overrides this."""
    return ""


@pytest.fixture
def start() -> datetime:
    """Business time at the beginning of a story; one that needs another overrides this."""
    return START


@pytest.fixture
def world(slack_server: SandboxServer, database_url: str, policy: str, start: datetime) -> Iterator[World]:
    """The whole bot; a story ends by failing on what nobody expected."""
    made = World(slack_server, database_url, policy, start)
    try:
        yield made
        made.finish()
    finally:
        made.close()


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in the channel of the incident that she declared at 09:00 UTC; ben is somewhere else."""
    world.person("ben", tz="America/New_York")
    ana = world.person("ana", tz="Europe/Madrid")
    ana.commands("/incident declare sev1 checkout is down")
    ana.channel = world.channel().channel
    return ana


@pytest.fixture
def status(world: World) -> Room:
    """The channel in which updates for customers are published, where the policy of a story names it so."""
    return Room(world, world.slack.add_channel("status", bot=True))
