"""An incident's channel is renamed, gets another id, or loses its card: it goes on silently."""

from tests.world import World, declared, joined

REF = "INC-2026-0302-001"


def incident(world: World):
    with world.bot.store.read() as tx:
        return tx.incident(REF)


def timeline(world: World) -> list[str]:
    with world.bot.store.read() as tx:
        return [entry.text for entry in tx.entries(REF) if entry.on_timeline]


def test_a_card_that_somebody_deleted_stands_there_again(world: World) -> None:
    world.expects_errors("message_not_found", "message_not_found")
    ana, room = declared(world)
    world.settle()
    room.channel.by_ts[room.card.ts].deleted = True
    ana.commands("/incident sev sev2")
    world.tick()
    (card,) = room.keyed("card-again")
    assert "SEV-2" in card.words
    ana.commands("/incident sev sev1")
    world.tick()
    assert "SEV-1" in room.keyed("card-again")[0].words
    assert card.ts in [pin.message.ts for pin in room.channel.pins]


def test_a_renamed_channel_stays_the_incidents_own(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    before = len(world.slack.calls)
    ben.renames("war-room", room.channel)
    world.settle()
    assert [call for call in world.slack.calls[before:] if call.method == "chat.postMessage"] == []
    assert incident(world).called == "war-room"
    assert incident(world).has_own_channel
    assert timeline(world).count(f"Channel renamed to #war-room by <@{ben.id}>") == 1
    ana.commands("/incident sev sev2")
    world.tick()
    assert "SEV-2" in room.channel.topic
    assert ana.commands("/incident update on it").ok
    assert REF in ana.commands("/incident status #war-room", "general").text


def test_a_channel_that_gets_another_id_is_followed(world: World) -> None:
    ana, room = declared(world)
    ts = ana.says("it is the pool")
    world.settle()
    former = room.id
    new = world.slack.change_channel_id(former)
    ana.says("restarted")
    world.settle()
    ana.edits(ts, "it is the database")
    ana.commands("/incident update on it")
    world.forward(minutes=16)
    text = ana.commands("/incident timeline --all").text
    assert "it is the database" in text
    assert "it is the pool" not in text
    assert "restarted" in text
    assert incident(world).channel_id == new
    assert len(room.nudges) == 1
    assert "Update due since" in room.card.words or "Next update due" in room.card.words
    (announcement,) = world.channel("incidents").keyed("announce").words
    assert f"<#{new}>" in announcement
    assert former not in announcement
