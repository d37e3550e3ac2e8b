"""Titles that are proposed from a message, and what of it is carried along."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mrkdwn import NOBODY, escaped, plain
from bot.domain.origin import QUOTED, TITLE, Origin, proposed_title, quoted, unpacked


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("checkout is down", "checkout is down"),
        ("Checkout is down. Can somebody look?", "Checkout is down"),
        ("Checkout is down.\nIt began at 9.", "Checkout is down"),
        ("\n\n  :fire: \nCheckout is down", "Checkout is down"),
        ("Database no. 5 is down", "Database no. 5 is down"),
        ("Hi. Checkout is down", "Hi. Checkout is down"),
        ("v2.3.1 breaks the login", "v2.3.1 breaks the login"),
        ("a &lt; b &amp; c fails", "a &lt; b &amp; c fails"),
        ("word " * 30, ("word " * 16).strip() + "…"),
        ("words " * 30, ("words " * 13).strip() + "…"),
        ("x" * 200, "x" * (TITLE - 1) + "…"),
        ("決済が落ちた。誰か見て", "決済が落ちた。誰か見て"),
        (":fire:", ""),
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_or_sentence_cut_at_a_word(said: str, title: str) -> None:
    assert proposed_title(said, NOBODY) == title


@given(st.text(max_size=400))
def test_a_title_is_short_and_on_one_line_whatever_was_said(text: str) -> None:
    title = plain(proposed_title(escaped(text), NOBODY))
    assert len(title) <= TITLE
    assert title.splitlines() in ([], [title])


@given(st.text(max_size=3_000), st.sampled_from(["", "1772442000.000200"]), st.sampled_from(["", "U1", "B2"]))
def test_a_form_brings_back_what_it_carried(text: str, ts: str, author: str) -> None:
    quote = quoted(escaped(text))
    assert len(quote) <= QUOTED
    origin = Origin(link="https://example.slack.com/archives/C1/p1", ts=ts, author=author, quote=quote)
    assert unpacked(origin.packed()) == origin
    assert len(origin.packed()) < 2_000


def test_a_form_that_came_from_no_message_brings_none() -> None:
    assert unpacked("") is None
    assert unpacked("INC-2026-0302-001") is None
