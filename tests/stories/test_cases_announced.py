"""Customer escalations of an organisation that announces them, and leaves them to some."""

import pytest

from tests.world import Room, World, said


@pytest.fixture
def policy() -> str:
    return """
[customers]
channel = "customer-escalations"
first_number = 40
roles = []

[allow]
customer = ["@cleo"]
"""


def test_they_are_announced_where_the_policy_says_and_opened_by_whom_it_names(world: World) -> None:
    """Their own channel, never that of incidents; a drill stays inside (R-DRL-2); DR-19."""
    place = Room(world, world.slack.add_channel("customer-escalations", bot=True))
    cleo, ana = world.person("cleo"), world.person("ana")
    assert "is left to @cleo" in said(world, ana, "customer add Acme slow")
    assert place.messages == []
    said(world, cleo, "customer add Acme slow queries p=low")
    (told,) = place.keyed("announce")
    assert told.words.startswith("*Customer escalation · priority low* · Acme: slow queries\n")
    said(world, cleo, "resolve CE0040 they are fast again")
    assert "`CE0040` is *resolved*" in place.keyed("announce")[0].words
    said(world, cleo, "customer add Acme a rehearsal --drill")
    assert len(place.keyed("announce")) == 1
    assert world.channel("incidents").messages == []
