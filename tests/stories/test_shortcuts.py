"""Shortcuts: a message is put on the timeline, or an incident is declared from it, where commands cannot be typed."""

from typing import Any

import pytest

from bot.domain.timeline import Entry
from bot.sandbox import Door, Json, Outcome, Person, Workspace, interactions
from tests.catching_up import outage
from tests.world import World, declared, joined


def entries(world: World) -> list[Entry]:
    """The newest incident's timeline."""
    with world.bot.store.read() as tx:
        ref = tx.incidents(open_only=False, limit=1)[0].ref
        return [one for one in tx.entries(ref) if one.on_timeline and not one.is_state]


class Twice:
    """A door through which everything is delivered twice, as after an answer that was lost."""

    def __init__(self, door: Door | None) -> None:
        self.door, self.answers = door, list[int]()

    def deliver(self, ws: Workspace, kind: str, payload: Json, **more: Any) -> Outcome:
        assert self.door is not None
        outcome = self.door.deliver(ws, kind, payload, **more)
        self.answers += [outcome.status, self.door.deliver(ws, kind, payload, **more).status]
        return outcome


def told(world: World, person: Person) -> str:
    """The last thing that only *person* was shown where they stand."""
    world.tick()
    return [m for m in person.hears() if m.ephemeral_for == person.id][-1].text


def test_a_message_is_put_on_the_timeline_at_the_time_it_was_said(world):
    ana, _ = declared(world)
    ts = ana.says("the pool is exhausted since the deploy")
    world.forward(minutes=3)
    ana.shortcut("add_to_timeline", ts=ts)
    (entry,) = entries(world)
    assert (entry.text, entry.ts) == ("the pool is exhausted since the deploy", ts)
    assert told(world, ana).startswith("On the timeline of `INC-2026-0302-001`, at ")
    assert "the pool is exhausted" in told(world, ana)
    ana.shortcut("add_to_timeline", ts=ts)
    assert told(world, ana).startswith("It stands on the timeline of `INC-2026-0302-001` already")
    assert len(entries(world)) == 1


def test_who_asked_for_it_is_kept_and_an_emoji_that_is_taken_off_leaves_it_there(world):
    ana, _ = declared(world)
    ben = joined(world, "ben")
    ts = ana.says("the pool is exhausted")
    ben.shortcut("add_to_timeline", ts=ts)
    ana.reacts(ts, "pushpin")
    world.tick()
    ana.unreacts(ts, "pushpin")
    world.forward(minutes=1)
    (entry,) = entries(world)
    assert entry.marks == (f"shortcut:{ben.id}",)


def test_an_answer_in_a_thread_is_put_there_too_and_answered_in_that_thread(world):
    ana, _ = declared(world)
    root = ana.says("who knows the pool?")
    ts = ana.says("I raised its limit to 200", thread=root)
    ana.shortcut("add_to_timeline", ts=ts)
    assert [entry.text for entry in entries(world)] == ["I raised its limit to 200"]
    told(world, ana)
    (answer,) = [m for m in ana.hears() if m.ephemeral_for == ana.id]
    assert answer.thread_ts == root


def test_what_another_bot_says_is_put_there_too_and_what_this_one_says_is_not(world):
    ana, room = declared(world)
    world.slack.add_user("grafana", is_bot=True)
    grafana = world.slack.person("grafana")
    ana.invites("grafana")
    ts = grafana.says("checkout: 5xx above 20 %", room.channel)
    world.tick()
    ana.shortcut("add_to_timeline", ts=ts)
    assert [entry.text for entry in entries(world)] == ["checkout: 5xx above 20 %"]
    ana.shortcut("add_to_timeline", ts=room.card.ts)
    assert told(world, ana).startswith("That is the bot's own message")
    assert len(entries(world)) == 1


def test_outside_of_an_incidents_channel_it_is_refused_with_the_next_command(world):
    ana, _ = declared(world)
    ts = ana.says("checkout is slow here", "general")
    ana.shortcut("add_to_timeline", ts=ts, channel="general")
    ana.channel = "general"
    assert told(world, ana).startswith("Only a message in an incident's channel can be put on a timeline.")
    assert "`/incident note INC-2026-0302-001 what happened`" in told(world, ana)
    assert entries(world) == []


def test_a_line_of_slacks_own_is_nobodys_fact(world):
    ana, room = declared(world)
    joined(world, "ben")
    line = next(m for m in room.channel.messages if m.subtype == "channel_join")
    ana.shortcut("add_to_timeline", ts=line.ts)
    assert told(world, ana).startswith("That is a line of Slack's own")


