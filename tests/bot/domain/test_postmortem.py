"""The draft without a format: the rules of the layout, held on small records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain import postmortem
from bot.domain.mrkdwn import Names
from bot.domain.timeline import Kind, Precision, Source
from tests.records import NAMES, START, entry, incident, minutes, needs_replays, policy, record, state

MARKED = [entry(n, f"step {n}", Kind.ACTION) for n in range(10, 60, 10)]


def draft(of=None, entries=(), names=NAMES):
    return postmortem.draft(of or incident(), list(entries), policy=policy(), names=names)


def rows(made):
    return [row for block in made.timeline.blocks for row in block.rows]


def warnings(made):
    return [text for group in made.warnings for text in group.texts]


def texts(made):
    return [row.text for row in rows(made) if row.text]


# Layers (PRODUCT 1.6)


def test_five_marked_entries_make_a_timeline_and_talk_stays_in_the_log():
    made = draft(entries=[*MARKED, entry(15, "anybody there?", Kind.MESSAGE)])
    assert texts(made) == ["step 10", "step 20", "step 30", "step 40", "step 50"]
    assert made.timeline.layer.endswith("The log holds 1 more message.")
    two = [entry(n, "anybody?", Kind.MESSAGE) for n in (15, 16)]
    assert draft(entries=[*MARKED, *two]).timeline.layer.endswith("The log holds 2 more messages.")


def test_fewer_than_five_marked_entries_show_every_human_message_and_say_so():
    talk = entry(15, "anybody there?", Kind.MESSAGE)
    bot = entry(16, "build passed", Kind.MESSAGE, author="B9", author_name="CI")
    made = draft(entries=[*MARKED[:4], talk, bot, state(20, "update", "so far so good")])
    assert "anybody there?" in texts(made)
    assert "build passed" not in texts(made)
    assert made.timeline.layer.startswith("Fewer than five")


def test_a_deleted_message_and_a_superseded_text_never_appear():
    secret = entry(12, "the password is hunter2", deleted_at=minutes(13))
    edited = entry(
        14,
        "new words",
        edited_at=minutes(15),
        versions=({"at": minutes(14).isoformat(), "text": "old words"},),
    )
    made = draft(entries=[*MARKED, secret, edited])
    assert "hunter2" not in repr(made)
    assert "old words" not in repr(made)
    assert [row.notes for row in rows(made) if row.text == "new words"] == [("edited",)]
    assert made.counts == "7 entries, 6 of them shown above; 1 edited, 0 written down late, 1 removed"


# Timeline


def test_each_row_says_how_long_since_the_start_and_since_the_last_one():
    made = draft(
        entries=[entry(-17, "maintenance begins"), entry(0, "first alert", Kind.ALERT), entry(13, "found")]
    )
    shown = [(row.since_start, row.since_before, row.points) for row in rows(made)][:3]
    assert shown == [
        ("17 min before", "", ()),
        ("start", "+17 min", ("Start of impact",)),
        ("+13 min", "+13 min", ()),
    ]


def test_moments_without_an_entry_get_a_row_of_their_own():
    found = [(row.points, row.clock) for row in rows(draft(entries=MARKED)) if row.points]
    assert found == [
        (("Start of impact",), "14:02"),
        (("Mitigation",), "15:32"),
        (("End of the incident",), "16:02"),
    ]


def test_entries_stand_before_during_and_after():
    made = draft(entries=[entry(-1, "before"), entry(1, "during"), entry(131, "after")])
    assert [block.name for block in made.timeline.blocks] == ["Before", "During", "After"]


def test_a_late_note_stands_where_it_happened_and_is_marked():
    late = entry(5, "paged the vendor", recorded_at=minutes(31))
    soon = entry(6, "paged again", recorded_at=minutes(7))
    made = draft(entries=[*MARKED, late, soon])
    assert texts(made)[:2] == ["paged the vendor", "paged again"]
    assert [row.notes for row in rows(made) if row.text.startswith("paged")] == [
        ("written down 14:33",),
        (),
    ]


def test_a_message_that_is_back_filled_is_not_late():
    said = entry(5, "hello", Kind.MESSAGE, ts="1.0", recorded_at=minutes(60))
    assert [row.notes for row in rows(draft(entries=[said])) if row.text] == [()]


def test_the_date_stands_where_it_changes():
    night = incident(resolved_at=minutes(700))
    made = draft(night, [entry(1, "a"), entry(597, "b"), entry(601, "c"), entry(602, "d")])
    assert [row.date for row in rows(made)][:6] == ["March 9, 2026", "", "", "", "March 10, 2026", ""]


def test_both_abbreviations_are_shown_on_the_night_when_clocks_change():  # PRODUCT 7 L
    began = datetime(2024, 3, 10, 9, 30, tzinfo=UTC)
    of = incident(
        timezone="America/Los_Angeles", impact_started_at=began, detected_at=None, declared_at=began,
        mitigated_at=None, resolved_at=began + timedelta(hours=1), first_resolved_at=None, closed_at=None,
    )  # fmt: skip
    steps = [entry(0, text, at=began + timedelta(minutes=after)) for after, text in ((0, "a"), (40, "b"))]
    made = draft(of, steps)
    assert made.timeline.zone == "PST (UTC-08:00), then PDT (UTC-07:00)"
    assert [row.clock for row in rows(made) if row.text] == ["01:30 PST", "03:10 PDT"]
    assert next(span.value for span in made.spans if span.key == "resolved") == "1 hour"


def test_a_name_stands_with_its_role_the_first_time_only():
    of = incident(roles={"comms": "U2"})
    made = draft(
        of,
        [entry(1, "a"), entry(2, "b", author="U2"), entry(3, "c", author="U2"), entry(4, "d", author="U9")],
    )
    assert [row.who for row in rows(made) if row.text] == [
        "Ana Alvarez, incident commander",
        "Bo Chen, comms lead",
        "Bo Chen",
        "U9",
    ]


def test_a_long_message_begins_in_its_row_and_stands_whole_below():
    said = "look:\n```\nSELECT 1\n```\nthen <@U2> saw &lt;this&gt;"
    made = draft(entries=[entry(1, said)])
    row = next(row for row in rows(made) if row.whole)
    assert (row.text, row.whole) == ("look:", 1)
    parts = made.timeline.texts[0].parts
    assert [(part.text, part.code) for part in parts] == [
        ("look:", False), ("SELECT 1", True), ("then @Bo Chen saw <this>", False),
    ]  # fmt: skip


def test_seconds_are_shown_where_some_time_has_them():
    exact = entry(1, "a", at=minutes(1) + timedelta(seconds=5))
    coarse = entry(2, "b", precision=Precision.MINUTE)
    assert [row.clock for row in rows(draft(entries=[exact, coarse])) if row.text] == ["14:03:05", "14:04"]


def test_unknown_times_are_not_shown_as_midnight():
    vague = entry(1, "about then", precision=Precision.HOUR, approx=True)
    dated = entry(2, "that day", precision=Precision.DAY)
    made = draft(entries=[vague, dated])
    assert [row.clock for row in rows(made) if row.text] == ["about 14:03", ""]


# Prompts


def test_everything_that_people_must_write_is_asked_for():
    assert list(draft(entries=MARKED).prompts) == [
        "summary", "impact", "data_loss", "root_cause", "trigger", "factors", "detection", "resolution", "gaps",
        "actions", "well", "poorly", "lucky", "lessons", "sla", "conclusion", "prepared",
        "segments", "business", "technical", "letters", "feedback", "fixes", "prevention", "targets", "process",
        "about", "cause", "customer", "names", "sentiment", "next_steps",
    ]  # fmt: skip


def test_a_temporary_measure_that_nobody_is_known_to_have_undone_is_asked_about():
    steps = [entry(1, "Failover to the second database", Kind.ACTION), entry(2, "checkout flag disabled")]
    asked = draft(entries=steps).prompts["temporary"]
    assert "(failover, disabled)" in asked.question
    assert len(asked.candidates) == 2
    steps.append(entry(3, "checkout flag re-enabled"))
    assert "re-enabled" in draft(entries=steps).prompts["temporary"].candidates[-1]
    steps.append(entry(4, "failed back to the first database"))
    assert "temporary" not in draft(entries=steps).prompts


def test_what_is_recorded_is_not_asked_for():
    of = incident(
        summary="It broke &amp; was mended.",
        root_cause="A limit",
        resolution="Raised the limit",
        postmortem_owner="U1",
    )
    made = draft(of, [entry(0, "deploy", Kind.TRIGGER), *MARKED])
    assert {"summary", "root_cause", "resolution", "trigger", "prepared"}.isdisjoint(made.prompts)
    assert made.summary == "It broke & was mended."


def test_causes_named_during_the_incident_are_candidates_with_time_and_author_and_never_chosen():  # rule 6
    named = [
        entry(28, "Root cause identified: pool exhaustion", Kind.FINDING),
        entry(40, "stale connections", Kind.ROOT_CAUSE, author="U2"),
    ]
    made = draft(entries=[*MARKED, *named])
    assert made.root_cause == ""
    assert made.prompts["root_cause"].candidates == (
        "14:30 (+28 min), finding: “Root cause identified: pool exhaustion” (Ana Alvarez)",
        "14:42 (+40 min), root cause: “stale connections” (Bo Chen)",
    )


def test_a_commander_without_a_name_is_asked_for():
    of = incident(declared_by="", header={"people": []})
    assert draft(of, MARKED).commander == ""
    assert "commander" in draft(of, MARKED).prompts
    assert "commander" not in draft(entries=MARKED).prompts


def test_a_commander_known_only_by_the_roles_title_is_asked_for_and_stays_the_author_of_rows():
    names = Names(people={"U1": "Incident Commander", "U2": "Bo Chen"})
    made = draft(entries=MARKED, names=names)
    assert made.commander == ""
    assert made.prepared_by == ""
    assert {"commander", "prepared"} <= made.prompts.keys()
    assert {row.who for row in rows(made) if row.text} == {"Incident commander"}
    assert [(fact.name, fact.value) for fact in made.people] == [("Incident commander", "name not recorded")]


def test_candidates_for_data_loss_speak_of_data():
    told = [
        entry(10, "rollback to release 41 started", Kind.ACTION),
        entry(20, "nightly backup is from 03:00", Kind.FINDING),
        entry(30, "database connections at 100%", Kind.FINDING),
        entry(40, "customers see stale data", Kind.FINDING),
        entry(50, "Maria (Data Engineering) joins", Kind.ASSEMBLY),
    ]
    cited = draft(entries=told).prompts["data_loss"].candidates
    assert [line.split("“")[1].split("”")[0] for line in cited] == [
        "nightly backup is from 03:00",
        "customers see stale data",
    ]


# Facts


def test_the_longest_time_without_an_entry_counts_what_the_timeline_shows():
    talk = [entry(n, "hm", Kind.MESSAGE) for n in range(52, 120, 2)]
    silence = next(f for f in draft(entries=[*MARKED, *talk]).response if "without an entry" in f.name)
    assert (silence.name, silence.value, silence.note) == (
        "Longest time without an entry in the timeline",
        "1 hour 10 minutes",
        "14:52 to 16:02",
    )


def test_a_moment_without_an_entry_has_a_row_that_says_where_its_time_comes_from():
    (alone,) = [row for row in rows(draft(entries=MARKED)) if row.points == ("Mitigation",)]
    assert (alone.text, alone.notes) == ("", ("the time was set; there is no entry of it",))
    guessed = [
        row
        for row in rows(draft(incident(impact_started_at=None), MARKED))
        if row.points == ("Start of impact",)
    ]
    assert [row.notes for row in guessed] == [("estimated from the declaration",)]


def test_whoever_gets_a_role_is_named_and_not_called():
    given = state(20, "role", "Comms lead: <@U2>", role="comms", to="U2")
    assert "Comms lead: Bo Chen" in texts(draft(entries=[*MARKED, given]))


def test_spans_that_nobody_recorded_stand_in_one_line():
    made = draft(incident(closed_at=None), MARKED)
    assert "Closed (from start of impact)" in made.unknown
    assert all(span.value != "not recorded" for span in made.spans)


def test_numbers_that_are_counted_here_have_separators():
    made = draft(entries=[entry(n / 100, "step", Kind.ACTION) for n in range(1200)])
    assert made.counts.startswith("1,200 entries, 1,200 of them")
    assert made.people[0].note.startswith("1,200 entries, ")


def test_updates_without_due_times_are_not_called_missing():
    sent = entry(30, "We look into it", Kind.COMMS_EXTERNAL, precision=Precision.MINUTE)
    told = draft(entries=[*MARKED, sent]).response[0].value
    assert told == "0 of 2 at that pace; when they were due is not recorded"
    dated = replace(sent, precision=Precision.DAY)
    assert "not when they were due" in draft(entries=[*MARKED, dated]).response[0].value
    assert draft(entries=MARKED).response[0].value == "none recorded"


def test_fields_and_measures_that_were_set_are_no_entries():
    noted = entry(15, "Mitigated: 15:32", source=Source.BOT, marks=())
    assert draft(entries=[*MARKED, noted]).counts == draft(entries=MARKED).counts


def test_neither_a_follow_ups_steps_nor_that_one_was_taken_back_stand_in_the_timeline():
    steps = [state(20, "followup", n=1), state(21, "undone", what="followup")]
    assert draft(entries=[*MARKED, *steps]).counts == draft(entries=MARKED).counts
    undone = state(22, "undone", "Taken back: a snooze", what="snooze")
    assert "Taken back: a snooze" in texts(draft(entries=[*MARKED, undone]))


# Warnings


def test_gaps_are_flagged_in_a_p0_and_not_in_a_p2():
    asked = draft(incident(), [*MARKED, entry(60, "still waiting", Kind.MESSAGE)]).prompts["gaps"]
    assert asked.candidates == ("from 14:52 to 16:02 (1 hour 10 minutes)",)
    assert asked.question.endswith("The log holds 1 message of these times.")
    assert any(
        "once; the longest from 14:52" in told for told in draft(entries=MARKED).prompts["poorly"].candidates
    )
    assert "gaps" not in draft(incident(severity="P2"), MARKED).prompts


def test_contradicting_times_are_named_with_both_values():
    made = draft(incident(detected_at=minutes(-2)), MARKED)
    assert any(
        "the end lies before the start" in warning and "14:00" in warning for warning in warnings(made)
    )
    assert next(span.value for span in made.spans if span.key == "detected") == "times contradict each other"


def test_judging_words_are_kept_and_pointed_at():  # BL-2
    made = draft(entries=[*MARKED, entry(11, "Incorrectly assumed it was DNS")])
    assert "Incorrectly assumed it was DNS" in texts(made)
    assert any("says “Incorrectly assumed”" in warning for warning in warnings(made))


@needs_replays
def test_a_wrong_zone_label_and_differing_figures_of_the_record_are_flagged():  # LINT-8, LINT-4
    told = "\n".join(warnings(draft(*record("techflow-p0"), names=Names())))
    assert "PST was PDT on that date" in told
    assert "“8 minutes” (the record's “detection”); computed: 0 seconds" in told
    assert "1 hour 57 minutes from start of impact to resolve, 2 hours 47 minutes 15 seconds" in told
    assert "external update (investigating) is told of at 09:27:30" in told


# Same record, same draft


def test_the_same_record_gives_the_same_draft_and_another_record_another_fingerprint():  # R-FMT-3
    assert draft(entries=MARKED) == draft(entries=list(MARKED))
    assert draft(entries=MARKED).fingerprint != draft(entries=MARKED[1:]).fingerprint


def test_a_draft_is_dated_with_the_records_last_change():
    edited = replace(MARKED[0], edited_at=minutes(200))
    assert draft(entries=[edited]).made == "2026-03-09 17:22:00 UTC"
    assert draft(entries=MARKED).made == "2026-03-09 16:12:00 UTC"


def test_an_incident_of_which_nothing_is_known_still_has_a_draft():
    bare = incident(
        title="", impact_started_at=None, detected_at=None, mitigated_at=None, resolved_at=None,
        first_resolved_at=None, closed_at=None,
    )  # fmt: skip
    made = draft(bare)
    assert made.title == "SEV-1 incident without a title"
    assert "not over" in made.window
    assert all("0 seconds" not in span.value for span in made.spans if span.key == "detected")


def test_hand_offs_and_decisions_are_listed_for_the_debrief():  # AD-4
    passed = entry(
        30, "Incident commander: <@U2>", Kind.ASSEMBLY, source=Source.BOT, marks=("state",),
        data={"change": "role", "role": "commander", "from": "U1", "to": "U2"},
    )  # fmt: skip
    made = draft(entries=[*MARKED, entry(25, "fail over", Kind.DECISION), passed])
    assert made.handoffs == ("14:32: incident commander, from Ana Alvarez to Bo Chen",)
    assert made.decisions == (
        "14:27 (+25 min), decision: “fail over” (Ana Alvarez), 5 minutes after the action of 14:22",
    )


def test_the_first_entry_of_a_record_is_not_moved_by_its_microseconds():
    moved = entry(0, "alert", Kind.ALERT, at=START + timedelta(microseconds=400_000))
    made = draft(entries=[moved])
    assert [row.since_start for row in rows(made) if row.text] == ["start"]


def test_a_decision_tells_how_long_the_action_before_it_was_under_way():
    entries = [
        entry(20, "fail over", Kind.ACTION),
        entry(125, "restore from backup", Kind.DECISION),
        entry(130, "ask the vendor", Kind.DECISION),
    ]
    assert [point.partition("”")[2] for point in draft(entries=entries).decisions] == [
        " (Ana Alvarez), 1 hour 45 minutes after the action of 14:22",
        " (Ana Alvarez), 1 hour 50 minutes after the action of 14:22",
    ]
