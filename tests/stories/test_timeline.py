"""The log and the timeline: all that is said in the channel, in whatever order Slack tells it (DR-7 to DR-10)."""

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.domain.timeline import Entry
from bot.sandbox import Person
from tests.world import START, Room, World, declared


def log(world: World) -> list[Entry]:
    """What people said, oldest first: the log without the bot's own changes of state, deleted ones included."""
    return [e for e in world.bot.lookup.record("INC-2026-0302-001") if e.ts is not None]


def shown(person: Person, flags: str = "") -> str:
    """What /incident timeline answers."""
    return person.commands(f"/incident timeline {flags}").words


def stamp(seconds: float) -> str:
    """A Slack time stamp, so long after the declaration."""
    return f"{START.timestamp() + seconds:.6f}"


def said(room: Room, ts: str, text: str, **more: object) -> dict[str, object]:
    """The event of a message, by gus if nobody else is named."""
    author = {} if "bot_id" in more else {"user": room.world.person("gus").id}
    return {
        "type": "message", "channel": room.id, **author, "text": text, "ts": ts, "event_ts": ts,
        "channel_type": "channel", **more,
    }  # fmt: skip


def changed(room: Room, ts: str, text: str, at: str, former: str | None = None) -> dict[str, object]:
    """The event of an edit at *at*."""
    gus = room.world.person("gus").id
    now = {
        "type": "message",
        "user": gus,
        "text": text,
        "ts": ts,
        "edited": {"user": gus, "ts": at},
    }
    before = {"type": "message", "user": gus, "text": former or "?", "ts": ts}
    return {
        "type": "message", "subtype": "message_changed", "channel": room.id, "ts": at, "event_ts": at, "hidden": True,
        "message": now, "previous_message": before, "channel_type": "channel",
    }  # fmt: skip


def deleted(room: Room, ts: str, at: str) -> dict[str, object]:
    """The event of a deletion at *at*."""
    return {
        "type": "message", "subtype": "message_deleted", "channel": room.id, "ts": at, "event_ts": at, "hidden": True,
        "deleted_ts": ts, "previous_message": {"ts": ts, "text": "?"}, "channel_type": "channel",
    }  # fmt: skip


# What is kept


def test_everything_that_people_say_is_in_the_log_at_the_time_it_was_said(world: World) -> None:
    """DR-7: text, thread replies, replies that are also sent to the channel, files."""
    ana, _ = declared(world)
    world.forward(minutes=2)
    first = ana.says("errors at 40%")
    world.forward(minutes=1)
    ana.says("in all regions?", thread=first)
    ana.says("yes, all", thread=first, broadcast=True)
    ana.says("see the graph", files=[("errors.png", b"png")])
    ana.says("", files=[("trace.txt", "frames")])
    world.settle()
    kept = log(world)
    assert [entry.text for entry in kept] == [
        "errors at 40%", "in all regions?", "yes, all", "see the graph", "",
    ]  # fmt: skip
    assert [entry.thread_ts for entry in kept] == [None, first, first, None, None]
    assert [entry.at - START for entry in kept][:2] == [timedelta(minutes=2), timedelta(minutes=3)]
    assert [[file["name"] for file in entry.files] for entry in kept][3:] == [["errors.png"], ["trace.txt"]]
    assert all(file["url"].startswith("http") for entry in kept for file in entry.files)
    assert "trace.txt" in shown(ana, "--all")


def test_joins_topics_purposes_and_pin_notices_are_left_out(world: World) -> None:
    ana, room = declared(world)
    ana.sets_topic("something else")
    world.person("ben").joins(room.channel)
    said_ts = ana.says("one thing")
    ana.pins(said_ts)
    for subtype in ("pinned_item", "channel_purpose", "channel_name", "channel_leave", "reminder_add"):
        world.sends(said(room, stamp(100 + len(subtype)), "noise", subtype=subtype))
    world.settle()
    assert [entry.text for entry in log(world)] == ["one thing"]


def test_what_the_bot_itself_says_edits_and_deletes_is_not_in_the_log_twice(world: World) -> None:
    """Its decisions are in the record already."""
    ana, room = declared(world)
    world.forward(minutes=46)
    ana.commands("/incident update found it")
    ana.commands("/incident note decision: fail over")
    world.settle()
    nudge = room.keyed("nudge")[0]
    assert world.slack.call("chat.delete", {"channel": room.id, "ts": nudge.ts}, world.slack.bot_token)["ok"]
    world.settle()
    assert log(world) == []
    assert shown(ana, "--all").count("found it") == 1


