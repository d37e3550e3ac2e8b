"""What the bytes of a file are, by their first signs: names and what a sender says of them prove nothing."""

from enum import StrEnum


class Sort(StrEnum):
    """A sort of file, as the policy lists those that are copied."""

    IMAGES = "images"
    PDF = "pdf"
    TEXT = "text"
    OTHER = "other"


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What every reader shows. SVG, which can run, is no picture."""
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
"""Signs that no text has; colours of a terminal (escape) do stand in logs."""


def mime_of(content: bytes) -> str:
    """The MIME type that the bytes prove; ``text/plain`` for text of any kind, HTML and SVG too: none of it is run."""
    for sign, mime in _SIGNS:
        if content.startswith(sign):
            return mime
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(content) else "application/octet-stream"


def sort_of(mime: str) -> Sort:
    """The sort to which a MIME type belongs."""
    kind = mime.partition(";")[0].strip().lower()
    if kind in PICTURES:
        return Sort.IMAGES
    if kind == "application/pdf":
        return Sort.PDF
    return Sort.TEXT if kind.startswith("text/") else Sort.OTHER


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROL.isdisjoint(content)
