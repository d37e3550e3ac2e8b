"""Replay files: read, imported, exported, played."""

import copy
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import jsonschema
import pytest

from bot.domain.incident import Status
from bot.domain.mrkdwn import Names
from bot.domain.replay import BrokenReplay, Stage, read
from bot.domain.replay_cast import people
from bot.domain.replay_export import export, print_replay
from bot.domain.replay_import import ITEMS, to_record
from bot.domain.replay_steps import Deletes, Edits, Reacts, Says, Types, steps
from bot.domain.timeline import Kind, Source
from tests.records import (
    FILES,
    NAMES,
    REPLAYS,
    entry,
    incident,
    minutes,
    needs_replays,
    policy,
    record,
    replay,
    state,
)

NEEDED = ("n", "title", "owner", "due", "entered")
"""What each action item of a file must have; what else it does not know need not stand there."""
SMALL = {
    "schema_version": "1.0", "id": "small", "format": "sre",
    "provenance": {"kind": "synthetic", "source": "a test", "features": []},
    "incident": {
        "title": "Checkout <down>", "organisation": None, "id": "INC-2026-0309-001",
        "severity": {"as_written": None, "level": "P1", "basis": "stated"}, "status": None, "classification": None,
        "timezone": {"iana": "Europe/Berlin", "as_written": None},
        "times": {
            "started": "2026-03-09T15:00:00+01:00", "detected": None, "declared": "2026-03-09T15:05:00+01:00",
            "mitigated": None, "resolved": "2026-03-09T16:00:00+01:00", "closed": None,
        },
        "time_basis": {}, "stated": {},
        "people": [{"id": "ana", "name": "Ana Alvarez", "role": "Incident commander", "slack_user": "U1"}],
    },
    "events": [
        {
            "id": "e1", "at": "2026-03-09T15:06:00+01:00", "precision": "second", "phase": "during",
            "kind": "finding", "actor": "ana", "text": "disk < 5% & falling",
            "slack": {
                "ts": "1773065160.000100", "user": "U1", "via": "message", "raw": "disk &lt; 10%",
                "edits": [{"at": "2026-03-09T15:07:00+01:00", "text": "disk < 5% & falling"}],
            },
        },
        {
            "id": "e2", "at": "2026-03-09T15:08:00+01:00", "precision": "second", "phase": "during",
            "kind": "note", "actor": "ana", "text": "any news?",
            "slack": {
                "ts": "1773065280.000100", "thread_ts": "1773065160.000100", "via": "message",
                "deleted_at": "2026-03-09T15:09:00+01:00",
            },
        },
        {
            "id": "e3", "at": "2026-03-09T15:06:00+01:00", "precision": "second", "phase": "during",
            "kind": "finding", "text": "again",
            "slack": {"ts": "1773065160.000100", "duplicate_of": "e1"},
        },
    ],
    "facts": {"impact_metrics": []}, "known_inconsistencies": [], "expect": [], "forbid": [],
}  # fmt: skip


def small(path=None, value=None):
    """SMALL, with one value changed at a JSON pointer."""
    told: Any = copy.deepcopy(SMALL)
    if path:
        *way, last = (int(step) if step.isdigit() else step for step in path.strip("/").split("/"))
        place = told
        for step in way:
            place = place[step]
        place[last] = value
    return json.dumps(told)


def schema():
    return json.loads((REPLAYS / "replay.schema.json").read_text(encoding="utf-8"))


