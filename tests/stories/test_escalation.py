"""Escalation: the ladder on its own, by hand, acknowledged, skipped, and where it reaches nobody (R-ESCL, DR-25)."""

from datetime import timedelta
from functools import partial

import pytest

from bot.sandbox import Person
from tests.escalating import INC, TARGETS, executives, rungs, timeline, told
from tests.world import START, World, at_once, declared, said, ticks


@pytest.fixture
def policy() -> str:
    return TARGETS


@pytest.fixture(autouse=True)
def eve(world: World) -> Person:
    return executives(world)


# The ladder


def test_a_p0_tells_executives_after_half_an_hour_and_not_a_second_before(world: World) -> None:
    """R-ESCL-1, R-ESCL-4: in its channel and in theirs, once, on the timeline with recipients and method."""
    ana, _ = declared(world)
    world.forward(minutes=30, seconds=-1)
    assert (rungs(world), told(world)) == ([], [])
    world.forward(seconds=1)
    (here,) = rungs(world).words
    assert here.startswith(
        "*Escalation by duration*\n• *executives*, after 30 min: message in #exec-updates."
    )
    assert "Waits for an acknowledgement." in here
    assert "late" not in here
    (there,) = told(world).words
    assert "*SEV-1 (P0 · Critical)* · checkout is down" in there
    assert f"`{INC}` is *investigating*, open for 30 min · commander <@{ana.id}>" in there
    assert f"<#{world.channel().id}>" in there
    assert "No update was posted yet." in there
    assert "because it is open for longer than 30 min" in there
    assert "Please acknowledge" in there
    assert "Escalated to executives after 30 min: message in #exec-updates" in timeline(ana)
    world.forward(minutes=29)
    assert (len(rungs(world)), len(told(world))) == (1, 1)


def test_a_p0_goes_on_to_customer_calls_and_to_the_board(world: World) -> None:
    """R-ESCL-2, R-ESCL-3."""
    declared(world)
    world.forward(hours=1)
    assert "*customer calls*, after 1 h" in rungs(world).words[1]
    world.forward(hours=3, seconds=-1)
    assert len(rungs(world)) == 2
    world.forward(seconds=1)
    assert "*the board*, after 4 h" in rungs(world).words[2]
    world.forward(hours=20)
    assert len(rungs(world)) == 3


def test_a_p1_tells_executives_after_an_hour_and_lower_ones_nobody(world: World) -> None:
    """R-ESCL-10."""
    declared(world, "sev2")
    world.forward(hours=1, seconds=-1)
    assert rungs(world) == []
    world.forward(seconds=1)
    assert "*executives*, after 1 h" in rungs(world).words[0]
    for severity in ("sev3", "sev4"):
        world.person("ana").commands(f"/incident declare {severity} mails are late", channel="general")
    world.forward(hours=9)
    assert len(rungs(world)) == 0
    assert len(told(world)) == 1


def test_what_ends_before_the_threshold_never_escalates(world: World) -> None:
    """R-ESCL-6."""
    ana, _ = declared(world)
    with world.at(START + timedelta(minutes=30)):
        ana.commands("/incident resolve it is over")
    world.forward(hours=9)
    assert (rungs(world), told(world)) == ([], [])


def test_a_reopened_incident_counts_its_open_time_only(world: World) -> None:
    """PRODUCT 1.3."""
    ana, _ = declared(world)
    world.forward(minutes=20)
    said(world, ana, "resolve over")
    world.forward(hours=2)
    said(world, ana, "reopen it is back")
    world.forward(minutes=10, seconds=-1)
    assert rungs(world) == []
    world.forward(seconds=1)
    assert len(rungs(world)) == 1


def test_a_lower_severity_cancels_what_was_to_come(world: World) -> None:
    """R-ESCL-8."""
    ana, _ = declared(world)
    world.forward(minutes=29)
    said(world, ana, "sev sev3 less than we thought")
    world.forward(hours=9)
    assert (rungs(world), told(world)) == ([], [])


def test_a_raise_at_seventy_minutes_is_one_combined_message(world: World) -> None:
    """Replay H, R-ESCL-7: one message that names both rungs, one per distinct target."""
    ana, _ = declared(world, "sev3")
    world.forward(minutes=70)
    said(world, ana, "sev sev1 it is everybody")
    (here,) = rungs(world).words
    assert "• *executives*, after 30 min" in here
    assert "• *customer calls*, after 1 h" in here
    assert "late" not in here, "nobody is late: it is due since the raise"
    assert len(told(world)) == 1
    world.forward(hours=2, minutes=50, seconds=-1)
    assert len(rungs(world)) == 1
    world.forward(seconds=1)
    assert "*the board*" in rungs(world).words[1]


# Downtime, and several workers


def test_rungs_missed_in_a_downtime_are_told_once_together_and_say_how_late(world: World) -> None:
    """DR-24."""
    declared(world)
    world.restart(after=timedelta(minutes=75))
    (here,) = rungs(world).words
    assert "• *executives*, after 30 min (late by 45 min)" in here
    assert "• *customer calls*, after 1 h (late by 15 min)" in here
    assert len(told(world)) == 1
    world.restart(after=timedelta(minutes=1))
    assert len(rungs(world)) == 1


