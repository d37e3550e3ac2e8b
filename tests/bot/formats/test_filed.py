"""A draft as the files that are wanted: what is too large or broken is said, and the Markdown goes out."""

from dataclasses import replace

import pytest

from bot.domain import postmortem
from bot.domain.draft_files import SharedFile
from bot.domain.timers import Made
from bot.formats import framed
from bot.formats.filed import LARGEST, PICTURES, filed
from bot.formats.picture import png
from tests.documents import Page, bare, pdf_of, seen_docx, seen_html, seen_pdf, word_of
from tests.records import NAMES, entry, incident, policy

DRAFT = postmortem.draft(incident(), [entry(9, "seen")], policy=policy(), names=NAMES)


def made(content: str = "# Title\n\nWords.\n") -> Made:
    return Made(file="INC-1-sre-draft-1.md", title="INC-1 draft", format="sre", content=content, prompts=0)


def shared(name: str, content: bytes) -> SharedFile:
    return SharedFile(
        name=name, clock="14:20", who="Ana", kind="image/png", size=len(content), content=content
    )


def test_files_bear_the_name_of_the_draft_with_the_end_of_their_kind():
    done = filed(made(), framed(DRAFT, "a4"), ("md", "pdf", "html"))
    assert [file.name for file in done.files] == [
        f"INC-1-sre-draft-1.{kind}" for kind in ("md", "pdf", "html")
    ]
    assert [file.title for file in done.files] == ["INC-1 draft", "INC-1 draft, PDF", "INC-1 draft, HTML"]
    assert done.trouble == ()


def test_what_is_too_large_to_be_sent_is_said_and_can_be_made_by_hand():
    large = made("# Title\n\n```\n" + "x" * LARGEST + "\n```\n")
    done = filed(large, framed(DRAFT, "a4"), ("html",))
    assert [file.kind for file in done.files] == ["md"]
    (trouble,) = done.trouble
    assert (trouble.kind, trouble.name) == ("html", "HTML")
    assert trouble.why == "it has 6.0 MB, and 6 MB are sent at most"
    assert [file.kind for file in filed(large, framed(DRAFT, "a4"), ("html",), sent=False).files] == ["html"]


def test_pictures_find_as_much_room_as_there_is_and_the_others_are_named():
    picture = png(DRAFT)
    heavy = picture + b"\0" * PICTURES  # what stands behind its end nobody reads
    frame = framed(replace(DRAFT, files=(shared("heavy.png", heavy), shared("light.png", picture))), "a4")
    (page,) = filed(made(), frame, ("html",)).files
    assert len(Page(page.content).named("img")) == 1
    assert bare("Too large to be shown here: heavy.png.") in bare(seen_html(page.content))
    (whole,) = filed(made(), frame, ("html",), sent=False).files
    assert len(Page(whole.content).named("img")) == 2


@pytest.mark.parametrize(
    "broken", [b"\x89PNG\r\n\x1a\nno more", b"", png(DRAFT)[:2_000], b"GIF89a" + b"\xff" * 90]
)
def test_a_broken_picture_costs_itself_and_not_the_document(broken):
    draft = replace(DRAFT, files=(shared("broken.png", broken), shared("fine.png", png(DRAFT))))
    done = filed(made(), framed(draft, "a4"), ("pdf", "docx"))
    assert done.trouble == ()
    pdf, docx = (file.content for file in done.files)
    assert "broken.png" in seen_pdf(pdf)
    assert bare("This picture cannot be shown.") in bare(seen_pdf(pdf))
    assert "broken.png" in seen_docx(docx)
    assert len(word_of(docx).inline_shapes) >= 1


def test_a_picture_larger_than_the_page_is_made_smaller():
    frame = framed(replace(DRAFT, files=(shared("wide.png", png(DRAFT)),)), "a4")
    (file,) = filed(made(), frame, ("pdf",)).files
    reader = pdf_of(file.content)
    assert len(reader.pages) <= 2
