"""``doctor``: what ``check`` says, in Slack, to whoever asks alone (DR-19); the answer waits for no Slack."""

import re
from datetime import timedelta

import pytest

from tests.world import World, said

POLICY = """
[target.executives]
channel = "board-secrets"

[target.board]
channel = "general"

[target.customer_calls]
channel = "general"

[target.cto]
channel = "general"

[target.cfo]
channel = "general"

[severity.P0]
invite = ["@oncall"]
"""


@pytest.fixture
def policy() -> str:
    return POLICY


def looked(world: World) -> None:
    """What the bot's own tick does within seconds after somebody asked."""
    world.bot.look_again()
    world.settle()


def mended(world: World) -> None:
    """Everything is there that the policy names."""
    world.slack.add_channel("board-secrets", bot=True, private=True)
    world.slack.add_channel("status", bot=True)
    world.slack.channel("general").members.append(world.slack.bot_user_id)
    world.slack.add_group("oncall", [world.person("ana").id])


def test_before_anything_was_looked_at_it_says_so_and_looks(world: World) -> None:
    ana = world.person("ana")
    assert said(world, ana, "doctor").startswith(
        "Nothing has been looked at since the start. It is looked at now"
    )
    looked(world)
    assert "*To mend: " in said(world, ana, "doctor")


def test_each_finding_has_its_next_step_and_the_worst_comes_first(world: World) -> None:
    world.slack.scopes -= {"pins:write", "groups:write"}
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    text = said(world, ana, "doctor")
    lines = [line for line in text.splitlines() if line.startswith("•")]
    assert lines[0] == (
        "• *Stops the bot:* scope pins:write is missing: the card is pinned. "
        "Next: add it under OAuth &amp; Permissions, reinstall the app"
    )
    assert any("groups:write is missing: private incidents get a private channel" in line for line in lines)
    assert any(
        "there is no user group" in line and "Next: create it, or name another under [severity.P" in line
        for line in lines
    )
    assert any("the bot is not in #general of target board" in line for line in lines), "public: it is named"
    assert all(". Next: " in line for line in lines)
    assert "(09:00 UTC). The database answers" in text


def test_a_channel_that_may_be_private_is_not_named(world: World) -> None:
    """It is whoever runs the bot who may know it: ``check`` names it."""
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    text = said(world, ana, "doctor")
    assert "the channel of target executives is not there, or the bot cannot see it" in text
    assert "board-secrets" not in text
    world.slack.add_channel("board-secrets", private=True)
    world.forward(minutes=2)
    said(world, ana, "doctor")
    looked(world)
    assert "board-secrets" not in said(world, ana, "doctor")


def test_all_is_well_is_one_line(world: World) -> None:
    mended(world)
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    text = said(world, ana, "doctor")
    assert text.startswith("All is well, as of ")
    assert len(text.splitlines()) == 1
    assert [m for m in world.slack.channel("general").messages if "All is well" in m.words] == [], "alone"


def test_what_was_mended_is_seen_a_minute_after_somebody_asked(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    mended(world)
    world.forward(minutes=5)
    looked(world)
    assert "To mend" in (old := said(world, ana, "doctor")), "nobody asked, and an hour is not over"
    assert "It is looked at again now" in old
    looked(world)
    assert said(world, ana, "doctor").startswith("All is well")


def test_it_is_looked_at_each_hour_and_no_oftener_however_many_ask(world: World) -> None:
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    asked = len(world.slack.calls)
    for _ in range(3):
        said(world, ana, "doctor")
        looked(world)
    assert len(world.slack.calls) == asked, "the answer, and the look, ask Slack for nothing"
    world.forward(minutes=59)
    looked(world)
    assert len(world.slack.calls) == asked
    world.forward(minutes=2)
    looked(world)
    assert len(world.slack.calls) > asked


def test_the_answer_does_not_wait_for_slack_and_says_what_waits(world: World) -> None:
    mended(world)
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    world.slack.faults.add("*", "500", times=1_000_000)
    ana.commands("/incident declare sev1 checkout is down")
    world.bot.outbox.deliver()
    assert "All is well" in ana.commands("/incident doctor").text
    world.clock.move(timedelta(minutes=3))
    text = ana.commands("/incident doctor").text
    assert "*To mend: 1*" in text
    assert re.search(r"• \d+ calls wait for Slack, the oldest for 3 min. Next: ", text)
    world.slack.faults.clear()
    world.forward(minutes=2)
    assert "All is well" in said(world, ana, "doctor")


def test_a_slack_that_is_away_is_what_was_found(world: World) -> None:
    world.slack.faults.add("auth.test", "500", times=1)
    ana = world.person("ana")
    said(world, ana, "doctor")
    looked(world)
    assert "*Stops the bot:* Slack cannot be reached" in said(world, ana, "doctor")


def test_help_names_it_among_what_one_needs_to_start(world: World) -> None:
    ana = world.person("ana")
    start = said(world, ana, "help").partition("*While it runs*")[0]
    assert "`doctor`" in start
    assert "• `doctor`" not in start, "none of the few that matter"
