"""Channels that people mention stand in the record by their names."""

from tests.world import World, declared

REF = "INC-2026-0302-001"


def test_a_mentioned_channel_is_asked_for_once_and_shown_by_its_name(world: World) -> None:
    ana, room = declared(world)
    general = world.slack.channel("general").id
    for mention in (f"<#{general}>", f"<#{general}|>", f"<#{general}|general>"):
        ana.says(f"see {mention}", raw=True)
        world.settle()
    ana.commands("/incident update see #general")
    world.settle()
    assert "see #general" in room.keyed("update")[-1].words
    made = world.bot.documents.make(REF).content
    assert general not in made
    assert made.count("#general") >= 3
    asked = [call for call in world.slack.calls if call.method == "conversations.info"]
    assert len(asked) == 1


def test_the_channel_of_an_incident_is_known_without_asking(world: World) -> None:
    ana, room = declared(world)
    ana.says(f"all of it in <#{room.id}>", raw=True)
    world.settle()
    assert f"#{room.name}" in world.bot.documents.make(REF).content
    assert all(call.method != "conversations.info" for call in world.slack.calls)


def test_a_channel_that_the_bot_cannot_see_keeps_its_id(world: World) -> None:
    world.expects_errors("channel_not_found")
    ana, _ = declared(world)
    ana.says("see <#C0NOWHERE>", raw=True)
    world.settle()
    assert "C0NOWHERE" in world.bot.documents.make(REF).content
