"""Which files are copied, by their bytes and by the policy."""

import pytest

from bot.domain.contents import Sort, mime_of, sort_of
from bot.domain.sizes import parse_size, print_size


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"), (b"\xff\xd8\xff\xe0...", "image/jpeg"), (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"), (b"RIFF\x10\0\0\0WAVEfmt ", "application/octet-stream"),
        (b"%PDF-1.7\n\xe2\xe3", "application/pdf"), (b"hello \xc3\xa4\n", "text/plain"), (b"", "text/plain"),
        (b"\x1b[31mred\x1b[0m\n", "text/plain"), (b"a\0b", "application/octet-stream"),
        (b"\xff\xfe", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "text/plain"), (b"<!DOCTYPE html>", "text/plain"),
        (b" \x89PNG\r\n\x1a\n", "application/octet-stream"), (b"PK\x03\x04", "application/octet-stream"),
    ],
)  # fmt: skip
def test_the_first_signs_tell_what_it_is(content: bytes, mime: str) -> None:
    assert mime_of(content) == mime


@pytest.mark.parametrize(
    ("mime", "sort"),
    [
        ("image/png", Sort.IMAGES), ("IMAGE/JPEG", Sort.IMAGES), ("image/svg+xml", Sort.OTHER),
        ("text/html; charset=utf-8", Sort.TEXT), ("application/pdf", Sort.PDF), ("", Sort.OTHER),
        ("video/mp4", Sort.OTHER),
    ],
)  # fmt: skip
def test_kinds_have_sorts(mime: str, sort: Sort) -> None:
    assert sort_of(mime) is sort


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("5 MB", 5 * 1024**2),
        ("300KB", 300 * 1024),
        ("1.5 kb", 1536),
        (17, 17),
        ("17", 17),
        ("1 byte", 1),
        ("0", 0),
    ],
)
def test_sizes_are_read(given: object, size: int) -> None:
    assert parse_size(given) == size


@pytest.mark.parametrize("given", ["", "MB", "-1", "5 TB", "1e9", True, None, -1, 1.5, "５ MB x"])
def test_what_is_no_size_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_size(given)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1.5 KB"),
     (5 * 1024**2, "5 MB"), (3 * 1024**3, "3 GB"),
    ],
)  # fmt: skip
def test_sizes_are_written(size: int, said: str) -> None:
    assert print_size(size) == said
    if size >= 1024:
        assert parse_size(said) == size
