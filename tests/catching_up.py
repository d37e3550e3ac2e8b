"""What the stories about back-fill share: outages, and Slack's own state as the reference for the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.domain.messages import when
from bot.domain.timeline import Entry
from bot.sandbox import HttpDoor, Json, Message, Person
from tests.world import Room, World, declared

REF = "INC-2026-0302-001"
STEP = timedelta(seconds=7)
LOST = timedelta(minutes=7)
"""Longer than Slack tries to deliver an event."""
SPOKEN = (None, "file_share", "thread_broadcast", "bot_message")
Standing = tuple[object, ...]


@pytest.fixture
def channel(world: World) -> tuple[Person, Room]:
    """Ana in the channel of her incident, which ben is in too."""
    ana, room = declared(world)
    world.person("ben").joins(room.channel)
    world.person("ben").channel = room.channel
    world.settle()
    return ana, room


def nobody(_path: str, _body: bytes, _headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """The door of a bot that is down."""
    raise ConnectionRefusedError


@contextmanager
def outage(world: World, *, ticks: bool = True) -> Iterator[list[Json]]:
    """No bot runs: what Slack tries to deliver is lost, and given here. Then one starts, and its *ticks* begin."""
    door, world.slack.door = world.slack.door, HttpDoor(nobody)
    world.bot.store.close()
    missed: list[Json] = []
    yield missed
    lose(world, missed)
    world.slack.door = door
    world.start()
    if ticks:
        world.tick()


def lose(world: World, missed: list[Json]) -> None:
    """Slack delivers three times more, to nobody."""
    for _ in range(3):
        world.slack.pump()
        world.clock.move(LOST)
    missed += world.slack.deliveries.lost
    world.slack.deliveries.lost.clear()


def ticking(world: World, seconds: int) -> None:
    """So many seconds of ticks, as a running bot has them."""
    for _ in range(seconds):
        world.clock.move(timedelta(seconds=1))
        world.tick()


def in_slack(world: World, channel: str | None = None) -> dict[str, Standing]:
    """What people's messages say as they stand in Slack now, by ``ts``: the reference."""
    where = world.slack.channel(channel or world.channel().id)
    return {message.ts: _stands(world, message) for message in where.messages if _counts(world, message)}


def _counts(world: World, message: Message) -> bool:
    ours = message.user == world.slack.bot_user_id or message.bot_id == world.slack.bot_id
    return not ours and not message.deleted and message.subtype in SPOKEN


def _stands(world: World, message: Message) -> Standing:
    channel = world.slack.channel(message.channel)
    marks = {f"emoji:{user}" for user in message.reactions.get(world.policy.emoji, ())}
    marks |= {"pin"} if channel.pinned(message.ts) else set()
    return (
        message.text, message.user or message.bot_id, when(message.ts),
        message.thread_ts if message.is_reply else None, tuple(file.name for file in message.files),
        when(message.edited["ts"]) if message.edited else None, frozenset(marks),
    )  # fmt: skip


def log(world: World, ref: str = REF) -> list[Entry]:
    """Every message that the log holds, deleted ones too."""
    return [entry for entry in world.bot.lookup.record(ref) if entry.ts is not None and entry.arrived]


def in_log(world: World, ref: str = REF) -> dict[str, Standing]:
    """What the log holds as standing, in the form of ``in_slack``."""
    return {entry.ts or "": _kept(entry) for entry in log(world, ref) if entry.deleted_at is None}


def _kept(entry: Entry) -> Standing:
    prefix = f"{entry.kind.value.capitalize()}: " if "prefix" in entry.marks else ""
    marks = frozenset(mark for mark in entry.marks if mark != "prefix")
    files = tuple(file["name"] for file in entry.files)
    return prefix + entry.text, entry.author, entry.at, entry.thread_ts, files, entry.edited_at, marks


def changes(world: World, ref: str = REF) -> list[dict[str, object]]:
    """What the record says of gaps, in order."""
    return [dict(e.data) for e in world.bot.lookup.record(ref) if str(e.data.get("change")).startswith("gap")]


def talked(world: World, ana: Person) -> dict[str, str]:
    """Messages that stand, and are in the log, before something happens to them; by what that will be."""
    before = {}
    world.person("ben").joins(ana.channel)
    world.person("ben").channel = ana.channel
    for what in ("root", "edited", "deleted", "pinned", "reacted", "unreacted", "unpinned", "marked"):
        before[what] = ana.says(f"errors, to be {what}")
        world.clock.move(STEP)
    before["answer"] = ana.says("in one region", thread=before["root"])
    before["answer gone"] = ana.says("no, all", thread=before["root"])
    ana.reacts(before["unreacted"], world.policy.emoji)
    ana.pins(before["unpinned"])
    world.clock.move(timedelta(minutes=1))
    world.tick()
    assert in_log(world) == in_slack(world)
    return before


def meanwhile(world: World, ana: Person, before: dict[str, str]) -> None:
    """All that people can do to a channel: they talk, edit, delete, answer, pin and react, and take it back."""
    ben = world.people["ben"]
    first = ana.says("Finding: the pool is empty")
    world.clock.move(STEP)
    ben.says("since when?", thread=first)
    ben.says("yes <b> & all", thread=before["root"], broadcast=True)
    ana.edits(before["edited"], "errors at 40% & rising")
    ana.deletes(before["deleted"])
    ana.edits(before["answer"], "in two regions")
    ana.deletes(before["answer gone"])
    ben.pins(before["pinned"])
    ben.reacts(before["reacted"], world.policy.emoji)
    ana.unreacts(before["unreacted"], world.policy.emoji)
    ana.unpins(before["unpinned"])
    world.clock.move(STEP)
    late = ben.says("see the graph", files=[("errors.png", b"png"), ("trace.txt", "frames")])
    ben.edits(late, "see the second graph")
    ben.reacts(late, "eyes")
    root = ana.says("a root that goes")
    ben.says("and its answer", thread=root)
    ana.deletes(root)
    ana.deletes(ana.says("gone before anybody saw it"))
    ana.sets_topic("something else")
