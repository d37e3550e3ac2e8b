from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import (
    ChannelWord,
    IncidentWord,
    UserWord,
    channel_word,
    incident_word,
    number,
    parse,
    severity_word,
    split_prefix,
    unquote,
    user_word,
)

SPELLINGS = {"sev1": "P0", "sev0": "P0", "critical": "P0", "p0": "P0", "1": "P0", "sev2": "P1", "p1": "P1"}


def test_the_verb_is_the_first_word_in_lower_case_and_the_rest_is_as_typed():
    words = parse("  DECLARE\u00a0sev1  Checkout\n is down ")
    assert words.verb == "declare"
    assert words.rest == "sev1  Checkout\n is down"
    assert words.words == ("sev1", "Checkout", "is", "down")


@pytest.mark.parametrize("text", ["", "   ", "\n", "\u200b"])
def test_nothing_typed_is_the_empty_verb(text):
    assert (parse(text).verb, parse(text).rest) == ("", "")


@given(st.text())
def test_no_character_of_the_text_is_lost(text):
    words = parse(text)
    found = Counter((words.verb + words.rest).casefold())
    typed = Counter("".join(text.lower().split()).casefold())
    lost = typed - found
    assert not set(lost) - set("\u200b\u2060\ufeff")


@pytest.mark.parametrize(
    "word", ["sev1", "SEV1", "Sev-1", "sev_1", "sev1,", "sev1:", "CRITICAL", "p0", "P-0", "1"]
)
def test_every_spelling_of_a_severity_is_known_in_any_case(word):
    assert severity_word(word, SPELLINGS) == "P0"


def test_another_word_is_no_severity():
    assert severity_word("sev9", SPELLINGS) is None
    assert severity_word("", SPELLINGS) is None


@pytest.mark.parametrize(
    ("word", "user"),
    [
        ("<@U012ABC|ana>", UserWord(id="U012ABC", name="ana")),
        ("<@W012ABC>,", UserWord(id="W012ABC")),
        ("@ana.lópez", UserWord(name="ana.lópez")),
        ("ME", UserWord(me=True)),
        ("ana", None),
        ("<@c012>", None),
        ("@", None),
        ("<!channel>", None),
    ],
)
def test_people_are_read_as_slack_or_people_write_them(word, user):
    assert user_word(word) == user


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("<#C012AB|ops>", ChannelWord(id="C012AB", name="ops")),
        ("<#C012AB|>", ChannelWord(id="C012AB")),
        ("#ops-émergence", ChannelWord(name="ops-émergence")),
        ("ops", None),
    ],
)
def test_channels_are_read_as_slack_or_people_write_them(word, channel):
    assert channel_word(word) == channel


@pytest.mark.parametrize(
    ("word", "incident"),
    [
        ("INC-2025-1108-001", IncidentWord(reference="INC-2025-1108-001")),
        ("inc–2025–1108–001.", IncidentWord(reference="INC-2025-1108-001")),
        ("001", IncidentWord(number=1)),
        ("12", IncidentWord(number=12)),
        ("#inc-db", IncidentWord(channel=ChannelWord(name="inc-db"))),
        ("INC-2025-1108", None),
        ("INC-2025-1108-001x", None),
        ("yesterday", None),
    ],
)
def test_incidents_are_read_by_reference_number_or_channel(word, incident):
    assert incident_word(word) == incident


@pytest.mark.parametrize(
    ("text", "value", "approx"),
    [
        ("1847", "1847", False),
        ("1,847", "1847", False),
        ("1\u202f847", "1847", False),
        ("2.3M", "2300000", False),
        ("2.3 M requests", "2300000", False),
        ("5 million", "5000000", False),
        ("12k", "12000", False),
        ("~52,000", "52000", True),
        ("≈ 80%", "80", True),
        ("250+", "250", True),
        ("847 (100% of customer base)", "847", False),
        ("847 (estimated)", "847", True),
        ("Approximately 12,400 during window", "12400", True),
        ("100%", "100", False),
        ("99.95 %", "99.95", False),
        ("$127,000", "127000", False),
        ("0", "0", False),
    ],
)
def test_figures_are_read_as_people_write_them(text, value, approx):
    figure = number(text)
    assert figure is not None
    assert (figure.value, figure.approx, figure.text) == (Decimal(value), approx, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "many",
        "1,84",
        "12-14",
        "4s",
        "1.2.3",
        "-5",
        "1847customers",
        "10/12",
        "1e6",
        "1" * 30,
        "~",
    ],
)
def test_what_is_no_figure_is_none(text):
    assert number(text) is None


LABELS = ("decision", "root-cause", "comms-internal", "note")


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("Decision: fail over", "decision", "fail over"),
        ("root cause: the pool", "root-cause", "the pool"),
        ("*Decision:* fail over", "decision", "fail over"),
        ("*Decision*: *now*", "decision", "*now*"),
        ("**Root_Cause:** pool", "root-cause", "pool"),
        ("Decision:*now* please", "decision", "*now* please"),
        ("decision：切り替え", "decision", "切り替え"),
        ("NOTE: one\ntwo: three", "note", "one\ntwo: three"),
        ("comms internal : later", "comms-internal", "later"),
        ("note :tada: done", None, "note :tada: done"),
        ("guess: the pool", None, "guess: the pool"),
        ("we noted: that", None, "we noted: that"),
        (":note: hm", None, ":note: hm"),
        ("http://example.org", None, "http://example.org"),
    ],
)
def test_a_known_prefix_is_set_apart(text, label, rest):
    assert split_prefix(text, LABELS) == (label, rest)


def test_one_pair_of_quotes_around_everything_is_taken_off():
    assert unquote('"Database outage"') == "Database outage"
    assert unquote("“Database outage”") == "Database outage"
    assert unquote('"a" and "b"') == '"a" and "b"'
    assert unquote('"') == '"'
    assert unquote("don't") == "don't"


@given(st.text())
def test_any_word_is_read_without_a_crash(text):
    user_word(text), channel_word(text), incident_word(text), severity_word(text, SPELLINGS)
    label, rest = split_prefix(text, LABELS)
    assert label in (None, *LABELS)
    assert rest.strip() in text.strip()
    figure = number(text)
    assert figure is None or figure.value >= 0
