"""What was said while no bot ran is in the log a minute after its return (RELIABILITY section 2, "Back-fill")."""

from datetime import timedelta
from functools import partial

import pytest

from bot.app import Bot
from bot.sandbox import HttpDoor, Person
from bot.store.store import Collision
from tests.catching_up import (
    STEP,
    changes,
    channel,
    in_log,
    in_slack,
    log,
    meanwhile,
    outage,
    talked,
    ticking,
)
from tests.world import Room, World, at_once, said

__all__ = ["channel"]


def history_calls(world: World) -> int:
    return sum(
        call.method in ("conversations.history", "conversations.replies") for call in world.slack.calls
    )


def test_all_that_people_did_while_no_bot_ran_is_in_the_log(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    before = talked(world, ana)
    with outage(world):
        meanwhile(world, ana, before)
    assert in_log(world) == in_slack(world)
    gone = {entry.ts for entry in log(world) if entry.deleted_at is not None}
    assert gone == {before["deleted"], before["answer gone"]}
    (edited,) = (entry for entry in log(world) if entry.ts == before["edited"])
    assert [version["text"] for version in edited.versions] == ["errors, to be edited"]
    assert changes(world) == [], "nothing is said of what took a second"
    metrics = world.bot.meters.text().decode()
    found = {"message": 2, "reply": 3, "edit": 2, "deletion": 2, "mark": 4}
    assert [f'tocsin_backfilled_total{{what="{what}"}} {n}.0' in metrics for what, n in found.items()] == [
        True
    ] * 5
    assert "tocsin_backfill_lag_seconds 0.0" in metrics


@pytest.mark.parametrize("times", [1, 2])
def test_events_of_the_outage_that_come_after_all_change_nothing(
    world: World, channel: tuple[Person, Room], times: int
) -> None:
    ana, _ = channel
    before = talked(world, ana)
    with outage(world) as missed:
        meanwhile(world, ana, before)
    found = [entry for entry in log(world) if entry.deleted_at is None]
    marks = ("reaction", "pin", "member", "file")
    again = [each for each in missed if not str(each["event"]["type"]).startswith(marks)]
    assert len(again) > 10
    for payload in list(reversed(again)) * times:
        assert world.deliver_to(world.bot, payload) == 200
    now = [
        entry
        for entry in log(world)
        if entry.deleted_at is None and entry.text != "gone before anybody saw it"
    ]
    assert [(e.ts, e.text, e.edited_at) for e in now if e.ts in {f.ts for f in found}] == [
        (e.ts, e.text, e.edited_at) for e in found
    ]
    world.forward(minutes=2)
    world.bot.backfill.look_everywhere()
    world.tick()
    assert in_log(world) == in_slack(world)


def test_an_entry_that_was_found_is_the_one_that_its_event_makes(
    world: World, channel: tuple[Person, Room]
) -> None:
    """Found in the first incident, told by events in the second: equal but for the time at which we learnt of it."""

    def talk(ana: Person) -> None:
        root = ana.says("Finding: the pool is *empty* & <gone>")
        ana.says("since 10:02", thread=root, files=[("graph.png", b"png")])
        ana.says("also here", thread=root, broadcast=True)
        ana.reacts(root, world.policy.emoji)
        ana.pins(root)

    ana, _ = channel
    with outage(world):
        talk(ana)
    ana.commands("/incident declare sev1 something else entirely")
    ana.channel = world.channel().channel
    talk(ana)
    world.settle()
    kept = (
        "kind",
        "text",
        "source",
        "author",
        "author_name",
        "files",
        "edited_at",
        "versions",
        "arrived",
        "data",
    )
    found, told = log(world), log(world, "INC-2026-0302-002")
    assert [[_name(getattr(e, name)) for name in kept] + [sorted(e.marks)] for e in found] == [
        [_name(getattr(e, name)) for name in kept] + [sorted(e.marks)] for e in told
    ]
    assert [e.thread_ts is None for e in found] == [True, False, False]


def _name(value: object) -> object:
    """Files by name: each has an address of its own."""
    return (
        [file["name"] for file in value]
        if isinstance(value, tuple) and value and "url" in value[0]
        else value
    )


def test_twelve_hundred_messages_are_read_page_by_page_once(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    before = history_calls(world)
    with outage(world):
        for n in range(1_200):
            ana.says(f"line {n}")
    assert len(log(world)) == 1_200
    assert in_log(world) == in_slack(world)
    assert history_calls(world) - before == 7, "1,200 and the joins, 200 a page"


def test_two_workers_read_a_channel_once(world: World, channel: tuple[Person, Room]) -> None:
    ana, room = channel
    rooms = [room.channel]
    for n in range(3):
        ana.commands(f"/incident declare sev2 service {n} is down")
        rooms.append(world.channel().channel)
    calls = history_calls(world)
    with outage(world, ticks=False):
        for where in rooms:
            for n in range(450):
                ana.says(f"line {n}", where)
    other = world.another_bot()
    at_once([partial(_reads, bot) for bot in (world.bot, other)])
    world.tick()
    for n, where in enumerate(rooms, 1):
        assert in_log(world, f"INC-2026-0302-00{n}") == in_slack(world, where.id)
    assert history_calls(world) - calls <= 2 * 4 * 4


def _reads(bot: Bot) -> None:
    for _ in range(30):
        try:
            bot.backfill.read()
        except Collision:
            continue


def test_history_that_lags_loses_nothing_and_deletes_nothing(
    world: World, channel: tuple[Person, Room]
) -> None:
    """R6: up to ten seconds."""
    ana, _ = channel
    talked(world, ana)
    world.slack.history_lag = 10.0
    with outage(world):
        ana.says("long ago")
    lagging = [ana.says(f"just now {n}") for n in range(3)]  # told by events, and not shown yet
    world.settle()
    world.bot.backfill.look_everywhere()
    world.tick()
    held = {entry.ts: entry for entry in log(world)}
    assert all(held[ts].deleted_at is None for ts in lagging)
    world.forward(minutes=1)
    assert in_log(world) == in_slack(world)


def test_what_history_shows_only_later_is_read_at_the_next_look(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    with outage(world):
        ana.says("in time")
    door, world.slack.door = world.slack.door, HttpDoor(_refused)
    world.slack.history_lag = 10.0
    ana.says("lost, and not shown yet")
    world.bot.backfill.look_everywhere()
    world.bot.backfill.read()
    assert [entry.text for entry in log(world)] == ["in time"]
    world.slack.pump()
    world.clock.move(timedelta(seconds=30))
    ana.says("after it, and told")
    world.clock.move(timedelta(seconds=30))
    world.bot.backfill.look_everywhere()
    world.bot.backfill.read()
    assert [entry.text for entry in log(world)] == [
        "in time",
        "lost, and not shown yet",
        "after it, and told",
    ]
    world.slack.door = door
    world.tick()
    assert in_log(world) == in_slack(world, room.id)


def _refused(_path: str, _body: bytes, _headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    raise ConnectionRefusedError


@pytest.mark.parametrize("kind", ["429", "500", "timeout", "lost_reply", "internal_error"])
def test_trouble_with_history_delays_and_loses_nothing(
    world: World, channel: tuple[Person, Room], kind: str
) -> None:
    ana, _ = channel
    before = talked(world, ana)
    for method in ("conversations.history", "conversations.replies"):
        world.slack.faults.add(method, kind, times=2, retry_after=3)
    with outage(world):
        meanwhile(world, ana, before)
    ticking(world, 50)
    assert in_log(world) == in_slack(world)
    early = [call.at for call in world.slack.calls_of("conversations.history") if call.fault]
    assert len(early) == 2
    assert kind != "429" or early[1] - early[0] >= 3, "no call before its time"


def test_a_cursor_that_slack_no_longer_knows_begins_the_look_anew(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, _ = channel
    world.slack.faults.add("conversations.history", "invalid_cursor", nth=2)
    with outage(world):
        for n in range(300):
            ana.says(f"line {n}")
    assert in_log(world) == in_slack(world)


def test_a_look_goes_on_where_a_dead_process_left_it(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    with outage(world):
        for n in range(500):
            ana.says(f"line {n}")
        world.slack.faults.add("conversations.history", "429", nth=2, retry_after=30)
    asked = [call.args for call in world.slack.calls_of("conversations.history")]
    world.clock.move(timedelta(seconds=1))
    world.bot.store.close()
    world.clock.move(timedelta(seconds=30))
    world.bot = world.another_bot()
    world.tick()
    assert in_log(world) == in_slack(world)
    cursors = [call.args.get("cursor") for call in world.slack.calls_of("conversations.history")]
    assert cursors[len(asked) :] == [asked[-1]["cursor"], *cursors[len(asked) + 1 :]]


def test_a_deletion_that_history_undoes_was_none(world: World, channel: tuple[Person, Room]) -> None:
    """An event says that it was deleted; Slack shows it all the same, and Slack is right."""
    ana, room = channel
    ts = ana.says("still here")
    world.settle()
    world.sends({
        "type": "message", "subtype": "message_deleted", "channel": room.id, "deleted_ts": ts, "hidden": True,
        "ts": ts, "previous_message": {"ts": ts, "user": ana.id}, "channel_type": "channel",
    })  # fmt: skip
    assert in_log(world) == {}
    world.forward(minutes=1)
    world.bot.backfill.look_everywhere()
    world.tick()
    assert in_log(world) == in_slack(world)


def test_a_mark_whose_removal_overtook_it_is_taken_off(world: World, channel: tuple[Person, Room]) -> None:
    ana, _ = channel
    ts = ana.says("to be marked")
    world.settle()
    ana.reacts(ts, world.policy.emoji)
    ana.unreacts(ts, world.policy.emoji)
    both = [each.payload for each in world.slack.deliveries.waiting]
    for payload in reversed(both):
        assert world.deliver_to(world.bot, payload) == 200
    assert [entry.marks for entry in log(world)] == [(f"emoji:{ana.id}",)]
    world.slack.door = HttpDoor(_refused)
    for _ in range(3):
        world.slack.pump()
        world.clock.move(timedelta(minutes=7))
    world.slack.deliveries.lost.clear()
    world.bot.backfill.look_everywhere()
    world.bot.backfill.read()
    assert [entry.marks for entry in log(world)] == [()]


def test_an_edit_of_another_bot_that_bears_no_sign_is_found(
    world: World, channel: tuple[Person, Room]
) -> None:
    ana, room = channel
    world.slack.add_user("graphs", real_name="Graphs", is_bot=True)
    graphs = world.slack.person("graphs")
    graphs.joins(room.channel)
    ts = graphs.says("error rate 4%", room.channel)
    world.settle()
    world.clock.move(STEP)
    with outage(world):
        graphs.edits(ts, "error rate 40%", room.channel)
        room.channel.by_ts[ts].edited = None
    (entry,) = (each for each in log(world) if each.ts == ts)
    assert (entry.text, [version["text"] for version in entry.versions]) == (
        "error rate 40%",
        ["error rate 4%"],
    )
    for _ in range(2):
        world.forward(minutes=1)
        world.bot.backfill.look_everywhere()
        world.tick()
    assert len(next(each for each in log(world) if each.ts == ts).versions) == 1, "and found once"
    assert said(world, ana, "timeline --all").count("error rate") == 1


def test_a_draft_waits_for_what_was_said_while_no_bot_ran(world: World, channel: tuple[Person, Room]) -> None:
    """Close, then the bot dies before the draft is made: what people say meanwhile is in it."""
    ana, room = channel
    world.slack.faults.add("conversations.history", "429", retry_after=40)
    with outage(world):
        ana.says("Finding: the pool was empty")
    world.clock.move(timedelta(seconds=1))
    ana.commands("/incident resolve the pool is full again")
    ana.commands("/incident close")
    world.tick()
    assert room.keyed("draft") == []
    ticking(world, 45)
    assert len(room.keyed("draft")) == 1
    draft = next(iter(world.slack.files.values())).content or b""
    assert b"the pool was empty" in draft
    assert b"may be incomplete" not in draft
