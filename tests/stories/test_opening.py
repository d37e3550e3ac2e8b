"""What a declare does in Slack: the channel, who is brought in, the card, the announcement; and when Slack refuses."""

import pytest

from tests.world import World, key_of


def methods(world: World) -> list[str]:
    return [call.method for call in world.slack.calls]


class TestWithAGroup:
    """People of a severity's groups are brought in (policy ``invite``)."""

    @pytest.fixture
    def policy(self) -> str:
        return '[severity.P0]\ninvite = ["@oncall", "@nobody-made-this"]'

    def test_the_declarer_is_in_the_channel_after_two_calls_and_the_group_follows(self, world: World) -> None:
        """DESIGN section 4: create, then invite, card and announcement side by side; then the rest."""
        ana, ben, eva = (world.person(name) for name in ("ana", "ben", "eva"))
        world.slack.add_group("oncall", ["ben", "eva"])
        before = len(methods(world))
        ana.commands("/incident declare sev1 checkout is down")
        world.settle()
        made = world.slack.calls[before:]
        assert [call.method for call in made[:2]] == ["conversations.create", "conversations.invite"]
        assert made[1].args["users"] == ana.id
        firsts = {call.method: n for n, call in reversed(list(enumerate(made)))}
        assert firsts["chat.postMessage"] < firsts["pins.add"]
        assert firsts["chat.postMessage"] < firsts["conversations.setTopic"], "what people need comes first"
        room = world.channel()
        assert {ana.id, ben.id, eva.id} <= set(room.channel.members)
        assert any("@nobody-made-this could not be invited" in words for words in room.messages.words)


def test_one_card_is_pinned_and_edited_in_place_through_the_whole_life(world: World) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    ana.commands("/incident declare sev2 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    steps = {
        "update identified pool is exhausted next=20m": "is *identified*",
        "sev sev1": "SEV-1 (P0 · Critical)",
        "lead @ben": f"Commander: <@{ben.id}>",
        "set service checkout": "Services: checkout",
        "set title checkout and login are down": "checkout and login are down",
        "snooze 20m": "reminders snoozed until",
        "resolve pool raised": "is *resolved*",
        "close": "is *closed*",
        "reopen errors are back": "is *investigating*",
    }
    ts = room.card.ts
    for line, shown in steps.items():
        ana.commands(f"/incident {line}")
        world.tick()
        assert shown in room.card.words, line
        assert room.card.ts == ts
    assert [pin.message.ts for pin in room.channel.pins] == [ts]
    assert len(world.slack.calls_of("pins.add")) == 1


