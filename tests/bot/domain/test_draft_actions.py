"""Action items: what is missing is said, days are counted from the incident, budgets of one unit are added up."""

from datetime import UTC, datetime

import pytest

from bot.domain import postmortem
from tests.records import NAMES, incident, policy


def plan(*items):
    told = [{"title": f"item {n}", **item} for n, item in enumerate(items, 1)]
    of = incident(facts={"action_items": told})  # the incident is of March 9, 2026
    return postmortem.draft(of, [], policy=policy(), names=NAMES).plan


def facts(**item):
    (horizon,) = plan(item).horizons
    return {fact.name: (fact.value, fact.note) for fact in horizon.items[0].facts}


def test_an_item_without_owner_date_and_check_says_so():  # question 19, LINT-10
    assert facts() == {"Not recorded": ("an owner, a due date, how to tell that it is done", "")}
    assert facts(owner="Ana", due="2026-03-20")["Not recorded"] == ("how to tell that it is done", "")
    (horizon,) = plan({}).horizons
    assert horizon.items[0].status == "status not recorded"


def test_an_owner_has_an_address_and_an_action_that_is_its_title_is_not_said_twice():
    told = facts(
        owner="Ana", email="ana@example.com", action="item 1", budget="2 days", success_criteria="no alert"
    )
    assert told["Owner"] == ("Ana (ana@example.com)", "")
    assert told["Done when"] == ("no alert", "")
    assert "Action" not in told
    assert facts(action="do it")["Action"] == ("do it", "")


@pytest.mark.parametrize(
    ("due", "horizon", "note"),
    [
        ("2026-04-08", "Next 30 Days", "30 days after the incident"),
        ("2026-04-09", "Next 30 Days", "31 days after the incident, later than “Next 30 Days” says"),
        ("2026-03-10", "", "1 day after the incident"),
        ("2026-03-23", "in 2 weeks", "14 days after the incident"),
        ("2026-03-24", "in 2 weeks", "15 days after the incident, later than “in 2 weeks” says"),
        ("2026-09-09", "6-month goals", "184 days after the incident"),
        ("2026-09-10", "6-month goals", "185 days after the incident, later than “6-month goals” says"),
        ("2027-03-10", "within 1 year", "366 days after the incident, later than “within 1 year” says"),
        ("2026-03-08", "Immediate (0-4 hours)", "1 day before the incident"),
        ("2026-12-31", "Q3-Q4 2026 Strategic Goals", "297 days after the incident"),
        ("2026-12-31", "within 9999 years", "297 days after the incident"),
    ],
)
def test_days_to_a_due_date_are_counted_and_compared_with_the_horizon(due, horizon, note):
    assert facts(due=due, horizon=horizon)["Due"][1] == note


def test_a_date_stands_as_it_was_written_or_in_words():
    assert facts(due="2026-04-08", due_written="8 April")["Due"] == ("8 April", "30 days after the incident")
    assert facts(due="2026-04-08")["Due"][0] == "April 8, 2026"
    assert facts(due_written="some day")["Due"] == ("some day", "")


def test_items_stand_under_their_horizon_and_priority_with_the_numbers_they_were_given():
    made = plan(
        {"n": 3, "horizon": "now", "priority": "high"},
        {"n": 5, "horizon": "now", "priority": "low"},
        {"n": 9},
    )
    told = [(each.name, each.priority, [item.number for item in each.items]) for each in made.horizons]
    assert told == [("now", "high", [3]), ("", "low", [5]), ("", "", [9])]


@pytest.mark.parametrize(("due", "late"), [("2026-04-30", False), ("2026-05-01", True)])
def test_three_months_after_the_last_day_of_january_are_the_last_day_of_april(due, late):
    began = datetime(2026, 1, 31, 9, tzinfo=UTC)
    item = {"title": "a", "due": due, "horizon": "Next 3 Months"}
    of = incident(impact_started_at=began, facts={"action_items": [item]})
    made = postmortem.draft(of, [], policy=policy(), names=NAMES)
    (horizon,) = made.plan.horizons
    (note,) = (fact.note for fact in horizon.items[0].facts if fact.name == "Due")
    assert ("later than" in note) is late
    warned = [text for group in made.warnings if group.rule == "LINT-10" for text in group.texts]
    assert any("Move the date" in text for text in warned) is late, "the document and its warning agree"


def test_items_are_counted_by_their_status_and_budgets_added_up_by_their_unit():
    made = plan(
        {"status": "open", "budget": "$12,000/month additional cost"}, {"status": "open", "budget": "$8,000 / month"},
        {"status": "done", "budget": "$150,000 (engineering time)"}, {"budget": "4 engineer-weeks of work"},
        {"budget": "$5K"}, {"budget": "about $3"},
    )  # fmt: skip
    assert made.count == "6 action items: 2 open, 1 done, 3 status not recorded."
    assert made.budget == "$20,000/month (2 items), $150,000 (1 item), 4 engineer-weeks (1 item)"
    assert plan({"budget": "$5"}).budget == ""
    assert plan().count == ""
