"""What is looked at when everything has come to rest: the database and Slack, against the model."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from bot.domain.incident import Incident
from bot.domain.timeline import Entry, Source
from bot.sandbox import Person
from tests.experiments.model import NAMES, Modelled
from tests.world import Room, World, key_of

GUARDED = "nudge"
"""What may be left unsaid, where it was answered before Slack took it."""

PAST = "A status update was due here"
"""What is left of a nudge that was answered."""


def standing_as_modelled(world: World, models: Mapping[str, Modelled], people: Mapping[str, Person]) -> None:
    """The database and Slack are as *models* say, and nothing is on its way."""
    with world.bot.store.read() as tx:
        assert tx.outbox.unfinished() == 0
        incidents = {one.ref: one for one in tx.incidents(open_only=False, limit=10)}
        ever = world.clock.now() + timedelta(days=365)
        timers = {(one.incident, one.kind.value): one.due_at for one in tx.due_timers(ever, 99)}
        records = {ref: tx.entries(ref) for ref in incidents}
    assert incidents.keys() == models.keys()
    wanted = {(ref, kind): at for ref, model in models.items() for kind, at in model.timers.items()}
    assert timers == wanted
    nobody_heard_anything_twice(world)
    rooms = [channel for channel in world.slack.channels if channel.name.startswith("inc-")]
    assert len(rooms) == len(models)
    announced = Counter(key_of(message) for message in world.channel("incidents").messages)
    assert announced == Counter(f"announce:{ref}" for ref in models)
    names = {person.id: name.capitalize() for name, person in people.items()}
    for ref, model in models.items():
        database_as_modelled(incidents[ref], model)
        log_as_modelled(records[ref], model)
        room = Room(world, world.slack.channel(str(incidents[ref].channel_id)))
        channel_as_modelled(room, ref, model, names)


def nobody_heard_anything_twice(world: World) -> None:
    said = Counter(
        (channel.id, key_of(each)) for channel in world.slack.channels for each in channel.messages
        if key_of(each) and not each.deleted
    )  # fmt: skip
    assert {key: n for key, n in said.items() if n > 1} == {}


def database_as_modelled(now: Incident, model: Modelled) -> None:
    assert (now.status.value, now.severity, now.title) == (model.status, model.severity, model.title)
    assert (now.commander, now.roles.get("comms")) == (model.commander, model.comms)
    assert (now.nudges, now.live_nudge, now.update_due_at) == (model.nudges, model.live, model.due)
    assert (now.updates, now.paused_until) == (model.said["update"], model.paused)
    assert (now.nudge_due_at, now.snoozed_until) == (model.nudge_at, model.snoozed)


def log_as_modelled(record: list[Entry], model: Modelled) -> None:
    """The log holds what people said, word for word, with what became of it."""
    kept = {str(one.ts): one for one in record if one.source is Source.MESSAGE and one.arrived}
    assert kept.keys() == model.log.keys()
    for ts, line in model.log.items():
        one = kept[ts]
        assert (one.kind.value, one.text, one.author) == (*line.read, line.author), ts
        assert (one.thread_ts, one.deleted_at is not None) == (line.root, line.gone), ts
        if not line.gone:  # of what is gone neither its marks nor its former words are shown
            assert [version["text"] for version in one.versions] == line.former, ts
            assert {mark for mark in one.marks if mark != "prefix"} == line.marks, ts


def channel_as_modelled(room: Room, ref: str, model: Modelled, names: Mapping[str, str]) -> None:
    """Card, topic, pins, and each message of the bot's once."""
    said = Counter(key_of(each).partition(":")[0] for each in room.messages if key_of(each))
    nudged = {int(key_of(each).rpartition(":")[2]) for each in room.keyed(GUARDED)}
    sure = Counter({kind: n for kind, n in said.items() if kind != GUARDED})
    assert sure == model.said, f"too many {sure - model.said}, too few {model.said - sure}"
    assert model.certain <= nudged <= set(range(1, model.nudges + 1))
    live = [key_of(each) for each in room.keyed(GUARDED) if not each.words.startswith(PAST)]
    assert live == ([f"nudge:{ref}:{model.live}"] if model.live else [])
    files = [file.name for each in room.channel.messages for file in each.files]
    assert len(files) == len(set(files))
    assert len([name for name in files if name.endswith(".md")]) == model.said["draft"]
    card_as_modelled(room, ref, model)
    state = "open" if model.is_open else "over"
    head, _, rest = room.channel.topic.partition(" · Critical")
    assert NAMES[model.severity] in (head or rest)
    assert f"{state} · {ref} · {model.title} · commander @{names[model.commander]}" in room.channel.topic
    pinned = {ts for ts, line in model.log.items() if line.pinned and not line.gone}
    assert {pin.message.ts for pin in room.channel.pins} == {room.card.ts} | pinned


def card_as_modelled(room: Room, ref: str, model: Modelled) -> None:
    words = room.card.words
    assert words.startswith(f"*{NAMES[model.severity]} (")
    assert f"· {model.title}\n`{ref}` is *{model.status}*" in words
    assert f"Commander: <@{model.commander}>" in words
    assert model.comms is None or f"comms lead: <@{model.comms}>" in words
    assert ("reminders *paused* until" in words) == (model.paused is not None)
    if model.due is not None:
        assert f"{model.due:%H:%M} UTC" in words
