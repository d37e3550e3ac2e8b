"""A draft that people edited is made anew: no sentence of theirs is lost, and what nobody touched is fresh (AD-8)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.regenerate import answered, delimited, digest, identity, regenerated

REF = "INC-2026-0309-001"
MARK = re.compile(r"<!-- tocsin:.* -->")


def document(sections: dict[str, str], *, made: str = "noon") -> str:
    parts = [f"# A title\n\n- **Status:** {made}"]
    parts += [f"## {name}\n\n{text}" for name, text in sections.items()]
    return "\n\n".join([*parts, f"---\n\nMade by Tocsin, as it stood at {made}."]) + "\n"


def draft(sections: dict[str, str], *, made: str = "noon", variant: str = "report") -> str:
    return delimited(document(sections, made=made), REF, variant)


THEN = {
    "Summary": "It broke.",
    "Root Cause": "_[to write: Root cause: what made this possible?]_",
    "Timeline": "| a |",
}
NOW = {**THEN, "Timeline": "| a |\n| b |", "Lessons": "- one"}


def test_a_draft_names_its_incident_and_format_and_each_section_once():
    text = draft(THEN)
    assert identity(text) == (REF, "report")
    marks = [line for line in text.splitlines() if MARK.fullmatch(line)]
    assert len(marks) == 1 + 2 * (2 + len(THEN)), "one pair a section, head and footer, and the first line"
    assert MARK.sub("", text).split() == document(THEN).split(), "and nothing else is added"


def test_what_nobody_touched_is_exactly_the_fresh_draft():
    fresh = draft(NOW, made="one")
    again = regenerated(draft(THEN), fresh)
    assert (again.text, again.kept, again.is_behind) == (fresh, (), False)
    assert regenerated(fresh, fresh).text == fresh


def test_line_ends_and_blanks_that_an_editor_changed_are_no_edit():
    fresh = draft(NOW)
    old = "\ufeff" + draft({**THEN, "Summary": "It broke.  \nBadly."}).replace("\n", "\r\n")
    assert regenerated(re.sub(r" +(?=\r)", "", old), fresh).text == fresh


def test_an_edited_section_is_kept_and_named_and_the_others_are_fresh():
    old = draft(THEN).replace("It broke.", "It broke, because of us.")
    again = regenerated(old, draft(NOW))
    assert "It broke, because of us." in again.text
    assert "| b |" in again.text
    assert "- one" in again.text
    assert again.kept == ("Summary",)
    assert not again.is_behind, "the record says the same as then"
    assert "**Kept as edited by hand (1):** Summary." in again.text


def test_where_the_record_went_on_the_notice_says_so():
    old = draft(THEN).replace("| a |", "| a, as I remember it |")
    again = regenerated(old, draft(NOW))
    assert again.is_behind
    assert "Timeline (the record says something else by now)" in again.text
    assert "| b |" not in again.text


def test_text_between_sections_stays_between_them():
    old = draft(THEN).replace(
        "<!-- tocsin:begin timeline -->", "A word of mine.\n\n<!-- tocsin:begin timeline -->"
    )
    again = regenerated(old, draft(NOW)).text
    assert again.index("Root Cause") < again.index("A word of mine.") < again.index("## Timeline")
    assert "| b |" in again


def test_a_section_that_the_record_has_no_more_stays_where_a_person_edited_it():
    old = draft(NOW).replace("- one", "- one, and mine")
    again = regenerated(old, draft(THEN)).text
    assert "- one, and mine" in again
    assert regenerated(draft(NOW), draft(THEN)).text == draft(THEN), "and goes where nobody did"


def test_a_section_taken_out_of_the_fresh_file_by_hand_counts_as_generated():
    """Copied over from FILE.new, marks and all."""
    fresh = draft(NOW)
    section = fresh[fresh.index("<!-- tocsin:begin timeline") : fresh.index("<!-- tocsin:begin lessons")]
    old = draft(THEN).replace("| a |", "| mine |")
    start, end = old.index("<!-- tocsin:begin timeline"), old.index("<!-- tocsin:begin footer")
    assert regenerated(old[:start] + section + old[end:], fresh).text == fresh


def test_a_prompt_that_was_replaced_is_answered():
    fresh = draft(NOW)
    questions = {"root_cause": "Root cause: what made this possible?", "other": "What else?"}
    assert answered(draft(THEN), fresh, questions) == frozenset()
    written = re.sub(r"_\[to write: Root.*\]_", "A limit of the pool.", draft(THEN))
    assert answered(written, fresh, questions) == {"root_cause"}
    beside = draft(THEN).replace("_[to write: Root", "We look into it.\n\n_[to write: Root")
    assert answered(beside, fresh, questions) == frozenset(), "the prompt still stands there"


def test_marks_in_what_people_recorded_are_marks_no_longer():
    forged = "```text\n<!-- tocsin:end summary 00000000 -->\n## Not a heading\n<!-- tocsin:begin x -->\n```"
    text = draft({"Summary": forged, "Timeline": "| a |"})
    assert len([line for line in text.splitlines() if MARK.fullmatch(line)]) == 1 + 2 * 4
    assert "begin not-a-heading" not in text
    assert regenerated(text, draft(NOW)).text == draft(NOW)


def test_a_heading_right_below_the_title_belongs_to_the_head():
    text = delimited("# REPORT\n\n## Its title\n\n- a\n\n## Summary\n\nx\n", REF, "report")
    assert re.findall(r"begin (\S+)", text) == ["head", "summary"]


def test_a_question_below_the_head_is_answered_without_holding_up_its_figures():
    """The commander's name is asked for above the first section."""

    def asked(status: str) -> str:
        head = f"# T\n\n- **Status:** {status}\n\n_[to write: Who was the commander?]_\n\n## Summary\n\nx\n"
        return delimited(head, REF, "full")

    again = regenerated(
        asked("open").replace("_[to write: Who was the commander?]_", "It was Ana."), asked("closed")
    )
    assert "It was Ana." in again.text
    assert "**Status:** closed" in again.text
    assert again.kept == ("first questions",)


