"""What Prometheus reads: answers, deliveries, calls, nudges, and what stands in the database."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import HttpDoor, Person
from tests.world import World

PAGE = Path(__file__).parents[2] / "docs/operations.md"


def figures(world: World) -> dict[str, float]:
    """Each figure by its name with labels, as /metrics tells it."""
    lines = world.bot.meters.text().decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[:1] != "#"}


def grown(world: World, before: dict[str, float], name: str) -> dict[str, float]:
    """By how much the figures that begin with *name* have grown since."""
    now = figures(world)
    return {
        each.removeprefix(name): now[each] - before.get(each, 0.0)
        for each in now
        if each.startswith(name) and now[each] != before.get(each, 0.0)
    }


def test_deliveries_are_counted_by_what_came_of_them(world: World, ana: Person) -> None:
    before = figures(world)
    ana.commands("/incident note it is the pool")
    ana.commands("/incident resolve INC-2026-0302-077")
    said = {
        "type": "message",
        "channel": ana.channel.id,
        "user": ana.id,
        "text": "a",
        "ts": "1772442000.000900",
    }
    world.sends(said, times=3)
    world.sends({**said, "channel": "C0ELSEWHERE"})
    world.sends({"type": "message", "subtype": "channel_topic", "channel": ana.channel.id, "ts": "1.000001"})
    found = grown(world, before, "tocsin_events_total")
    assert found['{kind="command",outcome="kept"}'] == 1
    assert found['{kind="command",outcome="refused"}'] == 1
    assert found['{kind="event",outcome="kept"}'] == 1
    assert found['{kind="event",outcome="repeated"}'] == 2
    assert found['{kind="event",outcome="ignored"}'] >= 2
    assert grown(world, before, "tocsin_answer_seconds_count")['{kind="command"}'] == 2


def test_a_command_that_slack_delivers_again_is_counted_as_repeated(world: World, ana: Person) -> None:
    usual = world.slack.door
    assert isinstance(usual, HttpDoor)
    sent: list[tuple[str, bytes, dict[str, str]]] = []

    def kept(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        sent.append((path, body, headers))
        return usual.post(path, body, headers)

    world.slack.door = HttpDoor(kept)
    ana.commands("/incident note it is the pool")
    before = figures(world)
    usual.post(*sent[0])
    assert grown(world, before, "tocsin_events_total") == {'{kind="command",outcome="repeated"}': 1}


def test_what_cannot_be_kept_is_counted_as_failed_and_the_page_still_answers(
    world: World, ana: Person
) -> None:
    with world.without_database():
        ana.commands("/incident note lost?")
        ana.says("lost?")
        world.slack.pump()
        now = figures(world)
        assert now['tocsin_events_total{kind="command",outcome="failed"}'] == 1
        assert now['tocsin_events_total{kind="event",outcome="failed"}'] == 2, "once more at once"
        assert now["tocsin_database_up"] == 0
        assert "tocsin_outbox_calls" not in now
    world.clock.seconds += 60
    assert figures(world)["tocsin_database_up"] == 1


def test_calls_are_counted_by_method_and_outcome(world: World, ana: Person) -> None:
    world.settle()
    before = figures(world)
    for kind in ("429", "lost_reply", "is_archived"):
        world.expects_errors(kind)
        world.slack.faults.clear()
        world.slack.faults.add("chat.postMessage", kind)
        ana.commands(f"/incident update {kind}")
        world.forward(minutes=1)
    found = grown(world, before, "tocsin_slack_calls_total")
    post = {name: n for name, n in found.items() if 'method="chat.postMessage"' in name}
    assert {name.rpartition('outcome="')[2][:-2] for name in post} == {"ok", "later", "ambiguous", "refused"}
    times = grown(world, before, "tocsin_slack_call_seconds_count")
    assert times['{method="chat.postMessage"}'] == sum(post.values())


def test_how_late_slack_had_a_nudge_is_told_from_the_time_when_it_was_due(world: World, ana: Person) -> None:
    world.forward(minutes=15)
    now = figures(world)
    assert now["tocsin_nudge_lateness_seconds_count"] == 1
    assert now["tocsin_nudge_lateness_seconds_sum"] == pytest.approx(0, abs=0.01)
    world.restart(after=timedelta(minutes=25))
    assert figures(world)["tocsin_nudge_lateness_seconds_sum"] == pytest.approx(600, abs=1), (
        "due 09:30, said 09:40"
    )
    assert all("$due" not in call.args for call in world.slack.calls)


def test_what_waits_is_told_with_its_age(world: World, ana: Person) -> None:
    world.settle()
    world.slack.faults.add("chat.postMessage", "429", retry_after=600)
    ana.commands("/incident update waits")
    world.settle()
    world.clock.move(timedelta(seconds=90))
    now = figures(world)
    assert now["tocsin_outbox_calls"] >= 1
    assert now["tocsin_outbox_oldest_seconds"] == 90
    assert now["tocsin_incidents_open"] == 1
    world.clock.move(timedelta(minutes=10))
    world.tick()
    assert figures(world)["tocsin_outbox_oldest_seconds"] == 0


def test_the_page_for_operators_has_every_metric_and_no_other(world: World, ana: Person) -> None:
    world.audited()
    told = {
        line.split()[2]
        for line in world.bot.meters.text().decode().splitlines()
        if line.startswith("# TYPE tocsin") and not line.split()[2].endswith("_created")
    }
    rows = [line.split("`")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `tocsin")]
    assert sorted(rows) == sorted(told)
