"""Bad input: long, empty, hostile texts; a bug; a database that is gone. Nobody is called, nothing recorded is lost."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from bot.sandbox import Person
from bot.sandbox.state import Json
from tests.world import World, in_channel, said

INC = "INC-2026-0302-001"
TEXT_VERBS = (
    "note {}", "note decision: {}", "update {}", "update identified {}", "snooze 20m {}", "set title {}",
    "set summary {}", "set root_cause {}", "set service {}", "sev sev2 {}", "impact detail={}", "resolve {}",
    "reopen {}", "timeline {}", "status {}", "list {}", "role {}", "lead {}", "postmortem {}", "help {}", "{}",
)  # fmt: skip
HOSTILE = (
    "<!channel>", "<!here> look", "<!everyone>", "<@U0VICTIM> did it", "<!subteam^S0ALL>", "<http://evil.example|bank>",
    "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "{{ 7*7 }}", "{% raw %}", "{{ config }} {# x #}", "`code` ```fence",
    "nul\x00byte", "\u202eright to left", "zero\u200bwidth\u2060", "%s %d {0} {title}", "'; DROP TABLE incidents; --",
    "<", "<<<!channel>>>", "<!date^1^{date}|now>", "<#C0SECRET|board>", "<mailto:a@b.example|ceo>",
)  # fmt: skip
OURS = re.compile(r"<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<!date\^\d+\^[^|<>]+\|[^<>]+>")
"""What the bot itself may write: people and channels of the workspace, times in the reader's zone."""


@pytest.fixture
def ana(world: World) -> Person:
    """Ana in the channel of the incident that she declared."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down")
    ana.channel = world.channel().channel
    return ana


def texts(value: object) -> Iterator[str]:
    """Every string in JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def spoken(world: World, since: int = 0) -> list[Json]:
    """Arguments of all calls that show something to people."""
    shows = ("chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.setTopic", "views.open")
    return [call.args for call in world.slack.calls[since:] if call.method in shows]


def assert_calls_nobody(world: World, value: object) -> None:
    """No active special of Slack's but those that the bot means (S3)."""
    known = {user.id for user in world.slack.users} | {channel.id for channel in world.slack.channels}
    for each in texts(value):
        for special in re.findall(r"<[^<>]*>", each):
            assert OURS.fullmatch(special), f"{special} in {each!r}"
            ids = re.findall(r"[<][@#]([A-Z0-9]+)>", special)
            assert set(ids) <= known, f"{special} in {each!r}"


def raw(world: World, person: Person, text: str) -> tuple[int, Json]:
    """A command whose text reaches the bot as it stands here, as from a client that escapes nothing."""
    payload = {
        "command": "/incident", "text": text, "user_id": person.id, "channel_id": person.channel.id,
        "trigger_id": f"1.{world.slack.count()}.raw", "team_id": world.slack.team_id,
    }  # fmt: skip
    door = world.slack.door
    assert door is not None
    outcome = door.deliver(world.slack, "slash_commands", payload)
    world.settle()
    return outcome.status, outcome.body if isinstance(outcome.body, dict) else {"text": outcome.body}


def test_hostile_texts_in_any_argument_call_nobody_and_stay_text(world: World, ana: Person) -> None:
    """S3, S4: specials and template code in titles, messages, notes, reasons."""
    together = [(line, " ".join(HOSTILE)) for line in ("declare sev3 {}", *TEXT_VERBS)]
    alone = [(line, each) for line in ("declare sev3 {}", "note {}", "lead {}", "{}") for each in HOSTILE]
    for line, hostile in together + alone:
        if line == "lead {}" and hostile.startswith("<@"):
            continue  # there a mention is meant
        status, answer = raw(world, ana, line.format(hostile))
        assert status == 200, (line, hostile)
        assert_calls_nobody(world, answer)
        assert "on our side" not in str(answer), f"a bug: {line} {hostile}"
        assert "49" not in str(answer.get("text")), "template code was run"
    world.tick()
    for args in spoken(world):
        assert_calls_nobody(world, {name: value for name, value in args.items() if name != "metadata"})
        assert "\x00" not in json.dumps(args)


def test_template_code_is_shown_as_it_was_typed(world: World, ana: Person) -> None:
    """S4."""
    ana.commands("/incident update {{ 7*7 }} {% raw %} {{ incident.__class__ }}")
    (posted,) = world.channel().keyed("update").words
    assert "{{ 7*7 }} {% raw %} {{ incident.__class__ }}" in posted


