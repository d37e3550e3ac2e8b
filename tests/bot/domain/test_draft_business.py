"""What it cost: which numbers are added up, and that a total names its parts (LINT-5)."""

from bot.domain import postmortem
from tests.records import NAMES, incident, policy


def sums(*items):
    facts = [
        {"group": "Cost", "name": name, "value": value, "unit": unit, "text": f"{value} {unit}"}
        for name, value, unit in items
    ]
    of = incident(facts={"business_impact": facts})
    (group,) = postmortem.draft(of, [], policy=policy(), names=NAMES).business
    return group.sums


def test_a_sum_names_its_parts():
    assert sums(("loss", 47_000, "USD"), ("churn", 80_000, "USD"), ("total at risk", 127_000, "USD")) == (
        "loss + churn = $127,000",
    )


def test_a_total_that_is_not_the_sum_of_its_parts_stands_beside_it():
    assert sums(("loss", 47_000, "USD"), ("churn", 80_000, "USD"), ("Total", 150_000, "USD")) == (
        "loss + churn = $127,000; “Total” is written down as “150000 USD”",
    )


def test_money_and_effort_add_up_without_a_total_and_other_things_do_not():
    assert sums(("a", 0.1, "EUR"), ("b", 0.2, "EUR")) == ("a + b = €0.3",)
    assert sums(("a", 67, "person-hours"), ("b", 12, "person-hours")) == ("a + b = 79 person-hours",)
    assert sums(("audits", 12, "customers"), ("reviews", 8, "customers")) == ()
    assert sums(("audits", 12, "customers"), ("reviews", 8, "customers"), ("in total", 15, "customers")) == (
        "audits + reviews = 20 customers; “in total” is written down as “15 customers”",
    )


def test_what_is_no_single_number_and_what_stands_alone_is_not_added_up():
    assert sums(("a", [1, 2], "USD"), ("b", 3, "USD")) == ()
    assert sums(("a", None, "USD"), ("b", "many", "USD")) == ()
    assert sums(("a", 3, "CHF"), ("b", 4, "USD")) == ()
    assert sums(("a", 3, "CHF"), ("b", 4, "CHF")) == ("a + b = CHF 7",)
