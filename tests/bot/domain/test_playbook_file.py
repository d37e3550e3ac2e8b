"""A playbook as people write it: any text is one or is refused with a line, and no box is ever lost."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.playbook_file import LARGEST, BrokenPlaybook, Piece, playbook

WHOLE = """\
---
services: checkout, "Orders DB"
words: [payment, connection pool]
# of nothing else
---

# Database *outage* #

Some text,
on two lines.

## Look ##
- [ ] first
  goes on
* [x] second

  and more of it
1. [ ] third
```
- [ ] no box
```
"""


def refused(text: str, name: str = "database") -> list[str]:
    with pytest.raises(BrokenPlaybook) as caught:
        playbook(name, text)
    return list(caught.value.mistakes)


def test_everything_that_a_playbook_may_hold():
    book = playbook("DataBase", WHOLE.replace("\n", "\r\n"))
    assert (book.name, book.title, book.steps) == ("database", "Database *outage*", 3)
    assert (book.services, book.words) == (("checkout", "Orders DB"), ("payment", "connection pool"))
    assert book.pieces == (
        Piece(text="Some text,\non two lines."),
        Piece(text="Look", heading=True),
        Piece(text="first\ngoes on", step=True),
        Piece(text="second", step=True),
        Piece(text="and more of it"),
        Piece(text="third", step=True),
        Piece(text="```\n- [ ] no box\n```"),
    )


def test_a_title_is_enough():
    assert playbook("x", "\ufeff# Call Dana").pieces == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: it is empty: begin with its title, `# Title`"),
        ("\n\n", "line 1: it is empty: begin with its title, `# Title`"),
        ("\nhello", "line 2: should be its title, like `# Database outage`"),
        ("#", "line 1: should be its title, like `# Database outage`"),
        ("#hello", "line 1: should be its title, like `# Database outage`"),
        ("# a\n\n- [ ]", "line 3: this box has no text: write what is to be done behind it"),
        ("# a\n##  ", "line 2: this heading has no text"),
        ("# a\n```sh\n- [ ] b", "line 2: this code is never ended by another line ```"),
        ("---\nservice: a\n---\n# a", "line 2: service is not known; did you mean services?"),
        ("---\nowner: a\n---\n# a", "line 2: owner is not known: write services or words"),
        (
            "---\nwords:\n  - a\n---\n# a",
            "line 2: words names nothing: write them on this line, like `words: one, another`",
        ),
        ("---\nwords: a\nwords: b\n---\n# a", "line 3: words stands here twice"),
        ("---\nwords: a\n# a", "line 1: what begins with --- is never ended by another line ---"),
        (f"# a\n\n- [ ] {'b' * 1_001}", "line 3: this step has 1,001 characters; at most 1,000 fit"),
        ("# a\n" + "- [ ] b\n" * 101, "line 102: at most 100 steps fit in one playbook"),
        (f"# {'a' * 151}", "line 1: its title has 151 characters; at most 150 fit"),
    ],
)
def test_a_mistake_is_refused_with_its_line(text: str, says: str):
    assert says in refused(text)


@pytest.mark.parametrize(
    "box",
    [
        "- []",
        "-[ ] b",
        "- [ ]b",
        "- [  ] b",
        "[ ] b",
        "> - [ ] b",
        "1.[ ] b",
        "+ []b",
        "- [\u00a0] b",
        "- [x]b",
    ],
)
def test_a_box_that_is_written_nearly_right_is_no_text(box: str):
    """A step that is taken for text would be forgotten at night."""
    assert refused(f"# a\n\n{box}") == [
        "line 3: should be written `- [ ] what to do`, with these spaces, to be a box"
    ]


@pytest.mark.parametrize(
    "text", ["- [x](http://a)", "- [a] b", "[x] b", "- [link][ref]", "a [ ] b", "[ ]: http://a"]
)
def test_what_is_no_box_is_text(text: str):
    book = playbook("x", f"# a\n\n{text}")
    assert (book.steps, book.pieces[0].text) == (0, text)


@pytest.mark.parametrize("name", ["two words", "a/b", "-a", "_a", "", "x" * 61, "a\nb", "a`b"])
def test_a_name_that_cannot_be_typed_is_refused(name: str):
    assert "its name should be one word" in refused("# a", name)[0]


def test_a_name_of_any_script_is_one_and_the_same_however_it_is_composed():
    assert playbook("Sto\u0308rung", "# a").name == playbook("störung", "# a").name == "störung"
    assert playbook("डेटाबेस", "# a").name == "डेटाबेस"


def test_all_mistakes_are_told_at_once():
    assert len(refused("---\nx: y\n---\nhello\n- []\n- [ ]\n")) == 4


LINES = st.lists(
    st.one_of(
        st.sampled_from([
            "# t", "## h", "- [ ] do", "* [x] do", "1. [ ] do", "  - [ ] nested", "```", "~~~", "---", "- item",
            "", "    - [ ] deep", "services: a", "words: b", "> quote", "- [ ]", "[ ] x",
        ]),
        st.text(max_size=12),
    ),
    max_size=20,
)  # fmt: skip


@given(LINES)
@example(["# t", "```", "- [ ] do", "```", "- [ ] do"])
def test_any_text_is_a_playbook_or_is_refused_and_no_box_is_lost(lines: list[str]):
    text = "\n".join(lines)
    try:
        book = playbook("x", text)
    except BrokenPlaybook as error:
        wrong = [mistake for mistake in error.mistakes if not re.match(r"line [1-9]\d*: ", mistake)]
        book = None
    if book is None:
        assert wrong == []
        return
    kept = "\n".join(piece.text for piece in book.pieces)
    assert kept.count("[ ]") + kept.count("[x]") + book.steps == text.count("[ ]") + text.count("[x]")
    words = " ".join(re.findall(r"\w+", kept))
    for line in lines:
        if line.strip() in ("- item", "> quote"):
            assert line.split()[1] in words


def test_one_that_is_too_large_is_refused():
    assert playbook("x", "# a\n" + "b" * (LARGEST - 4)).steps == 0
    assert refused("# a\n" + "b" * (LARGEST - 3)) == ["it has 20,001 characters; at most 20,000 fit"]
