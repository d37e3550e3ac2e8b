"""What a reader at the company would stumble over: said twice, said as if it were known, said in the wrong place."""

import pytest

from bot.domain import external_draft, postmortem
from bot.domain.mrkdwn import Names
from bot.domain.timeline import Kind, Precision
from bot.domain.topic_items import AFTER
from bot.formats import FORMATS, columns
from bot.formats.tree import Run, Table
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
    own = drafted(facts={"impact_metrics": told}).case.sentence
    assert "About 80% of users were affected. Tickets: 289." in own
    assert "Users affected:" not in own


def test_a_severity_that_nobody_gave_is_not_passed_off_as_given():  # rule 4
    unknown = {"header": {"severity": {"basis": "inferred", "as_written": None}}}
    assert drafted(**unknown).severity == "not recorded (treated as SEV-1 (Critical))"
    assert "- **Severity:** not recorded (treated as SEV-1" in document("outage", **unknown)
    assert "- **Priority:** not recorded (treated as Critical, P0)" in document("escalation", **unknown)
    assert "Time as SEV-1" not in document("report", **unknown)
    assert "Severity" not in [lane.name for lane in drafted(**unknown).picture.lanes if lane.bars]
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


@pytest.mark.parametrize("name", ["outage", "classic", "report", "sre", "escalation"])
def test_factors_below_the_causes_are_said_to_be_factors(name):
    facts = {"contributing_factors": [{"group": "Monitoring", "text": "no alert on the pool"}]}
    text = document(name, root_cause="A bad limit", facts=facts)
    assert "\n**Contributing factors**\n\n- Monitoring: no alert on the pool\n" in text


@pytest.mark.parametrize("name", ["outage", "classic"])
def test_the_message_of_the_resolve_is_said_to_be_the_resolution(name):
    assert "\n**Resolution:** all good\n" in document(name, resolution="all good")


def test_a_group_that_is_called_as_its_section_does_not_say_it_again():
    fixes = [{"group": name, "text": "a limit", "entered": "review"} for name in (AFTER, "PgBouncer")]
    listed = section(document("full", facts={"fixes": fixes}), "### After the Incident")
    assert listed.startswith("\n- a limit\n\n**PgBouncer**\n\n- a limit\n")


def test_a_region_whose_words_hold_its_name_says_it_once():
    regions = [{"name": "All regions", "text": "all regions affected", "count": None}]
    text = document("report", facts={"affected_customers": {"regions": regions}})
    assert "\n- all regions affected\n" in text


def test_where_dates_are_all_that_is_known_the_timeline_has_no_columns_of_times():
    days = [entry(60 * n, f"step {n}", precision=Precision.DAY) for n in range(6)]
    dated = {
        "header": {"time_basis": dict.fromkeys(("started", "detected", "resolved", "closed"), "date_only")}
    }
    text = document("escalation", *days, **dated)
    assert "| Kind | Event |\n|---|---|\n| **March 9, 2026** | |\n| Note | step 0" in text
    assert "| Time | Since start | After last | Kind | Event |" in document("escalation", entry(1, "x"))


def test_tasks_that_people_left_open_are_candidates_for_action_items():
    def task(after, text, step, by="U1"):
        return entry(after, text, Kind.ACTION, author=by, data={"change": "task", "step": step})

    told = (
        task(1, "Task 1: alert on the pool", "added"), task(2, "Task 2: restart", "added"),
        task(3, "Task 2 done: restart", "done"), task(4, "Task 3: mail them", "added", by=None),
    )  # fmt: skip
    asked = drafted(*told).prompts["actions"]
    assert asked.candidates == ("14:03 (+1 min), task: “Task 1: alert on the pool” (U1)",)


@pytest.mark.parametrize(
    "title", ["POSTMORTEM", "Post-mortem", "Incident report", "incident", "Outage summary"]
)
def test_a_title_that_names_its_kind_only_says_which_incident_is_meant(title):
    made = drafted(title=title, services=("payments",))
    assert made.title == f"{title}: payments, March 9, 2026"
    assert "a title" in str(made.warnings)
    outside = external_draft.build(incident(title=title), [], policy=policy(), names=Names()).draft
    assert outside.title == "Service disruption of March 9, 2026"


@pytest.mark.parametrize(
    "title", ["Database outage", "Payments incident", "Review of logins fails", "Checkout is down"]
)
def test_a_title_of_its_own_stays(title):
    assert drafted(title=title, services=("payments",)).title == title


def test_before_it_leaves_a_longer_time_than_the_computed_one_and_the_word_on_data_loss_are_pointed_at():
    facts = {
        "affected_services": [
            {"name": "Shop", "impact": "unavailable for 2h 47m"}, {"name": "App", "impact": "offline for 1h 15m"},
        ],
        "impact_metrics": [measure("Data Loss", "None confirmed", "text")],
    }  # fmt: skip
    said = "\n".join(external_draft.build(incident(facts=facts), [], policy=policy(), names=Names()).remarks)
    assert "Of Shop a longer time is written (“unavailable for 2h 47m”) than the 2 hours that" in said
    assert "Data loss is told as “None confirmed”: somebody has to confirm that first." in said


@pytest.mark.parametrize("name", ["outage", "classic"])
def test_words_about_customers_that_the_summary_holds_are_not_said_again_below_it(name):
    facts = {"affected_customers": {"text": "Nobody could pay."}, "impact_metrics": [measure("Users", "12")]}
    assert "- **Customers:** Nobody could pay." in document(name, facts=facts, summary="It was bad.")
    text = document(name, facts=facts, summary="It was bad. Nobody could pay.")
    assert "- **Customers:**" not in text
    assert "- **Users:** 12" in text


def test_targets_of_which_nothing_is_computed_have_no_empty_column():
    def table(name, group):
        metric = {"group": group, "name": name, "target": "less", "current": None, "text": None}
        return section(document("full", facts={"success_metrics": [metric]}), "## Success Metrics")

    assert "This incident, computed" not in table("Churn", "Customers")
    assert "This incident, computed" in table("Mean Time to Resolution", "Response")


def test_a_column_is_as_wide_as_its_longest_word():
    head = tuple((Run(text=word),) for word in ("Metric", "Target", "Computed"))
    row = ((Run(text="Communication Speed"),), (Run(text="x " * 40),), (Run(text="y " * 40),))
    first, *others = columns.shares(Table(head=head, rows=(row,)))
    across = first.share + sum(column.share for column in others)
    assert first.share / across * 96 > len("Communication")


def test_a_full_document_says_once_in_words_how_many_customers_there_were():
    facts = {"affected_customers": {"text": "1,847 customers affected"}}
    text = document("full", facts=facts)
    assert "**Customers affected:** 1,847 customers affected" in section(text, "## Impact Assessment")
    assert "**Customers:** 1,847" not in text
