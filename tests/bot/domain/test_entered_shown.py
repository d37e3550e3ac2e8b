"""What people entered, as documents take it: which questions it answers, and when a fix was made."""

import pytest

from bot.domain import postmortem
from bot.domain.topics import find
from bot.domain.writing import add
from tests.records import NAMES, incident, minutes, policy


def drafted(*lines: str) -> postmortem.Draft:
    """The draft of a closed incident to which *lines* were added."""
    now = incident()
    for line in lines:
        word, _, text = line.partition(" ")
        now = add(now, find(word, step="add"), text, by="U1", at=minutes(200)).incident
    return postmortem.draft(now, [], policy=policy(), names=NAMES)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("well the alert came at once", {"poorly", "lucky"}),
        ("wrong nobody looked", {"well", "lucky"}),
        ("lucky it was a Sunday", {"well", "poorly"}),
        ("lesson Technical: size the pool", set()),
    ],
)
def test_a_lesson_answers_its_own_question_and_one_of_another_group_all(line: str, left: set[str]):
    asked = drafted(line).prompts.keys() & {"well", "poorly", "lucky", "lessons"}
    assert asked == left


def test_a_fix_that_says_when_it_was_made_stands_there_whenever_it_was_written_down():
    made = drafted("fix during: raised the pool", "fix after: made it a setting", "fix Query: a better index")
    assert [group.items for group in made.fixes_during] == [("raised the pool",)]
    assert [group.items for group in made.fixes_after] == [("made it a setting",), ("a better index",)]
