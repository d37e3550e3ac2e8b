from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nearest import edits, nearest

VERBS = ("declare", "update", "status", "sev", "role", "resolve", "reopen", "note", "close", "ai")


def test_a_slip_of_one_or_two_letters_is_understood():
    assert nearest("delcare", VERBS) == "declare"
    assert nearest("resovle", VERBS) == "resolve"
    assert nearest("Stauts", VERBS) == "status"
    assert nearest("udpaet", VERBS) == "update"


def test_a_word_too_far_off_gets_no_suggestion():
    assert nearest("banana", VERBS) is None
    assert nearest("", VERBS) is None
    assert nearest("declare", ()) is None


def test_short_words_are_matched_at_distance_one_only():
    assert nearest("xy", ("sev", "go")) is None
    assert nearest("gp", ("sev", "go")) == "go"


def test_a_tie_goes_to_the_same_first_letter_and_then_the_alphabet():
    assert nearest("nost", ("post", "note")) == "post"
    assert nearest("lote", ("vote", "note")) == "note"
    assert nearest("lote", ("note", "vote")) == "note"
    assert nearest("bote", ("note", "bode")) == "bode"


def test_a_word_of_hundred_thousand_letters_is_only_measured():
    assert nearest("a" * 100_000, VERBS) is None


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_the_distance_is_symmetric_and_zero_for_equals_only(first, second):
    assert edits(first, second, 9) == edits(second, first, 9)
    assert (edits(first, second, 9) == 0) == (first == second)
    assert edits(first, second, 2) == min(edits(first, second, 9), 3)


@given(st.text("abcd", min_size=2, max_size=8), st.data())
def test_a_swap_of_neighbours_is_one_edit(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert edits(word, swapped, 5) == (swapped != word)
