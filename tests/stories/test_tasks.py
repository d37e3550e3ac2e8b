"""Tasks: kept in the card's thread, asked about when their time is over, done once (DR-2, DR-4, DR-20)."""

from datetime import timedelta

import pytest

from bot.sandbox import Message, Person
from tests.world import World, declared, said

INC = "INC-2026-0302-001"


def buttons(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]


def joins(world: World, name: str) -> Person:
    """Somebody who stands in the newest incident's channel."""
    person = world.person(name)
    person.joins(world.channel().channel)
    person.channel = world.channel().channel
    return person


def heard(world: World, person: Person) -> list[str]:
    """What only this person was shown in their direct messages with the bot."""
    world.settle()
    return [each.words for each in person.hears("@tocsin") if each.ephemeral_for == person.id]


# Adding


@pytest.mark.parametrize(
    ("line", "text", "owner"),
    [
        ("task add restart app servers @alex in=10m", "restart app servers", "alex"),
        ("task add @alex restart app servers in=10m", "restart app servers", "alex"),
        ("todo add in=10m restart app servers @alex.", "restart app servers", "alex"),
        ("action add restart app servers me in=10m", "restart app servers", "ana"),
        ("task add restart owner=@alex app servers in=10m", "restart app servers", "alex"),
        ("task add tell @alex to restart in=10m", "tell @Alex to restart", None),
        ("task INC-2026-0302-001 add @alex p99=4s in=10m", "p99=4s", "alex"),
    ],
)
def test_a_task_is_kept_with_its_owner_in_the_cards_thread(
    world: World, line: str, text: str, owner: str | None
) -> None:
    """DR-2, DR-20: one line below the card, nothing in the channel."""
    ana, room = declared(world)
    world.person("alex")
    before = [each.words for each in room.messages if each.thread_ts is None]
    answer = said(world, ana, line)
    who = f"<@{world.people[owner].id}>" if owner else None
    assert (f"Task 1 is added for {who}, who is asked about it" if who else "Nobody owns it yet") in answer
    (echo,) = room.keyed("echo")
    assert echo.thread_ts == room.card.ts
    assert (
        f"Task 1{f' for {who}' if who else ', nobody' + chr(39) + 's yet'}: {text} (by <@{ana.id}>"
        in echo.words
    )
    assert [each.words for each in room.messages if each.thread_ts is None][1:] == before[1:]
    assert "Open tasks: 1" in world.channel().card.words
    assert text in said(world, ana, "task")


def test_tasks_are_listed_with_owner_and_time_and_nobodys_stand_out(world: World) -> None:
    ana, _ = declared(world)
    alex = world.person("alex")
    assert f"`{INC}` has no task. To add one: `/incident task add" in said(world, ana, "task list")
    said(world, ana, "task add restart <!channel> & more @alex in=10m")
    said(world, ana, "task add call the vendor")
    said(world, ana, "task add write it down me")
    said(world, ana, "task done 3")
    for line in ("task", "task list", "todo", f"task {INC} list"):
        answer = said(world, ana, line)
        assert f"1. restart &lt;!channel&gt; &amp; more · <@{alex.id}> · due" in answer
        assert "2. call the vendor · *nobody's*" in answer
        assert f"3. done: write it down · by <@{ana.id}>" in answer
    status = said(world, ana, "status")
    assert f"Open tasks:\n1. restart &lt;!channel&gt; &amp; more · <@{alex.id}> · due" in status
    assert "write it down" not in status
    assert "Open tasks: 2 (1 without an owner) · `/incident task`" in world.channel().card.words


def test_a_task_is_no_update(world: World) -> None:
    """DR-4."""
    ana, room = declared(world)
    world.forward(minutes=10)
    said(world, ana, "task add restart me in=2m")
    world.forward(minutes=3)
    said(world, ana, "task done 1")
    world.forward(minutes=2)
    assert len(room.nudges) == 1


