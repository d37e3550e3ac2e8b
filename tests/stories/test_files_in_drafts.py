"""Pictures that people shared stand in the files that show pictures; one that is broken takes no document with it."""

import struct
import zlib
from base64 import b64encode

import pytest

from tests.world import World, declared

REF = "INC-2026-0302-001"
KINDS = ("html", "docx", "pdf")


def png(width: int = 3, height: int = 2) -> bytes:
    """A picture that can be read."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc0\x10\x10" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BROKEN = b"\x89PNG\r\n\x1a\n" + b"\0" * 200


def documents(world: World) -> dict[str, bytes]:
    made = world.bot.documents.make(REF, kinds=KINDS)
    assert made.trouble == ()
    return {file.kind: file.content for file in made.files}


def test_a_picture_stands_in_html_word_and_pdf(world: World) -> None:
    ana, _ = declared(world)
    world.settle()
    without = documents(world)
    ana.says("errors are up", files=[("graph.png", png())])
    world.settle()
    made = documents(world)
    assert b64encode(png()) in made["html"]
    assert b64encode(png()) not in without["html"]
    assert all(len(made[kind]) > len(without[kind]) for kind in KINDS)
    assert f"graph.png: 09:00, Ana, {len(png())} bytes, copied" in world.bot.documents.make(REF).content


def test_that_of_a_deleted_message_stands_nowhere(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.says("wrong window", files=[("graph.png", png())])
    world.settle()
    ana.deletes(ts)
    world.settle()
    assert b64encode(png()) not in documents(world)["html"]


@pytest.mark.parametrize(
    "content", [BROKEN, png()[:-30], b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff\xe0" + b"\0" * 50]
)
def test_a_picture_that_is_broken_takes_no_document_with_it(world: World, content: bytes) -> None:
    ana, _ = declared(world)
    kind = "gif" if content.startswith(b"GIF") else "jpg" if content.startswith(b"\xff") else "png"
    ana.says("errors are up", files=[(f"graph.{kind}", content), ("good.png", png())])
    world.settle()
    made = documents(world)
    assert set(made) == set(KINDS)
    assert b64encode(png()) in made["html"], "the good one is there"


def test_customers_get_none(world: World) -> None:
    """Rule 9: a draft for customers has no place for files."""
    ana, _ = declared(world)
    ana.says("errors are up", files=[("graph.png", png())])
    world.settle()
    ana.commands("/incident resolve all good")
    world.tick()
    ana.commands("/incident postmortem draft audience=external")
    world.tick()
    sent = [file for each in world.channel().channel.messages for file in each.files if "draft" in file.name]
    assert sent
    assert all(b"graph.png" not in (file.content or b"") for file in sent)
