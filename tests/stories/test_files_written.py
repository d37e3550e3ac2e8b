"""What people shared, written into a folder by an operator: no name leads out of it, nothing is written over."""

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.world import World, declared

REF = "INC-2026-0302-001"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def operator(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs ``python -m bot`` on the story's database."""
    monkeypatch.setenv("DATABASE_URL", world.database_url)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> int:
        return main(words)

    return run


def test_the_copies_are_listed_and_written(world: World, operator, capsys, tmp_path: Path) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("graph.png", PNG), ("graph.png", PNG + b"1"), ("core.bin", b"\0\1")])
    world.settle()
    assert operator("files", REF.lower()) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed == [
        "graph.png: 108 bytes, kept",
        "graph.png: 109 bytes, kept",
        "core.bin: 2 bytes, not allowed (other)",
    ]
    assert operator("files", REF, "-o", "shared") == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "shared").iterdir()}
    assert written == {"graph.png": PNG, "graph-2.png": PNG + b"1"}
    capsys.readouterr()
    assert operator("files", REF, "-o", "shared") == 1, "nothing is written over"
    assert "graph.png cannot be used" in capsys.readouterr().err
    assert (tmp_path / "shared" / "graph.png").read_bytes() == PNG


def test_no_name_leads_out_of_the_folder(world: World, operator, capsys, tmp_path: Path) -> None:
    """RELIABILITY S5."""
    ana, _ = declared(world)
    names = [
        "../../evil.txt",
        "/etc/cron.d/evil",
        "..",
        "a/../../b.txt",
        "C:\\evil.txt",
        "x" * 300 + ".txt",
        ".ssh",
    ]
    ana.says("see", files=[(name, f"{n}") for n, name in enumerate(names)])
    world.settle()
    assert operator("files", REF, "-o", "shared") == 0
    inside = [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    assert len(inside) == len(names)
    assert {path.parent for path in inside} == {tmp_path / "shared"}
    assert [path for path in tmp_path.iterdir() if path.name != "shared" and "sqlite" not in path.name] == []


def test_a_link_in_the_folder_is_not_written_through(world: World, operator, capsys, tmp_path: Path) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("notes.txt", "ours")])
    world.settle()
    outside = tmp_path / "outside.txt"
    outside.write_text("theirs")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "notes.txt").symlink_to(outside)
    assert operator("files", REF, "-o", "shared") == 1
    assert outside.read_text() == "theirs"


def test_an_incident_that_is_not_there_is_refused(world: World, operator, capsys) -> None:
    assert operator("files", "INC-2020-0101-001") == 1
    assert "INC-2020-0101-001" in capsys.readouterr().err
    declared(world)
    assert operator("files", REF) == 0
    assert "has no files" in capsys.readouterr().err
