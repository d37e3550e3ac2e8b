"""Reminders of a postmortem that is to be written: the owner alone, then the channel, then one line (DR-23)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incident import Incident
from bot.sandbox import Message, Person
from tests.reviews import labels
from tests.world import Room, World, at_once, changed, joined, key_of, said

INC = "INC-2026-0302-001"
MANAGERS = '[postmortem]\nescalate_to = "managers"\n[target.managers]\nchannel = "managers"\n'


def closed(world: World, more: str = "") -> tuple[Person, Person, Room]:
    """Ana's sev2, closed at 09:00 on the 2nd; Ben owns its postmortem, due on the 4th at 09:00."""
    ana = world.person("ana")
    ana.commands(f"/incident declare sev2 checkout is down {more}")
    room = world.channel()
    ana.channel = room.channel
    ben = world.person("ben")
    if "--private" in more:
        ana.invites("ben", room.channel)
        ben.channel = room.channel
        world.settle()
    else:
        ben = joined(world, "ben")
    said(world, ana, "postmortem owner @ben")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    return ana, ben, room


def incident(world: World) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(INC)
    assert found is not None
    return found


def of_review(messages: list[Message]) -> list[Message]:
    """Reminders, and the line after them."""
    return [m for m in messages if key_of(m).startswith(("review:", "review-overdue:", "digest:"))]


def times(messages: list[Message]) -> list[str]:
    """When each reminder was said."""
    return [f"{datetime.fromtimestamp(float(m.ts), UTC):%d %H:%M}" for m in of_review(messages)]


@pytest.fixture
def managers(world: World) -> Room:
    return Room(world, world.slack.add_channel("managers", bot=True))


# The neglected one


@pytest.mark.parametrize("policy", [MANAGERS])
def test_the_neglected_one_every_reminder_at_its_time_then_one_line_to_the_target(
    world: World, managers: Room
) -> None:
    """DR-23: 24 h and 4 h before, when due, a day after with the channel, two days after the target; then nothing."""
    ana, ben, room = closed(world)
    world.forward(days=1, seconds=-1)
    assert of_review(world.dm(ben)) == []
    world.forward(days=30)
    alone = of_review(world.dm(ben))
    assert times(world.dm(ben)) == ["03 09:00", "04 05:00", "04 09:00", "05 09:00"]
    assert "in 1 d, and is a draft" in alone[0].words
    assert labels(alone[0]) == ["Write", "Send to review", "Checklist", "Remind me tomorrow"]
    assert labels(alone[3]) == ["Write", "Send to review", "Checklist"]
    assert "in 4 h, and is a draft" in alone[1].words
    assert "is due now, and is a draft" in alone[2].words
    assert ", 1 d ago, and is a draft" in alone[3].words
    assert "Otherwise managers hear of it <!date" in alone[3].words
    assert "2026-03-06 09:00:00 UTC" in alone[3].words
    assert times(room.messages) == ["05 09:00"]
    assert of_review(room.messages)[0].words.startswith(f"<@{ben.id}>: the postmortem of `{INC}`")
    assert times(managers.messages) == ["06 09:00"]
    (line,) = managers.messages.words
    assert line.startswith(
        f"*Postmortem overdue by 2 d*: `{INC}` (checkout is down), SEV-2 (P1 · High), is a draft."
    )
    assert "Owner: @Ben · due <!date" in line
    assert of_review(world.dm(ana)) == []


def test_where_the_policy_names_nobody_the_channel_reads_why_nobody_else_is_told(world: World) -> None:
    _, ben, room = closed(world)
    world.forward(days=30)
    assert times(room.messages) == ["05 09:00", "06 09:00"]
    assert of_review(room.messages)[1].words == (
        f"<@{ben.id}>: the postmortem is 2 d overdue. This was the last reminder; nobody else is told, because the "
        "policy names nobody who would be (`escalate_to` in `[postmortem]`)."
    )
    assert len(of_review(world.dm(ben))) == 4


