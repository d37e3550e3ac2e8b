"""Markdown as Slack's mrkdwn: what Slack knows is kept, everything else stays readable, nothing in it is active."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mrkdwn import plain
from bot.formats.slack_text import slack_line, slack_text


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*italic* _italic_ ~~gone~~", "_italic_ _italic_ ~gone~"),
        ("***both***", "*_both_*"),
        ("a `code <b>` c", "a `code &lt;b&gt;` c"),
        ("``a ` b``", "a ` b"),
        ("[here](https://a.example/x?y=1&z=2)", "<https://a.example/x?y=1&amp;z=2|here>"),
        ("[**bold** link](https://a.example)", "*<https://a.example|bold>* <https://a.example|link>"),
        ("<https://a.example>", "<https://a.example>"),
        ("see https://a.example/b.", "see <https://a.example/b>."),
        ("[bad](javascript:alert(1))", "[bad](javascript:alert(1))"),
        ("![a picture](https://a.example/p.png)", "a picture"),
        ("- one\n- two\n  - three\n\n3. four\n4. five", "• one\n• two\n    • three\n\n3. four\n4. five"),
        ("> said\n> so", "> said so"),
        ("```sh\nls <dir> && x\n```", "```\nls &lt;dir&gt; &amp;&amp; x\n```"),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "a | b\n1 | *2*"),
        ("Title\n=====", "*Title*"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("one\ntwo  \nthree", "one two\nthree"),
        ("<b>x</b> <!-- hidden -->", "&lt;b&gt;x&lt;/b&gt;"),
    ],
)
def test_each_thing_that_people_write(markdown: str, shown: str) -> None:
    assert slack_text(markdown) == shown


HOSTILE = [
    "<!channel>",
    "<@U123>",
    "<#C1>",
    "<!subteam^S1>",
    "&lt;!here&gt;",
    "<https://evil|bank>",
    "<!date^1^x|y>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "around", ["{}", "**{}**", "`{}`", "```\n{}\n```", "[{}](https://a)", "- {}", "> {}"]
)
def test_nobody_is_called_and_no_address_is_hidden(text: str, around: str) -> None:
    shown = slack_text(around.format(text))
    codes = re.findall(r"<[^<>]*>", shown)
    assert all(re.match(r"<(https?|mailto|slack):", code) for code in codes), shown
    assert "|bank>" not in shown or "evil" not in "".join(codes)


MARKS = ["**", "`", "```", "\n", "](", "[", "- ", "> "]
PIECES = st.one_of(st.text(max_size=20), st.sampled_from([*HOSTILE, *MARKS]))


@given(st.lists(PIECES, max_size=12))
def test_any_text_is_readable_and_harmless(pieces: list[str]) -> None:
    shown = slack_text("".join(pieces))
    assert all(re.match(r"<(https?|mailto|slack):", code) for code in re.findall(r"<[^<>]*>", shown))
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    plain(shown)


def test_a_step_is_one_line() -> None:
    assert slack_line("do **this**\nand that") == "do *this* and that"
