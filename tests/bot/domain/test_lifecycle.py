"""The life cycle as a table: every verb in every status does what TRANSITIONS says, or refuses with a way on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot
from bot.domain import (
    cases,
    endings,
    escalation,
    external,
    followup_steps,
    handoffs,
    lifecycle,
    long_pace,
    merging,
    moving,
    pauses,
    playbooks,
    recording,
    roles,
    sla,
    tasks,
    updates,
)
from bot.domain.incident import TRANSITIONS, Change, Incident, Status
from bot.domain.parts import Line
from bot.domain.playbook_file import playbook
from bot.domain.policy_file import read_policy
from bot.domain.refusal import OutOfOrder, Refusal
from bot.domain.timeline import Kind

POLICY = read_policy((Path(bot.__file__).parent / "default_policy.toml").read_text(encoding="utf-8"))
LENIENT = replace(
    POLICY, long_after=timedelta(), severities={"P1": replace(POLICY.severities["P1"], may_pause=True)}
)
"""Allows what the built-in policy does not at this severity and age."""
T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = T0 + timedelta(minutes=10)
BY = "U1"


def incident(status: Status) -> Incident:
    """An incident that came to *status* as incidents do."""
    made = Incident(ref="INC-2026-0302-001", severity="P1", declared_by=BY, declared_at=T0, channel_id="C1")
    made = lifecycle.declare(made, by=BY, at=T0, policy=POLICY).incident
    if status in (Status.RESOLVED, Status.CLOSED):
        at = T0 + timedelta(minutes=5)
        made = lifecycle.resolve(made, message="", by=BY, at=at, resolved_at=None, policy=POLICY).incident
    if status is Status.CLOSED:
        made = lifecycle.close(made, by=BY, at=T0 + timedelta(minutes=6), policy=POLICY).incident
    return made if made.status is status else replace(made, status=status)


def update(one: Incident, phase: Status | None = None) -> Change:
    return updates.update(one, text="known", phase=phase, promised=None, by=BY, at=NOW, policy=POLICY)


def other_phase(one: Incident) -> Status:
    return Status.MONITORING if one.status is not Status.MONITORING else Status.IDENTIFIED


OTHER = replace(incident(Status.INVESTIGATING), ref="INC-2026-0302-002")
BOOK = playbook("database", "# Database")
VERBS: dict[str, Callable[[Incident], Change]] = {
    "update": update,
    "external": lambda one: external.publish(one, phase=external.phase_of(one), text="x", by=BY, at=NOW, policy=POLICY),
    "phase": lambda one: updates.change_phase(one, other_phase(one), by=BY, at=NOW, policy=POLICY),
    "sla": lambda one: sla.approve(one, "legal", by=BY, at=NOW),
    "sev": lambda one: lifecycle.change_severity(one, POLICY.severity("sev1"), reason="", by=BY, at=NOW, policy=POLICY),
    "long": lambda one: long_pace.choose(one, by=BY, at=NOW, policy=LENIENT),
    "pause": lambda one: pauses.pause(one, until=NOW + timedelta(hours=1), reason="x", by=BY, at=NOW, policy=LENIENT),
    "snooze": lambda one: lifecycle.snooze(one, asked=timedelta(hours=1), reason="", by=BY, at=NOW, policy=POLICY),
    "escalate": lambda one: escalation.escalate(one, POLICY.target("board"), reason="", by=BY, at=NOW, policy=POLICY),
    "role": lambda one: roles.assign(one, POLICY.role("comms"), to="U2", by=BY, at=NOW),
    "handoff": lambda one: handoffs.offer(
        one, POLICY.role("comms"), to="U2", note="", by=BY, at=NOW, policy=POLICY, entries=()
    ),
    "followup": lambda one: followup_steps.add(one, text="x", by=BY, at=NOW, policy=POLICY),
    "task": lambda one: tasks.add(one, text="x", owner=None, wait=None, by=BY, at=NOW),
    "playbook": lambda one: playbooks.post(one, BOOK, lines=(Line(text="Database"),), by=BY, at=NOW),
    "customer": lambda one: replace(
        cases.take_up(replace(one, customer="Acme"), 2, reason="", by=BY, at=NOW), before=one
    ),
    "note": lambda one: recording.note(one, kind=Kind.NOTE, text="x", noted_at=None, link=None, by=BY, at=NOW, echo=""),
    "set": lambda one: recording.set_field(one, field="summary", value="x", echo="x", by=BY, at=NOW),
    "impact": lambda one: recording.impact(one, measures={"customers": ("3",)}, by=BY, at=NOW),
    "resolve": lambda one: lifecycle.resolve(one, message="", by=BY, at=NOW, resolved_at=None, policy=POLICY),
    "close": lambda one: lifecycle.close(one, by=BY, at=NOW, policy=POLICY),
    "reopen": lambda one: lifecycle.reopen(one, reason="", by=BY, at=NOW, policy=POLICY),
    "mitigate": lambda one: endings.mitigate(one, message="", by=BY, at=NOW, mitigated_at=None, policy=POLICY),
    "cancel": lambda one: endings.cancel(one, reason="false alarm", by=BY, at=NOW, policy=POLICY),
    "merge": lambda one: merging.merge(one, OTHER, onward=None, reason="", by=BY, at=NOW, policy=POLICY)[0],
    "private": lambda one: moving.go_private(one, by=BY, at=NOW),
    "postmortem": lambda one: lifecycle.want_draft(one, format="sre", at=NOW),
}  # fmt: skip
COMMANDS = {**VERBS, "status": lambda one: Change(before=one, incident=one)}
"""What a next step may name, by the word after /incident."""
CELLS = [(verb, status) for verb in TRANSITIONS for status in Status]


def test_the_table_and_the_verbs_are_the_same() -> None:
    assert set(TRANSITIONS) == set(VERBS)


@pytest.mark.parametrize(("verb", "status"), CELLS)
def test_a_verb_does_what_the_table_says_or_refuses_with_a_step_that_is_possible(
    verb: str, status: Status
) -> None:
    """DR-16."""
    before = incident(status)
    if status in TRANSITIONS[verb]:
        change = VERBS[verb](before)
        said = other_phase(before) if verb == "phase" else status
        assert change.incident.status is (TRANSITIONS[verb][status] or said)
        assert change.before is before
        return
    with pytest.raises(Refusal) as caught:
        VERBS[verb](before)
    assert status.value in caught.value.sentence
    assert before.ref in caught.value.sentence
    slash, following, *about = caught.value.next_step.split()
    assert slash == "/incident"
    assert about == [before.ref], "it works from anywhere"
    assert following != verb
    COMMANDS[following](before)


@pytest.mark.parametrize(("verb", "status"), [cell for cell in CELLS if cell[1] in TRANSITIONS[cell[0]]])
def test_every_change_is_kept_on_the_record_with_who_and_when(verb: str, status: Status) -> None:
    change = VERBS[verb](incident(status))
    if verb == "postmortem":
        assert change.incident.draft_due_at == NOW
        return
    (entry,) = change.entries
    assert (entry.author, entry.at, entry.incident) == (BY, NOW, "INC-2026-0302-001")
    assert len(change.news) == 1


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING])
def test_an_update_may_lead_to_any_phase_also_backward(status: Status) -> None:
    for phase in (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING):
        now = update(incident(status), phase).incident
        assert now.status is phase
        assert now.update_due_at == NOW + timedelta(minutes=30)
    first = update(incident(Status.INVESTIGATING), Status.IDENTIFIED).incident
    again = updates.update(first, text="x", phase=Status.IDENTIFIED, promised=None, by=BY,
                             at=NOW + timedelta(minutes=9), policy=POLICY).incident  # fmt: skip
    assert again.identified_at == NOW, "the first time counts"


def test_what_changes_nothing_is_nothing() -> None:
    one = incident(Status.INVESTIGATING)
    same = lifecycle.change_severity(one, POLICY.severity("sev2"), reason="", by=BY, at=NOW, policy=POLICY)
    assert same.is_nothing
    assert lifecycle.wake(one, by=BY, at=NOW, policy=POLICY).is_nothing
    named = roles.assign(one, POLICY.role("comms"), to="U2", by=BY, at=NOW).incident
    assert roles.assign(named, POLICY.role("comms"), to="U2", by=BY, at=NOW).is_nothing


def test_a_reopen_keeps_the_first_resolve_and_wants_updates_again() -> None:
    """MD-3, nudges 6."""
    closed = incident(Status.CLOSED)
    reopened = VERBS["reopen"](closed).incident
    assert reopened.first_resolved_at == closed.resolved_at
    assert (reopened.resolved_at, reopened.closed_at, reopened.postmortem_due_at) == (None, None, None)
    assert reopened.update_due_at == NOW + timedelta(minutes=30)
    again = VERBS["resolve"](reopened).incident
    assert again.first_resolved_at == closed.resolved_at
    assert again.resolved_at == NOW


def test_nothing_is_due_after_a_resolve_and_the_postmortem_is_due_48_hours_later() -> None:
    """DR-1, AD-1."""
    over = VERBS["resolve"](incident(Status.MONITORING)).incident
    assert (over.update_due_at, over.nudge_due_at, over.snoozed_until, over.live_nudge) == (None,) * 4
    assert over.postmortem_due_at == NOW + timedelta(hours=48)
    closed = lifecycle.close(over, by=BY, at=NOW, policy=POLICY).incident
    assert closed.postmortem_owner == BY
    assert closed.draft_format == "report"


def test_an_incident_cannot_end_before_it_began() -> None:
    """MD-1."""
    early = T0 - timedelta(seconds=1)
    one = incident(Status.INVESTIGATING)
    with pytest.raises(OutOfOrder) as caught:
        lifecycle.resolve(one, message="", by=BY, at=NOW, resolved_at=early, policy=POLICY)
    assert caught.value.next_step == "/incident resolve"


def test_a_text_is_needed_where_one_is_published() -> None:
    one = incident(Status.INVESTIGATING)
    for text in ("", "  \n "):
        with pytest.raises(Refusal):
            updates.update(one, text=text, phase=None, promised=None, by=BY, at=NOW, policy=POLICY)
        with pytest.raises(Refusal):
            recording.note(one, kind=Kind.NOTE, text=text, noted_at=None, link=None, by=BY, at=NOW, echo="")
