"""What people see as one character stays one, and what they do not see at all disguises nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cutting import fitting, whole
from bot.domain.filenames import safe_name
from bot.domain.refusal import shorten
from bot.domain.signs import (
    APART,
    END_APART,
    cut_between,
    fits_units,
    folded,
    is_between,
    is_right_to_left,
    set_apart,
    typed,
    units,
)
from bot.slack.blocks import button, form, text_input
from bot.slack.cutting import SECTION_LIMIT, parts

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
CLUSTERS = [
    "a", "é", "e\u0301", "o\u0308\u0323", "👍", "👍🏽", "👩🏽‍🚒", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪",
    "🇯🇵", SCOTLAND, "1️⃣", "☂️", "한", "\u1112\u1161\u11ab", "\u1112\u1161", "가\u11a8",
    "नि", "क्षि", "स्त्री", "กำ", "ที่", "த்", "שָׁ", "مُّ", "ກຳ", "ｶﾞ", "\r\n", "日",
]  # fmt: skip
"""Each is one character to whoever reads it."""
SLACKS = [
    "&amp;", "&lt;", "<@U024BE7LH>", "<https://a.example/x?y=1|here>", "<!date^1^{time}|09:00 UTC>", ":fire:",
    ":wave::skin-tone-3:",
]  # fmt: skip
"""Each is one thing to Slack."""
TEXTS = st.lists(st.sampled_from([*CLUSTERS, " ", "-"]), max_size=40)
ENCODED = st.lists(st.sampled_from([*CLUSTERS, *SLACKS, " ", "word "]), max_size=40)


def begins(pieces: list[str], head: str) -> bool:
    """Whether *head* is made of whole *pieces* from their beginning."""
    made = ""
    for piece in ["", *pieces]:
        made += piece
        if made == head:
            return True
    return False


@pytest.mark.parametrize("cluster", CLUSTERS, ids=ascii)
def test_no_cut_lies_inside_one_and_one_lies_behind_it(cluster: str) -> None:
    text = f"x{cluster}x"
    assert [at for at in range(1, len(text)) if is_between(text, at)] == [1, len(cluster) + 1]


@given(TEXTS, st.integers(0, 60))
def test_a_cut_leaves_whole_characters_and_as_many_as_fit(pieces: list[str], most: int) -> None:
    text = "".join(pieces)
    head = text[: cut_between(text, most)]
    assert begins(pieces, head) or is_between(
        text, len(head)
    )  # two of them may make one: a letter and what joins it
    assert len(head) <= most or not most
    assert not any(is_between(text, at) for at in range(len(head) + 1, min(most, len(text)) + 1))


@given(TEXTS, st.integers(2, 60))
def test_texts_that_people_read_are_shortened_between_characters(pieces: list[str], most: int) -> None:
    text = "".join(pieces).replace("\r\n", "")
    short = shorten(text, most)
    line = " ".join(text.split())
    assert len(short) <= most
    assert short == line or (
        short.endswith("…") and line.startswith(head := short[:-1]) and is_between(line, len(head))
    )


@given(ENCODED, st.integers(8, 60))
def test_what_slack_is_sent_is_cut_between_codes_entities_emoji_and_characters(
    pieces: list[str], most: int
) -> None:
    text = "".join(pieces)
    short = fitting(text, most)
    assert units(short) <= most
    if short == text:
        return
    head = short.removesuffix("…").rstrip(END_APART)
    assert text.startswith(head)
    assert is_between(text, len(head))
    at = 0
    for piece in pieces:
        inside = at < len(head) < at + len(piece)
        assert not (inside and piece in SLACKS and (len(piece) < most or at > 0)), piece
        at += len(piece)


@pytest.mark.parametrize("piece", SLACKS)
def test_each_of_slacks_is_left_out_whole(piece: str) -> None:
    text = f"go {piece} on"
    for cut in range(4, 3 + len(piece)):
        assert text[: whole(text, cut)] == "go "


@given(ENCODED)
def test_a_long_text_in_sections_is_the_whole_text(pieces: list[str]) -> None:
    text = "".join(pieces) * 120
    made = parts(text)
    assert all(len(part) <= SECTION_LIMIT for part in made)
    assert "".join("".join(made).split()) == "".join(text.split())
    for part in made:
        assert part.count("<") == part.count(">")


def test_one_that_never_ends_is_cut_all_the_same() -> None:
    endless = "a" + "\u0301" * 500
    assert 0 < cut_between(endless, 100) <= 100
    assert len(fitting(endless, 100)) <= 100


def test_length_is_counted_as_browsers_do() -> None:
    assert (units("a"), units("é"), units("日"), units("👍"), units("👍🏽")) == (1, 1, 1, 2, 4)
    assert fits_units("👍👍👍", 5) == 2
    assert fitting("👍" * 100, 150) == "👍" * 74 + "…"


@given(TEXTS)
def test_the_name_of_a_file_ends_with_a_whole_character(pieces: list[str]) -> None:
    name = safe_name("".join(pieces) * 4 + ".pdf", longest=60)
    assert len(name.encode()) <= 60
    assert name.endswith(".pdf") or name == "pdf"


FAMILY = "👨‍👩‍👧‍👦"


def test_labels_titles_and_fields_of_forms_are_cut_between_characters() -> None:
    assert button(FAMILY * 10, "a", "")["text"]["text"] == FAMILY * 6 + "…"
    assert form("f", FAMILY * 3, "Save", [], about="")["title"]["text"] == FAMILY * 2 + "…"
    assert text_input("n", "Label", initial=FAMILY * 400)["element"]["initial_value"] == FAMILY * 272


# What is not seen


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Zoe\u0308", "Zoë"),
        ("de\u200bclare", "declare"),
        ("\ufeffhelp", "help"),
        ("pay\u202etxt.exe", "paytxt.exe"),
        ("\u200f٩:٢٣\u200f", "٩:٢٣"),
        ("ad\u200dmin", "admin"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\U000e0041hidden", "hidden"),
        ("👩🏽‍🚒", "👩🏽‍🚒"),
        ("می‌روم", "می‌روم"),
        ("क्‍ष", "क्‍ष"),
        (SCOTLAND, SCOTLAND),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("ﬁ", "ﬁ"),
    ],
    ids=ascii,
)  # fmt: skip
def test_signs_that_nobody_sees_are_left_out_where_they_mean_nothing(written: str, read: str) -> None:
    assert typed(written) == read
    assert typed(read) == read


@given(st.text())
def test_typing_is_composed_and_settles_at_once(text: str) -> None:
    once = typed(text)
    assert unicodedata.is_normalized("NFC", once) or once == typed(once)
    assert not set("\u202a\u202e\u2066\u2069\u200b\ufeff\x00") & set(once)
    assert folded(folded(text)) == folded(text)


def test_names_are_compared_as_they_are_read() -> None:
    assert folded("ZOE\u0308") == folded("zoë")
    assert folded("STRASSE") == folded("Straße")
    assert folded("ｏｒｄｅｒｓ") == folded("Orders")


# The direction of writing


def test_right_to_left_words_stand_apart_and_others_do_not() -> None:
    assert set_apart("تعطل الدفع") == f"{APART}تعطل الدفع{END_APART}"
    assert set_apart("התשלום נפל 3") == f"{APART}התשלום נפל 3{END_APART}"
    assert (set_apart("Zoë 日本"), is_right_to_left("")) == ("Zoë 日本", False)


def test_a_cut_ends_what_is_set_apart() -> None:
    text = f"Title: {set_apart('תקלה חמורה מאוד בתשלומים')} is open"
    short = fitting(text, 20)
    assert len(short) <= 20
    assert (short.count(APART), short.count(END_APART)) == (1, 1)