NO_TASK = (
    ("task add @alex in=5m", "What is to be done?", "Next: `/incident task add restart"),
    ("task add x in=0m", "'0m' is not longer than zero", "You typed: /incident task add x in=0m"),
    ("task add x in=2y", "'2y' is not a duration", "20m"),
    ("task add x in=400d", "'400d' is too long", "366 d"),
    ("task add x @zzyzx", "Nobody here is called '@zzyzx'", "Slack's list"),
    ("task add x @tocsin", "is a bot or a deactivated account", "Name a person"),
    ("task add x owner=ben", "'ben' is not a person", "Write @name or me"),
    ("task done", "Which task? Write its number.", f"Next: `/incident task list {INC}`"),
    ("task done it", "Which task? Write its number.", f"Next: `/incident task list {INC}`"),
    ("task done 9", f"{INC} has no task 9.", f"Next: `/incident task list {INC}`"),
    ("task give 9 @alex", f"{INC} has no task 9.", f"Next: `/incident task list {INC}`"),
    ("task give 1", "Who should have task 1?", "Next: `/incident task give 1 me`"),
    ("task restart the servers", "'restart' is nothing", "Next: `/incident task add restart the servers`"),
)


def test_what_is_no_task_is_refused_with_a_way_on(world: World) -> None:
    """DR-16."""
    ana, room = declared(world)
    world.person("alex")
    for line, sentence, following in NO_TASK:
        answer = said(world, ana, line)
        assert sentence in answer, line
        assert following in answer, answer
    assert room.keyed("echo") == []


def test_a_long_text_is_kept_whole_and_shown_short(world: World) -> None:
    ana, room = declared(world)
    text = "restart " * 700
    said(world, ana, f"task add {text} me")
    assert len(room.keyed("echo")[0].words) < 600
    assert "restart…" in said(world, ana, "task")
    kept = [entry for entry in world.bot.lookup.record(INC) if entry.data.get("change") == "task"]
    assert text.strip() in kept[0].text
    assert "at most 12,000 fit in one piece" in said(world, ana, "task add " + "x" * 13_000)


def test_what_looks_like_an_option_and_is_none_stays_in_the_text(world: World) -> None:
    ana, _ = declared(world)
    assert "Kept as text: due=1h (known: `in=` `owner=`)" in said(world, ana, "task add restart due=1h")


def test_a_task_is_given_to_somebody_else(world: World) -> None:
    ana, room = declared(world)
    alex = world.person("alex")
    said(world, ana, "task add call the vendor in=5m")
    assert f"Task 1 is <@{alex.id}>'s now." in said(world, ana, "task give 1 @alex")
    assert f"Task 1 is <@{alex.id}>'s already." in said(world, ana, "task give #1 @alex")
    assert f"Task 1 is <@{alex.id}>'s now: call the vendor" in room.keyed("echo").words[-1]
    world.forward(minutes=5)
    assert "call the vendor" in world.dm(alex).words[0]


# The check-back


def test_an_owner_is_asked_once_when_the_time_is_over(world: World) -> None:
    ana, room = declared(world)
    alex = world.person("alex")
    said(world, ana, "task add restart the app servers @alex in=10m")
    said(world, alex, f"task {INC} add look at the graphs me in=10m")
    world.forward(minutes=10, seconds=-1)
    assert world.dm(alex) == []
    world.forward(seconds=1)
    asked, own = world.dm(alex)
    assert asked.words.startswith("Task 1 was given 10 min: “restart the app servers”. How is it?")
    assert f"`{INC}` · checkout is down · <#{room.id}>" in asked.words
    assert own.words.startswith("You said 10 min for “look at the graphs”. How is it?")
    assert buttons(asked) == ["Done", "+10 min"]
    world.forward(hours=2)
    assert len(world.dm(alex)) == 2
    assert "How is it" not in "\n".join(room.messages.words), "nothing in the channel"


