"""What waits for whom, as a function of the incidents alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.followup import FollowUp, Request, State
from bot.domain.incident import Incident, Status
from bot.domain.parts import Escalation, External, Offer, Review, Reviewer, Stage, Task
from bot.domain.waiting import Thing, followups_of, waiting
from tests.records import START, minutes, policy

REF = "INC-2026-0309-001"
RUNNING = Incident(
    ref=REF, severity="P0", declared_by="U1", declared_at=START, update_due_at=minutes(15),
    roles={"commander": "U2", "comms": "U3"},
)  # fmt: skip
OVER = replace(
    RUNNING, status=Status.CLOSED, update_due_at=None, resolved_at=minutes(60), closed_at=minutes(70),
    customers_told_at=minutes(65), postmortem_owner="U4", postmortem_due_at=minutes(600),
    review=Review(at=minutes(70)),
)  # fmt: skip


def found(user: str, *incidents: Incident, at: float = 1, known_as: frozenset[str] = frozenset()):
    return waiting(incidents, user, known_as={user, *known_as}, policy=policy(), at=minutes(at))


def things(user: str, *incidents: Incident, at: float = 1, known_as: frozenset[str] = frozenset()):
    return [each.thing for each in found(user, *incidents, at=at, known_as=known_as)]


def test_an_update_waits_for_the_comms_lead_and_late_for_the_commander_too():
    """Nudges 2 and 3."""
    assert [things(f"U{n}", RUNNING) for n in (1, 2, 3)] == [[], [], [Thing.UPDATE]]
    assert [things(f"U{n}", RUNNING, at=15) for n in (1, 2, 3)] == [[], [], [Thing.UPDATE]]
    assert [things(f"U{n}", RUNNING, at=16) for n in (1, 2, 3)] == [[], [Thing.UPDATE], [Thing.UPDATE]]
    alone = replace(RUNNING, roles={})
    assert things("U1", alone) == [Thing.UPDATE]
    assert things("U2", replace(RUNNING, absent=("U3",))) == [Thing.UPDATE]


@pytest.mark.parametrize(
    "quiet",
    [
        {"paused_until": minutes(90), "paused_at": minutes(5)},
        {"update_due_at": None},
        {"status": Status.RESOLVED, "update_due_at": None, "customers_told_at": minutes(1)},
    ],
)
def test_no_update_waits_where_none_is_wanted(quiet):
    assert things("U3", replace(RUNNING, **quiet), at=30) == []


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.MERGED])
def test_nothing_of_what_was_cancelled_or_merged_waits(status):
    left = replace(
        RUNNING, status=status, tasks=(Task(n=1, text="call", owner="U3", by="U1", added_at=START),),
        external=External(n=1, phase="identified", text="x", by="U1", at=START),
    )  # fmt: skip
    assert things("U3", left, at=30) == []


def test_a_task_waits_for_its_owner_else_for_the_commander():
    tasks = (
        Task(n=1, text="call", owner="U5", by="U1", added_at=START, due_at=minutes(5)),
        Task(n=2, text="look", by="U1", added_at=minutes(1)),
        Task(n=3, text="done", owner="U5", by="U1", added_at=START, done_at=minutes(2)),
    )
    (mine,) = found("U5", replace(RUNNING, tasks=tasks), at=6)
    assert (mine.thing, mine.part, mine.is_overdue(minutes(6))) == (Thing.TASK, tasks[0], True)
    assert things("U2", replace(RUNNING, tasks=tasks)) == [Thing.TASK]
    assert things("U5", replace(OVER, tasks=tasks)) == [Thing.TASK], "also once it is closed"


def test_an_offer_waits_for_whom_it_was_made():
    offered = replace(RUNNING, offers=(Offer(n=1, role="comms", to="U5", by="U3", at=minutes(1)),))
    assert things("U5", offered) == [Thing.OFFER]
    assert things("U3", offered) == [Thing.UPDATE]


TOLD = Escalation(
    target="executives", at=minutes(1), by="U1", n=1, recipients=("U5", "@execs", "exec-updates")
)


@pytest.mark.parametrize(
    ("told", "known_as", "reached"),
    [
        (TOLD, set(), True),
        (replace(TOLD, recipients=("@execs",)), {"@execs"}, True),
        (replace(TOLD, recipients=("S1",)), {"S1"}, True),
        (replace(TOLD, recipients=("exec-updates",)), {"@execs"}, False),
        (replace(TOLD, refused=("U5",)), set(), False),
        (replace(TOLD, failed="is_archived"), set(), False),
        (replace(TOLD, acknowledged_by="U9"), set(), False),
        (replace(TOLD, skipped=True), set(), False),
        (replace(TOLD, n=0), set(), False),
    ],
)
def test_an_escalation_waits_for_those_whom_it_reached(told, known_as, reached):
    there = replace(RUNNING, escalations=(told,))
    assert things("U5", there, known_as=frozenset(known_as)) == ([Thing.ESCALATION] if reached else [])


def test_a_text_for_customers_waits_for_its_approvers():
    text = External(n=1, phase="identified", text="x", by="U5", at=minutes(1))
    there = replace(RUNNING, external=text)
    assert [things(f"U{n}", there) for n in (2, 3, 5)] == [[Thing.PREVIEW], [Thing.PREVIEW, Thing.UPDATE], []]
    assert things("U2", replace(there, external=replace(text, outcome="published"))) == []


def test_amounts_wait_for_the_side_that_is_left_and_for_nobody_before():
    named = replace(policy(), sla_approvers={"legal": ("@lena",), "finance": ("U6", "@finn")})

    def sides(there: Incident, user: str, *known_as: str) -> list[tuple[Thing, str]]:
        waits = waiting([there], user, known_as={user, *known_as}, policy=named, at=minutes(1))
        return [(each.thing, each.side) for each in waits]

    half = replace(RUNNING, sla_approvals={"legal": "U5"})
    assert sides(half, "U6") == sides(half, "U7", "@Finn") == [(Thing.AMOUNTS, "finance")]
    assert sides(RUNNING, "U6") == []
    assert sides(half, "U5", "U6") == [], "two people are needed"
    assert sides(replace(half, sla_approvals={"legal": "U5", "finance": "U6"}), "U6") == []


def test_the_mail_to_customers_waits_for_the_comms_lead():
    """R-CUS-1."""
    owed = replace(OVER, customers_told_at=None)
    (each,) = [one for one in found("U3", owed, at=80) if one.thing is Thing.MAIL]
    assert each.due_at == minutes(60) + policy().customers.mail_within
    assert Thing.MAIL not in things("U2", owed, at=80)
    assert things("U3", OVER, at=80) == []


def test_a_postmortem_waits_for_its_owner_until_it_is_reviewed():
    assert things("U4", OVER, at=80) == [Thing.POSTMORTEM]
    assert things("U2", replace(OVER, postmortem_owner=None), at=80) == [Thing.POSTMORTEM]
    for stage in (Stage.REVIEWED, Stage.CLOSED):
        assert things("U4", replace(OVER, review=Review(at=START, stage=stage)), at=80) == []
    assert things("U4", replace(OVER, review=None), at=80) == []


def test_a_reviewer_is_asked_once_it_is_in_review():
    asked = Review(at=START, stage=Stage.IN_REVIEW, reviewers=(Reviewer(user="U5", by="U4", at=minutes(80)),))
    assert things("U5", replace(OVER, review=asked), at=90) == [Thing.REVIEW]
    assert things("U5", replace(OVER, review=replace(asked, stage=Stage.DRAFT)), at=90) == []
    agreed = replace(asked, reviewers=(replace(asked.reviewers[0], approved_at=minutes(85)),))
    assert things("U5", replace(OVER, review=agreed), at=90) == []


def test_what_is_open_comes_first_then_what_is_due_first():
    late = replace(OVER, ref="INC-2026-0308-001", postmortem_owner="U3", postmortem_due_at=minutes(-900))
    second = replace(RUNNING, ref="INC-2026-0309-002", update_due_at=minutes(5))
    order = [(each.thing, each.incident.ref) for each in found("U3", late, RUNNING, second)]
    assert order == [
        (Thing.UPDATE, "INC-2026-0309-002"), (Thing.UPDATE, REF), (Thing.POSTMORTEM, "INC-2026-0308-001"),
    ]  # fmt: skip


def test_the_very_instant_at_which_it_is_due_is_in_time():
    (each,) = found("U3", RUNNING, at=15)
    assert not each.is_overdue(minutes(15))
    assert each.is_overdue(minutes(15) + timedelta(microseconds=1))


def agreed(n: int, **fields: object) -> FollowUp:
    item = FollowUp(n=n, text="raise the limit", added_at=START, owner="U7", state=State.OPEN)
    return replace(item, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "found_as"),
    [
        ({"due_on": date(2026, 3, 16)}, [Thing.FOLLOWUP]),
        ({"due_on": date(2026, 3, 17)}, []),
        ({"due_on": date(2026, 3, 1)}, [Thing.FOLLOWUP]),
        ({}, []),
        ({"blocked_at": START, "state": State.BLOCKED}, [Thing.FOLLOWUP]),
        ({"due_on": date(2026, 3, 9), "state": State.DONE}, []),
        ({"due_on": date(2026, 3, 9), "taken_back": True}, []),
        ({"due_on": date(2026, 3, 9), "moved_to": "INC-2026-0309-002"}, []),
        ({"due_on": date(2026, 3, 9), "owner": "U8"}, []),
    ],
)
def test_a_follow_up_waits_for_its_owner_a_week_before_it_is_due_and_while_it_is_blocked(
    fields, found_as: list[Thing]
):
    """START is 9 March 2026 in the organisation's zone."""
    over = replace(OVER, followups=(agreed(1, **fields),))
    assert things("U7", over) == found_as
    assert things("U7", replace(over, status=Status.MERGED)) == []


