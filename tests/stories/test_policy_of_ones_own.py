"""R-COM-5: a policy file as an operator writes it from the page works at every door, not only at the start."""

import pytest

from tests.world import World, said

OWN = """
[organisation]
name = "Example Inc."
timezone = "America/Los_Angeles"
[channels]
announce = "incidents"
[severity.P0]
label = "Critical"
spellings = ["sev1", "sev0", "critical"]
update_every = "15m"
invite = ["@oncall"]
escalate = [{after = "30m", to = "executives"}, {after = "1h", to = "customer_calls"}, {after = "4h", to = "board"}]
[target.executives]
channel = "exec-updates"
aliases = ["execs"]
"""


@pytest.fixture
def policy() -> str:
    return OWN


@pytest.fixture(autouse=True)
def office(world: World) -> None:
    """What the policy names is there, so that a refusal of Slack's fails the story."""
    world.slack.add_channel("exec-updates", bot=True)
    world.slack.add_group("oncall", [world.person("cem").id])


@pytest.mark.parametrize("word", ["sev1", "SEV-0", "critical", "p0"])
def test_a_severity_is_declared_by_each_of_its_spellings_and_by_its_level(world: World, word: str) -> None:
    """PRODUCT 1.1, R-COM-5: P0 is P0, whether the policy's spellings name it or not."""
    ana = world.person("ana")
    assert "SEV-1 (P0 · Critical)" in ana.commands(f"/incident declare {word}").text
    world.settle()


def test_the_severitys_button_declares_it(world: World) -> None:
    """R-COM-5, DR-17: the button carries the level, which no spelling of this policy is."""
    ana = world.person("ana")
    ana.commands("/incident declare checkout is down")
    ana.clicks("SEV-1 Critical")
    assert "checkout is down" in world.channel().card.words
    assert "SEV-1 (P0 · Critical)" in world.channel().card.words


def test_the_severity_is_raised_by_command(world: World) -> None:
    """R-COM-5."""
    ana = world.person("ana")
    ana.commands("/incident declare sev2 checkout is down")
    ana.channel = world.channel().channel
    assert "SEV-1 (P0 · Critical)" in said(world, ana, "sev sev1 it is worse")
    assert "checkout is down" in said(world, ana, "list sev1")
