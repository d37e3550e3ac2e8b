"""Slack's encoded text made readable (rule 7 of the layout; DR-9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mrkdwn import Names, Segment, escaped, plain, quiet, segments

NAMES = Names(people={"U1": "Ana Alvarez"}, channels={"C1": "payments"}, groups={"S1": "oncall"})


@pytest.mark.parametrize(
    ("coded", "readable"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"),
        ("<@U1> and <@U1|ana>", "@Ana Alvarez and @Ana Alvarez"),
        ("<@U2|bo> and <@U3>", "@bo and @U3"),
        ("<#C1> <#C1|old> <#C2|web> <#C3>", "#payments #payments #web #C3"),
        ("<!subteam^S1> <!subteam^S2|@web> <!subteam^S3>", "@oncall @web @S3"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!date^1392734382^{date} at {time}^https://x.org|Feb 18, 2014>", "Feb 18, 2014"),
        ("<https://x.org/a?b=1&amp;c=2|the graph>", "the graph (https://x.org/a?b=1&c=2)"),
        ("<https://x.org> <http://x.org|http://x.org>", "https://x.org http://x.org"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("<http://x|a &lt;b&gt;>", "a <b> (http://x)"),
        ("`a &lt; b` and ```x\ny```", "`a < b` and ```x\ny```"),
        ("< <> <@> <#> <!> <!date^1^x> &nbsp; &;", "< <> <@> <#> <!> <!date^1^x> &nbsp; &;"),
        ("<unfinished <@U1>", "<unfinished @Ana Alvarez"),
        ("<b>{{ 7*7 }}</b>", "<b>{{ 7*7 }}</b>"),
    ],
)
def test_codes_become_what_people_read(coded, readable):
    assert plain(coded, NAMES) == readable


def test_quiet_text_calls_nobody():
    assert quiet("<!channel> <@U1> &lt;!here&gt; <http://x|y>", NAMES) == (
        "@channel @Ana Alvarez &lt;!here&gt; y (http://x)"
    )


@given(st.text())
def test_plain_gives_back_what_was_escaped(text):
    assert plain(escaped(text)) == text


@given(st.text(alphabet="<>&;|@#!^:lgtampU1^a `\n", max_size=60))
def test_whatever_is_quieted_holds_no_code(text):
    assert "<" not in quiet(text, NAMES)
    assert ">" not in quiet(text, NAMES)


def test_a_long_row_of_broken_codes_is_read_in_one_pass():
    text = "<" * 200_000 + "<@" * 100_000 + "&" * 200_000
    assert plain(text) == text


def test_code_fences_are_told_from_prose():
    assert segments("see\n```\nSELECT 1\n```\nthen ```x``` and ```open") == (
        Segment(text="see\n"),
        Segment(text="SELECT 1", code=True),
        Segment(text="\nthen "),
        Segment(text="x", code=True),
        Segment(text=" and ```open"),
    )
