"""The document of a customer escalation: dates and plans, on the shared replay and on incidents that have times."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import external_draft, postmortem
from bot.domain.mrkdwn import Names
from bot.domain.replay import Stage
from bot.domain.timeline import Kind, Precision
from bot.formats import FORMATS
from tests.bot.formats.test_formats import HOSTILE, shape
from tests.records import NAMES, START, entry, incident, minutes, needs_replays, policy, record, state


def document(of, entries, names=NAMES):
    return FORMATS["escalation"].render(postmortem.draft(of, list(entries), policy=policy(), names=names))


def centurion(stage=Stage.CLOSE):
    return document(*record("centurion-escalation", stage), names=Names())


def section(text, name):
    return text.partition(f"\n## {name}\n")[2].partition("\n## ")[0].strip()


def planned(title, **more):
    plain = {
        "title": title,
        "owner": None,
        "due": None,
        "status": "unknown",
        "horizon": None,
        "entered": "during",
    }
    return plain | more


# On the shared replay


@needs_replays
def test_the_first_screen_says_which_whose_how_long_and_what_is_missing():  # rule 1
    lines = centurion().splitlines()[:22]
    for line in (
        "# CE1011 - Customer Escalation Summary",
        "- **Escalation:** CE1011",
        "- **Customer:** Centurion",
        "- **Priority:** Medium (P2)",
        "- **Status:** Resolved",
        "- **Created:** 2024-02-09",
        "- **Escalated:** 2024-02-10 (about 1 day after creation)",
        "- **Resolved:** 2024-02-12 (about 3 days after creation; about 2 days after escalation)",
    ):
        assert line in lines
    assert any(line.startswith("**Still to be written (7):**") for line in lines)
    assert (
        "Centurion was affected for about 3 days: YugabyteDB cluster. Affected Users: ~8,000 concurrent users. "
        "Performance Impact: 150% increase in timeouts. Now resolved, not closed."
    ) in lines


@needs_replays
@pytest.mark.parametrize("stage", list(Stage))
def test_where_only_days_are_known_no_clock_is_shown(stage):  # question 8
    assert not re.search(r"\d:\d\d", centurion(stage))


@needs_replays
def test_effects_that_were_entered_among_the_causes_stand_with_the_impact():
    text = centurion(Stage.FINAL)
    causes, impact = section(text, "Root Cause Analysis"), section(text, "Impact Assessment")
    assert "1. Network Infrastructure Issues\n   - Load balancer" in causes
    assert "2. Network Configuration\n" in causes
    assert "Impact on Database" not in causes
    assert "**Impact on Database**\n\n- Connection timeouts during peak hours" in impact
    assert "_[to write: Primary root cause: which of the causes below" in causes


@needs_replays
def test_planned_is_counted_against_done_by_horizon():
    plan = section(centurion(), "Action Plan")
    assert plan.startswith(
        "9 planned: 2 done, 7 with status not recorded. Not recorded for any of them: an owner,"
    )
    horizons = ["Immediate (0-4 hours)", "Short-term (4-24 hours)", "Long-term (1-7 days)"]
    assert re.findall(r"^\*\*(.*)\*\*$", plan, re.MULTILINE) == horizons
    assert "| 1 | Implement connection retry logic | done |" in plan
    assert "| 8 | Implement multi-region failover | status not recorded |" in plan
    assert "_[to write: Status of 7 planned actions" in plan
    assert "_[to write: Windows of the plan: from which moment do they count" in plan


@needs_replays
def test_a_measure_stands_with_its_unit_its_normal_value_and_what_it_is_of_that():
    assert (
        "**Network Latency:** 150ms+ during peak (normally 50ms) (about 3 times normal, +200%)" in centurion()
    )


@needs_replays
def test_resolved_is_not_closed():
    found = section(centurion(), "Still Open").splitlines()
    assert found[0] == "- Resolved, not closed: that waits until the customer has verified it."
    assert found[1] == "- No verification by the customer is recorded."
    assert found[2].startswith("- Planned, status not recorded (7): Add network monitoring and alerting;")


@needs_replays
def test_people_who_are_known_by_their_role_are_asked_for_by_it():
    contacts = section(centurion(), "Contacts")
    assert (
        "- **Assigned Engineer:** Network Engineer\n- **Customer Contact:** Infrastructure Lead - Centurion"
        in contacts
    )
    assert (
        "who is the assigned engineer (Network Engineer) and who is the customer's contact (Infra" in contacts
    )


# On any incident


def escalated(**more):
    return incident(
        customer="Globex", customer_contact="Jo Doe, CTO", summary="Logins fail for Globex", **more
    )


def test_times_of_day_stand_where_they_are_known():
    calls = entry(30, "Support hands it to the platform team", Kind.ESCALATION)
    text = document(escalated(verified_at=minutes(125)), [calls])
    for line in (
        "- **Created:** 2026-03-09, 14:02 UTC",
        "- **Escalated:** 2026-03-09, 14:32 UTC (30 minutes after creation)",
        "- **Resolved:** 2026-03-09, 16:02 UTC (2 hours after creation; 1 hour 30 minutes after escalation)",
        "- **Verified by the customer:** 2026-03-09, 16:07 UTC (5 minutes after resolve)",
        "- **Closed:** 2026-03-09, 16:12 UTC (10 minutes after resolve)",
        "- **Priority:** Critical (P0)",
        "- **Customer Contact:** Jo Doe, CTO",
    ):
        assert line in text.splitlines()
    assert "## Still Open" not in text


def test_days_are_counted_on_the_wall_whatever_clocks_do_between():
    """Two midnights with a change of clocks between them are whole days apart, though 23 hours are missing one."""
    basis = dict.fromkeys(("started", "detected", "declared", "resolved"), "date_only")
    friday = START.replace(year=2026, month=3, day=28, hour=0, minute=0) - timedelta(hours=1)
    of = escalated(
        timezone="Europe/Madrid", impact_started_at=friday, detected_at=friday, declared_at=friday,
        mitigated_at=None, resolved_at=friday + timedelta(hours=47), closed_at=None, header={"time_basis": basis},
    )  # fmt: skip
    assert "(about 2 days after creation)" in document(of, [])


def test_what_happened_on_one_day_says_so():
    basis = dict.fromkeys(("started", "detected", "declared", "resolved"), "date_only")
    day = START.replace(hour=0, minute=0)
    of = escalated(
        impact_started_at=day, detected_at=day, declared_at=day, resolved_at=day, mitigated_at=None, closed_at=None,
        header={"time_basis": basis},
    )  # fmt: skip
    assert "- **Resolved:** 2026-03-09 (on the day of creation)" in document(of, [])


def test_a_plan_with_owners_and_dates_shows_them_and_what_is_missing():
    items = [
        planned("Add a second path", status="open", owner="Ana Alvarez", due="2026-04-01"),
        planned("Measure it", status="done"),
    ]
    plan = section(document(escalated(facts={"action_items": items}), []), "Action Plan")
    assert plan.startswith(
        "2 planned: 1 done, 1 open. Not recorded for any of them: how to tell that it is done."
    )
    assert "| # | Action | Status | Owner | Due |" in plan
    assert "| 1 | Add a second path | open | Ana Alvarez | 2026-04-01 |" in plan
    assert "| 2 | Measure it | done | not recorded | not recorded |" in plan
    assert "Windows of the plan" not in plan


def test_the_last_update_tells_how_it_stands_where_nothing_later_does():
    text = document(escalated(), [state(60, "update", "The vendor has it", phase="monitoring")])
    assert "15:02 (+1 h), update: “The vendor has it”" in section(text, "Current Status")
    later = entry(100, "Logins work again", Kind.RECOVERY)
    text = document(escalated(), [state(60, "update", "The vendor has it", phase="monitoring"), later])
    assert "The vendor has it" not in section(text, "Current Status")
    assert "- Logins work again" in section(text, "Current Status")


def test_one_who_is_assigned_is_never_guessed():
    """Two people of ours in the record: neither is named as the one."""
    people = [
        {"id": "a", "name": "Ana Alvarez", "role": "engineer"}, {"id": "b", "name": "Bo Chen", "role": "engineer"},
        {"id": "c", "name": "Jo Doe", "role": "CTO", "team": "Globex"},
    ]  # fmt: skip
    assert "- **Assigned Engineer:** not recorded" in document(escalated(header={"people": people}), [])
    assert "- **Assigned Engineer:** Ana Alvarez, engineer" in document(
        escalated(header={"people": [people[0], people[2]]}), []
    )
    assert "- **Assigned Engineer:** Bo Chen, operations lead" in document(escalated(roles={"ops": "U2"}), [])


def test_a_customer_escalation_without_a_customer_asks_who_it_is():
    text = document(incident(), [])
    assert "_[to write: Customer: who escalated it?]_" in text
    assert "Customer escalation summary" in text


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ("150ms (normally 50ms)", "(3 times normal, +200%)"),
        ("~12 % of packets, normal: 0.5 %", "(about 24 times normal, +2300%)"),
        ("75% success, normally 100%", "(0.8 times normal, -25%)"),
        ("150ms (normally 50s)", ""),
        ("normal is 50ms", ""),
        ("0ms (normally 0ms)", ""),
    ],
)
def test_two_numbers_of_one_unit_are_put_in_proportion_and_others_are_not(told, note):
    measure = {"name": "Latency", "value": told, "unit": "text", "text": told, "entered": "during"}
    technical = section(document(escalated(facts={"impact_metrics": [measure]}), []), "Technical Details")
    line = f"- **Latency:** {told} {note}".strip()
    assert technical.replace("\\~", "~") == line


# Which document an incident gets


def test_the_words_of_days_stand_beside_times_where_both_are_known():
    """A day and a time of day have whole days between them, about."""
    of = escalated(header={"time_basis": {"started": "date_only"}}, closed_at=None)
    assert "about 2 days" in document(replace(of, resolved_at=START + timedelta(days=2)), [])


def test_an_entry_that_is_known_to_the_day_is_an_escalation_on_that_day():
    told = entry(60 * 24, "To level 2", Kind.ESCALATION, precision=Precision.DAY)
    assert "- **Escalated:** 2026-03-10 (about 1 day after creation)" in document(escalated(), [told])


def test_the_external_draft_of_an_escalation_is_the_customers_own():
    built = external_draft.build(escalated(), [], policy=policy(), names=NAMES)
    assert built.draft.escalated is not None
    assert (built.draft.escalated.customer, built.draft.escalated.issue) == (
        "Globex",
        "Logins fail for Globex",
    )


def written_in(text):
    """A customer escalation with *text* in everything that only its document shows."""
    item = {"group": "Next Steps", "name": "x", "text": text, "entered": "during"}
    facts = {
        "root_cause": {
            "text": None, "chain": [{"title": each, "details": [text]} for each in (text, f"Impact {text}")],
        },
        "technical_details": [{**item, "group": "Technical Details"}, {**item, "group": "Others"}],
        "business_impact": [{**item, "group": "Impact Assessment"}],
        "fixes": [{**item, "group": "Resolution Summary"}],
        "action_items": [planned(text, owner=text, due="2026-04-01", success_criteria=text, horizon="Now")],
        "customer_feedback": [{"kind": "quote", "who": text, "text": text}],
        "process": [item],
        "document": {"assigned": text},
    }  # fmt: skip
    header = {"id": text, "stated": {"escalation_level": text}, "status": text}
    return incident(
        customer=text, customer_contact=text, summary=text, resolution=text, facts=facts, header=header
    )


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\n" not in text])
def test_hostile_text_breaks_nothing_that_only_this_document_shows(text):  # question 12
    assert shape(document(written_in(text), [])) == shape(document(written_in("harmless"), []))
