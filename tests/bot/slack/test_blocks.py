"""Text in sections: within Slack's limits, and never cut inside a code."""

import pytest

from bot.sandbox.blockkit import LONGEST_MESSAGE, faults_of, length_of
from bot.slack import blocks
from bot.slack.cutting import SECTION_LIMIT

CODES = (
    "<!date^1772442900^{time}|09:15 UTC>",
    "<@U123>",
    "&lt;",
    "&amp;",
    "<https://a.example/b c|a long label>",
)


@pytest.mark.parametrize("code", CODES)
def test_no_code_is_cut_wherever_it_stands(code: str):
    for length in range(SECTION_LIMIT - 60, SECTION_LIMIT + 5):
        made = blocks.sections("x" * length + code + " and the rest " + "y " * 40)
        parts = [block["text"]["text"] for block in made]
        assert any(code in part for part in parts), length
        assert faults_of(made, "message") == []


def test_a_message_never_has_more_text_than_slack_takes():
    made = blocks.sections("&amp;" * 9_000)
    assert length_of(made) <= blocks.HARD_LIMIT < LONGEST_MESSAGE
    assert made[-1]["text"]["text"].endswith("&amp;…")
    assert faults_of(made, "message") == []


def test_blocks_count_all_their_texts():
    row = blocks.actions(blocks.button("Close", "close", "x"))
    assert length_of([*blocks.sections("abc"), row, blocks.context("de")]) == 3 + 5 + 2