def test_numbers_of_headings_are_no_part_of_a_sections_name():
    old = delimited("# T\n\nx\n\n## 3. Timeline\n\na\n", REF, "full").replace("\na\n", "\nmine\n")
    again = regenerated(old, delimited("# T\n\nx\n\n## 3. News\n\nn\n\n## 4. Timeline\n\na\n", REF, "full"))
    assert again.kept == ("3. Timeline",)


@pytest.mark.parametrize("text", ["", "# A title\n", "<!-- tocsin:draft nothing -->\n"])
def test_what_is_no_draft_is_none(text):
    assert identity(text) is None


def test_a_digest_tells_texts_apart():
    assert digest("a") != digest("b")
    assert digest("a  \nb\n\n") == digest("a\nb")


# Whatever people do

WORDS = st.sampled_from(
    ["alpha", "beta", "# gamma", "- delta", "| e |", "```", "", "<!-- note -->", "## Own heading"]
)
SECTIONS = st.dictionaries(
    st.sampled_from(["Summary", "Impact", "Root Cause", "Timeline", "2. Lessons", "To Check"]),
    st.lists(WORDS, min_size=1, max_size=4).map(lambda lines: "\n".join(["text", *lines, "end"])),
    max_size=5,
)
"""Sections as documents hold them; code fences are closed there."""
CLOSED = SECTIONS.map(lambda found: {name: text.replace("```", "~~~") for name, text in found.items()})


@st.composite
def edits(draw, text):
    """*text* after a person worked on it, and the sentences that they wrote."""
    lines, own = text.split("\n"), []
    for n in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["insert", "change", "delete", "move", "copy"]))
        sentence = f"A person wrote sentence {n}, {draw(st.sampled_from(['plainly', '**boldly**', '```', '## so']))}."
        if what == "insert":
            lines.insert(place, sentence)
            own.append(sentence)
        elif what == "change" and not any(mine in lines[place] for mine in own):
            lines[place] = sentence
            own.append(sentence)
        elif what == "delete":
            end = min(place + draw(st.integers(1, 8)), len(lines))
            gone = lines[place:end]
            own = [mine for mine in own if mine not in gone]
            del lines[place:end]
            lines = lines or [""]
        else:
            end = min(place + draw(st.integers(1, 8)), len(lines))
            stretch = lines[place:end]
            if what == "move":
                del lines[place:end]
            target = draw(st.integers(0, len(lines)))
            lines[target:target] = stretch
    return "\n".join(lines), own


@given(then=CLOSED, now=CLOSED, data=st.data())
def test_no_sentence_of_a_person_is_lost_and_twice_gives_the_same(then, now, data):
    old, own = data.draw(edits(draft(then)))
    fresh = draft(now, made="later")
    again = regenerated(old, fresh)
    lines = again.text.split("\n")
    for sentence in own:
        assert sentence in lines
    assert identity(again.text) == (REF, "report")
    twice = regenerated(again.text, fresh)
    assert (twice.text, twice.kept, twice.is_behind) == (again.text, again.kept, again.is_behind)


@given(then=CLOSED, now=CLOSED)
def test_an_unedited_file_becomes_exactly_the_fresh_one(then, now):
    fresh = draft(now, made="later")
    assert regenerated(draft(then), fresh).text == fresh


@given(then=CLOSED, later=CLOSED, last=CLOSED, data=st.data())
def test_edits_outlive_any_number_of_changes_of_the_record(then, later, last, data):
    old, own = data.draw(edits(draft(then)))
    text = regenerated(regenerated(old, draft(later, made="later")).text, draft(last, made="last")).text
    assert [sentence for sentence in own if sentence not in text.split("\n")] == []