def test_specials_are_shown_as_words(world: World, ana: Person) -> None:
    raw(world, ana, "update <!channel> see <http://evil.example|bank> and <@U0VICTIM|eve>")
    (posted,) = world.channel().keyed("update").words
    assert "@channel see bank (http://evil.example) and @eve" in posted


@pytest.mark.parametrize("filler", ["x" * 10_000, "word " * 2_000, "&lt;" * 10_000, "line\n" * 2_000])
def test_ten_thousand_characters_are_kept_whole_or_refused_in_one_sentence(
    world: World, ana: Person, filler: str
) -> None:
    """Slack's own limits are never hit: World fails a story at the first msg_too_long or invalid_blocks."""
    for line in ("declare sev3 {}", *TEXT_VERBS):
        status, answer = raw(world, ana, line.format(filler))
        assert status == 200, line
        assert len(answer["text"]) <= 3_000
        assert len(answer.get("blocks", [])) <= 50
        assert all(len(text) <= 3_000 for text in texts(answer.get("blocks", [])))
        assert "on our side" not in answer["text"], line
    world.tick()
    incident = world.bot.lookup.here(ana.channel.id)
    assert incident is not None
    assert incident.last_update == filler.strip()
    assert incident.summary == filler.strip()
    assert len(incident.title) <= 1_000
    kept = [entry.text for entry in world.bot.lookup.record(INC)]
    assert filler.strip() in kept


def test_a_text_longer_than_one_piece_is_refused_and_given_back(world: World, ana: Person) -> None:
    status, answer = raw(world, ana, "update " + "x" * 12_001)
    assert status == 200
    assert "That text has 12,001 characters; at most 12,000 fit in one piece." in answer["text"]
    assert sum(text.count("x" * 100) for text in texts(answer["blocks"])) >= 119
    assert world.channel().keyed("update") == []


def test_empty_texts_are_answered_with_what_is_needed(world: World, ana: Person) -> None:
    for verb in (
        "note",
        "update",
        "sev",
        "role",
        "lead",
        "set",
        "set title",
        "impact",
        "snooze",
        "postmortem owner",
    ):
        answer = ana.commands(f"/incident {verb}")
        assert answer.status == 200
        assert answer.text or ana.modal is not None, verb
        assert "on our side" not in answer.text, verb


def test_half_a_character_pair_and_nul_in_a_message_are_recorded(world: World, ana: Person) -> None:
    """S6: no database keeps them; the rest of the message is kept."""
    event = {"type": "message", "channel": ana.channel.id, "user": ana.id, "team": "T1"}
    world.sends({**event, "ts": "1772442001.000001", "text": "half \ud83d pair"})
    world.sends({**event, "ts": "1772442002.000001", "text": "nul \x00 byte"})
    kept = [entry.text for entry in world.bot.lookup.record(INC)]
    assert "half ? pair" in kept
    assert "nul  byte" in kept


