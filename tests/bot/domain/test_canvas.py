"""What a draft becomes for Slack's canvas: nothing is lost without a word, nobody is mentioned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.canvas import LONGEST, MOST_CELLS, canvas_markdown, without_tables
from bot.domain.markdown import cell, fenced, inline
from bot.sandbox import SlackError
from bot.sandbox.canvases import Canvas, Section, blocks, content_of


def made(document: str) -> str:
    return canvas_markdown(document, head="INC-1 postmortem, draft 1", file="INC-1-draft-1.md")


def body(document: str) -> str:
    return made(document).partition("\n\n")[2].rstrip("\n")


def mentions(text: str) -> list[str]:
    sections = [Section(id=str(n), markdown=block) for n, block in enumerate(blocks(text))]
    canvas = Canvas(
        id="F", channel="C", title="", user="U", created=0, updated=0, last_editor="U", sections=sections
    )
    return canvas.mentions


def table(rows: int, columns: int = 5) -> str:
    head = "|" + " a |" * columns
    return "\n".join(
        [head, "|" + "---|" * columns, *(f"| **{n}** |" + " x |" * (columns - 1) for n in range(rows))]
    )


def test_the_head_stands_above_all() -> None:
    assert made("# Report\n\ntext\n") == "# INC-1 postmortem, draft 1\n\n# Report\n\ntext\n"


def test_it_says_where_the_timeline_is_drawn() -> None:
    text = canvas_markdown("# Report\n", head="INC-1 postmortem, draft 1", file="a.md", drawn="a.pdf")
    assert text.split("\n\n")[1:] == [
        "*The timeline is drawn in the file `a.pdf` in this channel.*",
        "# Report\n",
    ]


def test_headings_have_three_levels() -> None:
    assert (
        body("### three\n\n#### four\n\n###### six\n\n#no heading")
        == "### three\n\n### four\n\n### six\n\n#no heading"
    )


def test_a_small_table_stays_one() -> None:
    text = "| Time | What |\n|---|---|\n| 09:00 | a \\| b |\n| 09:01 |  |"
    assert body(text) == text


def test_a_table_of_more_cells_than_a_canvas_takes_becomes_several() -> None:
    assert len(blocks(body(table(59)))) == 1, "60 rows of 5 are 300"
    first, second, third = blocks(body(table(119)))
    assert first.splitlines()[:2] == second.splitlines()[:2] == third.splitlines()[:2]
    assert [len(part.splitlines()) for part in (first, second, third)] == [61, 61, 3]
    assert third.splitlines()[-1].startswith("| **118** |"), "each row once, in order"


def test_a_table_with_more_columns_than_cells_becomes_a_list() -> None:
    assert body(table(2, columns=200)).splitlines()[1].startswith("- **1** · x · x")


def test_empty_cells_leave_no_trace_in_a_list() -> None:
    listed = without_tables("| a | b | c |\n|---|---|---|\n| **March 1** | | |\n| 1 |  | x |").splitlines()
    assert listed == ["- **March 1**", "- **1** · x"]


def test_without_tables_all_else_stays() -> None:
    text = "# head\n\n```\n| a |\n|---|\n| 1 |\n```\n\n- item\n"
    assert without_tables(text) == text
    assert (
        without_tables(f"{text}\n| a | b |\n|---|---|\n| 1 |  |\n| 2 | x |\n")
        == f"{text}\n- **1**\n- **2** · x\n"
    )


def test_line_breaks_in_cells_are_no_html() -> None:
    assert body("| a |\n|---|\n| one<br>two `x<br>y` |") == "| a |\n|---|\n| one / two `x<br>y` |"


def test_comments_of_a_file_that_people_edit_stay_out() -> None:
    assert body("<!-- begin head -->\n# Title\n\n<!-- end head -->\n\ntext\n") == "# Title\n\ntext"
    assert body("```\n<!-- code -->\n```") == "```\n<!-- code -->\n```"


def test_code_stays_word_for_word() -> None:
    code = "````text\n# no heading\n| a | b |\n|---|---|\n```\n![](@U1) <br>\n\n#### four\n````"
    assert body(f"before\n\n{code}\n\n#### after") == f"before\n\n{code}\n\n### after"


def test_a_document_that_is_too_long_ends_with_a_word_about_the_file() -> None:
    text = made("\n\n".join(f"paragraph {n} " + "x" * 1000 for n in range(200)))
    assert len(text) <= LONGEST
    assert text.endswith(
        "*The canvas ends here: the whole draft is the file `INC-1-draft-1.md` in this channel.*\n"
    )
    assert "paragraph 90 " in text


def test_a_single_block_that_is_too_long_is_left_out_as_a_whole() -> None:
    text = made(f"first\n\n{fenced('x' * LONGEST)}\n\nlast")
    assert "first" in text
    assert "`INC-1-draft-1.md`" in text
    assert "```" not in text, "no fence is left open"


@pytest.mark.parametrize(
    "said", ["![](@U123)", "![Ben](@U123)", "a ![](#C123) b", "!![](@U1)", "![x](https://x.example/a.png)"]
)
def test_what_people_wrote_mentions_nobody(said: str) -> None:
    document = f"{inline(said)}\n\n- {inline(said)}\n\n| a |\n|---|\n| {cell(said)} |\n\n{fenced(said)}"
    assert mentions(made(document)) == []
    assert mentions(made(said)) == [], "not even where a template forgot to escape it"


@given(st.lists(st.text(max_size=80), max_size=30))
def test_slack_takes_whatever_people_wrote(texts: list[str]) -> None:
    lines = [f"- {inline(text)}" for text in texts]
    rows = [f"| {cell(text)} | {cell(text)} |" for text in texts]
    document = "\n\n".join(
        ["# Title", *lines, "\n".join(["| a | b |", "|---|---|", *rows]), *map(fenced, texts)]
    )
    text = made(document)
    assert content_of({"type": "markdown", "markdown": text}, "refused") == text
    assert mentions(text) == []


def test_the_small_slack_refuses_a_table_that_is_too_large() -> None:
    """What the rule above is held against."""
    content_of({"type": "markdown", "markdown": table(MOST_CELLS // 5 - 1)}, "refused")
    with pytest.raises(SlackError, match="refused"):
        content_of({"type": "markdown", "markdown": table(MOST_CELLS // 5)}, "refused")
