"""What a reader at the company would stumble over: said twice, said as if it were known, said in the wrong place."""

import pytest

from bot.domain import postmortem
from bot.domain.mrkdwn import Names
from bot.formats import FORMATS
from tests.records import entry, incident, policy

all_formats = pytest.mark.parametrize("name", list(FORMATS))


def drafted(*entries, **fields):
    return postmortem.draft(incident(**fields), list(entries), policy=policy(), names=Names())


def document(name, *entries, **fields):
    return FORMATS[name].render(drafted(*entries, **fields))


def section(text, heading):
    """What stands below *heading*, up to the next one of its level."""
    level = heading.split(" ")[0]
    return text.partition(f"\n{heading}\n")[2].partition(f"\n{level} ")[0]


def measure(name, text, unit="users"):
    return {"name": name, "text": text, "value": None, "unit": unit, "entered": "during"}


def action(title, **fields):
    item = {"title": title, "owner": None, "due": None, "status": "open", "entered": "review"}
    return item | fields


def test_a_measure_that_says_its_own_name_says_it_once_and_ends_once():
    told = [measure("Users affected", "About 80% of users were affected."), measure("Tickets", "289")]
    sentence = drafted(facts={"impact_metrics": told}).sentence
    assert sentence.endswith(" About 80% of users were affected; tickets: 289. Now closed.")


def test_a_severity_that_nobody_gave_is_not_passed_off_as_given():  # rule 4
    unknown = {"header": {"severity": {"basis": "inferred", "as_written": None}}}
    assert drafted(**unknown).severity == "not recorded (treated as SEV-1 (Critical))"
    assert "- **Severity:** not recorded (treated as SEV-1" in document("outage", **unknown)
    raised = entry(30, "", data={"change": "severity", "from": "P1", "to": "P0"})
    made = drafted(raised, **unknown)
    assert made.severity == "SEV-1 (Critical)"
    assert "the severity" not in str(made.warnings)


@pytest.mark.parametrize("name", ["report", "sre", "full"])
def test_an_amount_of_the_agreements_stands_below_their_note_and_nowhere_else(name):  # question 17
    facts = {
        "business_impact": [
            {"group": "SLA", "name": "Credits", "text": "$1,234", "value": 1234, "unit": "USD"},
            {"group": "Revenue", "name": "Lost", "text": "$77", "value": 77, "unit": "USD"},
        ],
        "sla": [{"text": "Credits: $1,234", "confidential": True, "entered": "review"}],
    }
    text = document(name, facts=facts)
    before, _, after = text.partition("**Internal only.** Credit amounts go to no customer")
    assert "1,234" not in before
    assert "Credits: " in after
    assert "1,234" in after
    assert "Lost: " in text


@pytest.mark.parametrize("name", ["report", "sre", "outage"])
def test_a_measure_that_is_an_action_item_stands_once(name):
    facts = {
        "prevention": [{"group": "Done", "text": "Added circuit breakers"}],
        "action_items": [action("Added circuit breakers", status="done")],
    }
    assert document(name, facts=facts).count("Added circuit breakers") == 1


def test_a_task_stands_below_the_measure_that_it_belongs_to():
    facts = {
        "prevention": [{"group": "Recovery drills", "text": "Drill every month"}],
        "action_items": [
            action("Recovery drills", action="Book a room"),
            action("Write it down", owner="Ana"),
        ],
    }
    listed = section(document("outage", facts=facts), "## Corrective and Preventative Measures")
    assert listed.strip().startswith(
        "1. Recovery drills\n   - Drill every month\n   - Task: Book a room (open; not recorded: an owner, a due date, "
        "how to tell that it is done)\n2. Write it down (open, Ana; not recorded: a due date, how to tell"
    )


def test_what_was_given_of_an_action_is_told_apart_from_what_is_missing():  # question 19
    told = action("Alert on it", owner="Ana", due="2026-03-20", success_criteria="it rings")
    text = document("classic", facts={"action_items": [told]})
    assert "1. Alert on it (open, Ana, due 2026-03-20; done when: it rings)\n" in text


@pytest.mark.parametrize("name", ["outage", "classic"])
def test_short_documents_ask_for_factors_with_the_causes_and_for_prevention_with_the_measures(name):
    text = document(name)
    assert "Contributing factors: " in section(text, "## Root Cause and Resolution")
    measures = section(text, "## Corrective and Preventative Measures")
    assert "Prevention: " in measures
    assert "Contributing factors" not in measures


@pytest.mark.parametrize("name", ["outage", "classic"])
def test_a_short_document_says_its_length_and_its_window_in_one_line(name):
    text = document(name, facts={"impact_metrics": [measure("Users", "12")]})
    assert "- **Duration:** 2 hours (start of impact to resolve), March 9, 2026, 14:02 to 16:02 UTC\n" in text
    assert text.count("**Duration:**") == 1


def test_the_issue_summary_of_a_classic_document_holds_the_cause_in_one_sentence():
    def summary(**fields):
        return section(document("classic", **fields), "## Issue Summary")

    assert "**Root cause:** see Root Cause and Resolution" in summary()
    assert "**Root cause:** A bad limit." in summary(root_cause="A bad limit.")
    short = {"root_cause": {"text": "x", "chain": [{"title": "The limit was too low", "details": []}]}}
    assert "**Root cause:** The limit was too low" in summary(root_cause="x" * 200, facts=short)
    assert document("classic", root_cause="x" * 200, facts=short).count("The limit was too low") == 1


def test_who_prepared_a_report_is_asked_for_below_a_heading_of_its_own_and_said_once():
    asked = section(document("report"), "## About This Document")
    assert asked.strip().startswith("_[to write: Who prepared this report?]_")
    owned = document("report", postmortem_owner="Ana Alvarez")
    assert section(owned, "## About This Document").strip().startswith("- **Prepared by:** Ana Alvarez")
    written = document("report", facts={"document": {"prepared_by": "Operations"}})
    assert written.count("Operations") == 1
