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
    assert "Credits: " in after and "1,234" in after
    assert "Lost: " in text