# Reading


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("{", "line 1"),
        ("[]", "/"),
        ("[" * 100_000, "/"),
        ('{"id": "x"}', "/format"),
        (small("/incident/times/started", "2026-03-09 15:00"), "/incident/times/started"),
        (small("/incident/timezone/iana", "Mars/Olympus"), "/incident/timezone/iana"),
        (small("/events/1/kind", "party"), "/events/1/kind"),
        (small("/events/1/actor", "zoe"), "/events/1/actor"),
        (small("/events/1/id", "e1"), "/events/1/id"),
        (small("/events/0/slack/ts", "soon"), "/events/0/slack/ts"),
        (small("/events/0/slack/edits/0/at", "soon"), "/events/0/slack/edits/0/at"),
        (small("/incident/stated", {"restored": "soon"}), "/incident/stated/restored"),
        (small("/incident/stated", {"e1 due": "soon"}), "/incident/stated/e1 due"),
        (small("/incident/stated", {"figure": 5}), "/incident/stated/figure"),
        (small("/events/0/text", 5), "/events/0/text"),
        (small("/facts/impact_metrics", {}), "/facts/impact_metrics"),
    ],
)
def test_a_broken_replay_says_what_is_wrong_and_where(text, pointer):
    with pytest.raises(BrokenReplay) as broken:
        read(text)
    assert broken.value.facts["pointer"] == pointer
    assert f"(at {pointer})" in broken.value.sentence


def test_a_severity_that_the_policy_does_not_know_is_refused():
    with pytest.raises(BrokenReplay, match="P7"):
        to_record(read(small("/incident/severity/level", "P7")), policy=policy())


def test_a_record_without_a_reference_of_our_form_needs_one():
    told = read(small("/incident/id", "TICKET-1011"))
    with pytest.raises(BrokenReplay, match="/incident/id"):
        to_record(told, policy=policy())
    assert to_record(told, policy=policy(), ref="INC-2026-0309-007")[0].ref == "INC-2026-0309-007"


# Importing


@needs_replays
def test_an_import_keeps_the_header_and_leaves_out_what_the_review_wrote():
    of, entries = record("db-sev1")
    assert (of.ref, of.severity, of.status, of.closed_at) == ("INC-2025-1108-001", "P0", Status.CLOSED, None)
    assert (of.summary, of.root_cause, of.facts["sla"], of.followups) == (None, None, [], ())
    assert len(entries) == 10
    final, _ = record("db-sev1", Stage.FINAL)
    assert final.root_cause
    assert [one.n for one in final.followups] == [1, 2, 3, 4, 5]
    assert "action_items" not in final.facts


def test_edits_deletions_and_redeliveries_come_in_as_they_were():
    _, (edited, deleted) = to_record(read(small()), policy=policy())
    assert edited.text == "disk &lt; 5% &amp; falling"
    assert [version["text"] for version in edited.versions] == ["disk &lt; 10%"]
    assert edited.marks == ("import",)
    assert (deleted.kind, deleted.marks) == (Kind.MESSAGE, ())
    assert deleted.deleted_at is not None


# Exporting


@needs_replays
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("file", FILES)
def test_an_export_imports_again_to_the_same_export(file, stage):
    of, entries = record(file, stage)
    first = print_replay(export(of, entries, Names(), policy=policy()))
    jsonschema.validate(json.loads(first), schema())
    again, copied = to_record(read(first), policy=policy(), stage=stage, ref=of.ref)
    assert print_replay(export(again, copied, Names(), policy=policy())) == first


@needs_replays
@pytest.mark.parametrize("file", ["db-sev1", "techflow-p0"])
def test_an_export_says_what_the_file_said(file):
    told = replay(file)
    exported = export(*record(file, Stage.FINAL), Names(), policy=policy())
    assert exported["incident"] == told.incident
    assert exported["events"] == told.events
    items = [
        {key: value for key, value in item.items() if value or key in NEEDED} for item in told.facts[ITEMS]
    ]
    assert exported["facts"] == {**told.facts, ITEMS: items}


