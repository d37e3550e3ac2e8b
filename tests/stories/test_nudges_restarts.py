"""Nudges across downtimes, and with several bots on one database: one catch-up, never a burst, each said once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from tests.world import START, World, at_once, declared, heads, ticks


def test_after_three_missed_nudges_a_restart_says_one_and_marks_it_late(world: World) -> None:
    """Replay G, DR-24."""
    _, room = declared(world)
    world.restart(after=timedelta(minutes=50))
    assert len(room.nudges) == 1
    assert "late by 35 min" in room.nudges[0]
    world.forward(minutes=10, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2
    assert "late" not in room.nudges[1]


def test_after_five_missed_nudges_the_grid_is_the_same_as_before(world: World) -> None:
    """DR-24: dues at 15, 30, 45, 60, 75 were missed; then 90, 105, 120 as ever."""
    _, room = declared(world)
    world.restart(after=timedelta(minutes=80))
    assert len(room.nudges) == 1
    for number in (2, 3, 4):
        world.forward(minutes=10 if number == 2 else 15, seconds=-1)
        assert len(room.nudges) == number - 1
        world.forward(seconds=1)
        assert len(room.nudges) == number


def test_a_restart_in_time_says_nothing_of_being_late(world: World) -> None:
    _, room = declared(world)
    world.restart(after=timedelta(minutes=14, seconds=59))
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    assert "late" not in room.nudges[0]


def test_a_nudge_that_stood_before_a_restart_shrinks_after_it(world: World) -> None:
    """DR-2 across processes: the next bot knows what the former one said."""
    ana, room = declared(world)
    world.forward(minutes=15)
    world.restart(after=timedelta(minutes=20))
    assert heads(room)[0] == "A status update was due here; see the reminder below."
    assert heads(room)[1].startswith("2nd reminder")
    ana.commands("/incident update back again")
    world.settle()
    assert heads(room)[1] == "A status update was due here; it was posted."


def test_several_incidents_each_get_their_one_catch_up(world: World) -> None:
    """DR-24: per incident."""
    ana, first = declared(world)
    ana.commands("/incident declare sev2 payments are slow", channel="general")
    second = world.channel()
    ana.commands("/incident declare sev3 mails are late", channel="general")
    third = world.channel()
    world.restart(after=timedelta(minutes=59))
    assert [len(room.nudges) for room in (first, second, third)] == [1, 1, 0]


def test_a_timer_that_fails_holds_up_no_other(world: World) -> None:
    """A draft that cannot be made (its format is gone) keeps no other incident from its nudge."""
    ana, room = declared(world)
    ana.commands("/incident declare sev3 mails are late", channel="general")
    with world.bot.store.begin() as tx:
        broken = tx.incident("INC-2026-0302-002", lock=True)
        assert broken is not None
        tx.save_incident(replace(broken, draft_due_at=world.clock.now(), draft_format="of former days"))
    world.forward(minutes=15)
    assert len(room.nudges) == 1


def test_two_bots_that_tick_in_turns_say_each_nudge_once(world: World) -> None:
    """RELIABILITY promise 2: any number of workers."""
    _, room = declared(world)
    other = world.another_bot()
    for quarter in range(1, 9):
        world.clock.move(START + timedelta(minutes=15 * quarter) - world.clock.now())
        bots = (world.bot, other) if quarter % 2 else (other, world.bot)
        for bot in bots:
            bot.due.fire()
        for bot in reversed(bots):
            bot.outbox.deliver()
        world.settle()
        assert len(room.nudges) == quarter


def test_two_bots_that_tick_at_the_same_moment_say_each_nudge_once(world: World) -> None:
    """RELIABILITY promise 2: from two threads, each with connections of its own."""
    ana, first = declared(world)
    ana.commands("/incident declare sev1 payments are slow", channel="general")
    second = world.channel()
    bots = (world.bot, world.another_bot())
    for quarter in range(1, 7):
        world.clock.move(START + timedelta(minutes=15 * quarter) - world.clock.now())
        at_once([partial(ticks, bot) for bot in bots])
        world.settle()
        assert [len(room.nudges) for room in (first, second)] == [quarter, quarter]


def test_a_resolve_and_a_nudge_decided_at_the_same_moment_leave_silence(world: World) -> None:
    """DR-1, R14: whichever is first in the database, nothing is said after the resolve."""
    ana, _ = declared(world)
    other = world.another_bot()
    for _ in range(4):
        ana.commands("/incident declare sev1 again", channel="general")
        room = world.channel()
        ref = room.name[:17].upper()
        world.clock.move(timedelta(minutes=15))
        resolve = partial(other.incidents.resolve, ref, by=ana.id, message="done")
        at_once([partial(ticks, world.bot), resolve])
        world.tick()
        assert not [words for words in room.nudges if "no longer needed" not in words]


def test_a_nudge_said_by_one_bot_is_answered_through_the_other(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=15)
    first, world.bot = world.bot, world.another_bot()
    ana.commands("/incident update from elsewhere")
    world.settle()
    world.bot = first
    assert heads(room) == ["A status update was due here; it was posted."]
