"""Calendar months counted from a day."""

import calendar
from datetime import date


def months_later(day: date, months: int) -> date:
    """The same day so many *months* later, or earlier where that is below 0; of a shorter month its last day.

    Raises ValueError outside of the years that dates know.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{months} months from {day} is no date")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
