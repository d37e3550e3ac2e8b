"""How items are typed on one line and written in forms: what is printed is read back as it was."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusal_writing import NothingBelow
from bot.domain.topic_text import Line, Shape, print_line, print_lines, read_line, read_lines

HEADED, NAMED = Shape(headed=True), Shape(named=True)
BOTH, NAME_FIRST = Shape(headed=True, named=True), Shape(headed=True, named=True, name_first=True)
SHAPES = (Shape(), HEADED, NAMED, BOTH, NAME_FIRST)


@pytest.mark.parametrize(
    ("typed", "shape", "line"),
    [
        ("Monitoring gaps: no alert on pool use", HEADED, Line(heading="Monitoring gaps", text="no alert on pool use")),
        ("no alert on pool use", HEADED, Line(text="no alert on pool use")),
        ("Pool: at 09:23: full", HEADED, Line(heading="Pool", text="at 09:23: full")),
        ('"the pool: it was full"', HEADED, Line(text="the pool: it was full")),
        ("“Pool: limit”: too low", HEADED, Line(heading="Pool: limit", text="too low")),
        ('"We lost a day"', HEADED, Line(text='"We lost a day"')),
        ("see https://x.example/a:b", HEADED, Line(text="see https://x.example/a:b")),
        ("Technical / Database: Pool sizing: size it", BOTH,
         Line(heading="Technical / Database", name="Pool sizing", text="size it")),
        ("Technical: size it", BOTH, Line(heading="Technical", text="size it")),
        ("Direct loss: $47,000", NAME_FIRST, Line(name="Direct loss", text="$47,000")),
        ("Revenue: Direct loss: $47,000", NAME_FIRST, Line(heading="Revenue", name="Direct loss", text="$47,000")),
        ("Europe: 312 customers", NAMED, Line(name="Europe", text="312 customers")),
        (f"{'a long sentence ' * 6}: not a heading", HEADED, Line(text=f"{'a long sentence ' * 6}: not a heading")),
    ],
)  # fmt: skip
def test_an_item_is_typed_on_one_line(typed: str, shape: Shape, line: Line):
    assert read_line(typed, shape) == line


def test_a_form_has_headings_bullets_and_lines_that_go_on():
    text = "no heading: first\r\n\r\nMonitoring:\n- no alert\n* nobody looked\n  on a Sunday\n\nProcess:\n- odd:\n"
    assert read_lines(text, HEADED) == [
        Line(heading="no heading", text="first"),
        Line(heading="Monitoring", text="no alert"),
        Line(heading="Monitoring", text="nobody looked\non a Sunday"),
        Line(heading="Process", text="odd:"),
    ]


def test_a_heading_with_nothing_below_it_is_refused_unless_it_is_an_item():
    for text in ("Monitoring:\nProcess:\nx", "Monitoring:"):
        with pytest.raises(NothingBelow, match="Monitoring"):
            read_lines(text, HEADED)
    bare = Shape(headed=True, bare=True)
    assert read_lines("A cause:\nAnother:\ndetail", bare) == [
        Line(heading="A cause"), Line(heading="Another", text="detail"),
    ]  # fmt: skip


PIECES = st.lists(st.sampled_from(["a", "b c", ": ", ":", '"', "“x”", "- ", "* ", "/", ".", "é"]), max_size=6)
WORDS = PIECES.map(lambda pieces: "".join(pieces).strip()).filter(
    lambda word: '": ' not in word and "”: " not in word
)
HEADS = WORDS.filter(lambda word: '":' not in word and "”:" not in word)
TEXTS = st.lists(WORDS.filter(bool), min_size=1, max_size=3)
SHAPED = st.sampled_from(SHAPES)


@given(shape=SHAPED, heading=HEADS, name=HEADS, text=WORDS.filter(bool))
def test_what_is_printed_on_one_line_is_read_back(shape: Shape, heading: str, name: str, text: str):
    line = Line(heading=heading if shape.headed else "", name=name if shape.named else "", text=text)
    assert read_line(print_line(line, shape), shape) == line


@given(shape=SHAPED, rows=st.lists(st.tuples(HEADS.filter(bool), HEADS, TEXTS), max_size=5))
def test_what_is_printed_into_a_form_is_read_back(shape: Shape, rows: list[tuple[str, str, list[str]]]):
    lines = [
        Line(heading=heading if shape.headed else "", name=name if shape.named else "", text="\n".join(text))
        for heading, name, text in rows
    ]
    assert read_lines("\n".join(print_lines(lines, shape)), shape) == lines


def test_a_heading_stands_once_for_its_neighbours():
    lines = [Line(heading=heading, text=text) for heading, text in itertools.product("AB", "xy")]
    assert print_lines(lines, HEADED) == ["A:", "x", "y", "B:", "x", "y"]
