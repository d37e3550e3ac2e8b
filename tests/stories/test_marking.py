"""What stands on the timeline and why: prefixes, the reaction, pins; and in which words it is shown (PRODUCT 1.6)."""

import pytest

from bot.domain.timeline import Entry, Kind
from tests.world import World, declared


def log(world: World) -> list[Entry]:
    """What people said, oldest first."""
    return [e for e in world.bot.lookup.record("INC-2026-0302-001") if e.ts is not None]


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("Decision: fail over", Kind.DECISION, "fail over"),
        ("root cause: pool too small", Kind.ROOT_CAUSE, "pool too small"),
        ("*Finding:* errors at 40%", Kind.FINDING, "errors at 40%"),
        ("Customer impact: logins fail", Kind.CUSTOMER_IMPACT, "logins fail"),
    ],
)
def test_a_prefix_sets_the_kind_and_puts_the_message_on_the_timeline(
    world: World, typed: str, kind: Kind, text: str
) -> None:
    ana, _ = declared(world)
    ana.says(typed)
    world.settle()
    (entry,) = log(world)
    assert (entry.kind, entry.text, entry.on_timeline) == (kind, text, True)
    assert f"[{kind.value}] {text}" in ana.commands("/incident timeline").words


def test_what_only_looks_like_a_prefix_stays_talk(world: World) -> None:
    ana, _ = declared(world)
    for typed in ("Nobody: did it", "decision", "Decision:", "http://finding: x", "see Decision: below"):
        ana.says(typed)
    world.settle()
    assert [(entry.kind, entry.on_timeline) for entry in log(world)] == [(Kind.MESSAGE, False)] * 5


def test_an_edit_that_adds_or_removes_a_prefix_is_followed(world: World) -> None:
    """DR-9."""
    ana, _ = declared(world)
    ts = ana.says("fail over")
    ana.edits(ts, "Decision: fail over")
    world.settle()
    assert [(entry.kind, entry.on_timeline) for entry in log(world)] == [(Kind.DECISION, True)]
    ana.edits(ts, "Finding: it failed over")
    world.settle()
    assert [(entry.kind, entry.text) for entry in log(world)] == [(Kind.FINDING, "it failed over")]
    ana.edits(ts, "never mind")
    world.settle()
    assert [(entry.kind, entry.on_timeline) for entry in log(world)] == [(Kind.MESSAGE, False)]


def test_a_pinned_message_stays_on_the_timeline_when_an_edit_takes_its_prefix(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.says("Decision: fail over")
    ana.pins(ts)
    ana.edits(ts, "fail over")
    world.settle()
    assert [(entry.kind, entry.on_timeline) for entry in log(world)] == [(Kind.MESSAGE, True)]


def test_a_message_stays_on_the_timeline_as_long_as_somebody_marks_it(world: World) -> None:
    """The reaction of two people; another emoji is nothing."""
    ana, room = declared(world)
    ben = world.person("ben")
    ben.joins(room.channel)
    ts = ana.says("errors at 40%")
    ana.reacts(ts, "eyes")
    world.settle()
    assert not log(world)[0].on_timeline
    ana.reacts(ts, "pushpin")
    ben.reacts(ts, "pushpin", room.channel)
    world.settle()
    assert log(world)[0].on_timeline
    ana.unreacts(ts, "pushpin")
    world.settle()
    assert log(world)[0].on_timeline
    ben.unreacts(ts, "pushpin", room.channel)
    world.settle()
    assert not log(world)[0].on_timeline


def test_a_pin_puts_an_older_message_where_it_was_said_and_unpinning_takes_it_off(world: World) -> None:
    """DR-7: the time of the message, not of the pin."""
    ana, _ = declared(world)
    world.forward(minutes=1)
    early = ana.says("errors at 40%")
    world.forward(minutes=5)
    ana.commands("/incident note we looked at the graphs")
    world.forward(minutes=5)
    ana.pins(early)
    world.settle()
    shown = ana.commands("/incident timeline").words
    assert "09:01:00 errors at 40%" in shown
    assert shown.index("errors at 40%") < shown.index("we looked")
    ana.unpins(early)
    world.settle()
    assert "errors at 40%" not in ana.commands("/incident timeline").words
    assert "errors at 40%" in ana.commands("/incident timeline --all").words


def test_people_channels_groups_and_links_are_shown_by_name_and_nothing_is_active(world: World) -> None:
    """In the timeline, and in the draft; S3."""
    ana, room = declared(world)
    ben = world.person("ben")
    world.slack.add_group("oncall", ["ana"])
    world.bot.directory.refresh()
    world.forward(days=1)
    world.bot.directory.refresh()
    world.settle()
    ana.says("Decision: @ben asks @oncall in #general, see https://status.example/1?a=b&c=d now @channel")
    ana.says(
        "Finding: <https://g.example/d|the graph> by <mailto:ops@example.com|ops@example.com> a &lt; b",
        raw=True,
    )
    world.settle()
    told = (
        "@Ben asks @oncall in #general, see https://status.example/1?a=b&amp;c=d now",
        "the graph (https://g.example/d) by ops@example.com a &lt; b",
    )
    shown = ana.commands("/incident timeline").words
    for words in told:
        assert words in shown
    assert "<!" not in shown
    assert f"<@{ben.id}" not in shown
    ana.commands("/incident resolve done")
    ana.commands("/incident close")
    world.tick()
    (draft,) = [file for message in room.channel.messages for file in message.files]
    document = (draft.content or b"").decode()
    assert "@Ben asks @oncall in #general, see https://status.example/1?a=b" in document
    assert "the graph (https://g.example/d) by ops@example.com" in document
    assert ben.id not in document
