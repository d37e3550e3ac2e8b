"""Text made safe for Markdown (rule 7 of the layout; question 12 of its rubric)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.markdown import cell, fenced, inline

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("`", "``", "```", "~~~", "~", "|", "\\", "*", "**", "_", "__", "&", "&copy;", "$", "a", "b c"),
                *("<b>", "<!--", "-->", "</td>", "<http://x>", "[a](http://x)", "![i](u)", "[a]: http://x", "]("),
                *("[x] ", "# ", "- ", "+ ", "1. ", "2) ", "> ", "---", "===", "|---|", ":-:", "    ", "\t"),
                *("{{ 7*7 }}", "{% raw %}", "\n", "\r\n", "\u2028", "\x00", "\u202e", "\ud800"),
                *("שלום", "障害", "🔥", ":fire:", "_[to write: x]_"),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=12,
).map("".join)  # fmt: skip


def shape(document):
    """Types of all tokens, leaving apart which plain pieces a line of text was cut into."""
    found = []
    for token in READER.parse(document):
        found.append((token.type, token.tag))
        found += [
            (child.type, child.tag)
            for child in token.children or ()
            if child.type not in ("text", "code_inline", "text_special")
        ]
    return found


def shown(document):
    return "".join(child.content for token in READER.parse(document) for child in token.children or ())


@pytest.mark.parametrize(
    "line",
    [
        "Lag reduced from 47 seconds to 23 seconds - well below 30 (threshold)",
        "~52,000",
        "None confirmed",
        "[ERROR] Connection pool exhausted: 100% (800/800)",
        "Error rate returns to normal (<1%)",
        "postgres_primary_01 and max_connections: 4 * 5 = 20, a -> b, 2 → 15",
        "14:02 it began, about ~5 min; $127 & more",
        "see https://x.example.org/a_b?c=1&d=2",
        "run `SELECT * FROM t WHERE a|b` now",
    ],
)
def test_harmless_lines_stay_as_they_are(line):
    assert inline(line) == line


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("# not a heading", "\\# not a heading"),
        ("- no item", "\\- no item"),
        ("1. no item", "1\\. no item"),
        ("> no quote", "\\> no quote"),
        ("*bold* _it_ ~~gone~~", "\\*bold\\* \\_it\\_ \\~\\~gone\\~\\~"),
        ("<script>x</script> &copy;", "\\<script>x\\</script> \\&copy;"),
        ("[a](http://x)", "[a]\\(http://x)"),
        ("[a]: http://x", "\\[a]: http://x"),
        ("$47 and $80", "\\$47 and \\$80"),
        ("_[to write: x]_", "\\_[to write: x]\\_"),
        ("a\nb", "a b"),
    ],
)
def test_what_would_be_markup_is_escaped(line, safe):
    assert inline(line) == safe
    assert shown(inline(line)) == line.replace("\n", " ")


def test_a_cell_keeps_its_bars_and_its_line_breaks():
    assert cell("a | b\nc `d|e`") == "a \\| b<br>c `d\\|e`"


@given(HOSTILE)
def test_hostile_text_never_changes_a_documents_structure(text):
    def document(it):
        return (
            f"# {inline(it)} x\n\n{inline(it)} x  \n{inline(it)} x\n\n- {inline(it)} x\n\n"
            f"| a | b |\n|---|---|\n| {cell(it)} x | x |\n| x | {cell(it)} x |\n\n"
            f"{fenced(it)}\n\nlast\n"
        )

    found = [token for token in shape(document(text)) if token != ("html_inline", "")]
    breaks = cell(text).count("<br>")
    assert found == shape(document("harmless"))
    assert sum(token == ("html_inline", "") for token in shape(document(text))) == 2 * breaks


@given(st.text(alphabet="abc*_`~|\\[]()<>&#-+.1$! =:;", max_size=40))
def test_readers_see_what_was_written(text):
    words = " ".join(text.split())
    assert shown(inline(text)).replace("`", "").replace(" ", "") == words.replace("`", "").replace(" ", "")


@given(HOSTILE)
def test_code_stands_word_for_word_in_its_fence(text):
    (token,) = READER.parse(fenced(text))
    assert token.type == "fence"
    assert "`" * 3 not in token.markup or token.content.count("\n") == len(text.splitlines() or [""])


def test_right_to_left_text_is_set_apart_and_cannot_turn_what_follows():
    assert inline("שלום a\u202eb") == "\u2068שלום ab\u2069"


def test_escaping_takes_one_pass():
    text = "`" * 50_000 + "[" * 50_000 + "*_" * 50_000
    assert len(inline(text)) < 500_000
