"""Success metrics: what this incident's own record says beside what people wrote."""

import pytest

from bot.domain import postmortem
from bot.domain.timeline import Kind
from tests.records import NAMES, entry, incident, minutes, policy

ENTRIES = (
    entry(2, "errors", Kind.ALERT, author="B9", author_name="monitor"),
    entry(3, "looking", Kind.ACTION),
    entry(9, "all here", Kind.ASSEMBLY),
    entry(15, "we are sorry", Kind.COMMS_EXTERNAL),
)


def row(name="a", of=None, **fields):
    facts = {
        "success_metrics": [{"group": "g", "name": name, **fields}],
        "action_items": [{"title": "b", "status": "done"}, {"title": "c"}],
    }
    made = postmortem.draft(of or incident(facts=facts), list(ENTRIES), policy=policy(), names=NAMES)
    return made.targets[0].rows[0]


@pytest.mark.parametrize(
    ("name", "target", "computed"),
    [
        ("Mean Time to Detection", "<5 minutes", "2 minutes, start of impact to detection"),
        ("MTTA", "<5 minutes", "1 minute, first alert to first responder"),
        ("Response", "<4 minutes from alert to team assembly", "7 minutes, first alert to team assembled"),
        ("Communication Speed", "First customer update within 10 minutes",
         "15 minutes, start of impact to first external update"),
        ("Mean time to resolution", "<2 hours", "2 hours, start of impact to resolve"),
        ("MTTM", "<2 hours", "1 hour 30 minutes, start of impact to mitigation"),
        ("Uptime", "99.95%", "99.73% of March 2026, if all 2 hours from start of impact to resolve count as down"),
        ("Action items on time", "95%", "1 of 2 done"),
        ("Database Performance", "P95 query response time <300ms", ""),
        ("Customer Satisfaction", "NPS >8.0", ""),
        ("Conflicts resolved", "all", ""),
    ],
)  # fmt: skip
def test_a_metric_that_the_record_knows_is_computed_beside_it(name, target, computed):
    assert row(name, target=target).computed == computed


def test_target_and_current_value_stand_as_they_were_written_and_a_missing_one_is_said():
    assert row(target="<5", current="8", text="<5 (current: 8)").written == "<5 (current: 8)"
    assert row(target="<5", current="8").written == "<5 (current: 8)"
    assert row(target="<5", current=None, text="<5 of all").written == "<5 of all (current: not recorded)"
    assert row(target="<5", current="8", text="quick").written == "<5: quick (current: 8)"
    assert row().written == "target not recorded (current: not recorded)"


def test_uptime_is_never_rounded_up_past_a_target():
    facts = {"success_metrics": [{"name": "Uptime", "target": "99.95%"}]}
    of = incident(facts=facts, resolved_at=minutes(22))
    assert row(of=of).computed.startswith("99.95%"), "22 minutes of 44,640: 99.9507 %"
    of = incident(facts=facts, resolved_at=minutes(23))
    assert row(of=of).computed.startswith("99.94%"), "23 minutes: 99.9485 %"
