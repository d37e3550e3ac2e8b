"""HTML, DOCX and PDF hold what the Markdown holds, of every replay, in every format, and nothing gets out of them."""

import re
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest
from docx.oxml.ns import qn

from bot.domain import postmortem
from bot.domain.draft_files import SharedFile
from bot.domain.mrkdwn import Names, escaped
from bot.domain.postmortem import Draft
from bot.domain.timeline import Kind
from bot.formats import FORMATS, OUTPUTS, framed, written
from bot.formats.picture import png
from tests.documents import SEEN, Page, bare, pdf_of, seen_pdf, told, word_of
from tests.records import FILES, NAMES, entry, incident, needs_replays, policy, record

BINARY = [kind for kind in OUTPUTS if kind not in ("md", "png")]
each_kind = pytest.mark.parametrize("kind", BINARY)
each_format = pytest.mark.parametrize("name", list(FORMATS))
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> <svg/onload=alert(1)> </style></title><!--",
    "[go](javascript:alert(1)) ![i](http://evil.example/x.png) <http://evil.example/> [a]: http://evil.example",
    '#eval("1") #read("/etc/passwd") #import "@preview/x:1.0.0" $x^2$ #sys.inputs \\ @label <label> *b* _i_ `c`',
    "]]> &amp; &lt;w:p/&gt; \x0b \x1f \ufffe {{ 7 * 7 }} {% raw %} {0} %s",
    "שלום \u202e עולם 障害 🔥👩‍🚀 " + "x" * 3_000,
)  # fmt: skip


def drafted(of, entries, **more) -> Draft:
    return replace(postmortem.draft(of, list(entries), policy=policy(), names=NAMES), **more)


def imported(file) -> Draft:
    of, entries = record(file)
    return postmortem.draft(of, list(entries), policy=policy(), names=Names())


def made(kind, name, draft, paper="a4") -> bytes:
    return written(kind, FORMATS[name].render(draft), framed(draft, paper))


def hostile() -> Draft:
    of = incident(title=escaped(HOSTILE[0]), summary=escaped(HOSTILE[2]), classification=HOSTILE[3])
    entries = [entry(n, escaped(text), Kind.DECISION) for n, text in enumerate(HOSTILE)]
    entries += [entry(10 + n, escaped(f"```\n{text}\n```"), Kind.FINDING) for n, text in enumerate(HOSTILE)]
    return drafted(of, entries)


@needs_replays
@each_format
@each_kind
@pytest.mark.parametrize("file", FILES)
def test_every_kind_of_file_holds_every_text_of_the_markdown(kind, name, file):
    draft = imported(file)
    seen = bare(SEEN[kind](made(kind, name, draft)))
    texts = told(FORMATS[name].render(draft))
    assert len(texts) > 40
    assert [text for text in texts if bare(text) not in seen] == []


@each_format
@each_kind
def test_hostile_texts_stand_there_as_they_were_said(kind, name):
    draft = hostile()
    seen = bare(SEEN[kind](made(kind, name, draft)))
    lost = [text for text in told(FORMATS[name].render(draft)) if _plain(text) not in _plain(seen)]
    assert lost == []


def _plain(text):
    """Without what a font or a format may lack: it stands there as a sign of its own then."""
    return re.sub(r"[^\x21-\x7e]", "", bare(text))


@each_kind
@pytest.mark.parametrize("name", ["sre", "outage"])
def test_an_empty_record_makes_a_document_too(kind, name):
    draft = drafted(incident(title="", resolved_at=None, first_resolved_at=None, closed_at=None), [])
    seen = bare(SEEN[kind](made(kind, name, draft)))
    assert [text for text in told(FORMATS[name].render(draft)) if bare(text) not in seen] == []


@each_format
@each_kind
def test_the_same_record_gives_the_same_bytes(kind, name):  # R-FMT-3
    first, again = (made(kind, name, drafted(incident(), [entry(9, "seen")])) for _ in range(2))
    assert first == again


