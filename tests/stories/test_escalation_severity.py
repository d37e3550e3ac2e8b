"""What targets read follows a lower severity, and what is waited for goes by the present one (R-ESCL-8)."""

import pytest

from bot.sandbox import Person
from tests.escalating import INC, executives, rungs, told, under
from tests.world import World, declared, said

CALLS = """
[target.executives]
channel = "exec-updates"
[target.customer_calls]
channel = "calls"
"""


@pytest.fixture
def policy() -> str:
    return CALLS


@pytest.fixture(autouse=True)
def eve(world: World) -> Person:
    world.slack.add_channel("calls", bot=True)
    return executives(world)


def test_what_was_posted_for_information_follows_a_lower_severity(world: World) -> None:
    """PRODUCT 1.4, R-ESCL-8: sev3 informs nobody, and what stands there is true all the same."""
    dan, fay, gil = (world.person(name) for name in ("dan", "fay", "gil"))
    world.slack.add_group("leads", [gil.id])
    under(
        world,
        f'{CALLS}users = ["{dan.id}"]\n[target.board]\nusers = ["{fay.id}"]\nusergroup = "@leads"\n'
        '[severity.P0]\ninform = ["executives", "customer_calls", "board"]\n',
    )
    ana, _ = declared(world)
    said(world, ana, "sev sev3 less than we thought")
    places = [
        told(world, "fyi"),
        world.channel("calls").keyed("fyi"),
        *(world.dm(one) for one in (dan, fay, gil)),
    ]
    assert [
        "*SEV-3 (P2 · Medium)* · checkout is down" in words for (words,) in (p.words for p in places)
    ] == [True] * 5
    said(world, ana, "resolve over")
    assert "is *resolved*" in told(world, "fyi").words[0]
    assert "is *resolved*" in world.dm(gil).words[0]


def test_nobody_is_waited_for_whose_rung_the_present_severity_has_not(world: World) -> None:
    """R-ESCL-8: neither at the lower severity nor after a reopening at it; at the higher one again."""
    ana, _ = declared(world)
    world.forward(hours=1)
    calls = world.channel("calls")
    assert "Please acknowledge" in calls.keyed("escalation").words[0]
    said(world, ana, "sev sev2 less than we thought")
    executive, called = rungs(world).words
    assert "Waits for an acknowledgement." in executive, "sev2 has that rung too"
    assert "No answer is needed at the present severity, SEV-2 (P1 · High)." in called
    assert "Acknowledge" not in called
    (there,) = calls.keyed("escalation").words
    assert "*SEV-2 (P1 · High)* · checkout is down" in there
    assert "No answer is needed at the present severity." in there
    assert "Acknowledge" not in there
    assert "*SEV-2 (P1 · High)*" in told(world).words[0]
    for line in ("status", "escalate list"):
        answer = said(world, ana, line)
        assert "by the bot, not acknowledged; no answer is needed at the present severity" in answer
        assert "by the bot, not acknowledged yet" in answer
    said(world, ana, "resolve over")
    assert "No answer is needed any more." in rungs(world).words[1]
    said(world, ana, "reopen it is back")
    assert "No answer is needed at the present severity" in rungs(world).words[1]
    assert "Please acknowledge" not in calls.keyed("escalation").words[0]
    assert "Please acknowledge" in told(world).words[0]
    said(world, ana, "sev sev1 it is everybody")
    assert "Waits for an acknowledgement." in rungs(world).words[1]
    assert "Please acknowledge" in calls.keyed("escalation").words[0]
    assert len(rungs(world)) == 2, "nobody is told twice"


def test_what_people_asked_for_by_hand_is_waited_for_at_any_severity(world: World) -> None:
    """R-ESCL-5: somebody wants that answer."""
    ana, _ = declared(world)
    said(world, ana, "escalate calls they ask")
    said(world, ana, "sev sev3 less than we thought")
    assert "Waits for an acknowledgement." in rungs(world).words[0]
    assert "Please acknowledge" in world.channel("calls").keyed("escalation").words[0]


def test_after_the_end_every_place_says_that_no_answer_is_needed(world: World) -> None:
    """R-ESCL-6: status and list agree with the message in the channel."""
    ana, _ = declared(world)
    world.forward(minutes=30)
    said(world, ana, "resolve over")
    assert "No answer is needed any more." in rungs(world).words[0]
    for line in ("status", "escalate list", "close done", f"status {INC}"):
        answer = said(world, ana, line)
        assert "not acknowledged yet" not in answer
        assert "close" in line or "by the bot, not acknowledged; no answer is needed any more" in answer
