"""Warnings: each rule alone on a small record."""

from bot.domain import postmortem
from bot.domain.lint_rule import RULES
from bot.domain.timeline import Kind, Precision
from tests.linted import EVENTS, MEASURED, PEOPLE, told
from tests.records import NAMES, entry, incident, minutes, policy, state


def test_a_record_without_contradictions_has_no_warning():
    assert told() == {}


def test_every_rule_has_a_heading_and_the_order_is_that_of_the_table():
    made = postmortem.draft(
        incident(impact_started_at=None, detected_at=minutes(-5)), [], policy=policy(), names=NAMES
    )
    rules = [group.rule for group in made.warnings]
    assert rules == [rule for rule in RULES if rule in rules]
    assert rules[0] == "MD-1"


# Times


def external(after, phase, *, kept):
    data = {"comm": {"phase": phase, **({"template": "c1"} if kept else {})}}
    return entry(after, f"{phase}: we look into it", Kind.COMMS_EXTERNAL, data=data)


def test_an_update_for_customers_that_is_told_of_with_another_time():  # LINT-1
    steps = [external(4, "investigating", kept=False), external(11, "investigating", kept=True)]
    (text,) = told([*EVENTS, *steps])["LINT-1"]
    assert "told of at 14:06 (+4 min)" in text
    assert "kept is of 14:13 (+11 min)" in text
    assert "counted as the first" in text


def test_two_updates_of_different_phases_are_two_updates():
    steps = [external(4, "investigating", kept=False), external(11, "identified", kept=True)]
    assert "LINT-1" not in told([*EVENTS, *steps])


def test_customers_who_read_of_the_resolve_after_the_close():  # LINT-1
    (text,) = told([*EVENTS, external(134, "resolved", kept=True)])["LINT-1"]
    assert text == "Customers read “resolved” at 16:16, 4 minutes after the close (16:12)."


def test_an_assembly_that_is_told_of_with_a_figure_has_both_its_starts():  # LINT-2
    steps = [entry(2, "paged", Kind.ALERT), entry(10, "all here", Kind.ASSEMBLY)]
    assert "LINT-2" not in told([*EVENTS, *steps])
    (text,) = told([*EVENTS, *steps, entry(11, "team assembled within 4 minutes")])["LINT-2"]
    assert "8 minutes from first alert" in text
    assert "4 minutes from declaration" in text
    assert "“within 4 minutes” (the entry of 14:13)" in text


def stated(text, unit="duration", name="Downtime"):
    measure = {"name": name, "value": text, "unit": unit, "text": text, "approx": False}
    return {"impact_metrics": [MEASURED, measure]}


def test_a_duration_that_is_the_time_to_the_close_is_said_to_be_so():  # LINT-4
    (text,) = told(facts=stated("2 hours 10 minutes"))["LINT-4"]
    assert "fits the time to close" in text
    for computed in ("1 hour 30 minutes", "2 hours from", "2 hours 10 minutes from"):
        assert computed in text
    assert told(facts=stated("2 hours")) == {}


def test_a_success_metric_against_the_timeline():  # LINT-3
    metric = {"group": "", "name": "Mean Time to Detection", "target": "<5 minutes", "current": "8 minutes"}
    (text,) = told(facts={"success_metrics": [metric]})["LINT-3"]
    assert "“8 minutes”" in text
    assert "computed: 2 minutes" in text
    assert "cannot be computed from one" in text
    assert told(facts={"success_metrics": [{**metric, "current": "2 minutes"}]}) == {}
    assert told(facts={"success_metrics": [{**metric, "current": "varies"}]}) == {}


def test_an_uptime_is_computed_for_named_times():  # R-MET-1
    metric = {"group": "", "name": "Uptime", "target": "99.95%", "current": "99.89%"}
    (text,) = told(facts={"success_metrics": [metric]})["LINT-3"]
    assert "99.73 % of March 2026" in text


def test_a_quote_of_a_customer_is_kept_and_no_number_is_taken_from_it():
    quote = {"kind": "quote", "who": "Acme", "text": "the 3-hour outage cost us a day"}
    (text,) = told(facts={"customer_feedback": [quote]})["LINT-3"]
    assert "“3-hour outage”; computed: 2 hours affected" in text


def test_speed_in_words_stands_beside_the_times():
    fix = {"group": "Resolution", "text": "The settings were promptly corrected.", "entered": "review"}
    (text,) = told(facts={"fixes": [fix]})["LINT-3"]
    assert "“promptly”" in text
    assert "1 hour 28 minutes from detection to mitigation" in text
    plan = {"group": "Alerts", "text": "Page people who can act immediately.", "entered": "review"}
    assert told(facts={"prevention": [plan]}) == {}