@each_kind
def test_comments_in_the_markdown_are_left_out(kind):
    draft = drafted(incident(), [])
    text = "# Title\n\n<!-- tocsin:begin summary -->\nWords stay<!-- so does this -->.\n\n<!-- a\nb -->\n\n- item\n"
    seen = SEEN[kind](written(kind, text, framed(draft, "a4")))
    assert bare(seen).startswith("TitleWordsstay.")
    assert "tocsin" not in seen
    assert "<!--" not in seen


# HTML


@each_format
def test_nothing_that_people_say_is_a_tag_a_link_of_theirs_or_code(name):
    page = Page(made("html", name, hostile()))
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "main", "nav", "ol", "ul", "li", "a", "h1", "h2", "h3", "p",
        "div",
        "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code", "pre", "hr", "br", "figure", "svg", "desc",
        "rect", "line", "text", "path", "circle", "details", "summary",
    }  # fmt: skip
    assert page.strayed == []
    assert page.open == []
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {each for each in names if each.startswith("on") or each in ("src", "style")}
    links = {str(attributes["href"]) for attributes in page.named("a")}
    assert [link for link in links if not link.startswith(("#s", "https://", "http://"))] == []
    assert "evil.example/x.png" not in {attributes.get("src") for attributes in page.named("img")}


@needs_replays
@each_format
def test_a_page_loads_nothing_runs_nothing_and_says_so(name):
    content = made("html", name, imported("techflow-p0")).decode()
    page = Page(content.encode())
    (policy_told,) = [str(m["content"]) for m in page.named("meta") if m.get("http-equiv")]
    assert policy_told.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy_told
    assert page.named("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in page.named("meta")
    assert not re.search(r"<(?:link|script|iframe|object|embed)\b|@import|url\(", content)


@needs_replays
@each_format
@pytest.mark.parametrize("file", FILES)
def test_headings_come_in_order_and_tables_name_their_columns_and_rows(name, file):
    page = Page(made("html", name, imported(file)))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    scopes = [attributes.get("scope") for attributes in page.named("th")]
    assert scopes
    assert set(scopes) <= {"col", "row", "rowgroup"}


@needs_replays
def test_a_long_timeline_can_be_folded_and_a_short_one_stands_there():
    assert Page(made("html", "report", imported("techflow-p0"))).named("details") == [{}]
    assert Page(made("html", "report", imported("db-sev1"))).named("details") == []


@needs_replays
@each_format
def test_each_prompt_stands_in_a_box(name):
    draft = imported("db-sev1")
    content = made("html", name, draft).decode()
    boxes = re.findall(r'<div class="prompt" role="note">\n<p><em>\[to write: ', content)
    assert len(boxes) == len(FORMATS[name].topics & draft.prompts.keys()) > 5
    assert content.count("[to write: ") == len(boxes)


def test_addresses_are_links_and_only_those_of_known_kinds():
    text = "see https://status.example/a_b?x=1&y=2. or ftp://a.example or slack://channel or data:text/html,x"
    content = made("html", "sre", drafted(incident(summary=text), [])).decode()
    assert 'href="https://status.example/a_b?x=1&amp;y=2"' in content
    assert re.findall(r'href="(?!https://status|#)', content) == []


# DOCX


@needs_replays
@each_format
def test_word_finds_headings_repeated_table_heads_and_properties(name):
    draft = imported("techflow-p0")
    document = word_of(made("docx", name, draft))
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == "Heading 1"
    assert "Heading 2" in levels
    boxes = [table for table in document.tables if len(table.columns) == 1]
    tables = [table for table in document.tables if len(table.columns) > 1]
    assert len(tables) >= 2
    prompts = [box for box in boxes if box.cell(0, 0).text.startswith("[to write: ")]
    assert len(prompts) == len(FORMATS[name].topics & draft.prompts.keys())
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None  # noqa: SLF001
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)  # noqa: SLF001
    about = document.core_properties
    assert about.title == draft.title
    assert about.subject == draft.ref
    assert about.created.replace(tzinfo=UTC) == draft.dated
    (picture,) = document.inline_shapes
    assert "Start of impact" in picture._inline.docPr.get("descr")  # noqa: SLF001


