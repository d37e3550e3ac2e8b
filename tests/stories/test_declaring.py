"""Declaring: the answer at once, then one channel, one card, one announcement (PRODUCT 2.2, DESIGN section 4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.opening import channel_name
from bot.sandbox import Message
from tests.world import World, key_of

SPELLINGS = {
    "SEV-1 (P0 · Critical) — updates every 15 min": (
        "sev1",
        "s1",
        "1",
        "p0",
        "sev0",
        "critical",
        "SEV1",
        "P0",
    ),
    "SEV-2 (P1 · High) — updates every 30 min": ("sev2", "s2", "2", "p1", "high", "High", "Sev-2"),
    "SEV-3 (P2 · Medium) — updates every 1 h": ("sev3", "s3", "3", "p2", "medium", "MEDIUM"),
    "SEV-4 (P3 · Low) — updates every 4 h": ("sev4", "s4", "4", "p3", "low", "S4"),
}


def methods(world: World) -> list[str]:
    return [call.method for call in world.slack.calls]


def announcements(world: World) -> list[Message]:
    return list(world.channel("incidents").keyed("announce"))


def incident_channels(world: World) -> list[str]:
    world.settle()
    return [channel.name for channel in world.slack.channels if channel.name.startswith("inc-")]


def test_declaring_answers_at_once_and_opens_a_channel_with_a_card(world: World) -> None:
    ana = world.person("ana")
    answer = ana.commands("/incident declare sev1 checkout is down")
    assert "SEV-1 (P0 · Critical)" in answer.text
    assert "updates every 15 min" in answer.text
    assert methods(world).count("conversations.create") == 0  # answered before any call (DR-17)
    room = world.channel()
    assert room.name == "inc-2026-0302-001-checkout-is-down"
    assert "checkout is down" in room.card.words
    assert [pin.message.ts for pin in room.channel.pins] == [room.card.ts]


def test_every_spelling_of_a_severity_is_understood_and_echoed_in_full(world: World) -> None:
    """PRODUCT 1.1: every reply says what was understood."""
    ana = world.person("ana")
    for echo, spellings in SPELLINGS.items():
        for spelling in spellings:
            answer = ana.commands(f"/incident declare {spelling} it is slow since {spelling}")
            assert echo in answer.text.replace("*", ""), spelling


def test_declare_has_its_aliases(world: World) -> None:
    ana = world.person("ana")
    for number, verb in enumerate(("declare", "new", "create", "start", "open", "DECLARE"), 1):
        assert f"INC-2026-0302-{number:03}" in ana.commands(f"/incident {verb} sev3 by {verb}").text


def test_nothing_but_a_severity_is_needed_and_the_title_is_asked_for_by_a_button(world: World) -> None:
    """PRODUCT 1.2, DR-18."""
    ana = world.person("ana")
    assert "Untitled SEV-1 incident" in ana.commands("/incident declare sev1").text
    room = world.channel()
    assert room.name == "inc-2026-0302-001"
    assert "Untitled SEV-1 incident" in room.card.words
    ana.clicks("Add title", channel=room.channel)
    assert ana.submits({"title": "Payments fail in Europe"}).errors == {}
    world.settle()
    assert "Payments fail in Europe" in room.card.words
    assert "Add title" not in room.card.words
    assert "Payments fail in Europe" in announcements(world)[0].words
    assert "Payments fail in Europe" in room.channel.topic


def test_a_blank_title_is_refused_at_its_field(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1")
    room = world.channel()
    ana.clicks("Add title", channel=room.channel)
    assert "What should 'title' be?" in ana.submits({"title": "\u200b \u200b"}).errors["title"]


def test_lead_service_and_times_can_be_given_at_once(world: World) -> None:
    ana, ben = world.person("ana", tz="Europe/Madrid"), world.person("ben")
    text = "/incident declare sev1 db down lead=@ben service=checkout,payments at=09:40 detected=-5m"
    answer = ana.commands(text)
    assert "Impact since 09:40:00 CET (08:40:00 UTC)" in answer.text  # the caller's zone, and UTC
    assert "Detected 09:55:00 CET (08:55:00 UTC)" in answer.text
    room = world.channel()
    assert f"Commander: <@{ben.id}>" in room.card.words
    assert "Services: checkout, payments" in room.card.words
    assert room.name.endswith("db-down")
    assert {ana.id, ben.id} <= set(room.channel.members)


def test_a_bare_time_still_to_come_means_yesterday_and_says_so(world: World) -> None:
    answer = world.person("ana").commands("/incident declare sev1 db down at=23:50")
    assert "2026-03-01" in answer.text
    assert "yesterday" in answer.text


def test_an_unknown_key_stays_in_the_title_and_the_known_ones_are_named(world: World) -> None:
    answer = world.person("ana").commands("/incident declare sev1 p99=4s in checkout")
    assert "Kept as part of the title: p99=4s" in answer.text
    assert "`lead=`" in answer.text
    assert "p99=4s in checkout" in world.channel().card.words


def test_times_out_of_order_are_refused_with_a_declare_that_works(world: World) -> None:
    """MD-1; nothing typed is lost."""
    ana = world.person("ana")
    refusal = ana.commands("/incident declare sev1 db down at=08:50 detected=08:40")
    assert "Nothing was declared" in refusal.text
    assert "Next: `/incident declare sev1 db down`" in refusal.text
    assert incident_channels(world) == []
    ana.commands("/incident declare sev1 db down")
    assert incident_channels(world) == ["inc-2026-0302-001-db-down"]


def test_without_a_severity_four_buttons_ask_for_it_and_carry_the_title(world: World) -> None:
    ana = world.person("ana")
    answer = ana.commands("/incident declare checkout is down lead=@ana")
    buttons = [element["text"]["text"] for element in answer.blocks[-1]["elements"]]
    assert buttons == ["SEV-1 Critical", "SEV-2 High", "SEV-3 Medium", "SEV-4 Low", "Fill in a form"]
    assert ana.clicks("SEV-2 High").ok
    world.settle()
    assert incident_channels(world) == ["inc-2026-0302-001-checkout-is-down"]
    heard = [message.words for message in ana.hears("general")]
    assert any("SEV-2 (P1 · High)" in words and "INC-2026-0302-001" in words for words in heard)
    assert not any("How severe is it?" in words for words in heard), "the question makes way for the answer"


def test_each_of_the_four_buttons_declares_its_severity(world: World) -> None:
    for number, label in enumerate(["SEV-1 Critical", "SEV-2 High", "SEV-3 Medium", "SEV-4 Low"], 1):
        person = world.person(f"person{number}")
        person.commands("/incident declare")
        person.clicks(label)
        assert label[:5] in world.channel().card.words
    assert len(incident_channels(world)) == 4


def test_a_severity_that_there_is_none_of_is_refused_with_those_there_are(world: World) -> None:
    for word in ("sev9", "p7", "s0", "SEV5", "7", "sev-9"):
        answer = world.person("ana").commands(f"/incident declare {word} checkout down")
        assert f"Unknown severity '{word.lower()}'. Use sev1–sev4 (p0–p3)." in answer.text
        assert f"You typed: /incident declare {word} checkout down" in answer.text
    assert incident_channels(world) == []


def test_a_text_too_long_for_a_button_is_given_back_whole(world: World) -> None:
    words = "checkout " * 1_111
    answer = world.person("ana").commands(f"/incident declare {words}")
    assert "Write sev1, sev2, sev3 or sev4 first" in answer.text
    assert "".join(block["text"]["text"] for block in answer.blocks).count("checkout") == 1_111


def test_the_same_declare_twice_within_a_second_is_one_incident_with_one_channel(world: World) -> None:
    """Acceptance I, DR-12."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    world.clock.move(timedelta(seconds=1))
    second = ana.commands("/incident declare sev1 checkout is down")
    assert "You declared this a moment ago: `INC-2026-0302-001`" in second.text
    assert incident_channels(world) == ["inc-2026-0302-001-checkout-is-down"]
    assert len(announcements(world)) == 1
    assert methods(world).count("conversations.create") == 1


