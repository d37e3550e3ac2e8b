"""The picture of a metric over months: SVG that says the same in words, and PNG with the same bytes each time."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from bot.domain.trend import Point, Trend, Unit
from bot.domain.trend_picture import trend_picture
from bot.formats import trend as drawing
from bot.formats.picture import WIDTH

OF = Trend(
    name="Time to <detect> & more", counted="start of impact to detection", unit=Unit.TIME,
    points=(
        *(Point(at=datetime(2026, 1, day, tzinfo=UTC), value=60.0 * day) for day in range(1, 7)),
        Point(at=datetime(2026, 2, 3, tzinfo=UTC), value=90_000, ref="INC-2026-0203-001"),
    ),
    start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 3, 1, tzinfo=UTC), zone=UTC, target=300,
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def drawn(of: Trend) -> ET.Element:
    made = trend_picture(of)
    assert made is not None
    return ET.fromstring(drawing.drawn(made))  # noqa: S314 - our own


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_it_shows_each_point_both_lines_and_how_many_there_are() -> None:
    root = drawn(OF)
    assert len(list(root.iter(f"{SVG}circle"))) == 6
    assert len(list(root.iter(f"{SVG}path"))) == 1
    said = texts(root)
    for words in (
        "Time to <detect> & more",
        "median 4 min",
        "target < 5 min",
        "Jan 2026",
        "Feb",
        "Incidents",
        "6",
        "1",
    ):
        assert words in said, words
    assert any("INC-2026-0203-001" in line for line in said)
    assert root.findtext(f"{SVG}desc") == drawing.words(OF)


def test_it_stands_on_white_in_whatever_colours_around_and_no_label_leaves_it() -> None:
    root = drawn(OF)
    ground = next(root.iter(f"{SVG}rect"))
    assert (ground.get("fill"), ground.get("height")) == ("#fff", root.get("height"))
    for each in root.iter(f"{SVG}text"):
        assert 0 <= float(each.get("x") or -1) <= WIDTH
        assert 0 <= float(each.get("y") or -1) <= float(root.get("height") or 0)


def test_median_and_target_that_are_one_have_their_words_below_each_other() -> None:
    places = {
        each.text: float(each.get("y") or 0)
        for each in drawn(replace(OF, target=240)).iter(f"{SVG}text")
        if (each.text or "").startswith(("median", "target"))
    }
    assert abs(places["median 4 min"] - places["target < 4 min"]) >= 15


def test_the_png_has_the_same_bytes_each_time_and_nothing_is_no_picture() -> None:
    first = drawing.png(OF)
    assert first.startswith(b"\x89PNG")
    assert int.from_bytes(first[16:20], "big") == 1_920
    assert drawing.png(replace(OF, points=OF.points[::-1])) == first
    assert drawing.png(replace(OF, points=())) == b""
    assert drawing.words(replace(OF, points=())) == ""
