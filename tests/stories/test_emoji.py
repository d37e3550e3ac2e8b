"""Reactions: the policy names those that put a message on the timeline, and those that make a task of it."""

from datetime import timedelta

import pytest

from bot.domain.parts import Task
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.settings import DEFAULT_POLICY
from tests.catching_up import outage
from tests.world import World, declared, joined


def tasks(world: World) -> tuple[Task, ...]:
    with world.bot.store.read() as tx:
        return tx.incidents(open_only=False, limit=1)[0].tasks


def on_timeline(world: World) -> list[str]:
    with world.bot.store.read() as tx:
        ref = tx.incidents(open_only=False, limit=1)[0].ref
        return [one.text for one in tx.entries(ref) if one.on_timeline and not one.is_state]


def test_a_star_makes_a_task_of_a_message_once_for_ever(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    ts = ana.says("restart the pods in eu-west")
    ben.reacts(ts, "star")
    world.tick()
    (task,) = tasks(world)
    assert (task.text, task.owner, task.by) == ("restart the pods in eu-west", None, ben.id)
    assert "Task 1, nobody's yet: restart the pods" in room.keyed("echo")[-1].words
    ana.reacts(ts, "star")
    ben.unreacts(ts, "star")
    world.tick()
    world.forward(days=2)
    ben.reacts(ts, "star::skin-tone-3")
    world.tick()
    assert [one.n for one in tasks(world)] == [1]
    assert on_timeline(world) == []


def test_the_one_person_whom_it_mentions_gets_it(world: World) -> None:
    ana, _ = declared(world)
    ben, cem = joined(world, "ben"), joined(world, "cem")
    ana.reacts(ana.says("@ben restart the pods"), "star")
    ana.reacts(ana.says("@ben or @cem look at the logs"), "star")
    ana.reacts(ana.says("@tocsin is nobody who does things"), "star")
    world.tick()
    assert [one.owner for one in tasks(world)] == [ben.id, None, None]
    assert tasks(world)[0].text == "restart the pods"
    assert cem.id


def test_a_private_incident_lets_nobody_in_by_a_star(world: World) -> None:
    ana, lee = world.person("ana"), world.person("lee")
    ana.commands("/incident declare sev1 --private payroll leaked")
    world.tick()
    room = world.channel()
    ana.channel = room.channel
    ana.reacts(ana.says("do not tell @lee before noon"), "star")
    world.tick()
    assert [one.owner for one in tasks(world)] == [None]
    assert lee.id not in room.channel.members


@pytest.mark.parametrize("policy", ['[allow]\ntask = ["@leads"]\n'])
def test_whom_the_policy_leaves_no_tasks_to_makes_none(world: World) -> None:
    ana, _ = declared(world)
    ana.reacts(ana.says("restart the pods"), "star")
    world.tick()
    assert tasks(world) == ()


def test_a_star_that_comes_before_its_message_waits_for_it(world: World) -> None:
    ana, _ = declared(world)
    with outage(world, ticks=False) as missed:
        ana.reacts(ana.says("restart the pods"), "star")
    for payload in reversed(missed):
        assert world.deliver_to(world.bot, payload) == 200
    world.settle()
    assert [one.text for one in tasks(world)] == ["restart the pods"]


def test_a_star_on_what_the_bot_said_or_on_a_deleted_message_makes_no_task(world: World) -> None:
    ana, room = declared(world)
    ana.reacts(room.card.ts, "star")
    ts = ana.says("never mind")
    ana.deletes(ts)
    world.tick()
    item = {"type": "message", "channel": room.id, "ts": ts}
    world.sends({"type": "reaction_added", "user": ana.id, "reaction": "star", "item": item, "event_ts": ts})
    world.tick()
    assert tasks(world) == ()


def test_a_star_put_while_the_bot_was_away_is_read_from_history(world: World) -> None:
    ana, _ = declared(world)
    world.forward(minutes=20)
    old = ana.says("restart the pods")
    world.tick()
    with outage(world):
        ana.reacts(old, "star")
        ana.reacts(ana.says("look at the logs"), "star")
        world.clock.move(timedelta(minutes=30))
    world.forward(minutes=5)
    assert sorted(one.text for one in tasks(world)) == ["look at the logs", "restart the pods"]


class TestOfOnesOwn:
    @pytest.fixture
    def policy(self) -> str:
        return '[emoji]\ntimeline = ["+1", ":eyes:"]\ntask = []\nfollowup = []\n'

    def test_several_do_one_thing_whatever_their_skin_tone(self, world: World) -> None:
        ana, _ = declared(world)
        first, second, third = (ana.says(text) for text in ("one", "two", "three"))
        ana.reacts(first, "+1::skin-tone-2")
        ana.reacts(second, "eyes")
        ana.reacts(third, "pushpin")
        ana.reacts(third, "star")
        world.tick()
        assert on_timeline(world) == ["one", "two"]
        assert tasks(world) == ()

    def test_one_of_two_that_is_taken_off_leaves_the_other(self, world: World) -> None:
        ana, _ = declared(world)
        ts = ana.says("one")
        ana.reacts(ts, "+1")
        ana.reacts(ts, "eyes")
        world.tick()
        ana.unreacts(ts, "+1")
        world.forward(minutes=30)
        assert on_timeline(world) == ["one"]
        ana.unreacts(ts, "eyes")
        world.tick()
        assert on_timeline(world) == []

    def test_help_names_those_that_do_something(self, world: World) -> None:
        ana, _ = declared(world)
        assert (
            "gets the reaction :+1: goes on the timeline. In a thread: `@tocsin note"
            in ana.commands("/incident help").text
        )


def test_help_names_each_emoji(world: World) -> None:
    said = world.person("ana").commands("/incident help").text
    assert (
        "gets the reaction :pushpin: goes on the timeline; the reaction :star: makes a task of it; " in said
    )
    assert "; :repeat: makes a follow-up of it, for later." in said


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('task = ["star", "pushpin"]', "line 2: emoji.task: 'pushpin' stands under emoji.timeline too"),
        ('timeline = ":star::skin-tone-2:"', "emoji.task: 'star' stands under emoji.timeline too"),
        ('task = "📌"', "line 2: emoji.task has '📌'; write the name of an emoji as Slack shows it"),
        ('followup = "star"', "emoji.followup: 'star' stands under emoji.task too; each does one thing"),
        ("task = 7", 'line 2: emoji.task should be the name of an emoji, like "pushpin", or a list of them'),
        ('timelin = "star"', "line 2: emoji.timelin is not known; did you mean timeline?"),
        ('[timeline]\nemoji = "star"', "line 2: timeline is gone: its emoji stands under [emoji] now"),
    ],
)  # fmt: skip
def test_a_policy_that_means_two_things_is_refused_at_the_start(written: str, says: str) -> None:
    with pytest.raises(BrokenPolicy) as refused:
        read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), f"[emoji]\n{written}")
    assert [mistake for mistake in refused.value.mistakes if says in mistake]