def test_a_message_that_no_event_told_of_is_recorded_with_it(world):
    ana, _ = declared(world)
    with outage(world, ticks=False):
        ts = ana.says("said while the bot was away")
    ana.shortcut("add_to_timeline", ts=ts)
    assert [entry.text for entry in entries(world)] == ["said while the bot was away"]


def test_the_same_shortcut_delivered_twice_is_answered_once(world):
    ana, _ = declared(world)
    ts = ana.says("the pool is exhausted")
    where = world.slack.channel(ana.channel.id)
    door = world.slack.door = Twice(world.slack.door)
    interactions.shortcut(world.slack, ana.user, "add_to_timeline", where, where.by_ts[ts])
    assert door.answers == [200, 200]
    world.tick()
    assert len([m for m in ana.hears() if m.ephemeral_for == ana.id]) == 1


def test_an_incident_is_declared_from_a_message_with_its_words_and_a_link(world):
    ana, ben = world.person("ana"), world.person("ben")
    ts = ben.says("Checkout gives 500s since the deploy. Can somebody look?", "general")
    world.forward(minutes=2)
    ana.shortcut("declare_from_message", ts=ts, channel="general")
    assert "go onto the timeline" in str(ana.modal.body["blocks"][0])
    ana.submits({"severity": "P1"})
    world.tick()
    room = world.channel()
    assert "Checkout gives 500s since the deploy" in room.card.words
    assert "Can somebody" not in room.card.words
    (entry,) = entries(world)
    assert entry.text == "Checkout gives 500s since the deploy. Can somebody look?"
    assert (entry.author, entry.kind.value) == (ben.id, "event")
    general = world.slack.channel("general").id
    assert entry.link == f"https://sandbox.slack.com/archives/{general}/p{ts.replace('.', '')}"
    (echo,) = room.keyed("echo")
    assert "|a message> of <@" in echo.words
    assert "Checkout gives 500s" in echo.words


@pytest.mark.parametrize("replied", [True, False])
def test_the_answer_of_the_form_goes_into_the_thread_of_the_reply_that_it_was_opened_on(world, replied):
    """Of a message that has a thread of its own, and stands in the channel, the answer stands there too."""
    ana, ben = world.person("ana"), world.person("ben")
    root = ben.says("who knows checkout?", "general")
    reply = ben.says("it gives 500s", "general", thread=root)
    ana.shortcut("declare_from_message", ts=reply if replied else root, channel="general")
    ana.submits({"severity": "P1"})
    world.tick()
    answer, link = [m for m in ana.hears("general") if m.ephemeral_for == ana.id]
    assert "Declared" in answer.words
    assert {answer.thread_ts, link.thread_ts} == {root if replied else None}


def test_nothing_of_a_private_channel_goes_into_a_public_incident_but_the_title_that_is_sent(world):
    ana = world.person("ana")
    quiet = world.slack.add_channel("board-only", private=True, members=["ana"])
    ts = ana.says("Payroll leaked to everybody. Names inside: Ms Secret", quiet)
    ana.shortcut("declare_from_message", ts=ts, channel=quiet)
    assert "not from a public channel" in str(ana.modal.body["blocks"][0])
    ana.submits({"severity": "P1", "title": "Something leaked"})
    world.tick()
    (entry,) = entries(world)
    assert (entry.text, entry.author) == ("Declared from a message", ana.id)
    assert (entry.link or "").endswith(f"/archives/{quiet.id}/p{ts.replace('.', '')}")
    said = "\n".join(
        m.text + str(m.blocks) for c in world.slack.channels if c is not quiet for m in c.messages
    )
    assert "Payroll" not in said
    assert "Secret" not in said


def test_anywhere_in_slack_the_global_shortcut_opens_the_form(world):
    ana = world.person("ana")
    ana.shortcut("declare_incident")
    ana.submits({"severity": "P0", "title": "checkout is down"})
    assert "checkout is down" in world.channel().card.words


@pytest.mark.parametrize("policy", ['[allow]\ndeclare = ["@leads"]\n'])
def test_whoever_may_not_declare_is_told_so_in_place_of_the_form(world):
    ana = world.person("ana")
    ana.shortcut("declare_incident")
    assert "left to @leads" in str(ana.modal.body["blocks"])
    assert "submit" not in ana.modal.body
    ts = ana.says("checkout is down", "general")
    ana.shortcut("declare_from_message", ts=ts, channel="general")
    assert "left to @leads" in told(world, ana)


def test_a_shortcut_that_is_none_of_ours_leads_nowhere(world):
    ana, _ = declared(world)
    assert ana.shortcut("of_another_version").status == 200
