"""Numbers that say which one."""

import pytest

from bot.domain.ordinals import ordinal, spelled


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (30, "30th"), (101, "101st"), (102, "102nd"), (111, "111th")],
)  # fmt: skip
def test_reminders_are_counted_as_people_count(n, words):
    assert ordinal(n) == words


@pytest.mark.parametrize(("n", "words"), [(1, "first"), (3, "third"), (9, "ninth"), (10, "10th"), (0, "0th")])
def test_few_people_are_counted_in_words(n, words):
    assert spelled(n) == words
