"""Numbers read out of words: what is an amount, what it counts, and what is none."""

import pytest

from bot.domain.amounts import Value, amount, count, percent


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$47,000 (pro-rated)", 47000, "USD"),
        ("$127,000 - $185,000", [127000, 185000], "USD"),
        ("2-8% during peak hours", [2, 8], "percent"),
        ("340% increase in ticket volume", 340, "percent"),
        ("Approximately 80% of users were affected.", 80, "percent"),
        ("156 formal complaints submitted", 156, "complaints"),
        ("67 person-hours spent on it", 67, "person-hours"),
        ("289 tickets in 4 hours", 289, "tickets"),
        ("2.3 million requests", 2300000, "requests"),
        ("1 inquiry", 1, "inquiry"),
        ("€12k a month", 12000, "EUR"),
        ("847", 847, "text"),
        ("No direct violations", None, "text"),
        ("Incident mentioned in 3 magazines", None, "text"),
    ],
)
def test_an_amount_is_the_number_that_a_text_begins_with(text: str, value: Value, unit: str):
    read = amount(text)
    assert (read.value, read.unit) == (value, unit)


def test_a_count_is_no_share_and_no_sum():
    assert count("1,421 customers (77% of them)") == 1421
    assert percent("1,421 customers (77% of them)") == 77
    assert [count(text) for text in ("77% of them", "$100", "3-4 customers", "some")] == [None] * 4
    assert percent("all of them") is None