def test_a_follow_up_is_overdue_from_the_day_after_on():
    (waits,) = found("U7", replace(OVER, followups=(agreed(1, due_on=date(2026, 3, 10)),)))
    assert waits.due_at == datetime(2026, 3, 11, tzinfo=UTC)
    assert (waits.is_overdue(waits.due_at), waits.is_overdue(waits.due_at + timedelta(seconds=1))) == (
        False,
        True,
    )


def test_a_change_waits_for_those_who_may_approve_it_and_not_for_whoever_asked():
    """R-AI-4: the commander, or the postmortem's owner."""
    asked = Request(n=1, what="scope", by="U2", at=START, before="one", after="another")
    waits = agreed(1, state=State.AWAITING, requests=(asked,))
    over = replace(OVER, followups=(waits,))
    assert [Thing.CHANGE in things(user, over) for user in ("U2", "U4", "U5")] == [False, True, False]
    decided = replace(waits, requests=(replace(asked, outcome="approved"),), state=State.OPEN)
    assert Thing.CHANGE not in things("U4", replace(OVER, followups=(decided,)))


def test_ones_own_follow_ups_go_by_their_day_and_those_without_one_come_last():
    several = [
        agreed(1),
        agreed(2, due_on=date(2026, 9, 1)),
        agreed(3, due_on=date(2026, 4, 1)),
        agreed(4, owner="U8"),
    ]
    mine = followups_of([replace(OVER, followups=tuple(several))], "U7")
    assert [item.n for _, item in mine] == [3, 2, 1]
