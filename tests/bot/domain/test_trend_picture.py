"""A metric over months, laid out: what lies where, what is said of it, and what is not (MD-6)."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trend import Point, Trend, Unit
from bot.domain.trend_picture import TrendPicture, trend_picture

MADRID = ZoneInfo("Europe/Madrid")


def on(day: int, value: float, ref: str = "", month: int = 1, hour: int = 12) -> Point:
    return Point(at=datetime(2026, month, day, hour, tzinfo=UTC), value=value, ref=ref)


def trend(*points: Point, **more: object) -> Trend:
    known: dict[str, object] = {
        "name": "Time to detect", "counted": "start of impact to detection", "unit": Unit.TIME, "points": points,
        "start": datetime(2025, 12, 31, 23, tzinfo=UTC), "end": datetime(2026, 3, 31, 22, tzinfo=UTC), "zone": MADRID,
        "target": 300.0,
    }  # fmt: skip
    return Trend(**(known | more))  # type: ignore[arg-type]


def laid_out(of: Trend) -> TrendPicture:
    made = trend_picture(of)
    assert made is not None
    return made


def test_each_point_lies_in_its_month_of_the_organisations_zone_and_at_its_value() -> None:
    late = on(31, 600, month=1, hour=23)  # it is February in Madrid
    made = laid_out(trend(on(1, 60, hour=0), late))
    assert [(month.name, month.label, month.count) for month in made.months] == [
        ("January 2026", "Jan 2026", 1), ("February 2026", "Feb", 1), ("March 2026", "Mar", 0),
    ]  # fmt: skip
    assert made.dots[1].x == made.months[1].left
    assert [tick.words for tick in made.ticks] == ["0", "2 min", "4 min", "6 min", "8 min", "10 min"]
    assert [dot.y for dot in made.dots] == [0.1, 1.0]
    assert (made.median.words, made.median.y) == ("median 5 min 30 s", 0.55)
    assert (made.target and made.target.words, made.target and made.target.y) == ("target < 5 min", 0.5)


def test_what_lies_outside_the_period_is_not_shown_and_nothing_gives_no_picture() -> None:
    before, behind = on(31, 60, month=12), Point(at=datetime(2026, 3, 31, 22, tzinfo=UTC), value=60)
    before = replace(before, at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    assert trend_picture(trend(before, behind)) is None
    assert len(laid_out(trend(before, behind, on(4, 60))).dots) == 1


def test_a_month_has_a_median_from_five_points_on() -> None:
    five = [on(day, 60.0 * day) for day in range(1, 6)]
    four = [on(day, 60.0 * day, month=2) for day in range(1, 5)]
    made = laid_out(trend(*five, *four))
    assert [month.told for month in made.months] == ["3 min", "", ""]
    assert [month.median for month in made.months] == [0.6, None, None]
    assert "A short thick line is the median of a month with 5 or more." in made.notes


def test_few_points_say_nothing_about_a_trend_and_many_prove_nothing() -> None:
    nine = [on(day, 60) for day in range(1, 10)]
    assert laid_out(trend(*nine)).notes[-1] == "9 incidents: too few to say anything about a trend."
    assert laid_out(trend(on(1, 60))).notes == ("1 incident: too few to say anything about a trend.",)
    made = laid_out(trend(*nine, on(10, 60)))
    assert made.notes[-1].endswith("this shows what was, not that anything became better or worse.")


def test_one_that_took_days_stands_at_the_edge_with_its_value_and_does_not_crush_the_others() -> None:
    usual = [on(day, 300) for day in range(1, 12)]
    made = laid_out(trend(*usual, on(20, 200_000, "INC-1")))
    assert made.ticks[-1].words == "15 min"
    assert [dot.is_above for dot in made.dots] == [False] * 11 + [True]
    assert made.dots[-1].y == 1.0
    assert made.notes[0] == "Above the edge, drawn as triangles: 2 d 7 h 33 min 20 s (INC-1)."


def test_numbers_close_to_each_other_do_not_begin_at_nothing_and_that_is_said() -> None:
    entered = trend(
        on(1, 99.99), on(1, 99.2, month=2), on(1, 99.959, month=3), name="Uptime", counted="", unit=Unit.PERCENT,
        target=99.95, sign="≥", of=("value entered", "values entered"),
    )  # fmt: skip
    made = laid_out(entered)
    assert [tick.words for tick in made.ticks] == ["99.2%", "99.4%", "99.6%", "99.8%", "100%"]
    assert made.median.words == "median 99.95%"
    assert made.target == replace(made.target or made.median, words="target ≥ 99.95%")
    assert made.notes[0] == "The axis begins at 99.2%, not at nothing."
    assert made.about == "One dot is one value entered."
    counted = trend(on(1, 12), on(2, 289), unit=Unit.NUMBER, mark="ms", target=None)
    assert laid_out(counted).ticks[0].words == "0"
    assert laid_out(counted).median.words == "median 150.5 ms"
    assert laid_out(counted).target is None


def test_the_words_say_all_that_the_picture_shows() -> None:
    five = [on(day, 60.0 * day) for day in range(1, 6)]
    assert laid_out(trend(*five, on(3, 90, month=2))).words == (
        "Time to detect, January 2026 to March 2026. Start of impact to detection. One dot is one incident. "
        "6 incidents: median 2 min 30 s, from 1 min to 5 min; target < 5 min. "
        "Incidents by month: January 2026: 5, median 3 min; February 2026: 1; March 2026: 0. "
        "A short thick line is the median of a month with 5 or more. "
        "6 incidents: too few to say anything about a trend."
    )
    assert "No target." in laid_out(trend(on(1, 60), target=None)).words


def test_of_many_months_each_third_is_named() -> None:
    made = laid_out(trend(on(1, 60), end=datetime(2027, 12, 1, tzinfo=UTC)))
    assert [month.label for month in made.months][:7] == ["Jan 2026", "", "", "Apr", "", "", "Jul"]
    assert made.months[12].label == "Jan 2027"


@given(
    st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=30),
    st.sampled_from(Unit),
    st.none() | st.floats(0, 1e9),
)
def test_any_values_have_a_picture_within_its_edges(
    values: list[float], unit: Unit, target: float | None
) -> None:
    made = laid_out(trend(*(on(1 + n, value) for n, value in enumerate(values)), unit=unit, target=target))
    places = [dot.y for dot in made.dots] + [made.median.y] + [tick.y for tick in made.ticks]
    assert all(0 <= place <= 1 for place in places)
    assert 2 <= len(made.ticks) <= 9
    assert len({tick.y for tick in made.ticks}) == len(made.ticks)


@pytest.mark.parametrize("value", [0.0, 1e-9, 7.0])
def test_equal_values_have_an_axis(value: float) -> None:
    for unit in Unit:
        assert len(laid_out(trend(on(1, value), on(2, value), unit=unit, target=None)).ticks) >= 2