@pytest.mark.parametrize(("seconds", "incidents"), [(59, 1), (60, 1), (61, 2)])
def test_the_same_words_count_as_one_declare_for_a_minute(world: World, seconds: int, incidents: int) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    ana.commands("/incident declare sev1 checkout is down")
    world.forward(seconds=seconds)
    ana.commands("/incident declare sev1 checkout is down")
    assert len(incident_channels(world)) == incidents
    ben.commands("/incident declare sev1 checkout is down")  # somebody else's is another one
    assert len(incident_channels(world)) == incidents + 1


def test_ten_people_declare_in_the_same_second_and_get_ten_incidents(world: World) -> None:
    """R-ID-1."""
    for number in range(1, 11):
        person = world.person(f"person{number}")
        assert f"INC-2026-0302-{number:03}" in person.commands("/incident declare sev1 checkout is down").text
    names = [f"inc-2026-0302-{number:03}-checkout-is-down" for number in range(1, 11)]
    assert sorted(incident_channels(world)) == names
    assert len(announcements(world)) == 10


def test_declares_in_parallel_get_numbers_without_gap_or_double(world: World) -> None:
    def declare(number: int) -> str:
        change = world.bot.incidents.declare(by=f"U{number}", severity="sev1", title=f"case {number}")
        return change.incident.ref

    with ThreadPoolExecutor(max_workers=10) as pool:
        refs = list(pool.map(declare, range(10)))
    assert sorted(refs) == [f"INC-2026-0302-{number:03}" for number in range(1, 11)]
    world.expects_errors("user_not_found")  # nobody bears these ids
    assert len(incident_channels(world)) == 10


