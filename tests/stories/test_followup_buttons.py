"""Follow-ups are worked on by buttons: in a list, alone, and in the app's home, where each is answered in place."""

from datetime import date

import pytest

from bot.domain.followup import FollowUp, State
from bot.sandbox import Person
from tests.homes import opens, stands, waits
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"
CFO = '[target.cfo]\nusers = ["@finn"]\n'


def item(world: World, n: int = 1) -> FollowUp:
    world.tick()
    with world.bot.store.read() as tx:
        incident = tx.incident(INC)
    assert incident is not None
    return next(each for each in incident.followups if each.n == n)


def told(world: World, person: Person) -> str:
    """The last thing that only *person* was shown where they stand."""
    world.tick()
    return [m for m in person.hears() if m.ephemeral_for == person.id][-1].words


def shown(person: Person, name: str) -> object:
    """What the field *name* of the open form holds."""
    assert person.modal is not None
    state = next(iter(person.modal.values[name].values()))
    return next(value for key, value in state.items() if key != "type")


def above(person: Person) -> str:
    """What stands above the fields of the open form."""
    assert person.modal is not None
    return "\n".join(
        block["text"]["text"] for block in person.modal.body["blocks"] if block["type"] == "section"
    )


def mine(world: World, line: str = "") -> Person:
    """Ana, whose accepted follow-up 1 is due in 20 days."""
    ana, _ = declared(world)
    said(world, ana, f"followup add raise the limit owner=me due=2026-03-22 {line}")
    said(world, ana, "followup accept 1")
    return ana


def opened(world: World, person: Person) -> None:
    """Follow-up 1, shown with its buttons by the list's button."""
    said(world, person, "followup list")
    person.clicks("Follow-up 1")
    world.tick()


def test_from_the_list_it_is_shown_started_blocked_and_goes_on(world: World) -> None:
    """R-AI-1, R-AI-7."""
    ana = mine(world)
    opened(world, ana)
    ana.clicks("Start")
    assert item(world).state is State.IN_PROGRESS
    assert "Follow-up 1 is in progress." in told(world, ana)
    opened(world, ana)
    ana.clicks("Block")
    assert "*Follow-up 1*: raise the limit" in above(ana)
    assert ana.submits({"reason": "  "}).errors.keys() == {"reason"}
    ana.submits({"reason": "no hardware before May"})
    assert (item(world).state, item(world).blocked_by) == (State.BLOCKED, "no hardware before May")
    opened(world, ana)
    ana.clicks("Unblock")
    assert item(world).state is State.IN_PROGRESS


def test_done_shows_the_criteria_and_whoever_closes_it_says_that_they_hold(world: World) -> None:
    """R-AI-8."""
    ana = mine(world, 'criteria="p99 <300 ms"')
    ben = joined(world, "ben")
    opened(world, ana)
    ana.clicks("Done")
    assert "> p99 &lt;300 ms" in above(ana)
    errors = ana.submits({"result": "limit is 300 now"}).errors
    assert errors.keys() == {"met"}
    assert item(world).state is State.OPEN
    said(world, ben, "followup criteria 1 p99 <200 ms")
    ana.submits({"met": ["met"]})
    assert "> p99 &lt;200 ms" in above(ana), "what was confirmed does not hold any more: it is shown anew"
    assert item(world).state is State.OPEN
    ana.submits({"met": ["met"], "result": "limit is 300 now"})
    assert (item(world).state, item(world).result) == (State.DONE, "limit is 300 now")
    assert "Follow-up 1 is done." in told(world, ana)


def test_another_day_keeps_the_first_and_a_later_one_needs_a_reason(world: World) -> None:
    """R-AI-3."""
    ana = mine(world)
    opened(world, ana)
    ana.clicks("New date")
    assert shown(ana, "due") == "2026-03-22"
    assert ana.submits({"due": "2026-02-22"}).errors.keys() == {"due"}
    assert ana.submits({"due": "2026-04-30"}).errors.keys() == {"reason"}
    assert ana.submits({"due": None}).errors.keys() == {"due"}
    ana.submits({"due": "2026-04-30", "reason": "the vendor is late"})
    assert (item(world).due_on, item(world).first_due_on) == (date(2026, 4, 30), date(2026, 3, 22))
    assert item(world).redates[0].reason == "the vendor is late"


# Edited


def test_one_form_changes_several_things_or_none(world: World) -> None:
    ana = mine(world, "budget=$12,000/month p=low")
    ben = joined(world, "ben")
    opened(world, ana)
    ana.clicks("Edit")
    assert (shown(ana, "scope"), shown(ana, "budget"), shown(ana, "due")) == (
        "raise the limit", "$12,000/month", "2026-03-22",
    )  # fmt: skip
    wrong = {
        "owner": "ben",
        "scope": "raise the limit to 300",
        "budget": "4 engineer-weeks",
        "priority": "High",
    }
    assert ana.submits(wrong).errors.keys() == {"budget", "why"}
    assert item(world).owner == ana.id, "all of it or nothing"
    ana.submits({"budget": "$12,000/month", "scope": "raise the limit"})
    assert (item(world).owner, item(world).priority, item(world).text) == (ben.id, "high", "raise the limit")
    assert "Follow-up 1 of `INC-2026-0302-001` is changed: who sees to it, priority." in told(world, ana)
    opened(world, ana)
    ana.clicks("Edit")
    ana.submits(
        {
            "scope": "raise the limit to 300",
            "why": "200 is too little",
            "horizon": "90 days",
            "priority": "none",
        }
    )
    assert [(each.what, each.after) for each in item(world).waiting] == [("scope", "raise the limit to 300")]
    assert (item(world).text, item(world).horizon, item(world).priority) == ("raise the limit", "90d", "high")
    assert "The scope waits for" in told(world, ana)
    assert "Left as it was, for a form takes nothing away: priority." in told(world, ana)


