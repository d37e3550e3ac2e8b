"""Every verb that takes more than two fields has a form, or a stated reason why not."""

import re

import pytest

from handlers import ROUTES
from handlers.forms import BARE, FORMS, WITHOUT
from handlers.more import OPENERS
from handlers.routes import Verb

MOST_TYPED = 2
"""Fields that are as quickly typed as filled in."""


def fields(usage: str) -> int:
    """How many fields the longest alternative of *usage* takes; the word of a step is none."""
    ways = re.split(r"\n|(?<![^\]>)\w…]) \| (?![^\[]*\])", usage)
    return max(len(_fields(way.strip())) for way in ways)


def _fields(way: str) -> list[str]:
    found = re.findall(r'\[[^\]]*\]…?|<[^>]*>…?|\w+="[^"]*"|\S+', way)
    return found[1:] if found and re.fullmatch(r"[a-z][a-z-]*", found[0]) and len(found) > 1 else found


@pytest.mark.parametrize(
    ("usage", "count"),
    [
        ("<field> <value>", 2),
        ("[message] | --no-postmortem reason | --unverified reason", 2),
        ("add text @name [in=10m] | list | done <n> [result]", 3),
        ("[--all | --curated] [since=1h]", 2),
        ("", 0),
    ],
)
def test_the_fields_of_a_usage_are_counted(usage: str, count: int):
    assert fields(usage) == count


@pytest.mark.parametrize("verb", ROUTES.verbs.values(), ids=lambda verb: verb.name)
def test_a_verb_with_more_than_two_fields_has_a_form_or_a_reason(verb: Verb):
    if fields(verb.usage) > MOST_TYPED:
        assert verb.name in FORMS.keys() | WITHOUT.keys()


def test_each_form_in_the_table_is_there_and_stands_for_its_verb():
    assert {verb: ROUTES.stands_for.get(form) for verb, form in FORMS.items()} == {
        verb: verb for verb in FORMS
    }
    assert set(FORMS.values()) <= ROUTES.forms.keys()


def test_no_verb_is_excused_that_needs_no_excuse():
    assert {verb for verb in WITHOUT if fields(ROUTES.verbs[verb].usage) <= MOST_TYPED} == set()
    assert FORMS.keys() & WITHOUT.keys() == set()
    assert BARE.keys() <= FORMS.keys()


def test_what_the_card_offers_under_more_is_in_the_table():
    assert OPENERS.known.keys() <= FORMS.keys()


@pytest.mark.parametrize("form", ROUTES.forms)
def test_what_can_be_typed_instead_of_a_form_begins_with_its_verb(form: str):
    verb = ROUTES.find(ROUTES.instead[form].split()[0])
    assert verb is not None
    assert verb.name == ROUTES.stands_for[form] or ROUTES.instead[form] == "help"
