"""What is answered: acknowledged, skipped, over; by button and by words (R-ESCL-4)."""

import pytest

from bot.sandbox import Person
from tests.escalating import INC, TARGETS, executives, rungs, timeline, told
from tests.world import World, declared, said


@pytest.fixture
def policy() -> str:
    return TARGETS


@pytest.fixture(autouse=True)
def eve(world: World) -> Person:
    return executives(world)


# Acknowledged


def test_whoever_received_it_acknowledges_and_both_messages_show_it(world: World, eve: Person) -> None:
    """R-ESCL-4: with who and when; the buttons are gone; a second press says who did."""
    ana, room = declared(world)
    world.forward(minutes=30)
    eve.channel = "exec-updates"
    world.forward(minutes=3)
    eve.clicks("Acknowledge")
    stale = told(world)[0]
    world.tick()
    for words in (rungs(world).words[0], told(world).words[0]):
        assert f"Acknowledged by <@{eve.id}>" in words
        assert "(09:33 UTC)" in words
    assert "Please acknowledge" not in told(world).words[0]
    assert not any(
        block["type"] == "actions" for m in (rungs(world)[0], told(world)[0]) for block in m.blocks
    )
    assert "Acknowledged: executives" in timeline(ana)
    assert f"Escalation to executives: acknowledged by <@{eve.id}>." in "\n".join(room.messages.words)
    assert "@Eve acknowledged already, at 09:33 UTC" in said(world, ana, "escalate ack execs")
    assert stale.ts == told(world)[0].ts


def test_a_double_click_says_who_acknowledged(world: World) -> None:
    """Two people press the same button before the message is edited."""
    ana, room = declared(world)
    ben = world.person("ben")
    ben.joins(room.channel)
    world.forward(minutes=30)
    ben.channel = room.channel
    ben.clicks("Acknowledge")
    ana.clicks("Acknowledge")
    world.tick()
    heard = [m.words for m in ana.hears() if m.ephemeral_for == ana.id]
    assert any("executives: @Ben acknowledged already" in words for words in heard)
    assert timeline(ana).count("Acknowledged: executives") == 1


def test_each_target_of_a_combined_message_has_buttons_of_its_own(world: World) -> None:
    """R-ESCL-4, R-ESCL-7."""
    ana, _ = declared(world, "sev3")
    world.forward(minutes=70)
    said(world, ana, "sev sev1")
    ana.clicks("Acknowledge customer calls")
    world.tick()
    (here,) = rungs(world)
    lines = here.words.splitlines()
    assert "Waits for an acknowledgement." in lines[1]
    assert f"Acknowledged by <@{ana.id}>" in lines[2]
    labels = [
        each["text"]["text"]
        for block in here.blocks
        if block["type"] == "actions"
        for each in block["elements"]
    ]
    assert labels == ["Acknowledge executives", "Skip executives"]


def test_what_nobody_acknowledged_asks_no_more_once_it_is_over(world: World) -> None:
    """DR-1: also the message at the target."""
    ana, _ = declared(world)
    world.forward(minutes=30)
    said(world, ana, "resolve over")
    assert "No answer is needed any more." in rungs(world).words[0]
    assert "It is over; no answer is needed any more." in told(world).words[0]
    assert not any(block["type"] == "actions" for block in told(world)[0].blocks)
    said(world, ana, "reopen it is back")
    assert "Please acknowledge" in told(world).words[0]


# Skipped


def test_a_rung_is_skipped_by_words_with_its_reason_before_it_fires(world: World) -> None:
    """R-ESCL-4."""
    ana, room = declared(world)
    assert "needs a reason" in said(world, ana, "escalate skip execs")
    assert (
        said(world, ana, "escalate skip execs the CEO is here")
        == "executives: skipped; nobody is told or waited for."
    )
    assert f"<@{ana.id}> skipped the escalation to executives: the CEO is here" in room.messages.words
    assert "Escalation to executives skipped: the CEO is here" in timeline(ana)
    world.forward(minutes=59)
    assert (rungs(world), told(world)) == ([], [])
    assert "skipped already, by @Ana at 09:00 UTC (the CEO is here)" in said(
        world, ana, "escalate skip execs x"
    )


def test_the_button_asks_for_the_reason_and_keeps_what_is_typed(world: World) -> None:
    """R-ESCL-4: a reason is required."""
    ana, _ = declared(world)
    world.forward(minutes=30)
    ana.clicks("Skip")
    assert ana.submits({}).errors != {}
    assert "needs a reason" in str(ana.submits({"reason": "   "}).errors)
    assert ana.submits({"reason": "they are on the call"}).errors == {}
    world.tick()
    assert f"Skipped by <@{ana.id}>: they are on the call" in rungs(world).words[0]
    assert f"No answer is needed: <@{ana.id}> skipped this: they are on the call" in told(world).words[0]
    assert "skipped already" in said(world, ana, "escalate ack execs")


def test_a_form_that_was_open_meanwhile_says_that_it_was_acknowledged(world: World) -> None:
    ana, _ = declared(world)
    world.forward(minutes=30)
    ana.clicks("Skip")
    said(world, world.person("eve"), f"escalate {INC} ack execs")
    assert "@Eve acknowledged already" in str(ana.submits({"reason": "late"}).errors)


HOSTILE = "<!channel> <@U0000> <http://x|bank> *a* `b` &lt;!here&gt; " + "\u202e" + "x" * 9_000


def test_a_hostile_reason_calls_nobody_and_breaks_nothing(world: World) -> None:
    """RELIABILITY S3."""
    ana, _ = declared(world)
    said(world, ana, f"escalate execs {HOSTILE}")
    said(world, ana, f"escalate skip execs {HOSTILE}")
    posted = str([c.args for m in ("chat.postMessage", "chat.update") for c in world.slack.calls_of(m)])
    for active in ("<!channel", "<!here", "<@U0000>", "<http://x"):
        assert active not in posted
    assert "*executives*" in rungs(world).words[0]