def lived_through():
    """What a channel's record looks like: messages with edits and deletions, a bot, notes, changes of state."""
    talk = {"source": Source.MESSAGE, "marks": (), "channel_id": "C9"}
    of = incident(
        title="Pay &amp; go <@U2>", closed_at=None, status=Status.RESOLVED, roles={"comms": "U2"}, root_cause="A limit",
        resolution="Raised it", services=("checkout",), summary="It was down",
    )  # fmt: skip
    return of, [
        entry(-5, "deploy 12", Kind.TRIGGER, recorded_at=minutes(10)),
        state(6, "declared", "SEV-1 declared", severity="P2"),
        entry(7, "hi <@U2> &lt;here&gt; <#C1>", Kind.MESSAGE, ts="1773065340.000100", **talk),
        entry(8, "fail over", Kind.DECISION, **{**talk, "marks": ("prefix", "pin")}, ts="1773065400.000100"),
        entry(
            9, "now", Kind.MESSAGE, ts="1773065460.000100", thread_ts="1773065340.000100", edited_at=minutes(11),
            **talk,
            versions=({"at": minutes(9).isoformat(), "text": "first"}, {"at": minutes(10).isoformat(), "text": "then"}),
        ),
        entry(12, "oops", Kind.MESSAGE, ts="1773065640.000100", deleted_at=minutes(13), **talk),
        entry(14, "built", Kind.MESSAGE, ts="1773065760.000100", **{**talk, "author": "B1", "author_name": "CI"}),
        entry(15, "", Kind.MESSAGE, ts="1773065820.000100", files=({"name": "a.png", "url": "http://x/a"},), **talk),
        state(20, "severity", "SEV-3 → SEV-1", **{"from": "P2", "to": "P0"}),
        state(21, "update", "looking", phase="identified", due=minutes(21).isoformat(), audience="internal"),
        entry(22, "DNS", Kind.HYPOTHESIS, link="http://x/y"),
        state(120, "resolved", "all good"),
    ]  # fmt: skip


@needs_replays
def test_a_lived_incident_is_exported_once_and_imports_to_the_same_export():
    of, entries = lived_through()
    exported = export(of, entries, NAMES, policy=policy())
    jsonschema.validate(exported, schema())
    assert len(exported["events"]) == len(entries)
    by_text = {event["text"]: event for event in exported["events"]}
    assert by_text["hi @Bo Chen <here> #payments"]["slack"]["raw"] == "hi <@U2> &lt;here&gt; <#C1>"
    assert by_text["fail over"]["slack"]["raw"] == "Decision: fail over"
    assert [edit["text"] for edit in by_text["now"]["slack"]["edits"]] == ["then", "now"]
    assert by_text["oops"]["slack"]["deleted_at"] == "2026-03-09T14:15:00+00:00"
    assert exported["incident"]["severity"]["level"] == "P2"
    assert [change["to"] for change in exported["incident"]["severity"]["changes"]] == ["P0"]
    text = print_replay(exported)
    again, copied = to_record(read(text), policy=policy())
    assert print_replay(export(again, copied, Names(), policy=policy())) == text
    assert (again.severity, again.status, again.commander, again.roles["comms"]) == (
        "P0",
        Status.RESOLVED,
        "U1",
        "U2",
    )
    assert [(found.kind, found.text) for found in copied if found.link == "http://x/y"] == [
        (Kind.HYPOTHESIS, "DNS")
    ]


def test_what_somebody_wrote_since_the_import_is_exported():
    of, entries = to_record(read(small()), policy=policy())
    told = export(replace(of, summary="It broke", status=Status.CLOSED), entries, Names(), policy=policy())
    assert told["facts"]["summary"] == {"text": "It broke", "entered": "during"}
    assert told["incident"]["status"] == "Closed"


# Playing


