"""The digest of follow-ups: each Wednesday once, whatever was down and however many bots tick (R-REV-1, R-AI-9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.followup import FollowUp, Redate, State
from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY
from tests.world import World, changed, declared, key_of

WEDNESDAY = datetime(2026, 3, 4, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def start() -> datetime:
    """A Monday."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def to(world: World, when: datetime) -> None:
    """Move the clock there, tick the calendar, and let what comes of it happen."""
    world.clock.move(when - world.clock.now())
    world.bot.calendar.remind()
    world.settle()


def digests(world: World, channel: str = "incidents") -> list[str]:
    """The weekly ones, as they stand in the channel."""
    return [
        each.words
        for each in world.channel(channel).keyed("calendar")
        if key_of(each).split(":")[1] == "digest"
    ]


def item(world: World, n: int, text: str, due: str = "", **facts: object) -> FollowUp:
    """A follow-up as commands would leave it; ana has it."""
    on = date.fromisoformat(due) if due else None
    known = {"state": State.OPEN, "owner": world.person("ana").id, "added_at": world.clock.now()}
    return FollowUp(n=n, text=text, **{**known, "due_on": on, "first_due_on": on, **facts})  # type: ignore[arg-type]


def with_items(world: World, *texts: str) -> None:
    """A closed incident with a follow-up of each text, due on 20 March."""
    ana, _ = declared(world)
    ana.commands("/incident resolve it is well")
    ana.commands("/incident close --no-postmortem it was small")
    world.tick()
    changed(world, followups=tuple(item(world, n, text, "2026-03-20") for n, text in enumerate(texts, 1)))


def test_it_comes_each_wednesday_once_and_says_what_was_done_since(world: World) -> None:
    """R-REV-1, R-AI-9: the dates are those of the organisation, an owner is named and not called."""
    to(world, world.clock.now())
    with_items(world, "Add an alert", "Write the <runbook>")
    to(world, WEDNESDAY - timedelta(minutes=1))
    assert digests(world) == []
    to(world, WEDNESDAY)
    to(world, WEDNESDAY + timedelta(hours=5))
    (first,) = digests(world)
    ref = world.bot.lookup.listed(open_only=False)[0].ref
    assert first.startswith("*Follow-ups of incidents on Wed 4 Mar 2026*\n*2 open*\nSince Mon 2 Mar: 0 done")
    of = f"`{ref}` checkout is down · <#{world.channel().id}>\n• Fri 20 Mar · #1 Add an alert · @Ana\n"
    assert f"*Due later: 2*\n{of}• Fri 20 Mar · #2 Write the &lt;runbook&gt; · @Ana\n" in first
    assert "<@U" not in first
    done = item(
        world, 1, "Add an alert", "2026-03-20", state=State.DONE, done_at=world.clock.now() + WEEK / 2
    )
    late = item(
        world, 2, "Write the runbook", "2026-03-09", first_due_on=date(2026, 3, 6), dependencies="a writer & time",
        redates=(Redate(before=date(2026, 3, 6), after=date(2026, 3, 9), by="U1", at=world.clock.now()),),
    )  # fmt: skip
    blocked = item(
        world, 3, "Buy replicas", "2026-03-30", state=State.BLOCKED, blocked_at=WEDNESDAY, blocked_by="the vendor",
    )  # fmt: skip
    changed(world, followups=(done, late, blocked, item(world, 4, "Who?", state=State.PROPOSED, owner=None)))
    to(world, WEDNESDAY + WEEK)
    _, second = digests(world)
    assert "*3 open*: 1 overdue · 1 blocked · 1 proposed\nSince Wed 4 Mar: 1 done\n" in second
    overdue = (
        "• *2 days late* · #2 Write the runbook · @Ana · due Mon 9 Mar · first due Fri 6 Mar, re-dated once"
    )
    assert overdue in second
    assert "re-dated once · depends on: a writer &amp; time\n" in second
    assert (
        "• *for 7 days* · #3 Buy replicas · @Ana · due Mon 30 Mar · blocked since Wed 4 Mar: the vendor\n"
        in second
    )
    assert "• #4 Who? · *lacks owner and date*\n" in second
    assert "• #1 Add an alert · @Ana · Sun 8 Mar, on time\n" in second
    to(world, WEDNESDAY + 2 * WEEK)
    assert "Since Wed 11 Mar: 0 done" in digests(world)[2]
    assert "Add an alert" not in digests(world)[2]


