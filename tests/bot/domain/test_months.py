"""Calendar months counted from a day."""

from datetime import date

import pytest

from bot.domain.months import months_later


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 3, 15), -6, date(2025, 9, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_the_same_day_of_another_month_or_its_last(day: date, months: int, found: date):
    assert months_later(day, months) == found


@pytest.mark.parametrize("months", [12 * 9999, -12 * 2026])
def test_a_year_that_no_date_has_is_said_so(months: int):
    with pytest.raises(ValueError, match="is no date"):
        months_later(date(2026, 5, 5), months)