def test_what_another_changed_meanwhile_is_shown_before_it_is_replaced(world: World) -> None:
    ana = mine(world)
    ben, lee = joined(world, "ben"), joined(world, "lee")
    opened(world, ana)
    ana.clicks("Edit")
    said(world, ben, "followup owner 1 @lee")
    said(world, ben, "followup priority 1 high")
    ana.submits({"owner": "ben", "criteria": "it holds"})
    assert (
        "*Who sees to it* was changed by somebody else while your form was open. It says now: Lee"
        in above(ana)
    )
    assert (item(world).owner, item(world).criteria) == (lee.id, "")
    assert (shown(ana, "owner"), shown(ana, "criteria")) == (ben.id, "it holds")
    ana.submits({})
    assert (item(world).owner, item(world).criteria, item(world).priority) == (ben.id, "it holds", "high")


# The home


def test_the_home_shows_what_wants_something_with_its_buttons_and_all_in_short(world: World) -> None:
    ana, _ = declared(world)
    for line in (
        "due=2026-03-10 raise the limit",
        "due=2026-03-09 alert on <pool> use",
        "due=2026-06-01 buy hardware",
    ):
        said(world, ana, f"followup add {line} owner=me")
    said(world, ana, "followup accept all")
    said(world, ana, "followup block 3 no offer yet")
    said(world, ana, "resolve")
    said(world, ana, "close --no-postmortem small")
    words = opens(world, ana)
    assert "*Follow-up 2*: alert on &lt;pool&gt; use · due 9 Mar 2026" in waits(words)
    assert "raise the limit" not in waits(words).partition("Your follow-ups")[0], "it is due in eight days"
    assert "*Follow-up 3*: buy hardware · due 1 Jun 2026 · *blocked* since" in waits(words)
    assert "Your follow-ups: 3" in words
    assert f"`{INC}` 1. raise the limit · open · due 10 Mar 2026" in words
    ana.clicks("Done", channel="home", value=f"{INC} 2")
    ana.submits({})
    assert "Follow-up 2 is done." in stands(world, ana)
    assert "Your follow-ups: 2" in stands(world, ana)
    ana.clicks("Show them", channel="home")
    assert "Your open follow-ups:" in stands(world, ana)
    ana.clicks(f"followup_show:{INC}:1", channel="home")
    assert "*State:* open" in stands(world, ana)
    world.forward(days=9)
    assert "*Follow-up 1*: raise the limit · *overdue since 10 Mar 2026*" in waits(opens(world, ana))


@pytest.mark.parametrize("policy", [CFO])
def test_a_change_waits_in_the_home_of_whoever_may_approve_it(world: World) -> None:
    """R-AI-2: exactly the one that was shown is decided."""
    finn = world.person("finn")
    world.bot.directory.refresh()
    ana = mine(world, "budget=$12,000/month")
    assert "Nothing waits for you" in opens(world, finn)
    said(world, ana, "followup budget 1 $13,201/month prices rose")
    words = waits(opens(world, finn))
    assert (
        f"*Another budget for follow-up 1*, which <@{ana.id}> asks for: $12,000/month → $13,201/month"
        in words
    )
    assert "Another budget" not in opens(world, ana), "nobody approves what they asked for"
    finn.clicks("Refuse", channel="home")
    finn.submits({"reason": "not this year"})
    assert item(world).requests[0].outcome == "refused"
    said(world, ana, "followup budget 1 $13,300/month please")
    opens(world, finn)
    finn.clicks("Approve", channel="home")
    assert item(world).budget is not None
    assert str(item(world).budget.amount) == "13300"  # type: ignore[union-attr]
    assert "Nothing waits for you" in stands(world, finn)


def test_a_home_tells_nothing_of_a_private_incident_to_whoever_left_it(world: World) -> None:
    """DR-28."""
    ana, lee = world.person("ana"), world.person("lee")
    ana.commands("/incident declare sev1 --private payroll leaked")
    world.tick()
    ana.channel = world.channel().channel
    said(world, ana, "followup add rotate the keys owner=@lee due=2026-03-05")
    assert "rotate the keys" in opens(world, lee)
    lee.leaves(world.channel().channel)
    world.tick()
    assert "rotate the keys" not in stands(world, lee)
    assert "rotate the keys" not in opens(world, lee)


def test_many_follow_ups_fit_into_a_home_and_into_a_list(world: World) -> None:
    """Block Kit: at most a hundred blocks in a home, fifty in a message."""
    ana, _ = declared(world)
    for n in range(30):
        said(world, ana, f"followup add number {n} {'<&> ' * 60} owner=me due=2026-03-09")
    words = opens(world, ana)
    assert "Your follow-ups: 30" in words
    assert "And 20 more: `/incident followup list mine`" in words
    assert "1. number 0" in said(world, ana, "followup list")
    ana.clicks("Follow-up 10")
    assert "*Follow-up 10 of*" in told(world, ana)