@pytest.mark.parametrize(
    "policy",
    ['[postmortem]\nescalate_to = "managers"\n[target.managers]\nusers = ["@eva", "@fay"]\n',
     '[postmortem]\nescalate_to = "managers"\n[target.managers]\nusergroup = "@leads"\n'],
)  # fmt: skip
def test_the_target_may_be_people_or_a_group(world: World, policy: str) -> None:
    people = [world.person(name) for name in ("eva", "fay")]
    if "usergroup" in policy:
        world.slack.add_group("leads", [one.id for one in people])
    world.bot.directory.refresh()
    world.settle()
    closed(world)
    world.forward(days=30)
    for person in people:
        assert times(world.dm(person)) == ["06 09:00"]


@pytest.mark.parametrize("policy", [MANAGERS])
def test_a_target_that_slack_refuses_is_said_with_the_way_by_hand(world: World) -> None:
    """DR-25: there is no channel of that name."""
    world.expects_errors("channel_not_found")
    _, _, room = closed(world)
    world.forward(days=5)
    (trouble,) = room.keyed("trouble").words
    assert "the line about an overdue postmortem" in trouble


def test_an_owner_whom_slack_does_not_let_the_bot_reach_is_named_in_the_channel(world: World) -> None:
    """DR-14: once."""
    world.expects_errors("cannot_dm_bot")
    _, _, room = closed(world)
    world.slack.faults.add("conversations.open", "cannot_dm_bot", times=9)
    world.forward(days=2)
    (trouble,) = room.keyed("trouble").words
    assert "a reminder of the postmortem to its owner" in trouble
    assert "`/incident postmortem status`" in trouble


# It stops


@pytest.mark.parametrize("line", ["postmortem status reviewed --anyway small", "reopen it is back"])
def test_it_stops_once_it_is_reviewed_or_the_incident_is_open_again(world: World, line: str) -> None:
    ana, ben, room = closed(world)
    world.forward(hours=30)
    said(world, ana, line)
    if line.startswith("reopen"):
        changed(world, nudge_due_at=None, update_due_at=None)
    world.forward(days=6)
    assert times(world.dm(ben)) == ["03 09:00"]
    assert of_review(room.messages) == []


def test_in_review_it_is_still_due_and_says_what_is_next(world: World) -> None:
    _, ben, _ = closed(world)
    said(world, ben, "postmortem status in-review")
    world.forward(days=2)
    last = of_review(world.dm(ben))[-1]
    assert "is due now, and is in review" in last.words
    assert f"`/incident postmortem status {INC} reviewed`" in last.words
    ben.clicks("Mark reviewed", channel="@tocsin")
    world.settle()
    assert "open on the checklist" in ben.hears("@tocsin")[-1].words, "asked once more, by the button too"


def test_a_reminder_on_its_way_when_it_becomes_reviewed_is_never_said(world: World) -> None:
    """DR-1: the state is read again just before it is sent."""
    _, ben, _ = closed(world)
    world.forward(days=1, seconds=-1)
    world.slack.faults.add("conversations.open", "429", retry_after=30)
    world.clock.move(timedelta(seconds=1))
    world.tick()
    said(world, ben, "postmortem status reviewed --anyway small")
    world.forward(minutes=1)
    assert of_review(world.dm(ben)) == []


# Tomorrow


def test_remind_me_tomorrow_puts_the_next_one_off_by_a_day(world: World) -> None:
    _, ben, room = closed(world)
    world.forward(hours=30)
    ben.clicks("Remind me tomorrow", channel="@tocsin")
    world.settle()
    assert f"You are reminded of the postmortem of `{INC}` again <!date" in ben.hears("@tocsin")[-1].words
    world.forward(days=6)
    assert times(world.dm(ben)) == ["03 09:00", "04 15:00", "05 09:00"]
    assert times(room.messages) == ["05 09:00", "06 09:00"], "what others hear is not put off"
    (first, *_) = of_review(world.dm(ben))
    ben.clicks("Remind me tomorrow", message=first.ts, channel="@tocsin")
    world.settle()
    assert "is overdue, and its reminder stays" in ben.hears("@tocsin")[-1].words


