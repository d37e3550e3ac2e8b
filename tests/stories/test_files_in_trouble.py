"""Copies while Slack's file host is in trouble, over restarts and kills, and by back-fill: none lost, none twice."""

from datetime import timedelta

import pytest

from tests.experiments.victims import Victims, victims
from tests.stories.test_files import LOG, PNG, copies, downloads, holds, listed, states
from tests.world import World, declared

__all__ = ["victims"]


@pytest.mark.parametrize("kind", ["500", "timeout", "lost_reply", "429"])
def test_when_the_host_is_back_the_copy_is_made(world: World, kind: str) -> None:
    ana, _ = declared(world)
    world.slack.faults.add("files.download", kind, times=4)
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    assert states(world) == {"graph.png": "waiting"}
    world.forward(minutes=5)
    assert states(world) == {"graph.png": "kept"}


def test_nobody_is_told_that_the_bot_is_late_because_of_a_file(world: World) -> None:
    """What people are told late are messages; a copy is none."""
    ana, _ = declared(world)
    world.slack.faults.add("files.download", "500", times=3)
    ana.says("see", files=[("graph.png", PNG)])
    world.forward(seconds=40)
    assert "late" not in ana.commands("/incident status").text
    world.forward(minutes=5)


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u0631\u062d\u0628\u0627.png",
        "\u969c\u5bb3 \u8a18\u9332.png",
        "\U0001f692 50%.png",
        "a\nb#c?.png",
        "../../x.png",
    ],
)
def test_a_name_in_any_script_keeps_no_file_from_being_copied(world: World, name: str) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[(name, PNG)])
    world.settle()
    assert [copy.content for copy in copies(world).values()] == [PNG]


def test_a_page_in_place_of_the_file_is_no_copy(world: World) -> None:
    """Slack sends one that asks to log in where the scope files:read is missing."""
    ana, _ = declared(world)
    world.expects_errors("page")
    world.slack.scopes -= {"files:read"}
    ana.says("see", files=[("graph.png", PNG), ("trace.txt", LOG)])
    world.settle()
    assert states(world) == {"graph.png": "failed", "trace.txt": "failed"}
    assert "files:read" in copies(world)["trace.txt"].why
    assert "link only, it could not be copied: http" in listed(world)[0]


def test_a_file_that_slack_no_longer_has_is_gone(world: World) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("graph.png", PNG)])
    world.slack.pump()
    file = next(iter(world.slack.files.values()))
    file.deleted = True
    world.expects_errors("file_deleted", "http_404")
    world.settle()
    assert states(world) == {"graph.png": "gone"}


def test_the_token_goes_to_slack_alone(world: World) -> None:
    """Neither to an address in a message, nor along a redirect."""
    ana, room = declared(world)
    world.settle()
    world.slack.faults.add("files.download", "moved:http://127.0.0.1:9/elsewhere")
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    assert states(world) == {"graph.png": "not allowed"}
    evil = {
        "id": "FEVIL", "name": "x.png", "mimetype": "image/png", "size": 3, "mode": "hosted",
        "url_private_download": "https://files.slack.com.evil.example/x.png", "permalink": "https://x.example",
    }  # fmt: skip
    world.sends({
        "type": "message", "subtype": "file_share", "channel": room.id, "ts": "1772442300.000100", "user": ana.id,
        "text": "look", "files": [evil], "channel_type": "channel", "event_ts": "1772442300.000100",
    })  # fmt: skip
    world.settle()
    assert states(world) == {"graph.png": "not allowed", "x.png": "not allowed"}


def test_a_restart_in_between_loses_nothing(world: World) -> None:
    ana, _ = declared(world)
    world.settle()
    ana.says("see", files=[("graph.png", PNG)])
    world.slack.pump()
    world.restart(after=timedelta(minutes=1))
    assert states(world) == {"graph.png": "kept"}
    assert downloads(world) == 1


def test_a_process_killed_anywhere_while_it_copies_leaves_one_copy(world: World, victims: Victims) -> None:
    ana, _ = declared(world)
    world.settle()
    killed, n = True, 0
    while killed:
        n += 1
        ana.says(f"graph {n}", files=[(f"graph-{n}.png", PNG + str(n).encode())])
        world.slack.pump()
        killed = victims.finish(world, crash_at=n)
        world.clock.move(timedelta(seconds=90))
        world.tick()
        world.forward(seconds=30)
    assert n > 4, "there are several places to be killed at"
    assert set(states(world).values()) == {"kept"}
    assert len(states(world)) == n
    assert [copies(world)[f"graph-{at}.png"].content for at in range(1, n + 1)] == [
        PNG + str(at).encode() for at in range(1, n + 1)
    ]


def test_files_of_messages_that_no_event_told_of_are_copied(world: World) -> None:
    """Back-fill: what was said while nobody listened."""
    ana, _ = declared(world)
    world.settle()
    world.bot.store.close()
    ana.says("while you were away", files=[("graph.png", PNG)])
    assert world.slack.deliveries.take()
    world.clock.move(timedelta(minutes=30))
    world.start()
    world.tick()
    world.forward(minutes=6)
    assert states(world) == {"graph.png": "kept"}


def test_a_deletion_that_no_event_told_of_takes_the_copy(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.says("wrong window", files=[("passwords.txt", "hunter2")])
    world.settle()
    world.forward(minutes=1)
    ana.deletes(ts)
    assert world.slack.deliveries.take()
    world.restart(after=timedelta(minutes=30))
    world.forward(minutes=6)
    assert states(world) == {"passwords.txt": "gone"}
    assert not holds(world.bot.store, b"hunter2")
