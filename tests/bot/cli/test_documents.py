"""``python -m bot postmortem`` as an operator meets it: what is written where, and what is no file for a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents import SEEN, bare, pdf_of
from tests.records import REPLAYS, needs_replays

CHECKOUT = Path(__file__).parents[3]
REF = "INC-2025-1108-001"
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

pytestmark = needs_replays


@pytest.fixture(scope="module")
def tocsin(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the command line on a database that holds one incident."""
    folder = tmp_path_factory.mktemp("tocsin")
    policy = folder / "policy.toml"
    policy.write_text('[postmortem]\npaper = "us-letter"\n', encoding="utf-8")
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "TOCSIN_POLICY": str(policy)}
    own |= {"DATABASE_URL": f"sqlite:///{folder}/tocsin.db"}

    def run(*words: str, cwd: Path = folder, **options: object) -> "subprocess.CompletedProcess[bytes]":
        streams = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "stdin": subprocess.DEVNULL,
            **options,
        }
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, cwd=cwd, env=own, check=False, timeout=60, **streams)  # type: ignore[call-overload, no-any-return]

    done = run("import", str(REPLAYS / "db-sev1.json"))
    assert done.stdout.decode().split() == [REF]
    return run


def test_markdown_goes_to_standard_output(tocsin: Run) -> None:
    done = tocsin("postmortem", REF.lower())
    assert done.returncode == 0
    assert done.stdout.decode().startswith("# Service Disruption - November 8, 2025\n")


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_each_kind_goes_to_a_pipe(tocsin: Run, kind: str) -> None:
    done = tocsin("postmortem", REF, "--as", kind)
    assert (done.returncode, done.stderr) == (0, b"")
    assert bare("Service Disruption - November 8, 2025") in bare(SEEN[kind](done.stdout))


def test_the_end_of_the_name_says_the_kind(tocsin: Run, tmp_path: Path) -> None:
    done = tocsin("postmortem", REF, "--format", "sre", "-o", "draft.PDF", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.decode().startswith("draft.PDF: 1")
    page = pdf_of((tmp_path / "draft.PDF").read_bytes()).pages[0]
    assert page.mediabox.width == 612, "the paper of the policy"


def test_what_is_asked_for_counts_more_than_the_name(tocsin: Run, tmp_path: Path) -> None:
    tocsin("postmortem", REF, "--as", "html", "-o", str(tmp_path / "draft.txt"))
    assert (tmp_path / "draft.txt").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_gets_the_file_under_our_name(tocsin: Run, tmp_path: Path) -> None:
    done = tocsin("postmortem", REF, "--as", "docx", "-o", str(tmp_path))
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"{REF}-full-draft-1.docx"]


def test_a_word_file_that_is_there_is_not_written_over_unless_forced(tocsin: Run, tmp_path: Path) -> None:
    """AD-8: people write into it, and nobody could tell what."""
    path = tmp_path / "draft.docx"
    path.write_bytes(b"what people wrote")
    done = tocsin("postmortem", REF, "-o", str(path))
    assert done.returncode == 1
    assert "may have written into it" in done.stderr.decode()
    assert path.read_bytes() == b"what people wrote"
    assert tocsin("postmortem", REF, "-o", str(path), "--force").returncode == 0
    assert path.read_bytes().startswith(b"PK")
    assert tocsin("postmortem", REF, "-o", str(tmp_path / "draft.pdf")).returncode == 0
    assert tocsin("postmortem", REF, "-o", str(tmp_path / "draft.pdf")).returncode == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["draft.docx", "draft.pdf"]


def test_what_people_wrote_into_the_markdown_becomes_a_pdf_too(tocsin: Run, tmp_path: Path) -> None:
    draft, pdf = tmp_path / "draft.md", tmp_path / "draft.pdf"
    assert tocsin("postmortem", REF, "-o", str(draft)).returncode == 0
    text = draft.read_text(encoding="utf-8")
    assert "<!-- tocsin:" in text
    draft.write_text(
        text.replace("# Service Disruption", "# What we learnt of the disruption"), encoding="utf-8"
    )
    done = tocsin("postmortem", REF, "--from", str(draft), "-o", str(pdf))
    left = text.count("_[to write: ")
    assert (done.returncode, done.stderr.decode()) == (0, f"{pdf}: {left} still to be written\n")
    seen = bare(SEEN["pdf"](pdf.read_bytes()))
    assert bare("What we learnt of the disruption - November 8, 2025") in seen
    assert "tocsin:" not in seen
    told = tocsin("postmortem", REF, "--from", str(draft))
    assert told.stderr.decode() == f"{draft} is Markdown already. Say what it should become: `--as pdf`\n"


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_words_of_people_are_not_written_over_by_another_kind_of_file(
    tocsin: Run, tmp_path: Path, kind: str
) -> None:
    """AD-8: a Markdown draft that people edited, or a page of their own, stays."""
    path = tmp_path / "draft.md"
    for words in (b"<!-- tocsin:draft -->\nwhat people wrote", b"<h1>ours</h1>"):
        path.write_bytes(words)
        done = tocsin("postmortem", REF, "--as", kind, "-o", str(path))
        assert (done.returncode, path.read_bytes()) == (1, words)
        assert "may have written into it" in done.stderr.decode()
    assert tocsin("postmortem", REF, "--as", kind, "-o", str(path), "--force").returncode == 0
    assert tocsin("postmortem", REF, "--as", kind, "-o", str(path)).returncode == 0, "a former one is no loss"