def test_of_two_wednesdays_that_were_missed_one_digest_comes_marked_late(world: World) -> None:
    """R-REV-1: it covers the time since the last one; the next one comes in its time."""
    to(world, world.clock.now())
    with_items(world, "Add an alert")
    to(world, WEDNESDAY)
    world.restart(after=2 * WEEK + timedelta(days=1, hours=3))
    to(world, world.clock.now())
    to(world, world.clock.now() + timedelta(hours=1))
    _, late = digests(world)
    assert "*late* by 1 d 3 h" in late.splitlines()[0]
    assert late.splitlines()[0].endswith("and covers the time since Wed 4 Mar")
    to(world, WEDNESDAY + 3 * WEEK)
    assert len(digests(world)) == 3
    assert "late" not in digests(world)[2].splitlines()[0]
    assert "Since Thu 19 Mar" in digests(world)[2]


def test_nothing_of_the_past_comes_after_an_installation_and_nothing_at_all_where_nothing_is_open(
    world: World,
) -> None:
    """R-REV-1: a week without follow-ups is silent, and is not made up for."""
    with_items(world, "Add an alert")
    world.clock.move(timedelta(days=4))  # the bot meets its calendar on Friday
    to(world, world.clock.now())
    to(world, WEDNESDAY + WEEK - timedelta(minutes=1))
    assert digests(world) == []
    changed(world, followups=())
    to(world, WEDNESDAY + WEEK)
    changed(world, followups=(item(world, 1, "Add an alert", "2026-03-20"),))
    to(world, WEDNESDAY + WEEK + timedelta(hours=1))
    assert digests(world) == []
    to(world, WEDNESDAY + 2 * WEEK)
    assert len(digests(world)) == 1
    assert "late" not in digests(world)[0].splitlines()[0]


OTHER = '[organisation]\ntimezone = "Asia/Tokyo"\n[calendar.digest]\ndays = ["fri"]\nat = "10:30"\nchannel = "general"'


def test_several_bots_and_a_change_of_day_zone_and_channel_say_nothing_twice(world: World) -> None:
    """R-REV-1: two in one week never; from the next week on it comes as the policy has it now."""
    ana = world.person("ana")
    ana.channel = world.slack.channel("general")
    ana.invites("tocsin", "general")
    to(world, world.clock.now())
    with_items(world, "Add an alert")
    other = world.another_bot()
    world.clock.move(WEDNESDAY - world.clock.now())
    for bot in (world.bot, other, world.bot):
        bot.calendar.remind()
    for bot in (other, world.bot):
        bot.outbox.deliver()
    world.settle()
    assert len(digests(world)) == 1
    world.policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), OTHER)
    world.restart(after=timedelta(days=3))
    to(world, world.clock.now())
    assert (len(digests(world)), digests(world, "general")) == (1, [])
    to(world, datetime(2026, 3, 13, 1, 29, tzinfo=UTC))
    assert digests(world, "general") == []
    to(world, datetime(2026, 3, 13, 1, 30, tzinfo=UTC))
    assert len(digests(world, "general")) == 1


def test_private_ones_drills_and_those_that_are_no_incident_any_more_stand_in_no_digest(world: World) -> None:
    """DR-28, R-DRL-2, MD-5."""
    to(world, world.clock.now())
    hidden: dict[str, dict[str, object]] = {
        "private": {"private": True}, "drill": {"drill": True}, "cancelled": {"status": "cancelled"},
        "merged": {"status": "merged"},
    }  # fmt: skip
    for name, facts in hidden.items():
        declared(world, who=f"p{name}")
        changed(world, followups=(item(world, 1, f"of the {name} one", "2026-03-03"),), **facts)
    with_items(world, "Add an alert")
    to(world, WEDNESDAY)
    (told,) = digests(world)
    assert told.count("`INC-") == 1
    assert "Add an alert" in told
    answer = world.person("ana").commands("/incident digest").text
    assert [name for name in hidden if name in told + answer] == []


def test_whoever_asks_reads_it_at_once_and_as_much_of_5000_as_a_message_holds(world: World) -> None:
    """R-REV-1: the counts are of all of them; Slack's limits are held by ``World.finish``."""
    asked: Callable[[], str] = lambda: world.person("ana").commands("/incident digest").text  # noqa: E731
    assert asked().startswith(
        "*Follow-ups of incidents on Mon 2 Mar 2026*\n*Nothing is open.*\nSince Mon 23 Feb: 0 done"
    )
    to(world, world.clock.now())
    with_items(world, *(f"{n} <&> " + "words " * 60 for n in range(5_000)))
    with world.bot.store.begin() as tx:
        (one,) = tx.incidents(open_only=False, limit=1)
        tx.save_incident(
            replace(one, followups=tuple(replace(i, dependencies="&" * 300) for i in one.followups))
        )
    assert "*5000 open*" in asked()
    to(world, WEDNESDAY)
    (told,) = digests(world)
    assert "*Due later: 5000*" in told
    assert "… and 49" in told