@needs_replays
def test_a_seed_is_played_as_commands_in_order():
    played = steps(replay("db-sev1"))
    assert [step.at for step in played] == sorted(step.at for step in played)
    commands = [step.action.command for step in played if isinstance(step.action, Types)]
    assert commands[0] == (
        "/incident declare sev1 Service Disruption - November 8, 2025 "
        "at=2025-11-08T14:02:00+00:00 detected=2025-11-08T14:02:00+00:00"
    )
    assert (
        "/incident note event: Scheduled maintenance begins on DB cluster at=2025-11-08T13:45+00:00"
        in commands
    )
    assert "/incident set mitigated 2025-11-08T18:45:00+00:00" in commands
    assert commands[-3:] == [
        (
            '/incident impact customers="847 (100% of customer base)" users="~52,000" data_loss="None confirmed" '
            'transactions="Approximately 12,400 during window"'
        ),
        "/incident resolve at=2025-11-08T19:49:00+00:00",
        "/incident close",
    ]
    assert sum(command.startswith("/incident note") for command in commands) == 10


@needs_replays
def test_a_customer_escalation_is_played_as_one_and_is_not_closed_before_its_customer_verified_it():  # R-ESC-1
    told = replay("centurion-escalation")
    played = commands_of(told)
    assert "/incident set customer Centurion" in played
    assert "/incident set customer_contact Infrastructure Lead - Centurion" in played
    assert played[-1] == "/incident postmortem draft"
    times = {**told.incident["times"], "closed": told.incident["times"]["resolved"]}
    closed = {**told.incident, "times": times}
    assert commands_of(replace(told, incident=closed))[-1].startswith(
        "/incident close --unverified the record"
    )
    verified = {**closed, "stated": {"verified": times["resolved"]}}
    assert commands_of(replace(told, incident=verified))[-1] == "/incident close"


def commands_of(told):
    return [step.action.command for step in steps(told) if isinstance(step.action, Types)]


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_whoever_acts_is_known_and_nothing_is_noted_before_it_happened(file):
    told = replay(file)
    for step in steps(told):
        assert step.person in people(told)
        if isinstance(step.action, Types) and "/incident note" in step.action.command:
            at = step.action.command.rpartition("at=")[2]
            assert datetime.fromisoformat(at) <= step.at


def test_messages_are_said_edited_and_deleted_at_their_times():
    played = [(f"{step.at:%H:%M}", step.person, step.action) for step in steps(read(small()))]
    assert [done for done in played if not isinstance(done[2], Types)] == [
        ("14:06", "ana", Says(text="Finding: disk < 10%", key="e1")),
        ("14:07", "ana", Edits(key="e1", text="Finding: disk < 5% & falling")),
        ("14:08", "ana", Says(text="any news?", key="e2", thread="e1")),
        ("14:09", "ana", Deletes(key="e2")),
    ]


def test_an_edit_whose_first_text_is_lost_stays_an_edit():
    told = json.loads(small())
    del told["events"][0]["slack"]["raw"]
    told["events"][0]["slack"]["edits"].insert(0, {"at": "2026-03-09T15:06:30+01:00", "text": "disk < 7%"})
    of, entries = to_record(read(json.dumps(told)), policy=policy())
    first = export(of, entries, Names(), policy=policy())
    assert [edit["text"] for edit in first["events"][0]["slack"]["edits"]] == [
        "disk < 7%",
        "disk < 5% & falling",
    ]
    again, copied = to_record(read(print_replay(first)), policy=policy())
    assert export(again, copied, Names(), policy=policy()) == first


def test_what_was_pinned_is_pinned():
    told = read(small("/events/1/slack/via", "reaction"))
    assert Reacts(key="e2") in [step.action for step in steps(told)]


def test_updates_are_posted_as_updates_and_a_severity_change_as_one():
    text = json.loads(small())
    text["incident"]["severity"]["changes"] = [{"at": "2026-03-09T15:30:00+01:00", "to": "P0"}]
    text["events"].append({
        "id": "e4", "at": "2026-03-09T15:20:00+01:00", "precision": "second", "phase": "during",
        "kind": "communication", "text": "Working on it", "comm": {"phase": "identified", "audience": "external"},
    })  # fmt: skip
    commands = [
        step.action.command for step in steps(read(json.dumps(text))) if isinstance(step.action, Types)
    ]
    assert "/incident update identified Working on it" in commands
    assert "/incident sev sev1" in commands