def test_messages_of_other_channels_are_not_kept(world: World) -> None:
    ana, _ = declared(world)
    ana.says("lunch?", "general")
    ana.joins("incidents")
    ana.says("Decision: nothing here", "incidents")
    world.settle()
    assert log(world) == []


def test_what_other_bots_say_is_kept_with_their_names(world: World) -> None:
    """DR-10; a bot speaks in text, in blocks or in attachments."""
    ana, room = declared(world)
    world.slack.add_user("pager", real_name="Pager", is_bot=True)
    pager = world.slack.person("pager")
    ana.invites("pager")
    pager.says("checkout: p99 above 2 s", room.channel)
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "FIRING"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*5xx* above 2%"}},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Silence"}}],
        },
    ]
    alert = {"bot_id": "BPROM", "subtype": "bot_message", "username": "Prometheus"}
    world.sends(said(room, stamp(10), "", **alert, blocks=blocks))
    attachment = {
        "fallback": "CPU", "pretext": "Alert", "title": "CPU", "title_link": "https://g.example/cpu", "text": "97%",
        "fields": [{"title": "host", "value": "db-1"}],
    }  # fmt: skip
    world.sends(said(room, stamp(20), "", **alert, attachments=[attachment]))
    world.sends(said(room, stamp(30), "", **alert, attachments=[{"fallback": "disk is full"}]))
    kept = {entry.text: entry.author_name for entry in log(world)}
    assert kept == {
        "checkout: p99 above 2 s": "Pager",
        "FIRING\n*5xx* above 2%": "Prometheus",
        "Alert\n<https://g.example/cpu|CPU>\n97%\nhost: db-1": "Prometheus",
        "disk is full": "Prometheus",
    }
    assert "CPU (https://g.example/cpu)" in shown(ana, "--all")


def test_a_bots_silent_edit_is_followed_and_an_unfurled_link_is_no_edit(world: World) -> None:
    """chat.update with blocks leaves no sign of an edit; a link's preview comes as a change as well."""
    ana, room = declared(world)
    prometheus = world.slack.add_user("prometheus", real_name="Prometheus", is_bot=True)
    alert = {"user": prometheus.id, "bot_id": prometheus.bot_id, "bot_profile": {"name": "Prometheus"}}
    world.sends(said(room, stamp(10), "FIRING: 5xx", **alert))
    event = changed(room, stamp(10), "RESOLVED: 5xx", stamp(300), "FIRING: 5xx")
    event["message"] = {**message_of(event), **alert, "edited": None}
    world.sends(event)
    link = ana.says("see https://status.example/1")
    world.settle()
    text = "see <https://status.example/1>"
    preview = changed(room, link, text, stamp(400), text)
    attachments = [{"from_url": "https://status.example/1", "text": "All systems down"}]
    preview["message"] = {**message_of(preview), "user": ana.id, "edited": None, "attachments": attachments}
    world.sends(preview)
    alerted, linked = sorted(log(world), key=lambda entry: "RESOLVED" not in entry.text)
    assert (alerted.text, alerted.edited_at) == ("RESOLVED: 5xx", START + timedelta(minutes=5))
    assert (linked.text, linked.edited_at) == (text, None)


def message_of(event: Mapping[str, object]) -> dict[str, object]:
    """The message inside the event of a change."""
    inside = event["message"]
    assert isinstance(inside, dict)
    return inside


# In any order, any number of times


def test_edits_and_deletions_are_followed(world: World) -> None:
    """DR-9: as it reads now; the former texts are kept for audit alone."""
    ana, _ = declared(world)
    one, two = ana.says("errors at 4%"), ana.says("root cause: me")
    ana.edits(one, "errors at 40%")
    ana.deletes(two)
    world.settle()
    first, second = log(world)
    assert (first.text, [version["text"] for version in first.versions]) == (
        "errors at 40%",
        ["errors at 4%"],
    )
    assert second.deleted_at is not None
    listed = shown(ana, "--all")
    assert "errors at 40%" in listed
    assert "errors at 4%" not in listed
    assert "root-cause" not in listed


