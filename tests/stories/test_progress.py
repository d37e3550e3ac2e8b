"""The report of progress and the yearly reviews reach those whom the policy names, each once (R-REV-2 to 4)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.escalating import executives, under
from tests.stories.test_digest import item, to
from tests.world import Said, World, changed, declared, key_of


@pytest.fixture
def start() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)
TO_EXECUTIVES = '[target.executives]\nchannel = "exec-updates"'


def keyed(found: Said, *names: str) -> list[str]:
    """What the calendar told of those *names*."""
    return [
        each.words
        for each in found
        if key_of(each).split(":")[:1] == ["calendar"] and key_of(each).split(":")[1] in names
    ]


def an_incident(world: World, severity: str, **open_for: float) -> None:
    ana, _ = declared(world, severity)
    world.clock.move(timedelta(**open_for))
    ana.commands("/incident resolve it is well")
    ana.commands("/incident close --no-postmortem it was small")
    world.tick()


def test_the_executives_read_the_figures_of_the_month_on_its_first_working_day(world: World) -> None:
    """R-REV-2: in their channel, in numbers with their counts; private ones and drills are not among them (DR-28)."""
    executives(world)
    under(world, TO_EXECUTIVES)
    to(world, world.clock.now())
    an_incident(world, "sev1", hours=2)
    changed(world, followups=(
        item(world, 1, "Buy replicas", "2026-03-20"),
        item(world, 2, "Add an alert", "2026-03-10", state="done", done_at=world.clock.now()),
    ))  # fmt: skip
    an_incident(world, "sev1", hours=4)
    an_incident(world, "sev3", minutes=30)
    for hidden in ({"private": True}, {"drill": True}):
        an_incident(world, "sev2", hours=1)
        changed(world, followups=(item(world, 1, "hidden", "2026-03-05"),), **hidden)
    to(world, APRIL - timedelta(minutes=1))
    room = world.channel("exec-updates")
    assert keyed(room.messages, "progress") == []
    to(world, APRIL)
    to(world, APRIL + timedelta(days=3))
    (report,) = keyed(room.messages, "progress")
    lines = [line for line in report.splitlines() if line]
    assert lines[:4] == [
        "*Incidents and follow-ups: March 2026*",
        "*3 incidents declared*",
        "• SEV-1 (Critical): *2* · 6 h in all, median 3 h, longest 4 h",
        "      `INC-2026-0302-002` checkout is down · 4 h",
    ]
    assert "• SEV-3 (Medium): *1* · 30 min" in lines
    assert "*Follow-ups: 2 added · 1 done*" in lines
    assert "On time: *1 of 2* that fell due (50 %), by the date that each had first" in lines
    assert "Now: *1 open* · 1 overdue" in lines
    assert "• 12 days late · Buy replicas · @Ana · `INC-2026-0302-001` #1" in lines
    assert "hidden" not in report
    assert keyed(world.channel("incidents").messages, "progress") == []
    asked = world.person("ana").commands("/incident digest 2026-03").text
    assert [line for line in asked.splitlines() if line][:9] == lines[:9]
    assert "No incident was declared" in world.person("ana").commands("/incident digest 2026-02").text


def test_where_the_policy_names_nobody_it_stands_where_people_see_it_with_the_next_step(world: World) -> None:
    """R-REV-2 to 4: once for the assessment of the quarter and the evaluation of the year, too."""
    to(world, world.clock.now())
    to(world, APRIL)
    report, assessment = keyed(world.channel("incidents").messages, "progress", "assessment")
    assert "No incident was declared, and none is open." in report
    assert "The quarterly assessment is due" in assessment
    step = "names nobody for `[target.executives]`: give it a channel, users or a usergroup."
    assert report.splitlines()[-1] == assessment.splitlines()[-1]
    assert report.endswith(f"It stands here because the policy {step}")
    to(world, datetime(2027, 1, 1, 9, tzinfo=UTC))
    (evaluation,) = keyed(world.channel("incidents").messages, "evaluation")
    assert evaluation.startswith("From the calendar: The annual evaluation of the incident process is due")
    assert len(keyed(world.channel("incidents").messages, "assessment")) == 2


def test_a_month_that_was_missed_is_in_the_next_report(world: World) -> None:
    """R-REV-2: one report, late, that says which months it covers."""
    executives(world)
    under(world, TO_EXECUTIVES)
    to(world, world.clock.now())
    to(world, APRIL)
    an_incident(world, "sev2", hours=1)
    world.restart(after=timedelta(days=63))
    to(world, world.clock.now())
    _, late = keyed(world.channel("exec-updates").messages, "progress")
    first = late.splitlines()[0]
    assert first.startswith("*Incidents and follow-ups: April to May 2026* · *late* by 2 d 1 h: it was due ")
    assert "• SEV-2 (High): *1* · 1 h" in late


@pytest.mark.parametrize("named", ["users", "usergroup"])
def test_people_and_groups_are_told_alone_and_a_refusal_is_said_where_people_see_it(
    world: World, named: str
) -> None:
    """R-REV-2: each of them once."""
    world.expects_errors("user_not_found")
    dan, fay = world.person("dan"), world.person("fay")
    world.slack.add_group("execs", [dan.id, fay.id])
    who = {"users": f'users = ["@dan", "{fay.id}", "@nobody"]', "usergroup": 'usergroup = "@execs"'}
    under(world, f"[target.executives]\n{who[named]}")
    to(world, world.clock.now())
    to(world, APRIL)
    to(world, APRIL + timedelta(hours=1))
    for person in (dan, fay):
        assert len(keyed(world.dm(person), "progress")) == 1
    said = keyed(world.channel("incidents").messages, "progress")
    if named == "users":
        (note,) = said
        assert note.startswith("From the calendar: @nobody could not be told what was due (user_not_found).")
    else:
        assert said == []


@pytest.mark.parametrize("word", ["2026", "april", "2026-13"])
def test_a_word_that_is_no_month_is_refused_with_the_next_step(world: World, word: str) -> None:
    answer = world.person("ana").commands(f"/incident digest {word}").text
    assert answer.startswith(
        f"'{word}' is no digest. Write nothing for the follow-ups, month for the last month"
    )
    assert "/incident digest month" in answer
