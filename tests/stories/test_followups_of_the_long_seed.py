"""Acceptance replay F: the follow-ups of the long seed, typed by people, with the clock at 1 May 2024 (PRODUCT 7)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Message, Person
from tests.followups import spoken
from tests.world import World, key_of, said

REF = "INC-2024-0315-001"
MAY = datetime(2024, 5, 1, 9, tzinfo=UTC)
ITEMS = (
    ("Database Infrastructure Upgrade", "sarah", "2024-04-15", "$12,000/month"),
    ("Analytics Workload Isolation", "maria", "2024-04-30", "$8,000/month"),
    ("Enhanced Monitoring Implementation", "marcus", "2024-04-10", "$3,000/month"),
    ("Incident Response Training Program", "jennifer", "2024-05-01", "$15,000"),
    ("Customer Communication Automation", "lisa", "2024-04-20", "$5,000"),
)
POLICY = '[target.cto]\nusers = ["@tara"]\n[target.cfo]\nusers = ["@finn"]\n'


@pytest.fixture
def start() -> datetime:
    return datetime(2024, 3, 15, 16, 30, tzinfo=UTC)


@pytest.fixture
def typed(world: World) -> Person:
    """Ana's incident with its five follow-ups, agreed on."""
    for name in ("tara", "finn", *(owner for _, owner, _, _ in ITEMS)):
        world.person(name)
    world.slack.add_channel("exec-updates", bot=True)
    ana = world.person("ana")
    ana.commands("/incident declare sev1 Database outage")
    ana.channel = world.channel().channel
    said(world, ana, "resolve failed over")
    said(world, ana, "close --no-postmortem reviewed elsewhere")
    for text, owner, due, budget in ITEMS:
        said(world, ana, f"followup add {text} owner=@{owner} due={due} budget={budget} p=high")
    said(world, ana, "followup accept all")
    return ana


def alone(world: World, name: str, *kinds: str) -> list[Message]:
    return spoken(world.dm(world.people[name]), *kinds)


@pytest.mark.parametrize("policy", [POLICY])
def test_on_the_first_of_may_four_are_overdue_and_one_is_due_and_wednesday_says_so(
    world: World, typed: Person
) -> None:
    """F: 1 May 2024 is a Wednesday; items 1, 2, 3 and 5 are overdue, 4 is due today."""
    world.bot.calendar.remind()
    world.forward(seconds=(MAY - world.clock.now()).total_seconds())
    world.bot.calendar.remind()
    world.tick()
    listed = said(world, typed, f"followup {REF} list")
    late = [line for line in listed.splitlines() if "overdue" in line]
    assert [line.partition(".")[0].strip("*_• ") for line in late] == ["1", "2", "3", "5"], listed
    digest = [
        each.words for each in world.channel("incidents").messages if "calendar:digest" in key_of(each)
    ][-1]
    assert "Wed 1 May 2024" in digest
    assert "*5 open*: 4 overdue" in digest
    assert "Due today, Wed 1 May 2024" in alone(world, "jennifer")[-1].words
    times = [f"{datetime.fromtimestamp(float(m.ts), UTC):%m-%d}" for m in alone(world, "marcus")]
    assert times == ["04-08", "04-10", "04-17", "04-24", "05-01"]


@pytest.mark.parametrize("policy", [POLICY])
def test_the_cto_hears_after_seven_days_and_the_cfo_of_more_than_ten_per_cent(
    world: World, typed: Person
) -> None:
    """F, R-AI-1, R-AI-2: not at 8 May exactly; $13,200 of $12,000 passes, $13,201 does not."""
    world.forward(seconds=(MAY + timedelta(hours=2) - world.clock.now()).total_seconds())
    said(world, typed, f"followup {REF} block 2 the vendor has no date")
    world.forward(days=7)
    assert alone(world, "tara") == []
    world.forward(seconds=1)
    (told,) = alone(world, "tara", "blocked")
    assert f"*Blocked for more than 7 d*, in `{REF}`" in told.words
    assert "*2. Analytics Workload Isolation*\nBlocked for 7 d: the vendor has no date" in told.words
    tara = world.people["tara"]
    tara.clicks("Follow-up 2", channel="@tocsin")
    world.settle()
    assert any("*State:* blocked" in each.words for each in tara.hears("@tocsin") if each.ephemeral_for)
    world.forward(days=7)
    assert len(alone(world, "tara")) == 2
    said(world, typed, f"followup {REF} unblock 2")
    assert "nothing is asked here any more" in alone(world, "tara")[-1].words
    world.forward(days=14)
    assert len(alone(world, "tara")) == 2

    said(world, typed, f"followup {REF} forecast 1 $13,200/month larger machines")
    assert alone(world, "finn") == []
    said(world, typed, f"followup {REF} forecast 1 $13,201/month larger machines")
    (asked,) = alone(world, "finn", "budget")
    assert "From $12,000/month to *$13,201/month*, asked for by" in asked.words
    world.forward(days=7)
    assert len(alone(world, "finn")) == 2, "reminded while it waits"
    sarah, finn = world.people["sarah"], world.people["finn"]
    assert "is left to @finn" in said(world, sarah, f"followup {REF} approve 1"), "told who may"
    finn.clicks("Approve", channel="@tocsin")
    world.settle()
    assert "approved by" in alone(world, "finn")[-1].words
    world.forward(days=21)
    assert len(alone(world, "finn")) == 2


@pytest.mark.parametrize("policy", [POLICY + '[target.executives]\nchannel = "exec-updates"\n'])
def test_the_executives_hear_of_a_date_more_than_fourteen_days_late(world: World, typed: Person) -> None:
    """R-AI-3: the original date and the reason are there."""
    room = world.channel("exec-updates")
    said(world, typed, f"followup {REF} due 1 2024-04-29 parts")
    assert spoken(room.messages) == []
    said(world, typed, f"followup {REF} due 1 2024-04-30 more parts")
    (told,) = spoken(room.messages)
    assert "Due Tue 30 Apr 2024, at first Mon 15 Apr 2024: 15 days later, moved by" in told.words
    assert "more parts" in told.words


def test_where_the_policy_names_nobody_it_is_said_where_people_see_it(world: World, typed: Person) -> None:
    """DR-25: in the channel; once that is archived, to whoever sees to it."""
    said(world, typed, f"followup {REF} forecast 1 $13,201/month larger machines")
    (told,) = spoken(world.channel().messages, "budget")
    assert "Nobody told the CFO of this: the policy names nobody for it (`[target.cfo]`)" in told.words
    said(world, typed, f"followup {REF} block 2 the vendor")
    world.forward(days=8)
    assert world.channel().channel.is_archived
    (blocked,) = alone(world, "ana", "blocked")
    assert "Nobody told the CTO of this" in blocked.words
