"""How long an incident is open: what lies between a resolve and a reopening does not count (PRODUCT 1.3)."""

from tests.escalating import under
from tests.world import World, declared, said


def test_open_for_leaves_out_the_time_in_which_it_was_resolved(world: World) -> None:
    """PRODUCT 1.3: one notion of open time, on the card, in lists, in escalations and after the end."""
    world.slack.add_channel("exec-updates", bot=True)
    under(world, '[target.executives]\nchannel = "exec-updates"\n')
    ana, room = declared(world)
    world.forward(minutes=10)
    said(world, ana, "resolve over")
    world.forward(days=8)
    said(world, ana, "reopen it is back")
    world.forward(minutes=30)
    said(world, ana, "update still at it")
    assert "open for 40 min" in room.card.words
    assert "open for 40 min" in said(world, ana, "status")
    assert "open for 40 min" in said(world, ana, "list")
    assert "open for 40 min" in world.channel("exec-updates").keyed("escalation").words[0]
    said(world, ana, "resolve over now")
    assert "after 40 min of open time" in room.card.words
    assert "Open until resolved, in all: 40 min" in room.keyed("resolved").words[-1]
    assert "resolved after 40 min of open time" in said(world, ana, "status")
    assert "open for 40 min in all" in said(world, ana, "list all")