def test_where_nobody_owns_it_the_commander_is_asked(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "task add call the vendor in=3m")
    world.forward(minutes=3)
    (asked,) = world.dm(ana)
    assert "nobody owns this task: `/incident task give 1 @name` there" in asked.words


def test_done_by_button_is_one_line_for_whoever_was_asked_and_one_in_the_thread(world: World) -> None:
    """DR-20."""
    ana, room = declared(world)
    alex = world.person("alex")
    said(world, ana, "task add restart @alex in=5m")
    world.forward(minutes=6)
    assert alex.clicks("Done", channel="@tocsin").ok
    world.tick()
    (asked,) = world.dm(alex)
    assert (asked.words, buttons(asked)) == (f"Task 1 is done, says <@{alex.id}>: restart", [])
    assert room.keyed("echo").words[-1] == f"Task 1 is done, says <@{alex.id}>: restart"
    assert "Task 1 done: restart (@Alex) — Alex" in said(world, ana, "timeline")
    answer = said(world, ana, "task done 1")
    assert f"Task 1 is done already: <@{alex.id}> said so" in answer
    assert "Open tasks" not in world.channel().card.words


def test_done_by_words_says_what_came_of_it_and_what_is_left(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "task add restart me in=5m")
    said(world, ana, "task add call me")
    world.forward(minutes=5)
    assert "Task 1 is done. Still open: 1." in said(world, ana, "task done 1 all pods are back")
    assert room.keyed("echo").words[-1].endswith("restart. all pods are back")
    assert buttons(world.dm(ana)[0]) == []


def test_a_second_click_on_done_hears_who_was_first(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "task add restart me in=5m")
    world.forward(minutes=5)
    asked = world.dm(ana)[0].ts
    for label in ("Done", "Done", "+10 min"):
        ana.clicks(label, message=asked, channel="@tocsin")
    again, more = heard(world, ana)
    assert f"Task 1 is done already: <@{ana.id}> said so" in again
    assert f"Task 1 of {INC} is done: @Ana said so under 1 min ago." in more
    assert len(room.keyed("echo")) == 2


def test_ten_minutes_more_are_ten_minutes_more(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, "task add restart me in=5m")
    world.forward(minutes=7)
    ana.clicks("+10 min", channel="@tocsin")
    world.tick()
    (asked,) = world.dm(ana)
    assert asked.words.startswith("Task 1: restart. You are asked again")
    assert buttons(asked) == []
    world.forward(minutes=10, seconds=-1)
    assert len(world.dm(ana)) == 1
    world.forward(seconds=1)
    again = world.dm(ana)[1]
    assert again.words.startswith("Once more: “restart”. How is it now?")
    assert buttons(again) == ["Done", "+10 min"]
    said(world, ana, "task done 1")
    assert [buttons(each) for each in world.dm(ana)] == [[], []]
    assert len(room.keyed("echo")) == 2


def test_a_task_that_is_done_before_its_time_is_not_asked_about(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "task add restart me in=5m")
    said(world, ana, "task done 1")
    world.forward(hours=1)
    assert world.dm(ana) == []


def test_after_a_downtime_each_is_asked_about_once_and_late(world: World) -> None:
    """DR-24."""
    ana, _ = declared(world)
    said(world, ana, "task add restart me in=5m")
    said(world, ana, "task add call me in=10m")
    world.restart(after=timedelta(hours=1))
    first, second = world.dm(ana).words
    assert "(This question is late by 55 min.)" in first
    assert "(This question is late by 50 min.)" in second


def test_tasks_go_on_after_the_resolve_and_the_close(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "task add watch the pool me in=30m")
    said(world, ana, "resolve over")
    said(world, ana, "task add tell customers me in=40m")
    said(world, ana, "close")
    world.forward(minutes=41)
    asked = [words for words in world.dm(ana).words if "How is it?" in words]
    assert len(asked) == 2
    assert "Task 1 is done" in said(world, ana, "task done 1")
