"""An incident that people lived through here, written out and read in again: its draft stays what it was."""

import difflib
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from bot.domain import (
    approval,
    customers,
    endings,
    long_pace,
    merging,
    pace,
    pauses,
    sla,
    updates,
)
from bot.domain.incident import Status
from bot.domain.mrkdwn import Names
from bot.domain.replay import read
from bot.domain.replay_cast import handle
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import to_record
from bot.domain.replay_steps import Says, Types, steps
from bot.formats import FORMATS
from tests.lives import MADRID, NAMES, Life, drawn, lived, written
from tests.records import REPLAYS, minutes, needs_replays, policy


def paced():
    """A sev3 that was paused twice, and raised; then at the long pace."""
    life = Life()
    life.does("change_severity", 9, new=MADRID.severities["P2"], reason="few people", policy=MADRID)
    wait: dict[str, Any] = {"policy": MADRID, "by": "U2", "reason": "vendor"}
    life.take(pauses.pause(life.of, until=minutes(40), at=minutes(10), **wait))
    life.take(pauses.fire(life.of, at=minutes(40), policy=MADRID))
    life.take(pauses.pause(life.of, until=minutes(99), at=minutes(50), **wait))
    life.does("change_severity", 60, new=MADRID.severities["P0"], reason="nobody can pay", policy=MADRID)
    life.take(long_pace.choose(life.of, by="U1", at=minutes(200), policy=MADRID))
    life.update(210, Status.MONITORING, "It works again.")
    life.take(long_pace.leave(life.of, by="U1", at=minutes(220), policy=MADRID))
    life.does("resolve", 240, message="over", resolved_at=None, policy=MADRID)
    life.does("close", 250, policy=MADRID)
    return life.of, sorted(life.entries, key=lambda made: made.at)


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_export_keeps_pauses_and_the_long_pace(name):
    """MD-2, DR-3."""
    of, entries = paced()
    before = drawn(name, of, entries, NAMES)
    again, copied = to_record(read(written(of, entries)), policy=MADRID)
    assert drawn(name, again, copied, Names()) == before
    if name == "sre":
        assert "40 minutes" in before
        assert "later one every 30 min" in before


def test_an_export_keeps_that_a_due_time_was_missed():
    """R-COM-6: it was moved by a change of severity."""
    life = Life()
    life.does("change_severity", 100, new=MADRID.severities["P3"], reason="few people", policy=MADRID)
    life.update(110, Status.MONITORING, "It works again.")
    kept = pace.cadence(life.of, life.entries, policy=MADRID)
    again, copied = to_record(read(written(life.of, life.entries)), policy=MADRID)
    assert kept is not None
    assert (kept.on_time, kept.wanted) == (0, 1)
    assert pace.cadence(again, copied, policy=MADRID) == kept


def test_a_replay_types_pauses_and_the_long_pace_again():
    of, entries = paced()
    typed = [
        step.action.command for step in steps(read(written(of, entries))) if isinstance(step.action, Types)
    ]
    for line in ("pause 30m vendor", "pause 49m vendor", "resume", "long", "long off"):
        assert f"/incident {line}" in typed, typed


@needs_replays
@pytest.mark.parametrize("reopens", [False, True])
@pytest.mark.parametrize("name", list(FORMATS))
def test_the_draft_of_an_exported_incident_is_the_draft_of_the_incident(name, reopens):
    of, entries = lived(reopens=reopens)
    text = written(of, entries)
    jsonschema.validate(json.loads(text), json.loads((REPLAYS / "replay.schema.json").read_text("utf-8")))
    again, copied = to_record(read(text), policy=MADRID)
    before = drawn(name, of, entries, NAMES).splitlines()
    after = drawn(name, again, copied, Names()).splitlines()
    assert list(difflib.unified_diff(before, after, lineterm="", n=0)) == []
    assert print_replay(export(again, copied, Names(), policy=policy())) == text


def test_what_only_an_incident_of_ours_knows_comes_back():
    of, entries = lived(reopens=True)
    again, _ = to_record(read(written(of, entries)), policy=MADRID)
    for name in (
        "declared_by", "timezone", "identified_at", "restored_at", "first_resolved_at", "reopened_at", "resolution",
        "roles", "postmortem_owner", "draft_format", "impact_started_at",
    ):  # fmt: skip
        told = getattr(of, name)
        assert getattr(again, name) == ("Europe/Madrid" if name == "timezone" else told), name


