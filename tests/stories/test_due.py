"""What is due is done: one timer that fails holds up no other, and people are told once."""

from dataclasses import replace

from tests.world import World, declared


def test_a_draft_that_cannot_be_made_is_said_once_and_comes_when_it_can_be(world: World) -> None:
    ana, room = declared(world)
    ana.commands("/incident resolve done")
    ana.commands("/incident close")
    ref = f"INC-{room.name[4:17]}".upper()
    with world.bot.store.begin() as tx:
        incident = tx.incident(ref)
        assert incident is not None
        tx.save_incident(replace(incident, draft_format="retired"))
    world.forward(minutes=25)
    assert len(room.keyed("trouble")) == 1
    assert "could not be made" in room.keyed("trouble").words[0]
    assert not room.keyed("draft")
    ana.commands("/incident postmortem draft format=sre")
    world.tick()
    assert len(room.keyed("draft")) == 1


def test_a_zone_that_is_only_an_offset_is_refused_and_a_place_is_kept(world: World) -> None:
    ana, _ = declared(world)
    assert "Europe/Berlin" in ana.commands("/incident set tz +02:00").text
    assert "Etc/UTC" in ana.commands("/incident set tz utc").text
    assert "Asia/Tokyo" in ana.commands("/incident set tz asia/tokyo").text