def test_nothing_written_for_people_inside_becomes_a_file_for_customers(tocsin: Run, tmp_path: Path) -> None:
    """Rule 9 of the layout: an external draft is built from allowed fields, whatever Markdown it is made from."""
    inside, outside, pdf = tmp_path / "draft.md", tmp_path / "external.md", tmp_path / "external.pdf"
    external = ("postmortem", REF, "--audience", "external", "-o")
    assert tocsin("postmortem", REF, "-o", str(inside)).returncode == 0
    done = tocsin(*external, str(pdf), "--from", str(inside))
    assert done.returncode == 1
    assert (
        "draft.md does not say that it is for customers. Begin with --audience external -o "
        in done.stderr.decode()
    )
    assert not pdf.exists()
    assert tocsin(*external, str(outside)).returncode == 0
    text = outside.read_text(encoding="utf-8")
    outside.write_text(text.replace("## What was affected", "## Whom it met"), encoding="utf-8-sig")
    assert tocsin(*external, str(pdf), "--from", str(outside)).returncode == 0
    assert bare("Whom it met") in bare(SEEN["pdf"](pdf.read_bytes()))


def test_the_draft_of_another_incident_is_not_taken_for_this_one(tocsin: Run, tmp_path: Path) -> None:
    other, pdf = tmp_path / "other.md", tmp_path / "draft.pdf"
    other.write_text("<!-- tocsin:draft INC-2024-0101-001 full -->\n\n# Another\n", encoding="utf-8")
    done = tocsin("postmortem", REF, "--from", str(other), "-o", str(pdf))
    assert done.returncode == 1
    assert "is the draft of INC-2024-0101-001, and not of INC-2025-1108-001" in done.stderr.decode()
    assert not pdf.exists()
    assert tocsin("postmortem", REF, "--from", str(other), "-o", str(pdf), "--force").returncode == 0


@pytest.mark.parametrize("kind", ["md", "pdf"])
def test_a_pipe_is_neither_waited_for_nor_replaced(tocsin: Run, tmp_path: Path, kind: str) -> None:
    """So is a device: an operator with all rights would have made a file of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = tocsin("postmortem", REF, "--as", kind, "-o", str(pipe))
    assert done.returncode == 1
    assert "it is no file. Without -o, the draft goes to standard output" in done.stderr.decode()
    assert pipe.is_fifo()


def test_a_link_stays_one_and_leads_to_the_draft(tocsin: Run, tmp_path: Path) -> None:
    link, there = tmp_path / "draft.md", tmp_path / "there.md"
    link.symlink_to(there)
    for _ in range(2):
        assert tocsin("postmortem", REF, "-o", str(link)).returncode == 0
        assert link.is_symlink()
        assert "tocsin:draft" in there.read_text(encoding="utf-8")


def test_a_place_that_there_is_none_of_is_one_line(tocsin: Run, tmp_path: Path) -> None:
    done = tocsin("postmortem", REF, "-o", str(tmp_path / "no" / "such.pdf"))
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1


def test_a_terminal_gets_no_binary_file_but_the_next_step(tocsin: Run) -> None:
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    try:
        done = tocsin("postmortem", REF, "--as", "pdf", stdout=theirs)
        with pytest.raises(BlockingIOError):
            os.read(ours, 1)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 1
    assert (
        done.stderr.decode()
        == f"A PDF file cannot be read in a terminal. Name a file for it: `-o {REF}.pdf`\n"
    )


def test_the_bot_starts_without_the_libraries_of_documents() -> None:
    """They take time and room, and most processes make no document."""
    asked = "[name for name in ('docx', 'lxml', 'typst', 'markdown_it') if name in sys.modules]"
    code = f"import sys, bot.app, bot.cli; print({asked})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