def test_follow_ups_come_back_as_they_are():
    of, entries = lived(reopens=True)
    assert [one.taken_back for one in of.followups] == [True, False]
    again, _ = to_record(read(written(of, entries)), policy=MADRID)
    assert again.followups == of.followups


def test_a_start_of_impact_that_nobody_recorded_stays_an_estimate():
    life = Life()
    life.of = replace(life.of, impact_started_at=None)
    again, _ = to_record(read(written(life.of, life.entries)), policy=MADRID)
    assert again.impact_started_at is None


@pytest.mark.parametrize("ending", ["cancelled", "merged"])
def test_how_an_incident_ended_and_who_may_see_it_comes_back(ending):
    """DR-28: an imported private incident is as private as it was."""
    life = Life()
    life.of = replace(life.of, private=True, drill=True, members=("U1", "U3"))
    life.take(
        endings.mitigate(
            life.of, message="", by="U2", at=minutes(15), mitigated_at=minutes(14), policy=MADRID
        )
    )
    if ending == "cancelled":
        life.take(endings.cancel(life.of, reason="a misfire", by="U1", at=minutes(20), policy=MADRID))
    else:
        target = replace(life.of, ref="INC-2026-0309-002", status=Status.INVESTIGATING)
        life.take(
            merging.merge(life.of, target, onward=None, reason="one", by="U1", at=minutes(20), policy=MADRID)[
                0
            ]
        )
    text = written(life.of, life.entries)
    again, copied = to_record(read(text), policy=MADRID)
    for name in ("status", "ended_at", "merged_into", "private", "drill", "members", "mitigated_at"):
        assert getattr(again, name) == getattr(life.of, name), name
    assert print_replay(export(again, copied, Names(), policy=policy())) == text


def test_an_export_speaks_the_organisations_zone_and_does_not_call_itself_public():
    exported = json.loads(written(*lived()))
    assert exported["incident"]["timezone"]["iana"] == "Europe/Madrid"
    assert exported["incident"]["times"]["started"] == "2026-03-09T15:02:00+01:00"
    assert exported["provenance"]["kind"] == "synthetic"
    assert "real incident" in exported["provenance"]["notes"]


def test_fields_and_measures_are_in_header_and_facts_and_no_events():
    exported = json.loads(written(*lived()))
    texts = [event["text"] for event in exported["events"]]
    assert not [text for text in texts if text.startswith(("Mitigated:", "Impact recorded:", "Summary:"))]
    assert exported["incident"]["times"]["mitigated"] == "2026-03-09T15:47:00+01:00"
    assert [metric["text"] for metric in exported["facts"]["impact_metrics"]] == ["312", "14200"]


def test_people_have_the_roles_that_they_held_and_no_others():
    exported = json.loads(written(*lived()))
    assert {person["name"]: person["role"] for person in exported["incident"]["people"]} == {
        "Cy Diaz": "incident commander",
        "Bo Chen": "comms lead, scribe",
        "Ana Alvarez": "",
    }


def test_a_file_of_ours_that_lost_what_it_states_still_has_a_draft():
    told = json.loads(written(*lived(reopens=True)))
    told["incident"]["stated"] = {}
    again, copied = to_record(read(json.dumps(told)), policy=MADRID)
    for name in FORMATS:
        assert "Checkout answers 502" in drawn(name, again, copied, Names())
    assert steps(read(json.dumps(told)))


# Playing it again


