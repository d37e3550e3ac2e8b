import sys
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.words import split

KEYS = frozenset({"lead", "service", "link", "impact_start"})
TIMES = frozenset({"at", "detected"})
FLAGS = frozenset({"private", "no-postmortem"})


def take(text):
    return split(text, keys=KEYS, flags=FLAGS, time_keys=TIMES)


def test_known_options_and_flags_are_taken_out_wherever_they_stand():
    taken = take("lead=@ana sev1 --private checkout  is down service=a,b")
    assert taken.text == "sev1 checkout  is down"
    assert taken.options == {"lead": ("@ana",), "service": ("a,b",)}
    assert taken.flags == {"private"}
    assert taken.unknown == ()


def test_what_is_not_known_stays_in_the_text_and_is_reported():
    taken = take("sev1 p99=4s on api --privat a==b")
    assert taken.text == "sev1 p99=4s on api --privat a==b"
    assert taken.unknown == ("p99=4s", "--privat")
    assert taken.options == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('service="a b" x', "a b"),
        ("service=“a b” x", "a b"),
        ("service=”a b” x", "a b"),
        ("service=‘a b’ x", "a b"),
        ("service='don't panic' x", "don't panic"),
        ('service=“a b" x', "a b"),
        ('service="" x', ""),
        ("service= x", ""),
        ("SERVICE=A x", "A"),
        ("--service=a x", "a"),
        ("—service=a x", "a"),
        ("service=a=b x", "a=b"),
        ("service=<http://a|b c> x", "<http://a|b c>"),
        ("service=`a b` x", "`a b`"),
        ("service=a\u00a0x", "a"),
    ],
)
def test_values_are_read_with_and_without_quotes(text, value):
    taken = take(text)
    assert (taken.one("service"), taken.text) == (value, "x")


def test_a_quote_that_is_never_closed_is_an_ordinary_character():
    taken = take('service="a b lead=@ana')
    assert taken.options == {"service": ('"a',), "lead": ("@ana",)}
    assert taken.text == "b"
    assert take('the "db lead=@ana').options == {"lead": ("@ana",)}


def test_apostrophes_in_words_are_no_quotes():
    taken = take("don't lead=@ana can't")
    assert (taken.text, taken.one("lead")) == ("don't can't", "@ana")


def test_dashes_of_phones_are_read_as_two_hyphens():
    for dash in ("--", "—", "–"):
        assert take(f"a {dash}private b").flags == {"private"}
    assert take("--No_Postmortem").flags == {"no-postmortem"}
    assert take("pre—private").flags == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "see `lead=@ana --private` please",
        "```\nlead=@ana\n--private\n```",
        'he said "use lead=@ana --private" twice',
        "he said “use lead=@ana” twice",
        "<https://example.org/?a|x lead=@ana>",
        "a`b lead=@ana`",
    ],
)
def test_code_links_and_quoted_text_are_left_alone(text):
    taken = take(text)
    assert (taken.text, taken.options, taken.flags) == (text, {}, frozenset())


def test_code_that_is_never_closed_is_ordinary_text():
    assert take("a ` lead=@ana").one("lead") == "@ana"
    assert take("a ``` lead=@ana").one("lead") == "@ana"
    assert take("a `b\nlead=@ana c`").one("lead") == "@ana"