def test_a_reopened_incident_says_what_its_second_window_rests_on():  # MD-3
    steps = [state(60, "resolved"), state(90, "reopened"), state(120, "resolved")]
    (text,) = told([*EVENTS, *steps], first_resolved_at=minutes(60))["MD-3"]
    assert "come back with the reopening (15:32)" in text
    assert "/incident impact window=" in text


# Sums


def customers(**told_of):
    return {"affected_customers": {"total": 100, "percent": None, "text": "100", **told_of}}


def test_customers_by_segment_and_by_region_against_their_total():  # LINT-5
    parts = [{"name": "big", "count": 40, "text": "40"}, {"name": "small", "count": 70, "text": "70"}]
    (text,) = told(facts=customers(segments=parts))["LINT-5"]
    assert text == "Customers by segment: 40 + 70 = 110; the total is 100."
    shares = [
        {**part, "count": None, "percent": percent} for part, percent in zip(parts, (60, 30), strict=True)
    ]
    (text,) = told(facts=customers(regions=shares))["LINT-5"]
    assert "60 + 30 = 90 %" in text
    right = [{**parts[0], "percent": 40}, {**parts[1], "count": 60, "percent": 61}]
    assert told(facts=customers(segments=right)) == {}


def amount(name, value, group="Revenue"):
    return {
        "group": group,
        "name": name,
        "value": value,
        "unit": "USD",
        "text": f"${value:,}",
        "entered": "review",
    }


def test_a_total_is_computed_from_its_parts_which_are_named():  # LINT-5
    parts = [amount("Direct", 47_000), amount("Churn", 80_000)]
    (text,) = told(facts={"business_impact": [*parts, amount("Total at risk", 150_000)]})["LINT-5"]
    assert text == "Revenue: Direct $47,000 + Churn $80,000 = $127,000; “Total at risk” is $150,000."
    assert told(facts={"business_impact": [*parts, amount("Total at risk", 127_000)]}) == {}


def test_a_headline_names_the_part_that_it_leaves_out():  # LINT-5
    parts = [amount("Direct", 47_000), amount("Churn", 80_000), amount("Credits", 23_000)]
    head = {**MEASURED, "name": "Revenue Impact", "unit": "USD", "value": 127_000, "text": "$127,000"}
    (text,) = told(facts={"business_impact": parts, "impact_metrics": [MEASURED, head]})["LINT-5"]
    assert "leaves out Credits $23,000: with it $150,000" in text


def test_shares_of_several_answers_have_no_total():  # LINT-5
    themes = [{"kind": "theme", "who": None, "text": f"theme {n} ({n}% of feedback)"} for n in (45, 67)]
    assert "= 112 %" in told(facts={"customer_feedback": themes})["LINT-5"][0]
    assert told(facts={"customer_feedback": themes[:1]}) == {}


def test_a_list_that_is_shorter_than_its_title():  # LINT-7
    parts = [{"group": "Top 10 changes", "text": f"change {n}", "entered": "review"} for n in range(3)]
    assert told(facts={"prevention": parts})["LINT-7"] == ["“Top 10 changes” lists 3 items."]


# Statements


def test_two_values_of_one_measure_at_one_time():  # LINT-6
    steps = [
        entry(5, "Connection pool utilization: 95%"),
        entry(5, "Database connection pool at 100% utilization"),
    ]
    (text,) = told([*EVENTS, *steps])["LINT-6"]
    assert "Connection pool utilization at 14:07: 95 %" in text
    other = [entry(5, "Connection pool utilization: 95%"), entry(5, "Memory of the database is at 89%")]
    assert "LINT-6" not in told([*EVENTS, *other])
    later = [steps[0], entry(6, "Database connection pool at 100% utilization")]
    assert "LINT-6" not in told([*EVENTS, *later])


def test_all_users_beside_a_share():  # LINT-9
    share = {"name": "Users affected", "value": 80, "unit": "percent", "text": "80", "approx": True}
    facts = {"impact_metrics": [share]}
    (text,) = told(facts=facts, summary="All requests of all users were refused.")["LINT-9"]
    assert "“All requests”" in text
    assert "“Users affected: 80 %”" in text
    whole = {"impact_metrics": [{**share, "value": 100, "text": "100"}]}
    assert told(facts=whole, summary="All users were affected.") == {}
    assert told(facts=facts, summary="Some users saw errors; all alerts worked.") == {}


