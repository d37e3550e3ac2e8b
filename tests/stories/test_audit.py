"""The audit: nothing in a sound database, however long; each defect that is made by hand is found, told and counted."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from bot.domain.schedule import TimerKind
from bot.sandbox import Person
from bot.store import tables
from tests.world import World, changed, in_channel

INC = "INC-2026-0302-001"


def sql(world: World, statement: object) -> None:
    """What no part of the bot does."""
    with world.bot.store.engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def gauge(world: World, name: str) -> float:
    lines = world.bot.meters.text().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"tocsin_{name} "))


def test_a_long_and_eventful_incident_is_sound_all_the_while(world: World, ana: Person) -> None:
    steps = (
        "update looking into it", "snooze 20m", "sev sev2", "pause 30m waiting for parts", "resume", "sev sev1",
        "update identified it is the pool next=25m", "undo", "long", "mitigate", "resolve", "reopen it is back",
        "resolve over", "close",
    )  # fmt: skip
    for step in steps:
        world.forward(minutes=37)
        ana.commands(f"/incident {step}")
        world.settle()
        assert world.audited() == (0, 0), step
    world.restart()
    world.forward(hours=30)
    assert world.audited() == (0, 0)
    assert gauge(world, "nudges_missing") == gauge(world, "nudges_duplicate") == 0
    assert gauge(world, "timers_mended") == 0


def test_a_timer_that_is_gone_is_found_made_anew_and_fires(
    world: World, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world.defects = True
    sql(world, delete(tables.timers).where(tables.timers.c.kind == TimerKind.NUDGE))
    assert world.audited() == (1, 0)
    assert f"{INC}: a timer is missing: nudge" in caplog.text
    assert gauge(world, "nudges_missing") == gauge(world, "timers_mended") == 1
    assert world.audited() == (0, 0)
    world.forward(minutes=15)
    assert len(world.channel().nudges) == 1


def test_a_timer_at_another_time_than_the_incident_says_is_set_right(world: World, ana: Person) -> None:
    world.defects = True
    late = world.clock.now().replace(year=2027)
    sql(world, update(tables.timers).where(tables.timers.c.kind == TimerKind.NUDGE).values(due_at=late))
    assert world.audited() == (1, 0)
    world.forward(minutes=15)
    assert len(world.channel().nudges) == 1


def test_a_nudge_whose_call_is_gone_is_told_once_for_as_long_as_it_matters(
    world: World, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world.defects = True
    world.forward(minutes=31)
    sql(world, delete(tables.outbox).where(tables.outbox.c.key == f"nudge:{INC}:2"))
    caplog.set_level(logging.ERROR)
    assert world.audited() == world.audited() == (1, 0)
    assert caplog.text.count(f"{INC}: a nudge that it counts was never planned: 2") == 1
    ana.commands("/incident resolve over")
    world.forward(hours=25)
    assert world.audited() == (0, 0)


def test_each_of_very_many_defects_is_counted_and_logged_once(
    world: World, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world.defects = True
    changed(world, nudges=600)
    assert world.audited() == (600, 0)
    assert "the audit found 580 more of the kind" in caplog.text
    caplog.clear()
    assert world.audited() == (600, 0)
    assert [line for line in caplog.messages if INC in line or "audit" in line] == []


def test_a_second_nudge_for_one_due_time_is_a_duplicate(world: World, ana: Person) -> None:
    world.defects = True
    world.forward(minutes=15)
    with world.bot.store.engine.begin() as connection:
        row = connection.execute(select(tables.outbox).where(tables.outbox.c.key == f"nudge:{INC}:1")).one()
        copy = {**row._mapping, "id": None, "key": f"nudge:{INC}:2"}  # noqa: SLF001 - SQLAlchemy's public name
        del copy["id"]
        connection.execute(insert(tables.outbox).values(**copy))
    assert world.audited() == (0, 2), "not counted by the incident, and for a due time that had its nudge"


def test_a_timer_that_is_tried_and_fails_is_missing_at_the_second_look(world: World, ana: Person) -> None:
    world.defects = True
    world.clock.move(world.policy.severity("sev1").update_every * 2)
    assert world.audited() == (0, 0), "the ticks may only just have begun"
    assert world.audited() == (2, 0), "the nudge, and the question who takes which role"
    world.tick()
    assert world.audited() == (0, 0)


def test_a_nudge_that_slack_refused_is_told_to_people_and_so_not_missing(world: World, ana: Person) -> None:
    world.defects = True
    world.forward(minutes=10)
    world.expects_errors("msg_blocks_too_long")
    world.slack.faults.add("chat.postMessage", "msg_blocks_too_long")
    world.forward(minutes=15)
    assert "reminder" in in_channel(world)
    assert world.audited() == (0, 0)
    sql(world, delete(tables.outbox).where(tables.outbox.c.key.like("trouble%")))
    assert world.audited() == (1, 0)


def test_a_double_that_cannot_be_deleted_is_counted(world: World, ana: Person) -> None:
    world.defects = True
    world.forward(minutes=15)
    room, key = world.channel(), f"nudge:{INC}:1"
    (said,) = room.keyed("nudge")
    world.slack.call(
        "chat.postMessage",
        {"channel": room.id, "text": said.text, "metadata": said.metadata},
        world.slack.bot_token,
    )
    sql(world, update(tables.outbox).where(tables.outbox.c.key == key).values(not_before=1.0))
    world.expects_errors("cant_delete_message")
    world.slack.faults.add("chat.delete", "cant_delete_message")
    world.bot.outbox.tidy()
    assert world.audited() == (0, 1)
    (copy,) = [m for m in room.messages if m.metadata == said.metadata and m.ts != said.ts]
    world.slack.call("chat.delete", {"channel": room.id, "ts": copy.ts}, world.slack.bot_token)


def test_of_two_processes_one_audits_and_both_tell_what_it_found(world: World, ana: Person) -> None:
    world.defects = True
    other = world.another_bot()
    sql(world, delete(tables.timers).where(tables.timers.c.kind == TimerKind.NUDGE))
    assert world.audited() == (1, 0)
    assert other.audit.check() is None
    assert b"tocsin_nudges_missing 1.0" in other.meters.text()
    world.clock.seconds += 61
    assert other.audit.check() is not None
    assert gauge(world, "nudges_missing") == 0


def test_a_sandbox_begun_anew_is_sound(world: World, ana: Person) -> None:
    world.forward(minutes=31)
    ana.commands("/incident resolve over")
    world.settle()
    with world.bot.store.begin() as tx:
        tx.forget_workspace()
    assert world.audited() == (0, 0)


def test_an_incident_that_was_changed_in_between_is_no_finding(world: World, ana: Person) -> None:
    """What was read without a lock is looked at once more under it."""
    with world.bot.store.begin() as tx:
        incident = tx.incident(INC)
        assert incident is not None
        facts = tx.audit.facts([replace(incident, nudges=7)])
    assert len(facts[0].nudges) == 0
    assert world.bot.audit._confirmed(INC) == ()  # noqa: SLF001 - as after a page that was read before a change
