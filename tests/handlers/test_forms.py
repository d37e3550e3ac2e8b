"""Every verb that takes more than two fields has a form, or a stated reason why not."""

import re
from collections.abc import Mapping

import pytest

from handlers import ROUTES
from handlers.more import OPENERS
from handlers.routes import Verb

MOST_TYPED = 2
"""Fields that are as quickly typed as filled in."""
FORMS: Mapping[str, str] = {
    "declare": "declare_form",
    "update": "update_form",
    "note": "note_form",
    "impact": "impact_form",
    "task": "task_form",
    "handoff": "handoff_form",
    "role": "role_form",
    "escalate": "escalation_form",
    "set": "set_which",
    "customer": "case_form",
    "mitigate": "mitigate_form",
    "resolve": "resolve_form",
    "postmortem": "write_which",
    "followup": "followup_form",
}
"""Verb to the callback of its form: every verb that takes more than two fields, and some with fewer."""
BARE: Mapping[str, str] = {
    "declare": "asks for the severity by four buttons, beside which stands “Fill in a form”",
    "task": "lists the tasks, with “Add a task” below; `task add` alone opens the form",
    "customer": "lists them, with “Open a customer escalation” below; `customer add` alone opens the form",
    "role": "lists who has which role, with a button for each that is free; the card has “Take a role”",
    "escalate": "lists who was told, with “With a reason” below",
    "mitigate": "is done at once, at 3 a.m. with one word; “More” on the card has the form",
    "resolve": "is done at once, at 3 a.m. with one word; “Resolve” on the card has the form",
    "followup": "lists the follow-ups, with “Add a follow-up” below; `followup add` alone opens the form",
    "postmortem": "shows how the postmortem stands; `postmortem write` and “Write” below the draft open the forms",
}
"""Verbs with a form whose bare word has a meaning of its own, and how one comes to their form."""
WITHOUT: Mapping[str, str] = {
    "playbook": "a name, a step and its numbers; what it posts has a button for each step",
    "metrics": "numbers have buttons; a value is entered as a word and a number, and what is beside them is optional",
    "merge": "two fields, for `into` is only a filling word, and the second is optional",
}
"""Verbs whose usage looks like more than two fields, and why they have no form."""


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