def test_local_times_that_somebody_wrote_by_hand():  # LINT-8
    rows = [
        {"name": "CET (16:02-18:02)", "text": "evening"},
        {"name": "Eastern Time (10:02-12:02)", "text": ""},
    ]
    (text,) = told(facts=customers(timezones=rows))["LINT-8"]
    assert text == "“CET (16:02-18:02)” says 16:02; by the zone it was 15:02-17:02 CET."


def test_a_label_behind_a_time_that_does_not_fit_its_date():  # LINT-8
    summary = "From 07:02 PST on it was slow."
    (text,) = told(summary=summary, timezone="America/Los_Angeles")["LINT-8"]
    assert "PST was PDT on that date" in text


# Steps


def test_a_duration_at_the_time_of_its_action_was_known_later():
    steps = [
        entry(20.5, "failover to the second database", Kind.ACTION),
        entry(20.5, "8 minutes", Kind.DURATION),
        entry(29, "failover done", Kind.RESULT),
    ]
    (text,) = told(steps)["AD-7"]
    assert "(“8 minutes”)" in text
    assert "8 minutes 30 seconds later" in text


def test_a_fix_of_the_incident_without_an_entry():
    fix = {"group": "During the incident", "text": "Raised connections from 800 to 1200", "entered": "during"}
    (text,) = told(facts={"fixes": [fix]})["AD-7"]
    assert "no entry of the timeline speaks of it" in text
    said = entry(30, "raised the connections to 1200", Kind.ACTION)
    assert told([*EVENTS, said], facts={"fixes": [fix]}) == {}
    assert told(facts={"fixes": [{**fix, "group": "Afterwards"}]}) == {}


def test_actions_of_which_nothing_came_in_a_record_that_notes_results():
    steps = [
        entry(10, "flush the cache", Kind.ACTION),
        entry(20, "restart the workers", Kind.ACTION),
        entry(30, "workers are back", Kind.RESULT),
    ]
    (text,) = told(steps)["AD-7"]
    assert "flush the cache" in text
    assert "restart the workers" not in text
    assert "AD-7" not in told(steps[:2]), "nobody notes results here"


def test_causes_that_were_named_one_after_the_other():  # AD-3
    named = [entry(20, "the pool", Kind.ROOT_CAUSE), entry(30, "the cache", Kind.ROOT_CAUSE)]
    (text,) = told([*EVENTS, *named])["AD-3"]
    assert "named 2 times" in text
    assert told([*EVENTS, named[0], entry(31, "The  pool", Kind.ROOT_CAUSE)]) == {}


def test_a_guess_stays_one():
    text = "A wrong route. It likely came with an update."
    (said,) = told(root_cause=text)["AD-3"]
    assert said.startswith("Root cause: “It likely came with an update.” is a guess (“likely”)")
    assert told(root_cause="A wrong route came with an update.") == {}


def test_phases_that_went_back():  # AD-4
    steps = [state(30, "phase", phase="monitoring"), state(40, "phase", phase="investigating")]
    (text,) = told([*EVENTS, *steps])["AD-4"]
    assert text == "14:42: the phase went back from monitoring (14:32) to investigating."
    forward = [state(30, "phase", phase="identified"), state(40, "phase", phase="monitoring")]
    assert told([*EVENTS, *forward]) == {}


def test_a_first_name_that_two_people_bear():
    said = entry(15, "Bo restarts the workers", Kind.DECISION, author="U2")
    (text,) = told([*EVENTS, said], names=PEOPLE)["layout 8"]
    assert text == "“Bo” in the entry of 14:17 could be Bo Chen or Bo Park; it is told by Bo Chen."
    whole = entry(15, "Bo Chen restarts the workers", Kind.DECISION)
    assert "layout 8" not in told([*EVENTS, whole], names=PEOPLE)
    assert "layout 8" not in told([*EVENTS, said], names=NAMES)


# What is missing


def test_what_is_missing_is_one_line():
    found = postmortem.draft(incident(title="", closed_at=None), EVENTS, policy=policy(), names=NAMES)
    (texts,) = [group.texts for group in found.warnings if group.rule == "MD-4"]
    assert texts == (
        "Not recorded: a title, when it was closed, the affected services, the numbers of impact, any status update.",
    )


def test_times_that_are_known_only_roughly_are_counted():
    vague = entry(5, "looked at the server", approx=True, precision=Precision.HOUR)
    (text,) = told([*EVENTS, vague])["MD-7"]
    assert text.startswith("1 entry has no exact time")