def test_the_deletion_of_a_message_with_replies_leaves_the_replies(world: World) -> None:
    """Slack tells of it as of a change into a tombstone."""
    ana, _ = declared(world)
    root = ana.says("wrong channel")
    ana.says("but this stays", thread=root)
    ana.deletes(root)
    world.settle()
    assert [entry.deleted_at is None for entry in log(world)] == [False, True]
    assert "wrong channel" not in shown(ana, "--all")


def test_the_order_in_which_slack_tells_things_does_not_matter(world: World) -> None:
    """DR-9: the newest edit wins, a deletion that overtakes its message leaves a tombstone."""
    ana, room = declared(world)
    world.sends(changed(room, stamp(10), "third", stamp(30), "second"))
    world.sends(changed(room, stamp(10), "second", stamp(20), "first"))
    world.sends(said(room, stamp(10), "first"))
    world.sends(deleted(room, stamp(11), stamp(40)))
    world.sends(said(room, stamp(11), "gone before it came"))
    world.sends(changed(room, stamp(11), "gone and edited", stamp(35), "gone before it came"))
    world.sends(said(room, stamp(5), "said before all others"))
    early, edited, gone = log(world)
    assert early.text == "said before all others"
    assert (edited.text, [version["text"] for version in edited.versions]) == (
        "third",
        ["first", "second"],
    )
    assert gone.deleted_at is not None
    listed = shown(ana, "--all")
    assert "gone" not in listed
    assert listed.index("said before") < listed.index("third")


def test_slacks_redeliveries_change_nothing(world: World) -> None:
    """Replay J, DR-10: the message, its edit and its deletion three times each, then all of them again."""
    _, room = declared(world)
    events = [
        said(room, stamp(10), "Decision: fail over"),
        changed(room, stamp(10), "Decision: fail over now", stamp(20)),
        said(room, stamp(11), "never mind"),
        deleted(room, stamp(11), stamp(30)),
    ]
    for event in events:
        world.sends(event, times=3)
    once = log(world)
    for event in [*events, *reversed(events)]:
        world.sends(event, times=2)
    assert log(world) == once
    assert [entry.text for entry in once] == ["fail over now", "never mind"]


def test_the_same_message_through_two_workers_at_once_is_one_entry(world: World) -> None:
    """DR-10: unique on channel and time stamp."""
    _, room = declared(world)
    bots = (world.bot, world.another_bot())
    gate = threading.Barrier(len(bots))
    for number in range(5):
        world.slack.emit(said(room, stamp(10 + number), f"message {number}"))
        world.slack.emit(changed(room, stamp(10 + number), f"edited {number}", stamp(60 + number)))
    queued = [delivery.payload for delivery in world.slack.deliveries.waiting]
    failed: list[object] = []

    def deliver(number: int) -> None:
        gate.wait(timeout=10)
        failed.extend(each for each in queued if world.deliver_to(bots[number], each) != 200)

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(len(bots))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.settle()  # Slack delivers them all once more
    assert failed == []
    assert [entry.text for entry in log(world)] == [f"edited {number}" for number in range(5)]


def test_what_is_said_while_the_database_is_away_comes_with_slacks_redelivery(world: World) -> None:
    """RELIABILITY, In: answered with an error, so that Slack delivers again."""
    ana, _ = declared(world)
    with world.without_database():
        ana.says("are we recording this?")
        world.slack.pump()
    assert log(world) == []
    world.forward(minutes=2)
    (entry,) = log(world)
    assert entry.text == "are we recording this?"
    assert entry.at == START + timedelta(microseconds=int(entry.ts.partition(".")[2]) if entry.ts else 0)


@pytest.mark.parametrize("times", [1, 3])
def test_a_reaction_before_its_message_marks_it_when_it_comes(world: World, times: int) -> None:
    """Events keep no order."""
    ana, room = declared(world)
    item = {"type": "message", "channel": room.id, "ts": stamp(10)}
    world.sends({"type": "reaction_added", "user": ana.id, "item": item, "reaction": "pushpin"}, times=times)
    assert "Nothing" not in shown(ana)
    assert "overtaken" not in shown(ana)
    world.sends(said(room, stamp(10), "overtaken"), times=times)
    assert shown(ana).count("overtaken") == 1