def test_a_restart_before_the_threshold_changes_nothing(world: World) -> None:
    declared(world)
    world.restart(after=timedelta(minutes=29))
    assert rungs(world) == []
    world.forward(minutes=1)
    assert "late" not in rungs(world).words[0]


def test_two_workers_that_tick_at_once_tell_each_target_once(world: World) -> None:
    """RELIABILITY promise 2."""
    declared(world)
    other = world.another_bot()
    world.clock.move(timedelta(minutes=60))
    at_once([partial(ticks, world.bot), partial(ticks, other)])
    world.tick()
    assert (len(rungs(world)), len(told(world))) == (1, 1)


def test_a_rung_and_a_resolve_at_the_same_moment_ask_nobody_afterwards(world: World) -> None:
    """DR-1: what is still on its way when it is over is not said."""
    ana, room = declared(world)
    world.clock.move(timedelta(minutes=30))
    world.bot.due.fire()
    world.bot.incidents.resolve(INC, by=ana.id, message="done")
    world.tick()
    assert (room.keyed("rungs"), told(world)) == ([], [])


# By hand


@pytest.mark.parametrize(
    "line",
    [f"{words} we need a decision" for words in ("escalate execs", "page executives", "escalate @Executives")],
)  # fmt: skip
def test_a_target_is_told_by_hand_and_its_rung_is_silent(world: World, line: str) -> None:
    """R-ESCL-5."""
    ana, _ = declared(world)
    world.forward(minutes=4)
    assert said(world, ana, line) == "executives: message in #exec-updates."
    (here,) = rungs(world).words
    assert here.startswith(
        f"<@{ana.id}> escalated: we need a decision\n• *executives*: message in #exec-updates."
    )
    assert f"<@{ana.id}> escalated to you: we need a decision" in told(world).words[0]
    listed = timeline(ana)
    assert "Escalated to executives by hand: message in #exec-updates; reason: we need a decision" in listed
    world.forward(minutes=50)
    assert (len(rungs(world)), len(told(world))) == (1, 1)
    world.forward(minutes=6)
    assert "*customer calls*" in rungs(world).words[1]


def test_the_same_target_again_is_refused_with_who_told_it(world: World) -> None:
    """R-ESCL-4."""
    ana, _ = declared(world)
    said(world, ana, "escalate execs")
    answer = said(world, ana, "escalate execs again please")
    assert "executives: told already, by @Ana at 09:00 UTC" in answer
    assert f"Next: `/incident escalate {INC} ack executives`" in answer
    assert (len(rungs(world)), len(told(world))) == (1, 1)


def test_a_target_of_several_words_is_understood_and_an_unknown_one_gets_a_way_on(world: World) -> None:
    """DR-16."""
    ana, _ = declared(world)
    assert "customer calls: the policy names nobody" in said(world, ana, "escalate Customer Calls they ask")
    assert "reason: they ask" in timeline(ana)
    answer = said(world, ana, "escalate exces now")
    assert "There is nobody called 'exces' to escalate to." in answer
    assert "Next: `/incident escalate execs`" in answer
    answer = said(world, ana, "escalate ack")
    assert "Who is meant? executives, customer_calls, board, customer_success, cto, cfo." in answer


def test_it_works_from_anywhere_with_the_reference(world: World, eve: Person) -> None:
    declared(world)
    assert "executives: message in" in said(world, eve, f"escalate {INC} execs we hear of it")
    assert said(world, eve, f"escalate {INC} ack execs") == "executives: acknowledged."
    assert "told" in said(world, eve, f"escalate {INC}")


def test_the_list_shows_everybody_with_a_button_for_each_who_was_not_told(world: World) -> None:
    """R-ESCL-4, R-ESCL-5: one press tells."""
    ana, _ = declared(world)
    said(world, ana, "escalate skip board not needed")
    answer = ana.commands("/incident escalate")
    assert "• executives: due" in answer.text
    assert "(09:30 UTC), after 30 min" in answer.text
    assert f"• the board: skipped by <@{ana.id}>" in answer.text
    assert "not needed" in answer.text
    assert "• customer calls: due" in answer.text
    assert "The policy names nobody whom the bot could tell" in answer.text
    assert "• customer success: told by hand only, at this severity" in answer.text
    ana.clicks("Tell executives")
    world.tick()
    assert len(told(world)) == 1
    answer = ana.commands("/incident escalate list")
    assert "• executives: told" in answer.text
    assert f"by <@{ana.id}>, not acknowledged yet" in answer.text
    said(world, ana, "resolve over")
    assert "It is resolved: nobody is told any more." in said(world, ana, "escalate")
    assert "so 'escalate' is not possible now" in said(world, ana, "escalate board")


class TestCountedFromImpact:
    @pytest.fixture
    def policy(self) -> str:
        return TARGETS + '[escalation]\nclock = "impact"\n'

    def test_an_impact_that_turns_out_to_be_older_tells_at_once_and_calls_nobody_late(
        self, world: World
    ) -> None:
        """DR-24, PRODUCT 1.3."""
        ana, _ = declared(world)
        world.forward(minutes=1)
        said(world, ana, "set impact_start -5h")
        world.forward(minutes=1)
        (here,) = rungs(world).words
        assert "• *executives*, after 30 min" in here
        assert "late" not in here
        assert "late" not in "\n".join(told(world).words)
