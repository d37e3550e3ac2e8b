"""Median, 90th percentile (nearest rank) and mean (MD-6)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.score_numbers import FEW, summary


def numbers(*values: int) -> list[Decimal]:
    return [Decimal(value) for value in values]


def test_of_nothing_nothing_is_told():
    assert summary([]) is None


def test_of_one_value_all_of_them_are_that_value():
    told = summary(numbers(7))
    assert told is not None
    assert (told.count, told.median, told.p90, told.mean) == (1, *numbers(7, 7, 7))


def test_the_median_of_an_even_count_lies_in_the_middle_of_both():
    told = summary(numbers(10, 1, 4, 3))
    assert told is not None
    assert (told.median, told.mean) == (Decimal("3.5"), Decimal("4.5"))


def test_the_90th_percentile_is_a_value_that_nine_in_ten_do_not_exceed():
    ten, eleven = summary(numbers(*range(1, 11))), summary(numbers(*range(1, 12)))
    assert ten is not None
    assert eleven is not None
    assert [ten.p90, eleven.p90] == numbers(9, 10)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_whatever_the_values(values: list[int]):
    told = summary(numbers(*values))
    assert told is not None
    within = sum(value <= told.p90 for value in values)
    below = sum(value < told.p90 for value in values)
    assert told.p90 in values
    assert 10 * within >= 9 * len(values)
    assert 10 * below < 9 * len(values)
    assert min(values) <= told.median <= told.p90 or len(values) < FEW
    assert told.is_few == (len(values) < FEW)
