"""The folder of playbooks: read as a whole, refused as a whole, and nothing outside of it."""

import os
from pathlib import Path

import pytest

from bot.playbook_files import LARGEST, MOST, BrokenPlaybooks, read_playbooks
from bot.settings import BadSettings, read_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "playbooks"
    made.mkdir()
    (made / "database.md").write_text("# Database\n- [ ] look\n", encoding="utf-8")
    return made


def refused(folder: Path) -> list[str]:
    with pytest.raises(BrokenPlaybooks) as caught:
        read_playbooks(folder)
    return caught.value.mistakes


def settings(folder: Path, written: str) -> list[str]:
    """What is wrong at the start with a policy beside *folder*."""
    path = folder.parent / "policy.toml"
    path.write_text(written, encoding="utf-8")
    try:
        found = read_settings({"TOCSIN_POLICY": str(path)}, needs_slack=False)
    except BadSettings as error:
        return error.mistakes
    return [book.name for book in found.policy.playbooks]


def test_markdown_files_count_in_the_order_of_their_names(folder: Path):
    for name in ("Checkout.MD", "README.md", ".hidden.md", "notes.txt"):
        (folder / name).write_text("# Title\n", encoding="utf-8")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "other.md").write_text("# Title\n", encoding="utf-8")
    assert [book.name for book in read_playbooks(folder)] == ["checkout", "database"]


def test_the_folder_is_seen_from_the_policy_file(folder: Path):
    assert settings(folder, '[playbooks]\nfolder = "playbooks"\n') == ["database"]
    assert settings(folder, "") == []


def test_every_mistake_is_told_at_the_start_with_file_and_line(folder: Path):
    (folder / "a.md").write_text("no title\n- []\n", encoding="utf-8")
    (folder / "b.md").write_bytes(b"# fine\n\xff\n")
    assert settings(folder, '[playbooks]\nfolder = "playbooks"\n') == [
        f"The playbook {folder}/a.md: line 1: should be its title, like `# Database outage`.",
        f"The playbook {folder}/a.md: line 2: should be written `- [ ] what to do`, with these spaces, to be a box.",
        f"The playbook {folder}/b.md: line 2: it is not UTF-8 text.",
    ]


def test_a_folder_that_is_not_there_is_a_mistake(folder: Path):
    missing = folder.parent / "elsewhere"
    told = f"The folder of playbooks {missing} cannot be read: No such file or directory."
    assert settings(folder, '[playbooks]\nfolder = "elsewhere"\n') == [told]


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_not(folder: Path):
    secret = folder.parent / "secret.md"
    secret.write_text("# Secret\n", encoding="utf-8")
    (folder / "out.md").symlink_to(secret)
    assert refused(folder) == [
        f"The playbook {folder}/out.md: it leads out of the folder: copy the file itself there"
    ]
    (folder / "out.md").unlink()
    (folder / "..data").mkdir()
    (folder / "..data" / "in.md").write_text("# Within\n", encoding="utf-8")
    (folder / "in.md").symlink_to(folder / "..data" / "in.md")
    assert [book.name for book in read_playbooks(folder)] == ["database", "in"]


def test_what_leads_nowhere_or_in_a_circle_or_is_no_file_is_refused(folder: Path):
    (folder / "a.md").symlink_to(folder / "missing")
    (folder / "b.md").symlink_to(folder / "b.md")
    (folder / "c.md").mkdir()
    os.mkfifo(folder / "d.md")
    assert [mistake.rpartition(": ")[2] for mistake in refused(folder)] == [
        "it leads nowhere", "it leads nowhere", "it is no file", "it is no file",
    ]  # fmt: skip


def test_size_and_number_are_bounded(folder: Path):
    (folder / "large.md").write_text("# " + "x" * LARGEST, encoding="utf-8")
    assert refused(folder) == [f"The playbook {folder}/large.md: it has more than 100,000 bytes"]
    (folder / "large.md").unlink()
    for n in range(MOST):
        (folder / f"n{n}.md").touch()
    assert refused(folder) == [f"The folder of playbooks {folder} has 201 files; at most 200 fit"]


def test_two_of_one_name_are_refused(folder: Path):
    (folder / "Database.md").write_text("# Other\n", encoding="utf-8")
    assert refused(folder) == [
        f"The playbook {folder}/database.md: another one has this name, but for capital letters"
    ]
