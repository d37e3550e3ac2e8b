"""A flag that was meant and mistyped."""

import pytest

from bot.domain.mistyped import check, meant
from bot.domain.refusal_opening import FlagNearby
from bot.domain.words import split

DECLARE = frozenset({"private", "drill", "triage", "backfill"})
UPDATE = frozenset({"external", "exec"})


@pytest.mark.parametrize(
    ("word", "flag"),
    [
        ("--privat", "private"),
        ("--priv", "private"),
        ("--pirvate", "private"),
        ("--PRIVATE.", "private"),
        ("-private", "private"),
        ("—privte", "private"),
        ("--private=yes", "private"),
        ("--private-channel", "private"),
        ("--dril", "drill"),
        ("--tirage", "triage"),
        ("--back-fill", "backfill"),
        ("--verbose", None),
        ("--trace", None),
        ("--bill", None),
        ("--backend", None),
        ("private", None),
        ("-1", None),
    ],
)
def test_a_word_is_near_to_a_flag_or_text(word: str, flag: str | None) -> None:
    """DR-28."""
    assert meant(word, DECLARE) == flag


@pytest.mark.parametrize(("word", "flag"), [("--extern", "external"), ("--execs", "exec"), ("--executive", "exec"),
                                            ("--extended", None)])  # fmt: skip
def test_flags_of_an_update(word: str, flag: str | None) -> None:
    assert meant(word, UPDATE) == flag


def test_the_refusal_gives_the_command_put_right() -> None:
    typed = "/incident declare sev2  salaries --privat lead=@ana"
    with pytest.raises(FlagNearby) as refused:
        check(split("salaries --privat", flags=DECLARE), typed, DECLARE)
    assert refused.value.next_step == "/incident declare sev2 salaries --private lead=@ana"
    with pytest.raises(FlagNearby) as refused:
        check(split("salaries --privat", flags=DECLARE), f"{typed} {'x' * 600}", DECLARE)
    assert refused.value.next_step == "/incident declare … --private"


@pytest.mark.parametrize(
    "text", ['fails with "--privat set"', "fails with `--privat`", "fails with --verbose"]
)
def test_quotes_code_and_other_words_stay_text(text: str) -> None:
    check(split(text, flags=DECLARE), text, DECLARE)
