"""A PNG of a page with at most 256 colours: a third of the bytes, and nobody sees a difference. Standard library only.

The colours that would be missed most are kept; any other becomes the nearest of them. The same picture gives the same
bytes (https://www.w3.org/TR/png-3/).
"""  # noqa: INP001 - beside the scripts that use it

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST = 256


def small(png: bytes) -> bytes:
    """*png* (8 bits, RGB or RGBA without transparency, not interlaced, as browsers write it) with a palette."""
    chunks = list(_chunks(png))
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or kind not in (2, 6) or rest[2]:  # noqa: PLR2004 - of the format
        raise ValueError("only what a browser writes is made small")
    size = 3 if kind == 2 else 4  # noqa: PLR2004 - RGB, or RGBA
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    lines = list(_lines(raw, width * size, size))
    pixels = [[line[at : at + 3] for at in range(0, len(line), size)] for line in lines]
    counted = Counter(pixel for line in pixels for pixel in line)
    palette = _palette(counted)
    place = {pixel: _nearest(pixel, palette) for pixel in counted}
    shown = b"".join(b"\0" + bytes(place[pixel] for pixel in line) for line in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    made = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(shown, 9)), (b"IEND", b""))
    return MAGIC + b"".join(_chunk(name, data) for name, data in made)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MAGIC)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _lines(raw: bytes, length: int, size: int) -> Iterator[bytes]:
    """The lines of the picture without their filters (PNG, section 9)."""
    above = bytearray(length)
    for at in range(0, len(raw), length + 1):
        line = bytearray(raw[at + 1 : at + 1 + length])
        _unfilter(raw[at], line, above, size)
        above = line
        yield bytes(line)


def _unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> None:
    for n in range(len(line) if kind else 0):
        left = line[n - size] if n >= size else 0
        corner = above[n - size] if n >= size else 0
        guess = (0, left, above[n], (left + above[n]) // 2, _paeth(left, above[n], corner))[kind]
        line[n] = (line[n] + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


def _palette(counted: Counter[bytes]) -> list[bytes]:
    """One colour after the other: the one that, left out, would be missed most (how often it is seen, how far off)."""
    left = {pixel: (count, 3.0 * 255**2) for pixel, count in sorted(counted.items())}
    palette: list[bytes] = []
    while left and len(palette) < MOST:
        chosen = max(left, key=lambda pixel: left[pixel][0] * left[pixel][1])
        palette.append(chosen)
        del left[chosen]
        left = {pixel: (count, min(far, _far(pixel, chosen))) for pixel, (count, far) in left.items()}
    return palette


def _far(one: bytes, other: bytes) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)))


def _nearest(pixel: bytes, palette: list[bytes]) -> int:
    return min(range(len(palette)), key=lambda n: _far(pixel, palette[n]))