def test_the_card_leads_on_by_buttons_that_fit_the_status(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()

    def buttons() -> list[str]:
        world.settle()
        rows = [block for block in room.card.blocks if block["type"] == "actions"]
        return [element["text"]["text"] for element in rows[0]["elements"]]

    assert buttons() == ["Post update", "Take a role", "Resolve", "More"]
    ana.clicks("Resolve", channel=room.channel)
    ana.submits({"message": "pool raised"})
    assert buttons() == ["Close", "Reopen", "More"]
    ana.clicks("Close", channel=room.channel)
    assert buttons() == ["Reopen", "More"]
    ana.clicks("Reopen", channel=room.channel)
    assert buttons() == ["Post update", "Take a role", "Resolve", "More"]


def test_topic_and_purpose_say_which_incident_it_is(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    channel = world.channel().channel
    assert (
        channel.topic
        == "SEV-1 (P0 · Critical) · open · INC-2026-0302-001 · checkout is down · commander @Ana"
    )
    assert "INC-2026-0302-001" in channel.purpose
    ana.channel = channel
    ana.commands("/incident sev sev2")
    world.settle()
    assert channel.topic.startswith("SEV-2 (P1 · High)")
    ana.commands("/incident set title " + "very long " * 100)
    world.settle()
    assert len(channel.topic) <= 250


def test_one_announcement_is_edited_as_things_change(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    room = world.channel()
    ana.channel = room.channel
    for line, shown in (
        ("update identified pool is exhausted", "pool is exhausted"),
        ("sev sev2", "SEV-2"),
        ("resolve all normal", "*resolved*"),
    ):
        ana.commands(f"/incident {line}")
        (announcement,) = world.channel("incidents").keyed("announce")
        assert shown in announcement.words
        assert f"<#{room.id}>" in announcement.words
    assert len(world.channel("incidents").messages) == 1


def test_a_name_that_somebody_else_took_becomes_the_next_one(world: World) -> None:
    """DR-12."""
    world.expects_errors("name_taken")
    ana, ben = world.person("ana"), world.person("ben")
    ben.creates("inc-2026-0302-001-checkout-is-down")
    ana.commands("/incident declare sev1 checkout is down")
    world.settle()
    room = world.channel("inc-2026-0302-001-checkout-is-down-2")
    assert "checkout is down" in room.card.words
    assert world.channel("inc-2026-0302-001-checkout-is-down").messages == []


def test_a_channel_of_our_own_that_a_crash_left_behind_is_adopted(world: World) -> None:
    """RELIABILITY section 2: idempotent by nature. The reply to the create was lost."""
    world.slack.faults.add("conversations.create", "lost_reply")
    world.person("ana").commands("/incident declare sev1 checkout is down")
    world.expects_errors("name_taken")
    world.settle()
    world.forward(seconds=30)
    names = [channel.name for channel in world.slack.channels if channel.name.startswith("inc-")]
    assert names == ["inc-2026-0302-001-checkout-is-down"]
    assert "checkout is down" in world.channel().card.words


def test_where_no_channel_may_be_made_the_incident_exists_and_the_declarer_is_told(world: World) -> None:
    """DR-14, DR-17."""
    world.expects_errors("restricted_action")
    world.slack.faults.add("conversations.create", "restricted_action", times=99)
    ana = world.person("ana")
    assert "INC-2026-0302-001" in ana.commands("/incident declare sev1 checkout is down").text
    (told,) = world.dm(ana).words
    assert "`INC-2026-0302-001` is declared and recorded" in told
    assert "restricted_action" in told
    assert "INC-2026-0302-001" in ana.commands("/incident list").text
    assert "is resolved" in ana.commands("/incident resolve INC-2026-0302-001 over").text


class TestWithoutAnAnnounceChannel:
    """DR-14: each optional step fails on its own and says so."""

    @pytest.fixture
    def policy(self) -> str:
        return '[channels]\nannounce = "not-there"'

    def test_everything_else_works_and_the_channel_is_told(self, world: World) -> None:
        world.expects_errors("channel_not_found")
        ana = world.person("ana")
        ana.commands("/incident declare sev1 checkout is down")
        room = world.channel()
        assert any("could not be announced in `#not-there`" in words for words in room.messages.words)
        ana.channel = room.channel
        ana.commands("/incident update identified pool is exhausted")
        world.forward(minutes=16)
        assert any("pool is exhausted" in words for words in room.keyed("update").words)
        assert len(room.nudges) == 1
        ana.commands("/incident resolve done")
        ana.commands("/incident close")
        world.tick()
        assert len(room.keyed("draft")) == 1


@pytest.mark.parametrize(
    "method",
    [
        "conversations.create", "conversations.invite", "chat.postMessage", "pins.add", "conversations.setTopic",
        "conversations.setPurpose", "chat.update", "*",
    ],
)  # fmt: skip
def test_when_slack_asks_to_wait_everything_is_done_later_and_in_order(world: World, method: str) -> None:
    """RELIABILITY section 2: 429 means definitely not done."""
    ana = world.person("ana")
    world.slack.faults.add(method, "429", times=3, retry_after=7)
    ana.commands("/incident declare sev1 checkout is down")
    for line in ("update INC-2026-0302-001 first", "update INC-2026-0302-001 second"):
        ana.commands(f"/incident {line}")
    world.settle()
    world.forward(seconds=120)
    room = world.channel()
    keys = [key_of(message) for message in room.messages if key_of(message)]
    assert keys == ["card:INC-2026-0302-001", "update:INC-2026-0302-001:1", "update:INC-2026-0302-001:2"]
    assert "second" in world.channel("incidents").keyed("announce")[0].words
    assert room.channel.topic
    assert room.channel.purpose
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]
    throttled = [call for call in world.slack.calls if call.fault]
    assert throttled, "the fault struck"
    for struck in throttled:
        again = [c for c in world.slack.calls if c.method == struck.method and c.args == struck.args]
        assert again[-1].answer["ok"]
        assert again[1].at - again[0].at >= 7, "nobody called before the time that Slack asked for"
