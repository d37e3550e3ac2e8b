import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import domain
from bot.domain import refusal
from bot.domain.refusal import LONGEST_FACT, NotANumber, Refusal, UnknownReference, shorten


class NoSuchColour(Refusal):
    """There is no colour '{given}'; there are {known}.

    More for the reader of the code.
    """

    next = "/incident paint {nearest}"
    whole = frozenset({"known"})


def test_a_refusal_is_its_docstring_with_the_facts_filled_in():
    no = NoSuchColour(given="gren", known="green, red", nearest="green")
    assert no.sentence == "There is no colour 'gren'; there are green, red."
    assert no.next_step == "/incident paint green"
    assert str(no) == "There is no colour 'gren'; there are green, red. Next: `/incident paint green`"
    assert no.facts == {"given": "gren", "known": "green, red", "nearest": "green"}


def test_without_a_next_step_it_is_the_sentence_alone():
    assert str(NotANumber(key="customers", given="many")) == (
        "'customers' needs a number, not 'many'. Write it like 1847, 1,847, 2.3M or ~52,000."
    )


def test_a_missing_fact_is_found_where_the_refusal_is_raised():
    with pytest.raises(KeyError):
        UnknownReference()


def test_braces_and_template_code_that_people_type_are_only_text():
    assert "'{{7*7}} {given.__class__}'" in UnknownReference(given="{{7*7}} {given.__class__}").sentence


def test_what_people_typed_is_shortened_and_what_we_list_is_not():
    no = NoSuchColour(given="x\n" * 5000, known="green, " * 50, nearest="green")
    assert len(no.sentence) < LONGEST_FACT + 400
    assert "green, " * 50 in no.sentence
    assert "\n" not in no.sentence
    assert no.facts["given"] == "x\n" * 5000


@pytest.mark.parametrize("character", ["👩‍👩‍👧", "🇩🇪", "👍🏽", "e\u0301", "❤️"])
@pytest.mark.parametrize("lead", range(6))
def test_no_visible_character_is_cut_in_two(character, lead):
    short = shorten("x" * lead + character * 100)
    assert len(short) <= LONGEST_FACT
    body = short.removesuffix("…")[lead:]
    assert body == character * (len(body) // len(character))
    assert body


@given(st.text(max_size=300))
def test_shortened_text_is_one_line_of_at_most_eighty_characters(text):
    short = shorten(text)
    assert len(short) <= LONGEST_FACT
    assert short == " ".join(text.split()) or short.endswith("…")
    assert not any(unicodedata.category(each) == "Zl" for each in short)


for _module in iter_modules(domain.__path__):
    import_module(
        f"{domain.__name__}.{_module.name}"
    )  # each feature keeps its refusals in a module of its own


def _kinds(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith(refusal.__name__):
            yield each
            yield from _kinds(each)


@pytest.mark.parametrize("kind", list(_kinds()))
def test_every_refusal_has_a_sentence_of_its_own(kind):
    sentence = (kind.__doc__ or "").strip().partition("\n")[0]
    assert sentence.endswith((".", "?", "`"))
    assert sentence[0].isupper() or sentence[0] in "'{"