def test_an_exported_incident_is_played_with_each_change_of_state_once():
    of, entries = lived(reopens=True)
    told = read(written(of, entries))
    typed = [(s.person, s.action.command) for s in steps(told) if isinstance(s.action, Types)]
    assert typed == [
        ("U1", ("/incident declare sev2 Checkout answers 502 at=2026-03-09T14:02:00+00:00 "
               "detected=2026-03-09T14:05:00+00:00")),
        ("U3", "/incident set tz Europe/Madrid"),
        ("U3", "/incident set service checkout"),
        ("U1", "/incident note alert: errors above 20 % at=2026-03-09T14:05:00+00:00"),
        ("U1", "/incident role comms @u2"),
        ("U1", "/incident sev sev1 nobody can pay"),
        ("U1", "/incident task add roll back <&> @u3"),
        ("U1", ("/incident followup add alert on <pools> owner=@u2 due=2026-03-20 "  # 2 there: 1 was taken back
               'p="high" horizon="30d" action="at 75 %"')),
        ("U1", "/incident followup accept 1"),
        ("U2", "/incident followup done 1 it rings"),
        ("U2", "/incident escalate executives decide"),
        ("U2", "/incident escalate skip board decide"),
        ("U3", "/incident task done 1 it is out"),
        ("U3", "/incident escalate ack executives"),
        ("U2", "/incident update identified Rolling back. next=25m"),
        ("U1", "/incident role commander @u3"),
        ("U2", "/incident role scribe @u2"),
        ("U1", "/incident snooze 20m vendor"),
        ("U2", "/incident update monitoring It works again. next=15m"),
        ("U1", "/incident resolve errors are normal at=2026-03-09T14:59:00+00:00"),
        ("U1", "/incident reopen it came back"),
        ("U3", '/incident impact customers="312" requests_failed="14200"'),
        ("U3", "/incident set summary Nobody could pay & we rolled back."),
        ("U1", "/incident resolve now it is at=2026-03-09T15:32:00+00:00"),
        ("U1", "/incident close"),
        ("U1", "/incident postmortem owner @u2"),
    ]  # fmt: skip
    said = [step.action.text for step in steps(told) if isinstance(step.action, Says)]
    assert len(said) == 6
    assert said[0] == "Finding: every pod waits for @Bo Chen"


def test_whoever_a_command_calls_is_called_by_a_handle():
    assert (handle("U0AB"), handle("david-martinez"), handle("!?")) == ("u0ab", "david-martinez", "responder")


def test_an_open_incident_is_not_ended_by_playing_it():
    told = read(written(Life().of, Life().entries))
    assert not [s for s in steps(told) if isinstance(s.action, Types) and "resolve" in s.action.command]


def test_whoever_led_from_the_declaration_on_leads_again():
    life = Life()
    life.of = replace(life.of, roles={"commander": "U2"})
    first = steps(read(written(life.of, life.entries)))[0]
    assert isinstance(first.action, Types)
    assert (first.person, first.action.command.split()[-1]) == ("U1", "lead=@u2")


# Customers and phases


def told_outside():
    """An incident whose customers heard of it: by an approved text, an edited one, at the end, and by mail."""
    life = Life()
    texts = {phase: f"approved {phase}" for phase in updates.WORDS}

    def posts(after, phase, text):
        said = updates.Said(text=text, phase=phase, outside=True)
        life.take(updates.post(life.of, said, approved=texts, by="U2", at=minutes(after), policy=MADRID))

    posts(12, Status.INVESTIGATING, "")
    posts(20, Status.IDENTIFIED, "it is the pool")
    life.take(approval.approve(life.of, 1, by="U1", at=minutes(22), policy=MADRID))
    life.take(updates.change_phase(life.of, Status.MONITORING, by="U1", at=minutes(30), policy=MADRID))
    life.take(sla.approve(life.of, "legal", by="U1", at=minutes(31)))
    posts(60, Status.RESOLVED, "")
    life.take(customers.told(life.of, to="all of them", by="U2", at=minutes(70), policy=MADRID))
    life.does("close", 95, policy=MADRID)
    return life.of, sorted(life.entries, key=lambda made: made.at)


@pytest.mark.parametrize("name", list(FORMATS))
def test_what_customers_were_told_comes_back_with_its_figures(name):
    of, entries = told_outside()
    again, copied = to_record(read(written(of, entries)), policy=MADRID)
    before = drawn(name, of, entries, NAMES).splitlines()
    assert list(difflib.unified_diff(before, drawn(name, again, copied, Names()).splitlines(), n=0)) == []
    assert any(
        "| 12 minutes (goal ≤ 10 minutes: missed by 2 minutes) | start of impact, 15:02 | first external"
        in line
        for line in before
    )


def test_what_customers_were_told_is_played_once():
    told = read(written(*told_outside()))
    typed = [s.action.command for s in steps(told) if isinstance(s.action, Types)]
    assert typed[3:] == [
        "/incident update investigating approved investigating next=30m",
        "/incident update identified it is the pool next=30m",
        "/incident phase monitoring",
        "/incident resolve approved resolved at=2026-03-09T15:02:00+00:00",
        "/incident brief sent all of them",
        "/incident close",
    ]
