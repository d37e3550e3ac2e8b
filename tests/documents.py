"""Reading documents back: what people see of an HTML page, a DOCX and a PDF, as plain text."""

import re
import unicodedata
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import docx
import pypdf
from docx.oxml.ns import qn
from markdown_it import MarkdownIt

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_UNSEEN = re.compile("[\\s\u200b\u2066-\u2069\u00ad]+")
_FOOT = re.compile(r"^.*Page ?\d+ ?of ?\d+$")


def told(markdown: str) -> list[str]:
    """The text of every paragraph, heading, cell, list item and block of code of *markdown*, nothing left out."""
    texts = []
    for token in READER.parse(markdown):
        if token.type == "inline":
            signs = [
                "" if child.type == "html_inline" else child.content or " " for child in token.children or ()
            ]
            texts.append("".join(signs))
        elif token.type in ("fence", "code_block"):
            texts.append(token.content)
    return [text for text in texts if text.strip()]


def bare(text: str) -> str:
    """*text* without blanks and signs that nobody sees, ligatures as letters: files differ in these."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


class Page(HTMLParser):
    """A page with its tags, their attributes, and the text that is seen of it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.strayed: list[str] = []
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.strayed.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "svg"} & set(self.open):
            self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all *tag*."""
        return [attributes for name, attributes in self.tags if name == tag]


VOID = {"meta", "br", "hr", "img"}


def word_of(content: bytes) -> Any:
    """A DOCX as python-docx reads it; its types tell of much that other documents lack, and ours do not."""
    return docx.Document(BytesIO(content))


def pdf_of(content: bytes) -> Any:
    """A PDF as pypdf reads it; so do its types."""
    return pypdf.PdfReader(BytesIO(content))


def seen_html(content: bytes) -> str:
    return "".join(Page(content).text)


def seen_docx(content: bytes) -> str:
    body = word_of(content).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


def seen_pdf(content: bytes) -> str:
    """The text of all pages, without their feet, and without the head of a table where a page repeats it."""
    texts, head = [], ""
    for page in pdf_of(content).pages:
        lines = [line for line in page.extract_text().splitlines() if not _FOOT.match(line)]
        joined = bare("".join(lines))
        texts.append(joined.removeprefix(head) if head else joined)
        head = next((each for each in HEADS if each in joined), "") or head
    return "".join(texts)


HEADS = (bare("Time Since start After last Kind Event"),)
SEEN = {"html": seen_html, "docx": seen_docx, "pdf": seen_pdf}
