"""Declaring: the answer at once, then one channel, one card, one announcement."""

from tests.world import World


def test_declaring_answers_at_once_and_opens_a_channel_with_a_card(world: World) -> None:
    ana = world.person("ana")
    answer = ana.commands("/incident declare sev1 checkout is down")
    assert "SEV-1 (P0 · Critical)" in answer.text
    assert "updates every 15 min" in answer.text
    room = world.channel()
    assert room.name == "inc-2026-0302-001-checkout-is-down"
    assert "checkout is down" in room.card.words
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