# Restarts, workers


def test_after_a_downtime_one_reminder_comes_and_the_line_a_day_later(world: World) -> None:
    """DR-24: everything was missed; the owner hears first."""
    _, ben, room = closed(world)
    world.restart(after=timedelta(days=5))
    assert times(world.dm(ben)) == ["07 09:00"]
    assert times(room.messages) == ["07 09:00"]
    world.forward(days=1)
    assert times(world.dm(ben)) == ["07 09:00"]
    assert times(room.messages) == ["07 09:00", "08 09:00"]


def test_a_restart_in_the_middle_changes_nothing(world: World) -> None:
    _, ben, room = closed(world)
    for _ in range(10):
        world.restart(after=timedelta(hours=5))
        world.forward(hours=7)
    assert times(room.messages) == ["05 09:00", "06 09:00"]
    heard = times(world.dm(ben))
    assert heard[0] == "03 09:00"
    assert len(heard) == 4


def test_two_workers_say_each_reminder_once(world: World) -> None:
    _, ben, room = closed(world)
    other = world.another_bot()
    for hours in (24, 20, 4, 24, 24):
        world.clock.move(timedelta(hours=hours))
        at_once([world.bot.due.fire, other.due.fire])
        at_once([world.bot.outbox.deliver, other.outbox.deliver])
        world.tick()
    assert [key_of(m) for m in of_review(world.dm(ben))] == [f"review:{INC}:{n}" for n in (1, 2, 3, 4)]
    assert [key_of(m) for m in of_review(room.messages)] == [f"review-overdue:{INC}:{n}" for n in (4, 5)]


# Where it is said


def test_once_the_channel_is_archived_owner_and_commander_hear_it_alone(world: World) -> None:
    """DR-15."""
    ana, ben, room = closed(world)
    said(world, ben, "postmortem due 2026-03-20 09:00 the vendor")
    world.forward(days=17)
    assert room.channel.is_archived
    world.forward(days=4)
    assert times(world.dm(ben)) == ["19 09:00", "20 05:00", "20 09:00", "21 09:00"]
    (told,) = of_review(world.dm(ana))
    assert times([told]) == ["21 09:00"]
    assert f"Its owner is <@{ben.id}>; its channel is closed, so you hear of it here." in told.words
    assert world.dm(ana)[-1] is told or "trouble" not in key_of(world.dm(ana)[-1])
    said(world, ana, f"postmortem status {INC} in-review")
    assert "Postmortem of `INC-2026-0302-001`: in review" in world.dm(ben).words[-1]


def test_a_channel_that_people_archived_does_not_silence_it(world: World) -> None:
    """DR-15: the owner hears it as ever, the commander that it could not be said."""
    world.expects_errors("is_archived")
    ana, ben, room = closed(world)
    ana.archives(room.channel)
    world.forward(days=4)
    assert times(world.dm(ben)) == ["03 09:00", "04 05:00", "04 09:00", "05 09:00"]
    told = [words for words in world.dm(ana).words if "the postmortem is overdue" in words]
    assert len(told) == 1


@pytest.mark.parametrize("policy", [MANAGERS])
def test_a_private_one_is_spoken_of_inside_and_to_its_people_alone(world: World, managers: Room) -> None:
    """DR-28: no line to anybody outside; a reviewer is let in."""
    ana, ben, room = closed(world, "--private")
    world.person("cem")
    said(world, ben, "postmortem review @cem")
    assert world.people["cem"].id in room.channel.members
    world.forward(days=6)
    assert times(world.dm(ben)) == ["03 09:00", "04 05:00", "04 09:00", "05 09:00"]
    assert times(room.messages) == ["05 09:00", "06 09:00"]
    assert "because the incident is private" in of_review(room.messages)[1].words
    assert "managers hear of it" not in of_review(world.dm(ben))[-1].words
    assert managers.messages == []
    assert of_review(world.dm(ana)) == []