class TestInAnotherZone:
    """References count per day in the organisation's zone (R-ID-1)."""

    @pytest.fixture
    def policy(self) -> str:
        return '[organisation]\ntimezone = "America/Los_Angeles"'

    @pytest.fixture
    def start(self) -> datetime:
        return datetime(2026, 3, 3, 7, 59, tzinfo=UTC)

    def test_the_day_of_a_reference_begins_at_midnight_of_the_organisation(self, world: World) -> None:
        ana = world.person("ana")
        assert "INC-2026-0302-001" in ana.commands("/incident declare sev4 before midnight").text
        world.forward(minutes=1)
        assert "INC-2026-0303-001" in ana.commands("/incident declare sev4 after midnight").text


@given(st.text(max_size=300))
@example("")
@example("x" * 10_000)
@example("数据库 宕机 🔥🔥")
@example("قاعدة البيانات \u202eمعطلة")
@example("<!channel> &lt;b&gt; <@U123|ana> <http://x.example|bank>")
@example("---___...")
def test_a_channel_name_is_legal_whatever_the_title_holds_and_bears_the_reference(title: str) -> None:
    """https://docs.slack.dev/reference/methods/conversations.create: 80 of a-z, 0-9, - and _."""
    name = channel_name("INC-2026-0302-001", title)
    assert name.startswith("inc-2026-0302-001")
    assert len(name) <= 78, "room for -2"
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert not name.endswith("-")


def test_slack_takes_the_channel_of_any_title(world: World) -> None:
    ana = world.person("ana")
    titles = ("数据库宕机", "🔥🔥🔥", "<!channel> now", "قاعدة", "x" * 10_000, "{{ 7*7 }}", "../../etc")
    for number, title in enumerate(titles, 1):
        ana.commands(f"/incident declare sev1 {title}")
        assert f"INC-2026-0302-{number:03}" in world.channel().card.words
    assert len(incident_channels(world)) == len(titles)


def test_messages_of_the_bot_bear_keys_that_say_what_they_are(world: World) -> None:
    """DESIGN section 5: every chat.postMessage carries its key."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    ana.channel = world.channel().channel
    for line in (
        "update all is known",
        "role comms me",
        "note decision: fail over",
        "sev sev2",
        "snooze 20m",
    ):
        ana.commands(f"/incident {line}")
    world.forward(hours=2)
    ana.commands("/incident resolve done")
    ana.commands("/incident close")
    world.tick()
    posts = [call.args for call in world.slack.calls_of("chat.postMessage")]
    keys = [post["metadata"]["event_payload"]["key"] for post in posts]
    assert {post["metadata"]["event_type"] for post in posts} == {"tocsin"}
    assert len(set(keys)) == len(keys)
    kinds = {key.partition(":")[0] for key in keys}
    assert {"card", "announce", "update", "nudge", "draft", "echo"} <= kinds
    assert all(":INC-2026-0302-001" in key for key in keys)
    room = world.channel()
    assert all(key_of(m) for m in room.messages if m.bot_id and not m.files)


def test_a_title_may_begin_with_a_name_that_holds_a_digit(world: World) -> None:
    """PRODUCT 2.2: no severity is meant, so the four buttons ask for it."""
    for title in ("postgres14 is down", "payments-api-v2 is down", "p99 too high", "500 errors everywhere"):
        answer = world.person("ana").commands(f"/incident declare {title}")
        assert f"Declare an incident “{title}”? How severe is it?" in answer.text


def test_the_same_words_again_after_the_resolve_are_a_new_incident(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 db down")
    ana.commands("/incident resolve INC-2026-0302-001 over")
    assert "INC-2026-0302-002" in ana.commands("/incident declare sev1 db down").text
