"""How the response kept its pace, as a draft tells it: updates, escalations, people and their hours, surprises."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import draft_debrief, draft_pace, pace, postmortem
from bot.domain.draft_record import read_record
from bot.domain.timeline import Kind
from tests.records import NAMES, entry, incident, minutes, policy, state


def read(*entries, of=None):
    return read_record(of or incident(), list(entries), policy=policy(), names=NAMES)


def update(after, due):
    return state(after, "update", "so far so good", due=minutes(due).isoformat())


def rows(kept):
    return [(one.due, one.came, one.verdict) for one in kept.intervals]


def kept_of(*entries, of=None):
    found = draft_pace.kept(read(*entries, of=of))
    assert found
    return found


# Updates


def test_each_update_that_was_due_has_a_row():  # R-COM-6
    kept = kept_of(update(21, 21), update(40, 36), state(60, "resolved", due=minutes(55).isoformat()))
    assert rows(kept) == [
        ("14:23", "14:23", "on time"),
        ("14:38", "14:42", "late by 4 minutes"),
        ("14:57", "15:02 (the resolve)", "late by 5 minutes"),
    ]
    assert (kept.on_time, kept.wanted, kept.estimated) == (1, 3, False)


def test_the_rows_and_the_count_of_the_cadence_are_of_one_piece():
    steps = [
        update(21, 21),
        update(40, 36),
        state(50, "severity", missed=minutes(45).isoformat()),
        update(70, 80),
    ]
    counted = pace.cadence(incident(), steps, policy=policy())
    assert counted
    kept = kept_of(*steps)
    assert (kept.on_time, kept.wanted) == (counted.on_time, counted.wanted) == (1, 3)


def test_of_many_updates_the_late_ones_are_listed():
    steps = [update(15 * n, 15 * n) for n in range(1, 20)]
    kept = kept_of(*steps, update(330, 300))
    assert rows(kept) == [("19:02", "19:32", "late by 30 minutes")]
    assert (kept.wanted, kept.left_out) == (20, 19)


def test_a_record_without_due_times_is_held_to_the_policys_pace_and_says_so():
    told = [entry(n, "We look into it", Kind.COMMS_EXTERNAL) for n in (10, 40)]
    kept = kept_of(*told, of=incident(resolved_at=minutes(50), first_resolved_at=minutes(50)))
    assert rows(kept) == [("14:23", "14:12", "on time"), ("14:27", "14:42", "late by 15 minutes")]
    assert kept.estimated
    assert draft_pace.kept(read(entry(10, "hm"))) is None


# Escalations


def escalated(after, target="executives", **fields):
    at = state(after, "escalated", f"Escalated to {target}")
    data = {"change": "escalated", "target": target, "after": 1800}
    return replace(at, kind=Kind.ESCALATION, author=None, data=data, **fields)


def answered(after, target="executives"):
    return replace(state(after, "acknowledged", target=target), kind=Kind.ESCALATION, author="U2")


def test_a_rung_tells_when_it_was_due_when_it_was_told_and_who_answered():
    (text,) = draft_pace.rungs(read(escalated(39), answered(45)))
    assert text == (
        "executives: due 14:38, told 14:41 (3 minutes late), acknowledged 14:47 by Bo Chen (6 minutes later)"
    )
    (text,) = draft_pace.rungs(read(escalated(36)))
    assert text == "executives: due 14:38, told 14:38, not acknowledged"


def test_a_rung_that_a_raise_made_due_is_late_since_the_raise():  # R-ESCL-7
    raised = state(70, "severity", **{"from": "P2", "to": "P0"})
    assert draft_pace.rungs(read(raised, escalated(70)))[0].startswith("executives: due 15:12, told 15:12, ")


def test_what_lay_between_a_resolve_and_a_reopening_moves_a_rung():  # PRODUCT 1.3
    shut = [state(10, "resolved"), state(12, "reopened")]
    assert draft_pace.rungs(read(*shut, escalated(38)))[0].startswith("executives: due 14:40, told 14:40, ")


def test_an_escalation_that_people_noted_stands_beside_them():
    noted = entry(20, "to the network team", Kind.ESCALATION)
    assert draft_pace.rungs(read(noted)) == (
        "14:22 (+20 min), escalation: “to the network team” (Ana Alvarez)",
    )
    assert draft_pace.rungs(read(entry(20, "all here", Kind.ESCALATION, label="Team Assembly"))) == ()


# People


def test_somebody_was_there_from_the_first_entry_to_the_last_until_the_close():
    steps = [entry(5, "a"), entry(65, "b"), entry(500, "the day after")]
    found = draft_pace.presence(read(*steps))
    assert found == {"U1": (minutes(5), minutes(65))}
    assert draft_pace.hours_of(found["U1"], read(*steps)) == "14:07 to 15:07, 1 hour"
    assert draft_pace.hours_of((minutes(5), minutes(5)), read(*steps)) == ""


def test_whoever_takes_a_role_is_there():
    given = state(10, "role", role="comms", to="U2")
    found = draft_pace.presence(read(given, entry(40, "posted", author="U2")))
    assert found["U2"] == (minutes(10), minutes(40))


def test_person_hours_are_a_sum_and_called_an_estimate():
    steps = [entry(0, "a"), entry(60, "b"), entry(10, "c", author="U2"), entry(40, "d", author="U2")]
    assert (
        draft_pace.person_hours(read(*steps))
        == "about 1.5 (2 people, each from first to last entry until the close)"
    )
    nobody = [entry(n, "e", author=None) for n in range(20, 30)]
    assert draft_pace.person_hours(read(*steps, *nobody)) == "", "nobody knows who wrote most of it"


# Surprises


def test_surprises_are_phases_back_hypotheses_rejected_severities_and_late_escalations():  # AD-4
    steps = [
        state(30, "phase", phase="monitoring"),
        state(40, "phase", phase="investigating"),
        entry(42, "it was the cache", Kind.HYPOTHESIS, label="Rejected hypothesis"),
        state(45, "severity", "Severity SEV-2 → SEV-1"),
        escalated(50),
        entry(55, "plain note"),
    ]
    told = draft_debrief.surprises(read(*steps))
    assert [text.split(" ")[0].rstrip(":") for text in told] == ["14:42", "14:44", "14:47", "14:52"]
    assert told[0].endswith("the phase went back from monitoring (14:32) to investigating")
    assert told[1].endswith("it was not so")
    assert told[3].endswith("5 minutes late")


def test_customers_who_read_later_what_was_known_inside_are_no_step_back():
    inside = state(10, "phase", phase="identified")
    outside = replace(
        state(12, "update", phase="investigating", audience="external"), kind=Kind.COMMS_EXTERNAL
    )
    assert draft_debrief.surprises(read(inside, outside)) == ()
    later = replace(state(20, "update", phase="identified", audience="external"), kind=Kind.COMMS_EXTERNAL)
    again = replace(state(30, "update", phase="investigating", audience="external"), kind=Kind.COMMS_EXTERNAL)
    (text,) = draft_debrief.surprises(read(inside, outside, later, again))
    assert text == "14:32: the customers’ phase went back from identified (14:22) to investigating"


def test_a_new_problem_after_monitoring_is_a_surprise_once():
    steps = [
        state(10, "phase", phase="monitoring"),
        entry(12, "stale data", Kind.ISSUE),
        entry(14, "again", Kind.ISSUE),
    ]
    (text,) = draft_debrief.surprises(read(*steps))
    assert text.endswith("“stale data” (Ana Alvarez): after “monitoring” of 14:12")


def test_what_was_named_as_a_cause_is_listed_with_time_and_author():
    named = entry(20, "the pool", Kind.ROOT_CAUSE)
    assert draft_debrief.causes(read(named, entry(21, "hm"))) == (
        "14:22 (+20 min), root cause: “the pool” (Ana Alvarez)",
    )


def test_an_update_that_never_came_counts_while_the_incident_is_open():
    of = incident(resolved_at=None, update_due_at=minutes(36))
    found = pace.awaited(of, [update(21, 21)], until=minutes(50))
    assert [(one.is_late, one.late) for one in found] == [(False, timedelta()), (True, timedelta())]


# What may have gone well, or not (AD-5)


def prompted(topic, *entries, of=None):
    made = postmortem.draft(of or incident(), list(entries), policy=policy(), names=NAMES)
    return made.prompts[topic].candidates


def test_goals_that_were_met_and_missed_are_candidates():
    told = entry(12, "We look into it", Kind.COMMS_EXTERNAL)
    assert "First external update: 12 minutes after start of impact; the goal is ≤ 10 minutes" in prompted(
        "poorly", told
    )
    assert "Detected: 2 minutes after start of impact; the goal is < 5 minutes" in prompted("well", told)
    at_the_start = prompted("well", of=incident(detected_at=incident().impact_started_at))
    assert not any(text.startswith("Detected") for text in at_the_start), (
        "a start that nobody knows is no success"
    )


def test_what_came_late_is_a_candidate_for_what_was_hard():
    hard = prompted("poorly", update(40, 36), escalated(50))
    assert "1 of 1 status updates came late" in hard
    assert any(text.endswith("14 minutes late") for text in hard)


def test_what_people_call_luck_and_a_rung_that_was_nearly_reached_are_candidates():
    of = incident(resolved_at=minutes(60), first_resolved_at=minutes(60), closed_at=None, mitigated_at=None)
    lucky = prompted("lucky", state(6, "declared"), entry(30, "luckily the replica was in sync"), of=of)
    assert "“luckily the replica was in sync”" in lucky[0]
    assert lucky[1] == "Resolved 6 minutes before customer calls would have been told"