class TestABug:
    """DESIGN 3.7: everything that is no Refusal is a bug: logged once with a mark that the person is shown."""

    def test_the_person_gets_a_mark_and_their_text_back(
        self, world: World, ana: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        policy = world.policy
        world.bot.transactions.policy = replace(
            policy, severities={}
        )  # the level that the incident has is gone
        answer = ana.commands("/incident update identified everything about the pool is known")
        assert "Something went wrong on our side, and nothing was changed." in answer.text
        mark = re.search(r"this mark: `([0-9a-f]{8})`", answer.text)
        assert mark is not None
        assert "You typed: /incident update identified everything about the pool is known" in answer.text
        assert "Traceback" not in answer.text
        logged = [record for record in caplog.records if mark[1] in record.getMessage()]
        assert len(logged) == 1
        assert logged[0].levelno == logging.ERROR
        assert logged[0].exc_info is not None
        world.bot.transactions.policy = policy
        assert (
            "Recorded" in ana.commands("/incident update identified everything about the pool is known").text
        )


class TestADatabaseThatIsGone:
    """RELIABILITY section 2: a person is told that nothing was recorded; Slack delivers events again."""

    def test_a_command_is_given_back_and_works_after_the_repair(self, world: World, ana: Person) -> None:
        with world.without_database():
            answer = ana.commands("/incident update identified the pool is exhausted")
            assert "nothing was recorded" in answer.text
            assert "You typed: /incident update identified the pool is exhausted" in answer.text
            asked = ana.commands("/incident status").text
            assert "so there is no answer yet. Please try again in a minute." in asked
            assert "nothing was recorded" not in asked, "nothing was to be"
        assert "Recorded" in ana.commands("/incident update identified the pool is exhausted").text

    def test_a_form_stays_open_and_says_so(self, world: World, ana: Person) -> None:
        ana.commands("/incident update")
        with world.without_database():
            errors = ana.submits({"text": "two paragraphs"}).errors
            assert any("nothing was recorded" in each for each in errors.values())
        assert ana.submits({"text": "two paragraphs"}).errors == {}
        assert len(world.channel().keyed("update")) == 1

    def test_a_click_is_answered_although_nothing_can_be_planned(self, world: World, ana: Person) -> None:
        ana.commands("/incident declare")
        with world.without_database():
            assert ana.clicks("SEV-2 High").ok
            assert "nothing was recorded" in ana.hears()[-1].words
        ana.clicks("SEV-2 High")
        world.settle()
        assert any("INC-2026-0302-002" in message.words for message in ana.hears())

    def test_an_event_gets_500_and_is_recorded_when_slack_delivers_it_again(
        self, world: World, ana: Person
    ) -> None:
        with world.without_database():
            ana.says("Decision: fail over now")
            world.slack.pump()
            assert [delivery.attempt for delivery in world.slack.deliveries.waiting] == [2]
        world.clock.seconds += 60
        world.settle()
        assert "fail over now" in [entry.text for entry in world.bot.lookup.record(INC)]

    def test_a_table_that_is_missing_is_no_reason_to_lose_what_was_typed(
        self, world: World, ana: Person
    ) -> None:
        with world.bot.store.engine.begin() as connection:
            connection.execute(sql("ALTER TABLE entries RENAME TO elsewhere"))
        answer = ana.commands("/incident note decision: fail over now")
        assert "You typed: /incident note decision: fail over now" in answer.text
        assert "Traceback" not in answer.text
        with world.bot.store.engine.begin() as connection:
            connection.execute(sql("ALTER TABLE elsewhere RENAME TO entries"))
        assert "Noted" in ana.commands("/incident note decision: fail over now").text


class TestButtons:
    """What a click leads to is said to whoever clicked, wherever that was."""

    def test_a_click_that_comes_too_late_is_refused_to_the_person_alone(
        self, world: World, ana: Person
    ) -> None:
        ben = world.person("ben")
        ben.joins(ana.channel)
        ben.channel = ana.channel
        ana.commands("/incident resolve over")
        world.settle()
        ana.clicks("Reopen")
        ben.clicks("Reopen")  # the card was not edited yet
        world.settle()
        assert any(f"{INC} is open: it is investigating." in message.words for message in ben.hears())
        assert not any("is open: it is" in message.words for message in ana.hears())
        assert len(world.channel().keyed("reopened")) == 1

    def test_a_form_that_slack_does_not_open_names_the_command_to_type(
        self, world: World, ana: Person
    ) -> None:
        world.slack.faults.add("views.open", "500", times=2)
        assert (
            "Type it instead: `/incident update Where things stand`" in ana.commands("/incident update").text
        )
        ana.clicks("Resolve")
        world.settle()
        assert "Type it instead: `/incident resolve" in ana.hears()[-1].words


def test_the_timeline_says_what_it_cannot_do(world: World, ana: Person) -> None:
    """DR-16: nothing that was typed is passed over."""
    answer = said(world, ana, "timeline colour 1")
    assert "'colour 1' is nothing that the timeline can do. It takes --all" in answer
    assert "Next: `/incident timeline`" in answer


def test_todays_number_is_understood_before_a_text_outside_of_an_incidents_channel(
    world: World, ana: Person
) -> None:
    """PRODUCT 2.2: in the channel itself a number begins the text."""
    here = ana.channel
    ana.channel = world.slack.channel("general")
    assert "Recorded" in said(world, ana, "update 001 we are on it")
    ana.channel = here
    said(world, ana, "update 500 errors a minute")
    assert "500 errors a minute" in in_channel(world)
    assert "we are on it" in in_channel(world)
    assert "001 we are" not in in_channel(world)
