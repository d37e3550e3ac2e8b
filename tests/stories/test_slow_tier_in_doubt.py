"""A lost reply in Slack's slow tier, one page of fifteen messages a minute: found out all the same (promises 1, 2)."""

from datetime import timedelta

from bot.sandbox import Person
from bot.sandbox.state import ApiCall
from tests.catching_up import channel, in_log, in_slack, outage
from tests.world import Room, World, key_of

__all__ = ["channel"]

UPDATE = "/incident update identified the pool is exhausted"


def slow(world: World) -> None:
    """Slack's tier for apps that are distributed outside of its Marketplace."""
    world.slack.slow_history = world.slack.limits_enforced = True
    world.expects_errors("ratelimited")


def talk(world: World, person: Person, lines: int) -> None:
    for n in range(lines):
        person.says(f"line {n}")
    world.settle()


def minutes(world: World, n: int) -> None:
    """So many minutes of ticks, ten seconds apart."""
    for _ in range(6 * n):
        world.clock.move(timedelta(seconds=10))
        world.tick()


def looks(world: World, since: int) -> list[ApiCall]:
    """Pages of looks for what may have been said, of all calls from that one on."""
    return [call for call in world.slack.calls[since:] if call.args.get("include_all_metadata")]


def test_what_never_reached_slack_is_said_within_minutes_and_holds_up_nothing(
    world: World, channel: tuple[Person, Room]
) -> None:
    """Of forty messages a look sees fifteen at a time: it goes on from where Slack made it wait."""
    ana, room = channel
    slow(world)
    talk(world, ana, 40)
    world.slack.faults.add("chat.postMessage", "timeout", channel=room.id)
    ana.commands(UPDATE)
    minutes(world, 10)
    assert len(room.keyed("update")) == 1
    minutes(world, 10)
    assert room.nudges, "the next reminder is said behind it"


def test_what_did_reach_slack_is_found_and_not_said_again(world: World, channel: tuple[Person, Room]) -> None:
    ana, room = channel
    slow(world)
    talk(world, ana, 20)
    world.slack.faults.add("chat.postMessage", "lost_reply", channel=room.id)
    ana.commands(UPDATE)
    talk(world, ana, 20)
    minutes(world, 8)
    assert len(room.keyed("update")) == 1
    posts = [call for call in world.slack.calls if call.method == "chat.postMessage" and call.fault]
    assert len(posts) == 1, "the one whose reply was lost"


def test_a_look_and_what_an_outage_left_to_read_both_come_to_their_end(
    world: World, channel: tuple[Person, Room]
) -> None:
    """They share one call a minute: the look comes first, and the log is read all the same."""
    ana, room = channel
    slow(world)
    with outage(world):
        for n in range(200):
            ana.says(f"line {n}")
    world.slack.faults.add("chat.postMessage", "timeout", channel=room.id)
    ana.commands(UPDATE)
    for _ in range(10):
        world.clock.move(timedelta(seconds=61))
        world.bot.backfill.read()
        world.tick()
    assert len(room.keyed("update")) == 1, "although the back-fill is first each time"
    minutes(world, 20)
    assert in_log(world) == in_slack(world)


def test_an_hour_of_talk_is_not_gone_through_for_a_message_of_now(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    talk(world, ana, 200)
    minutes(world, 6)
    slow(world)
    world.slack.faults.add("chat.postMessage", "timeout", channel=room.id)
    ana.commands(UPDATE)
    minutes(world, 5)
    assert len(room.keyed("update")) == 1


def test_a_limit_between_two_pages_of_the_usual_tier_has_no_look_begin_anew(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    world.expects_errors("ratelimited")
    talk(world, ana, 450)
    minutes(world, 1)
    world.slack.faults.add("chat.postMessage", "timeout", channel=room.id)
    world.slack.faults.add("conversations.history", "429", nth=2, times=1, retry_after=20)
    since = len(world.slack.calls)
    ana.commands(UPDATE)
    minutes(world, 2)
    assert len(room.keyed("update")) == 1
    assert len(looks(world, since)) == 1 + 1 + 2 + 3, (
        "one, one refused, the two that were left, and the second look"
    )


def test_the_sweep_of_what_was_in_doubt_ends_too(world: World, channel: tuple[Person, Room]) -> None:
    """A message that history did not show in time was said twice: the double goes, page by page."""
    ana, room = channel
    slow(world)
    world.slack.history_lag = 10_000.0
    world.slack.faults.add("chat.postMessage", "lost_reply", channel=room.id)
    ana.commands(UPDATE)
    minutes(world, 4)
    world.slack.history_lag = 0.0
    twice = [m for m in room.messages if key_of(m).startswith("update:")]
    assert len(twice) == 2
    talk(world, ana, 40)
    minutes(world, 2)
    for _ in range(12):
        minutes(world, 1)
        world.bot.outbox.tidy()
    assert len(room.keyed("update")) == 1
    since = len(world.slack.calls)
    for _ in range(5):
        minutes(world, 1)
        world.bot.outbox.tidy()
    assert looks(world, since) == [], "swept once"