@pytest.mark.parametrize(
    ("text", "value", "left"),
    [
        ("at=09:23:15 PST db down", "09:23:15 PST", "db down"),
        ("at=09:23 pst, db down", "09:23 pst,", "db down"),
        ("at=09:23 Europe/Berlin db", "09:23 Europe/Berlin", "db"),
        ("at=09:23 +02:00 db", "09:23 +02:00", "db"),
        ("at=09:23 +2 hosts", "09:23", "+2 hosts"),
        ("at=9:23 PM PST db", "9:23 PM PST", "db"),
        ("at=9 pm db", "9 pm", "db"),
        ("at=9:23pm UTC db", "9:23pm UTC", "db"),
        ("at=10m ago db", "10m ago", "db"),
        ("at=1h 30m ago db", "1h 30m ago", "db"),
        ("at=10 min ago, db", "10 min ago,", "db"),
        ("at=10m db ago", "10m", "db ago"),
        ("at=2024-03-15 09:23 db", "2024-03-15 09:23", "db"),
        ("at=2024-03-15 09:23:15 UTC db", "2024-03-15 09:23:15 UTC", "db"),
        ("at=2024-03-15 3 hosts", "2024-03-15", "3 hosts"),
        ("at=yesterday 22:10 db", "yesterday 22:10", "db"),
        ("at=09:23 ist kaputt", "09:23", "ist kaputt"),
        ("at=09:23 the db", "09:23", "the db"),
        ("at=now PST db", "now", "PST db"),
        ("at=09:23\nPST db", "09:23", "PST db"),
        ('at="09:23 PST" UTC', "09:23 PST", "UTC"),
    ],
)
def test_a_time_takes_the_words_that_belong_to_it(text, value, left):
    taken = take(text)
    assert (taken.one("at"), taken.text) == (value, left)


def test_other_keys_take_one_word_only():
    assert take("lead=10m ago").options == {"lead": ("10m",)}


def test_a_key_given_twice_keeps_both_and_the_last_counts():
    taken = take("lead=@a x lead=@b")
    assert taken.options["lead"] == ("@a", "@b")
    assert taken.one("lead") == "@b"
    assert taken.one("service") is None


def test_hyphens_and_capitals_in_keys_do_not_matter():
    assert take("Impact-Start=now").options == {"impact_start": ("now",)}


def test_line_breaks_stay_in_the_text():
    assert take("one lead=@a\n  two\n\nservice=b three").text == "one\n  two\n\nthree"


MARKS = ["—", "--", '"', "“", "”", "'", "’", "`", "```", "<", ">", "<http://x|", "=", ",", "\\", "😀"]
BLANKS = ["\n", " ", "  ", "\u00a0"]
WORDS = ["lead=", "at=", "service=", "x=", "--private", "09:23", "PST", "ago", "10m", "pm", "2024-03-15"]
PIECES = st.one_of(
    st.sampled_from([*MARKS, *BLANKS, *WORDS]),
    st.text(max_size=5),
)


@given(st.lists(PIECES, max_size=40).map("".join))
@example('lead="')
@example("at=10m")
@example("--private")
def test_nothing_typed_is_lost(text):
    """What is not in the text, the options or the flags is only the marks around them."""
    taken = take(text)
    kept = [taken.text, *taken.flags]
    for key, values in taken.options.items():
        kept += [key * len(values), *values]
    found = Counter("".join("".join(kept).split()).casefold())
    typed = Counter("".join(text.split()).casefold())
    assert set(typed - found) <= set("=\"“”„'‘’-–—_privateno-postmortem")
    assert not found - typed - Counter({"-": len(text), "_": len(text)})


@given(st.lists(PIECES, max_size=20).map("".join))
def test_without_known_words_the_text_stays_as_it_is(text):
    assert split(text).text == text.strip()


HOSTILE = ['"', "'", "`", "```", "<", "<@", "“", "--", "x=", "`a ", '"a ', "`\n", " ", "\n", "a", ' "b']
HOSTILE += ["lead=", 'lead="', "lead='", "lead=` ", "lead=<@", "lead=“x ", "—private "]
HOSTILE += ["at=", "at=1 ", "at=1d ", "at=2024-03-15 ", "at=09:23 PST ", "at=9 pm "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_with_the_length_only(piece):
    """Counted, not timed: the calls made for a text ten times as long are about ten times as many."""
    small, large = (_calls(piece * (length // len(piece))) for length in (2_000, 20_000))
    assert large < 12 * small + 1_000
    take(piece * (100_000 // len(piece)))


def _calls(text):
    count = 0

    def one_more(*_):
        nonlocal count
        count += 1

    sys.setprofile(one_more)
    try:
        take(text)
    finally:
        sys.setprofile(None)
    return count
