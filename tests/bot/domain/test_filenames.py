"""Names of files cannot leave their folder, whatever people wrote."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.filenames import LONGEST, file_name, safe_name


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("INC-2026-0309-001-report-draft-1.md", "INC-2026-0309-001-report-draft-1.md"),
        ("graph 14:02.png", "graph 14-02.png"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..\\..\\windows\\win.ini", "-..-windows-win.ini"),
        ("/etc/passwd", "-etc-passwd"),
        ("C:\\x", "C-x"),
        (".bashrc", "bashrc"),
        ("...", "file"),
        ("", "file"),
        ("  a  b . ", "a b"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("console.txt", "console.txt"),
        ("a\x00b\nc\u2028d", "a-b-c-d"),
        ("photo\u202egnp.exe", "photo gnp.exe"),
        ("数据库 график.png", "数据库 график.png"),
        ("e\u0301.txt", "é.txt"),
        ('<b>|"?*', "-b-"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_name_that_stays_in_its_folder(told, safe):
    assert safe_name(told) == safe


DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in "0123456789¹²³")}
SIGNS = st.text(
    st.one_of(st.characters(), st.sampled_from("./\\: \x00\u202enulcom1.é\u0301🔥")), max_size=300
)


@given(SIGNS, st.integers(16, LONGEST))
def test_no_name_whatever_leaves_its_folder(told, longest):
    made = safe_name(told, longest=longest)
    assert PurePosixPath("/safe", made).parent == PurePosixPath("/safe")
    assert PureWindowsPath("C:/safe", made).parent == PureWindowsPath("C:/safe")
    assert made.partition(".")[0].rstrip().upper() not in DEVICES
    assert 1 <= len(made.encode()) <= longest
    assert not made.startswith((".", " "))
    assert not made.endswith((".", " "))
    assert made.isprintable()
    assert safe_name(made, longest=longest) == made


@given(SIGNS)
def test_what_is_cut_keeps_its_suffix_and_whole_characters(told):
    made = safe_name(f"{told}{'é🔥' * 60}.png")
    assert made.endswith(".png")
    assert "\ufffd" not in made or "\ufffd" in told


def test_a_file_of_that_name_can_be_written(tmp_path: Path):
    for told in ("a/b", "数" * 200, "nul.txt", "\x00", "x" * 400 + ".tar.gz"):
        path = tmp_path / safe_name(told)
        path.write_text("x")
        assert path.parent == tmp_path


def test_our_own_names_bear_what_they_are_made_of():
    assert file_name("INC-1", "report", "draft", "2", suffix="pdf") == "INC-1-report-draft-2.pdf"
    assert file_name("INC-1", "", "../x", suffix="md") == "INC-1-..-x.md"
