"""What waits for somebody stands in their home, each thing with the very button that it has elsewhere."""

import pytest

from bot.domain.policy import Policy
from bot.domain.policy_file import read_policy
from bot.sandbox import Person
from bot.settings import DEFAULT_POLICY
from tests.homes import opens, running, stands, waits
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"


def test_an_update_waits_for_whoever_is_reminded_of_it(world: World) -> None:
    """Nudges 2 and 3."""
    ana, _ = declared(world)
    ben = joined(world, "ben")
    assert "*Status update* · due" in waits(opens(world, ana))
    said(world, ana, "comms @ben")
    assert "*Status update* · due" in waits(opens(world, ben))
    assert "Nothing waits for you" in opens(world, ana)
    world.forward(minutes=16)
    assert "*Status update* · *overdue* since" in waits(opens(world, ana)), "late, it is the commander's too"
    said(world, ben, "update we are on it")
    assert "Nothing waits for you" in opens(world, ana)


def test_a_task_is_done_by_its_own_button(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "task add restart the pods @ben in=10m")
    words = opens(world, ben)
    assert "*Task 1*: restart the pods · due" in words
    assert "(09:10 UTC)" in waits(words)
    ben.clicks("Done", channel="home")
    assert "Nothing waits for you" in stands(world, ben)
    world.tick()
    assert "restart the pods" in room.keyed("echo").words[-1]
    said(world, ana, "task add look at the logs")
    assert "*Task 2*, which nobody owns: look at the logs" in waits(opens(world, ana))


def test_an_offer_is_accepted_out_of_the_home(world: World) -> None:
    """DR-26."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "handoff ic @ben I am off at six")
    assert f"*Hand-off*: <@{ana.id}> offers you incident commander: I am off at six" in opens(world, ben)
    ben.clicks("Accept", channel="home")
    words = stands(world, ben)
    assert "*Hand-off*" not in words
    assert "*Status update*" in waits(words), "the reminders follow"
    assert f"commander <@{ben.id}>" in running(words)
    assert room.keyed("offer") != []


def test_an_escalation_is_acknowledged_by_whom_it_reached(world: World) -> None:
    ana, _ = declared(world)
    dan = world.person("dan")
    world.policy = _with_people(world, dan)
    world.restart()
    said(world, ana, "escalate execs please decide")
    assert "*Escalation*: you were told as executives" in waits(opens(world, dan))
    assert "*Escalation*" not in opens(world, ana)
    dan.clicks("Acknowledge", channel="home")
    assert "*Escalation*" not in stands(world, dan)
    assert f"by <@{dan.id}>" in said(world, ana, "escalate list")


def _with_people(world: World, *people: Person) -> Policy:
    users = ", ".join(f'"{one.id}"' for one in people)
    return read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), f"[target.executives]\nusers = [{users}]")


def test_a_text_for_customers_is_approved_out_of_the_home(world: World) -> None:
    """R-TPL-2."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ben, "update identified the pool is <exhausted> --external")
    words = opens(world, ana)
    assert f"*Text for customers* (identified) by <@{ben.id}>, waits for approval: the pool is &lt;" in words
    assert "*Text for customers*" not in opens(world, ben)
    ana.clicks("Approve", channel="home")
    assert "*Text for customers*" not in stands(world, ana)
    assert room.keyed("external") != []


@pytest.mark.parametrize("policy", ['[sla]\nlegal = ["@lena"]\nfinance = ["@finn"]'])
def test_credit_amounts_wait_for_the_side_that_is_left(world: World) -> None:
    """R-SLA-2."""
    declared(world)
    lena, finn = joined(world, "lena"), joined(world, "finn")
    assert "Nothing waits for you" in opens(world, finn)
    said(world, lena, "sla approve legal")
    assert f"only finance has not approved yet: `/incident sla {INC} approve finance`" in opens(world, finn)
    assert "Nothing waits for you" in opens(world, lena)
    said(world, finn, "sla approve finance")
    assert "Nothing waits for you" in opens(world, finn)


def test_a_postmortem_waits_for_its_owner_and_its_reviewers(world: World) -> None:
    """DR-23, AD-8."""
    ana, _ = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    words = opens(world, ana)
    assert "*Postmortem*, which you own, is in stage draft · due" in waits(words)
    assert f"*Mail to customers*: `/incident brief {INC} customer NAME`" in waits(words)
    said(world, ana, "postmortem review @ben")
    assert "*Postmortem* that you are asked to review, in stage in review" in waits(opens(world, ben))
    ben.clicks("Approve", channel="home")
    words = stands(world, ben)
    assert "Nothing waits for you" in words
    opens(world, ana)
    ana.clicks("Mark reviewed", channel="home")
    assert "Checklist" in stands(world, ana), "what is left on it is said, with the way on"
    said(world, ana, f"postmortem status reviewed --anyway it is short {INC}")
    assert "*Postmortem*" not in waits(opens(world, ana))


def test_what_waits_comes_in_the_order_in_which_it_wants_an_answer(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "task add later @ana in=3h")
    said(world, ana, "task add sooner @ana in=5m")
    words = waits(opens(world, ana))
    assert words.index("sooner") < words.index("*Status update*") < words.index("later")
