"""Budgets: what is printed reads back as the same, and a tenth over is exactly a tenth (R-AI-2)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.followup import Budget
from bot.domain.followup_money import budget_first, is_over, print_budget, read_budget, share_over
from bot.domain.refusal_followup import AmbiguousAmount, BudgetIsRange, BudgetTooLarge, UnreadableBudget

UNITS = (
    "USD", "USD/month", "EUR/year", "GBP", "CHF/quarter", "JPY/week", "SEK/day", "INR", "engineer-weeks",
    "engineer-days", "person-hours", "developer-months", "team-weeks",
)  # fmt: skip
AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
TENTH = Decimal("0.1")


@given(AMOUNTS, st.sampled_from(UNITS))
def test_what_is_printed_reads_back_as_the_same(amount: Decimal, unit: str) -> None:
    budget = Budget(amount=amount, unit=unit)
    assert read_budget(print_budget(budget)) == budget
    assert budget_first(f"{print_budget(budget)} more load") == (budget, "more load")


@given(AMOUNTS, AMOUNTS)
def test_over_is_more_than_a_tenth_in_exact_numbers(asked: Decimal, approved: Decimal) -> None:
    over = is_over(Budget(amount=asked, unit="USD"), Budget(amount=approved, unit="USD"), TENTH)
    assert over == (Fraction(asked) * 10 > Fraction(approved) * 11)


@given(AMOUNTS.filter(bool))
def test_exactly_a_tenth_passes_and_a_cent_more_does_not(approved: Decimal) -> None:
    """In binary floats 12,000 times 1.1 is more than 13,200."""
    line = approved + approved / 10
    for asked, over in ((line, False), (line + Decimal("0.001"), True), (approved / 2, False)):
        assert is_over(Budget(amount=asked, unit="USD"), Budget(amount=approved, unit="USD"), TENTH) is over


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("12000", "$12,000"),
        ("12000/month", "$12,000/month"),
        ("$12,000 per month", "$12,000/month"),
        ("US$ 12k a month", "$12,000/month"),
        ("12k monthly", "$12,000/month"),
        ("€8.5k", "€8,500"),
        ("8 000 EUR/year", "€8,000/year"),
        ("8'000 CHF", "CHF 8,000"),
        ("£12.50", "£12.50"),
        ("usd 1.2 million", "$1,200,000"),
        ("4 engineer-weeks", "4 engineer-weeks"),
        ("1 Engineer Week", "1 engineer-week"),
        ("2.5 person-days", "2.5 person-days"),
        ("3 days", "3 person-days"),
        ("10 dev hours", "10 developer-hours"),
        ("0", "$0"),
    ],
)
def test_what_people_type(typed: str, printed: str) -> None:
    budget = read_budget(typed)
    assert read_budget(printed) == budget
    assert print_budget(budget) == printed.replace("2.5 ", "2.50 ")


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", UnreadableBudget),
        ("cheap", UnreadableBudget),
        ("-500", UnreadableBudget),
        ("$5 €6", UnreadableBudget),
        ("12000/fortnight", UnreadableBudget),
        ("12 may", UnreadableBudget),
        ("9" * 70, UnreadableBudget),
        ("$10k-15k", BudgetIsRange),
        ("10000 to 15000", BudgetIsRange),
        ("10–15k/month", BudgetIsRange),
        ("4-6 engineer-weeks", BudgetIsRange),
        ("€12.000", AmbiguousAmount),
        ("12.000 engineer-weeks", AmbiguousAmount),
        ("1000000000000", BudgetTooLarge),
        ("12.3456", BudgetTooLarge),
    ],
)
def test_what_is_no_budget_is_one_sentence(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_budget(typed)


def test_a_range_is_refused_also_where_a_reason_follows() -> None:
    with pytest.raises(BudgetIsRange):
        budget_first("$10k - $15k because nobody knows")
    assert budget_first("$12k because 10 to 20 nodes more") == (
        read_budget("$12k"),
        "because 10 to 20 nodes more",
    )


def test_the_share_over_is_never_rounded_down_to_one_that_would_pass() -> None:
    approved, asked = read_budget("12000/month"), read_budget("13200.01/month")
    assert share_over(asked, approved) == "10.01 %"
    assert share_over(read_budget("15000"), read_budget("12000")) == "25 %"
    assert share_over(read_budget("5"), read_budget("0")) == "all of it"