def test_an_owner_who_left_a_private_one_hears_nothing_alone(world: World) -> None:
    """DR-28: what they would have been told stands inside."""
    _, ben, room = closed(world, "--private")
    ben.leaves(room.channel)
    before = len(world.dm(ben))
    world.forward(days=6)
    assert world.dm(ben)[before:] == []
    assert times(room.messages) == ["03 09:00", "04 05:00", "04 09:00", "05 09:00", "06 09:00"]
    assert [m.thread_ts is None for m in of_review(room.messages)] == [False, False, False, True, True]


@pytest.mark.parametrize("policy", [MANAGERS])
def test_a_drill_is_spoken_of_in_its_channel_alone(world: World, managers: Room) -> None:
    """R-DRL-2."""
    ana, ben, room = closed(world, "--drill")
    said(world, ana, "postmortem review @ben")
    world.forward(days=30)
    assert world.dm(ben) == []
    assert world.dm(ana) == []
    assert managers.messages == []
    assert times(room.messages) == ["03 09:00", "04 05:00", "04 09:00", "05 09:00", "06 09:00"]
    assert all(m.words.startswith("DRILL · ") for m in of_review(room.messages))
    assert "because this is a drill" in of_review(room.messages)[-1].words


def test_one_that_was_written_down_when_it_was_over_reminds_nobody(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev2 checkout was down at=-3h --backfill resolved=-2h")
    room = world.channel()
    ana.channel = room.channel
    said(world, ana, "close")
    world.forward(days=6)
    assert of_review(room.messages) == []
    assert of_review(world.dm(ana)) == []


# Owners


def test_an_owner_who_hands_it_on_is_reminded_no_more_and_both_are_told(world: World) -> None:
    ana, ben, _ = closed(world)
    cem = joined(world, "cem")
    world.forward(hours=25)
    said(world, ana, "postmortem owner @cem")
    assert (
        f"<@{ana.id}> handed the postmortem of `{INC}` (checkout is down) to @Cem" in world.dm(ben).words[-1]
    )
    assert "made you the owner" in world.dm(cem).words[-1]
    world.forward(days=6)
    assert times(world.dm(ben)) == ["03 09:00"]
    assert times(world.dm(cem)) == ["04 05:00", "04 09:00", "05 09:00"]
    said(world, cem, f"postmortem {INC} owner @ben")
    assert len([w for w in world.dm(cem).words if "handed" in w]) == 0, "whoever hands on knows it"


def test_the_postmortem_of_a_deactivated_owner_goes_to_the_commander(world: World) -> None:
    ana, ben, room = closed(world)
    world.settle()
    world.slack.deactivate("ben")
    world.settle()
    (told,) = room.keyed("review-owner").words
    assert told.startswith(
        f"<@{ben.id}>, who owned the postmortem, is no longer in this workspace. <@{ana.id}> has it"
    )
    assert "You own the postmortem" in world.dm(ana).words[-1]
    world.forward(days=2)
    assert times(world.dm(ana)) == ["03 09:00", "04 05:00", "04 09:00"]
    assert room.keyed("absent") == []


def test_where_nobody_is_left_the_channel_is_asked(world: World) -> None:
    _, _, room = closed(world)
    world.settle()
    world.slack.deactivate("ana")
    world.slack.deactivate("ben")
    world.settle()
    assert (
        "Nobody has it now. Whoever takes it: `/incident postmortem owner me`"
        in room.keyed("review-owner").words[-1]
    )
    world.forward(days=1)
    (asked,) = of_review(room.messages)
    assert asked.words.startswith("Nobody owns it: the postmortem of")
    assert "Whoever takes it: `/incident postmortem owner me`" in asked.words
