"""``@tocsin …``: the bot is asked by a message, also in threads, where slash commands do not exist."""

from datetime import timedelta

import pytest

from bot.sandbox import Message, Person
from tests.catching_up import outage
from tests.world import World, declared, joined


def told(world: World, person: Person) -> list[Message]:
    """What only *person* was shown where they stand."""
    world.tick()
    return [each for each in person.hears() if each.ephemeral_for == person.id]


def asked(world: World, person: Person, text: str, *, thread: str | None = None) -> str:
    """The answer to a message that mentions the bot; "" where there is none."""
    before = len(told(world, person))
    person.mentions(text, thread=thread)
    after = told(world, person)
    assert len(after) <= before + 1
    return after[-1].text if len(after) > before else ""


def test_in_a_thread_of_its_channel_a_note_is_about_that_incident_and_answered_there(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    root = ana.says("the pool is exhausted")
    assert asked(world, ben, "note decision: fail over at=-1m", thread=root).startswith(
        "Noted as decision at 08:59"
    )
    (answer,) = told(world, ben)
    assert answer.thread_ts == root
    assert told(world, ana) == []
    assert "fail over" in ana.commands("/incident timeline").text
    assert "On the timeline as decision" in room.keyed("echo")[-1].words


def test_what_others_should_see_goes_where_it_always_goes(world: World) -> None:
    ana, room = declared(world)
    root = ana.says("the pool is exhausted")
    asked(world, ana, "update identified the pool is exhausted", thread=root)
    assert "the pool is exhausted" in room.keyed("update")[-1].words
    asked(world, ana, "resolve it is well")
    assert room.keyed("resolved")


def test_anywhere_the_bot_is_it_can_be_asked_to_declare(world: World) -> None:
    ana = world.person("ana")
    ana.joins("incidents")
    ana.channel = "incidents"
    assert asked(world, ana, "declare sev2 checkout is slow").startswith("Declared *SEV-2")
    assert "checkout is slow" in world.channel().card.words


def test_the_mention_alone_shows_how_things_stand_with_buttons(world: World) -> None:
    ana, _ = declared(world)
    assert "SEV-1" in asked(world, ana, "")
    assert "Post update" in str(told(world, ana)[-1].blocks)


def test_the_slash_command_behind_the_mention_is_habit_and_is_understood(world: World) -> None:
    ana, _ = declared(world)
    assert asked(world, ana, "/incident update pool raised").startswith("Recorded.")
    assert "SEV-1" in asked(world, ana, "/incident")


def test_talk_about_the_bot_is_no_command(world: World) -> None:
    ana, _ = declared(world)
    before = len(told(world, ana))
    ana.says("I asked @tocsin yesterday")
    ana.says("hey @tocsin resolve")
    assert len(told(world, ana)) == before
    assert "Status: resolved" not in ana.commands("/incident status").text


def test_a_word_that_is_no_verb_gets_did_you_mean_in_words_that_can_be_said_there(world: World) -> None:
    ana, _ = declared(world)
    assert "Did you mean `@tocsin resolve all is well`?" in asked(world, ana, "reslove all is well")
    assert "`@tocsin help` lists them" in asked(world, ana, "wonderful work")
    assert "Example: `@tocsin note" in asked(world, ana, "help note")
    assert "Next: `@tocsin sev sev2`" in asked(world, ana, "sev sev9")
    ana.joins("incidents")
    ana.channel = "incidents"
    assert "declare" not in asked(world, ana, "wonderful work")


def test_what_opens_a_form_says_the_command_to_type(world: World) -> None:
    ana, _ = declared(world)
    answer = asked(world, ana, "update")
    assert answer.startswith("That opens a form")
    assert "`/incident update`" in answer
    assert "`@tocsin update Where things stand`" in answer
    assert ana.modal is None


def test_a_channel_is_not_converted_by_a_mention_which_does_not_tell_its_kind(world: World) -> None:
    ana = world.person("ana")
    quiet = world.slack.add_channel("quiet-room", private=True, members=["ana"], bot=True)
    ana.channel = quiet
    assert "Type the command there: `/incident convert sev2`" in asked(
        world, ana, "convert sev2 checkout is slow"
    )
    assert "No incident" in ana.commands("/incident list").text


def test_an_edit_never_asks_anything(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.mentions("note one fact")
    world.tick()
    before = len(told(world, ana))
    ana.edits(ts, "@tocsin note another fact")
    plain = ana.says("some words")
    ana.edits(plain, "@tocsin resolve")
    channel = ana.channel
    edited = {"user": ana.id, "ts": f"{world.clock.business():.6f}"}
    event = {"type": "app_mention", "user": ana.id, "channel": channel.id, "ts": plain, "edited": edited}
    world.sends({**event, "text": f"<@{world.slack.bot_user_id}> resolve", "event_ts": edited["ts"]})
    assert len(told(world, ana)) == before
    assert ana.commands("/incident timeline").text.count("fact") == 1


def test_the_same_event_three_times_is_done_and_answered_once(world: World) -> None:
    ana, _ = declared(world)
    for text, n in (("note one fact", 1), ("resolve", 2), ("close nonsense=1 at=never", 3)):
        ts = ana.says(f"@tocsin {text}")
        (payload,) = (
            w.payload for w in world.slack.deliveries.waiting if w.payload["event"]["type"] == "app_mention"
        )
        world.tick()
        for _ in range(2):
            assert world.deliver_to(world.bot, payload) == 200
        world.tick()
        assert payload["event"]["ts"] == ts
        assert len(told(world, ana)) <= n
    assert ana.commands("/incident timeline").text.count("one fact") == 1


@pytest.mark.parametrize("policy", ['[allow]\nclose = ["@leads"]\n'])
def test_what_the_policy_leaves_to_some_is_left_to_them_here_too(world: World) -> None:
    ana, _ = declared(world)
    assert asked(world, ana, "close").startswith("'close' is left to @leads")


def test_a_private_incident_does_not_exist_for_who_is_outside(world: World) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    ana.commands("/incident declare sev1 --private payroll leaked")
    world.tick()
    ben.joins("incidents")
    ben.channel = "incidents"
    assert "There is no incident INC-2026-0302-001" in asked(world, ben, "status INC-2026-0302-001")
    assert "payroll" not in asked(world, ben, "list")


def test_an_answer_that_slack_does_not_show_in_the_channel_comes_as_a_direct_message(world: World) -> None:
    world.expects_errors("user_not_in_channel")
    ana, room = declared(world)
    ana.mentions("status")
    world.slack.pump()
    ana.leaves(room.channel)
    world.tick()
    (said,) = [m for m in world.dm(ana) if "You wrote in" in m.text]
    assert "SEV-1" in said.text
    assert not [m for m in room.messages if "You wrote in" in m.text]


def test_what_was_asked_while_the_bot_was_away_is_not_done_late_and_said_once(world: World) -> None:
    ana, room = declared(world)
    world.forward(minutes=20)
    with outage(world):
        ana.mentions("resolve all is well")
        world.clock.move(timedelta(hours=2))
    world.forward(minutes=5)
    (answer,) = [m for m in told(world, ana) if "came while the bot was away" in m.text]
    assert "@tocsin resolve all is well" in answer.text.lower()
    assert room.keyed("resolved") == []
    assert "resolve all is well" in ana.commands("/incident timeline --all").text


def test_an_event_that_comes_hours_late_is_not_done(world: World) -> None:
    ana = world.person("ana")
    ana.joins("incidents")
    ana.channel = "incidents"
    with outage(world) as missed:
        ana.mentions("declare sev1 checkout is down")
    (payload,) = (each for each in missed if each["event"]["type"] == "app_mention")
    world.forward(hours=3)
    for _ in range(3):
        assert world.deliver_to(world.bot, payload) == 200
    (answer,) = told(world, ana)
    assert answer.text.startswith("This came while the bot was away, and nothing was done")
    assert "`@tocsin status`" in answer.text
    assert "No incident" in ana.commands("/incident list").text


def test_what_another_bot_writes_is_no_command(world: World) -> None:
    ana, room = declared(world)
    world.slack.add_user("grafana", is_bot=True)
    ana.invites("grafana")
    world.slack.person("grafana").says("@tocsin resolve", room.channel)
    event = {"type": "app_mention", "bot_id": "B1", "user": "U1", "channel": room.id, "ts": "1772442000.5"}
    world.sends({**event, "text": f"<@{world.slack.bot_user_id}> resolve"})
    world.tick()
    assert room.keyed("resolved") == []


def test_without_the_database_slack_delivers_it_again(world: World) -> None:
    ana, room = declared(world)
    ana.mentions("resolve all is well")
    with world.without_database():
        world.slack.pump()
    assert room.keyed("resolved") == []
    world.forward(minutes=7)
    assert len(room.keyed("resolved")) == 1