def test_each_numbered_list_begins_anew():
    markdown = "# T\n\n1. a\n2. b\n\nbetween\n\n1. c\n\n3. d\n   - e\n"
    content = written("docx", markdown, framed(drafted(incident(), []), "us-letter"))
    document = word_of(content)
    numbered = [p for p in document.paragraphs if p.style.name == "List Number"]
    used = [p._p.pPr.numPr.numId.val for p in numbered]  # noqa: SLF001
    assert used[0] == used[1]
    assert used[1] != used[2]
    numbers = document.part.numbering_part.element
    starts = {num.numId: num.xpath("./w:lvlOverride/w:startOverride/@w:val") for num in numbers.num_lst}
    assert [starts[number] for number in used] == [["1"]] * 4
    assert document.sections[0].page_width.inches == 8.5


# PDF


@needs_replays
@each_format
def test_a_pdf_has_bookmarks_page_numbers_and_its_date(name):
    draft = imported("techflow-p0")
    reader = pdf_of(made("pdf", name, draft))
    titles = [each.title for each in _flat(reader.outline)]
    headings = re.findall(r"^#{1,6} (.*)", FORMATS[name].render(draft), re.MULTILINE)
    assert titles == [heading.replace("\\", "") for heading in headings]
    last = reader.pages[-1].extract_text()
    assert draft.ref in last
    assert re.search(rf"Page {len(reader.pages)} of {len(reader.pages)}", last)
    assert reader.metadata.title == draft.title
    assert reader.metadata.creation_date == draft.dated


def _flat(outline):
    for each in outline:
        yield from _flat(each) if isinstance(each, list) else [each]


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_the_paper_is_that_of_the_policy(paper, size):
    page = pdf_of(made("pdf", "sre", drafted(incident(), []), paper)).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_no_word_leaves_the_page():
    """What is wider than the page is cut by its edge: then the words behind it would not be read."""
    draft = drafted(incident(), [entry(n, "w" * 250 + " end", label="k" * 60) for n in range(6)])
    pages = pdf_of(made("pdf", "sre", draft)).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert sum(line.count("w") for line in lines) > 6 * 250
    assert max(len(line) for line in lines if ". . ." not in line) < 150, "A4 holds about a hundred letters"


def test_a_pdf_of_texts_that_look_like_code_reads_no_file_and_runs_nothing():
    seen = seen_pdf(made("pdf", "sre", hostile()))
    assert bare('#read("/etc/passwd")') in seen
    assert "root:" not in seen


# Files that people shared


def shared(**fields) -> SharedFile:
    told_of = {
        "name": "graph.png",
        "clock": "14:20",
        "who": "Ana Alvarez",
        "kind": "image/png",
        "size": 2_048,
    }
    return SharedFile(**{**told_of, **fields})


@each_kind
def test_pictures_stand_in_the_document_and_other_files_are_named(kind):
    content = png(drafted(incident(), []))
    files = (
        shared(content=content),
        shared(name="dump <b>.sql", kind="application/sql", note="not copied: too large", size=9_000_000),
        shared(name="evil.svg", kind="image/svg+xml", content=b"<svg onload='alert(1)'/>"),
    )
    with_files = made(kind, "sre", drafted(incident(), [], files=files))
    seen = bare(SEEN[kind](with_files))
    for words in ("graph.png", "dump <b>.sql", "not copied: too large", "evil.svg"):
        assert bare(words) in seen
    assert _pictures(kind, with_files) == _pictures(kind, made(kind, "sre", drafted(incident(), []))) + 1


def _pictures(kind, content):
    if kind == "html":
        return len(Page(content).named("img"))
    if kind == "docx":
        return len(word_of(content).inline_shapes)
    return sum(len(page.images) for page in pdf_of(content).pages)
