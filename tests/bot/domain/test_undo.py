"""Undo as a table: what each change leaves behind is put back, or refused with what to do instead (DR-16)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import handoffs, lifecycle, recording, roles, tasks, undo, updates
from bot.domain.incident import Change, Incident, Status
from bot.domain.news import What
from bot.domain.refusal_undo import (
    ChangedSince,
    NothingToTakeBack,
    Stays,
    TakenBackAlready,
    TooLateToTakeBack,
)
from bot.domain.timeline import Kind
from tests.records import policy

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = policy()
COMMS, LEAD = POLICY.roles["comms"], POLICY.roles["commander"]


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def opened(**fields) -> Incident:
    made = Incident(ref="INC-2026-0302-001", severity="P1", declared_by="U1", declared_at=AT)
    return replace(lifecycle.declare(made, by="U1", at=AT, policy=POLICY).incident, **fields)


def task(of: Incident, text: str = "x", at: float = 2) -> Change:
    return tasks.add(of, text=text, owner=None, wait=timedelta(minutes=1), by="U1", at=later(at))


def severity(of: Incident, to: str, at: float) -> Change:
    return lifecycle.change_severity(of, POLICY.severity(to), reason="", by="U1", at=later(at), policy=POLICY)


def resolve(of: Incident, at: float) -> Change:
    return lifecycle.resolve(of, message="", by="U1", at=later(at), resolved_at=None, policy=POLICY)


def snooze(of: Incident, at: float) -> Change:
    wait = timedelta(minutes=50)
    return lifecycle.snooze(of, asked=wait, reason="", by="U1", at=later(at), policy=POLICY)


def offer(of: Incident, at: float = 2) -> Change:
    return handoffs.offer(of, COMMS, to="U2", note="", by="U1", at=later(at), policy=POLICY, entries=())


def undone(change: Change, at: float, *, now: Incident | None = None) -> Change:
    """*change* of the person U1 taken back at *at*, when the incident is *now*."""
    last = undo.command(change, [1], change.entries[0].recorded_at)
    return undo.take_back(now or change.incident, last, change.entries, by="U1", at=later(at), policy=POLICY)


CLEAN: dict[str, Callable[[Incident], Change]] = {
    "note": lambda one: recording.note(
        one, kind=Kind.NOTE, text="x", noted_at=None, link=None, by="U1", at=later(2), echo=""
    ),
    "set": lambda one: recording.set_field(one, field="title", value="x", echo="x", by="U1", at=later(2)),
    "impact": lambda one: recording.impact(one, measures={"customers": ("3",)}, by="U1", at=later(2)),
    "postmortem_owner": lambda one: recording.own_postmortem(one, owner="U2", by="U1", at=later(2)),
    "severity": lambda one: severity(one, "sev3", 2),
    "snooze": lambda one: snooze(one, 2),
    "role": lambda one: roles.assign(one, COMMS, to="U2", by="U1", at=later(2)),
    "commander": lambda one: roles.assign(one, LEAD, to="U2", by="U1", at=later(2)),
    "resolved": lambda one: resolve(one, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_taken_back_leaves_the_incident_as_it_was(name: str):
    before = opened(roles={"scribe": "U3"}, title="down", postmortem_owner="U1")
    change = CLEAN[name](before)
    back = undone(change, 4)
    assert back.incident == before
    (entry,) = back.entries
    assert (entry.author, entry.at, entry.data["change"]) == ("U1", later(4), "undone")
    assert entry.text.startswith("Taken back: ")
    assert entry.on_timeline


def test_a_note_is_not_repeated_by_its_undo():
    change = CLEAN["note"](opened())
    assert undone(change, 3).entries[0].text == "Taken back: a note"


def test_an_offer_and_a_task_that_are_taken_back_keep_their_numbers():
    one = offer(opened()).incident
    back = undone(offer(opened()), 3)
    assert back.incident.offers == ()
    assert back.incident.handoffs == one.handoffs
    assert [(news.what, news.facts.get("how")) for news in back.news][1] == (What.OFFER_ENDED, "undone")
    gone = undone(task(opened()), 3).incident
    assert tasks.open_tasks(gone) == ()
    assert task(gone).incident.tasks[-1].n == 2


def test_a_task_that_was_done_is_open_again():
    one = task(opened()).incident
    done = tasks.done(one, 1, result="", by="U1", at=later(3))
    assert undone(done, 4).incident == one


def test_what_others_did_to_the_rest_since_is_kept():
    mine = task(opened())
    theirs = task(mine.incident, "other", 3)
    asked = tasks.fire(theirs.incident, at=later(3.5), policy=POLICY).incident
    now = undone(mine, 4, now=asked).incident
    assert [task.text for task in tasks.open_tasks(now)] == ["other"]
    role = roles.assign(opened(), COMMS, to="U2", by="U1", at=later(2))
    other = roles.assign(role.incident, LEAD, to="U3", by="U3", at=later(3)).incident
    assert undone(role, 4, now=other).incident.roles == {"commander": "U3"}


@pytest.mark.parametrize(
    ("change", "since", "word"),
    [
        (severity(opened(), "sev3", 2), lambda one: severity(one, "sev4", 3), "the severity"),
        (
            roles.assign(opened(), COMMS, to="U2", by="U1", at=later(2)),
            lambda one: roles.assign(one, COMMS, to="U3", by="U3", at=later(3)),
            "the role",
        ),
        (
            recording.set_field(opened(), field="root_cause", value="x", echo="x", by="U1", at=later(2)),
            lambda one: recording.set_field(
                one, field="root_cause", value="y", echo="y", by="U3", at=later(3)
            ),
            "root cause",
        ),
        (
            resolve(opened(), 2),
            lambda one: lifecycle.close(one, by="U3", at=later(3), policy=POLICY),
            "the status",
        ),
        (task(opened()), lambda one: tasks.done(one, 1, result="", by="U3", at=later(3)), "the task"),
        (
            offer(opened()),
            lambda one: handoffs.accept(one, one.offers[0], COMMS, by="U2", at=later(3)),
            "the offer",
        ),
    ],
)
def test_what_somebody_changed_since_is_left_alone_and_named(change: Change, since, word: str):
    with pytest.raises(ChangedSince, match=f"Nothing was taken back: {word} of INC"):
        undone(change, 4, now=since(change.incident).incident)


def test_five_minutes_is_how_far_it_reaches():
    change = severity(opened(), "sev3", 2)
    assert undone(change, 7).incident.severity == "P1"
    with pytest.raises(TooLateToTakeBack, match=r"Severity SEV-2.* is 6 min old; undo reaches back 5 min"):
        undone(change, 8.5)


def test_a_second_undo_finds_nothing_more():
    back = undone(severity(opened(), "sev3", 2), 3)
    with pytest.raises(TakenBackAlready, match="nothing more to take back"):
        undone(back, 4)
    with pytest.raises(NothingToTakeBack):
        undo.take_back(opened(), None, (), by="U1", at=AT, policy=POLICY)


STAYS = {
    "declared": lambda: lifecycle.declare(opened(), by="U1", at=AT, policy=POLICY),
    "update": lambda: updates.update(
        opened(), text="x", phase=None, promised=None, by="U1", at=AT, policy=POLICY
    ),
    "closed": lambda: lifecycle.close(resolve(opened(), 2).incident, by="U1", at=later(3), policy=POLICY),
    "reopened": lambda: lifecycle.reopen(
        resolve(opened(), 2).incident, reason="", by="U1", at=later(3), policy=POLICY
    ),
    "declined": lambda: handoffs.decline(
        (one := offer(opened(), 2).incident), one.offers[0], COMMS, by="U1", at=later(3)
    ),
}
INSTEAD = {
    "declared": "/incident cancel", "update": "/incident update", "closed": "/incident reopen",
    "reopened": "/incident resolve", "declined": "/incident roles",
}  # fmt: skip


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_is_refused_with_what_to_do_instead(name: str):
    """DR-16."""
    with pytest.raises(Stays) as caught:
        undone(STAYS[name](), 4)
    assert caught.value.next_step.startswith(INSTEAD[name])


def test_a_change_that_the_table_does_not_know_stays():
    change = severity(opened(), "sev3", 2)
    unknown = replace(change, entries=(replace(change.entries[0], data={"change": "something"}),))
    with pytest.raises(Stays, match="cannot be taken back"):
        undone(unknown, 3)


def test_no_change_is_in_both_tables_and_every_field_is_one():
    assert not set(undo.FIELDS_OF) & set(undo.INSTEAD)
    known = set(Incident.__slots__)
    assert {field for fields in undo.FIELDS_OF.values() for field in (*fields, *undo.ALONG)} <= known


def test_what_nobody_did_is_no_command():
    change = severity(opened(), "sev3", 2)
    of_the_bot = replace(change, entries=(replace(change.entries[0], author=None),))
    assert undo.command(of_the_bot, [1], AT) is None
    assert undo.command(replace(change, entries=()), [], AT) is None


# The clock


def test_a_resolve_that_is_taken_back_runs_on_as_before_and_is_no_reopening():
    """MD-3: neither resolve nor reopening stays."""
    now = undone(resolve(opened(status=Status.MONITORING), 28), 29).incident
    assert (now.status, now.resolved_at, now.first_resolved_at, now.reopened_at) == (
        Status.MONITORING,
        None,
        None,
        None,
    )
    assert (now.update_due_at, now.nudge_due_at, now.shut_seconds) == (later(30), later(30), 0)


def test_a_reminder_whose_time_passed_meanwhile_comes_in_two_minutes():
    now = undone(resolve(opened(), 28), 32).incident
    assert (now.update_due_at, now.nudge_due_at) == (later(30), later(34))


def test_reminders_go_on_counting_after_a_resolve_that_was_none():
    reminded = opened(reminders=1, nudges=1, live_nudge=1, nudge_due_at=later(60))
    now = undone(resolve(reminded, 40), 42).incident
    assert (now.reminders, now.live_nudge, now.nudge_due_at, now.update_due_at) == (
        1,
        None,
        later(60),
        later(30),
    )


def test_a_severity_goes_back_with_due_times_from_the_same_anchor():
    """Nudges 4."""
    assert undone(severity(opened(), "sev1", 5), 6).incident.nudge_due_at == later(30)
    p0 = opened(severity="P0", update_due_at=later(15), nudge_due_at=later(15))
    lowered = undone(severity(p0, "sev3", 12), 16).incident
    assert (lowered.severity, lowered.update_due_at, lowered.nudge_due_at) == ("P0", later(15), later(18))
    reminded = replace(severity(opened(), "sev1", 20).incident, live_nudge=3, reminders=1)
    back = undone(severity(opened(), "sev1", 20), 23, now=reminded)
    assert (back.incident.live_nudge, back.news[0].facts["answered"]) == (None, 3)


def test_a_severity_that_is_taken_back_leaves_an_update_overdue_as_it_was():
    """DR-2, R-COM-6: the count of reminders and the due time that was missed, also where the pace was moved since."""
    overdue = opened(reminders=3, nudges=3, live_nudge=3, nudge_due_at=later(120))
    lowered = severity(overdue, "sev4", 100)
    assert (lowered.incident.reminders, lowered.entries[0].data["missed"]) == (0, later(30).isoformat())
    back = undone(lowered, 101)
    assert (back.incident.reminders, back.incident.update_due_at) == (3, later(30))
    assert (back.incident.nudge_due_at, back.entries[0].data["missed"]) == (later(103), later(30).isoformat())
    still = severity(overdue, "sev3", 100)
    assert "missed" not in still.entries[0].data, "it stands"
    assert undone(still, 101).incident == overdue


def test_a_snooze_that_a_raise_ended_holds_again_when_the_raise_is_taken_back():
    """DR-5."""
    snoozed = snooze(opened(), 2).incident
    raised = severity(snoozed, "sev1", 3)
    assert raised.incident.snoozed_until is None
    assert undone(raised, 4).incident == snoozed


def test_what_came_with_an_update_stays_with_it():
    told = updates.update(
        opened(), text="x", phase=Status.MONITORING, promised=None, by="U1", at=later(2), policy=POLICY
    )
    first = replace(told.entries[0], data={"change": "mitigated"})
    with pytest.raises(Stays, match="An update was read already"):
        undone(replace(told, entries=(first, *told.entries)), 3)


def test_a_snooze_goes_and_an_ended_one_comes_back():
    """DR-5."""
    snoozed = snooze(opened(), 2)
    assert undone(snoozed, 3).incident.nudge_due_at == later(30)
    lead = roles.assign(snoozed.incident, LEAD, to="U2", by="U1", at=later(3))
    assert lead.incident.snoozed_until is None
    assert undone(lead, 4).incident == snoozed.incident
    overdue = undone(snooze(opened(nudge_due_at=later(30)), 29), 33).incident
    assert (overdue.update_due_at, overdue.nudge_due_at) == (later(30), later(35))
