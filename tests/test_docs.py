"""README, CONTRIBUTING and docs/ say what is so: their commands, names, links and examples are tried here."""

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot import __version__
from bot.cli import VERBS
from bot.clock import Clock
from bot.domain.policy_file import read_policy
from bot.domain.topics import TOPICS
from bot.formats import FORMATS
from bot.sandbox import Workspace
from bot.sandbox.server import SandboxServer
from bot.settings import DEFAULT_POLICY
from handlers import ROUTES
from handlers.postmortem import STEPS
from tests.world import World

HOUSE = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
README = (HOUSE / "README.md").read_text()
CONTRIBUTING = (HOUSE / "CONTRIBUTING.md").read_text()
CHANGELOG = (HOUSE / "CHANGELOG.md").read_text()
REPORT = (HOUSE / "docs/example-report.md").read_text()
PAGES = [HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", HOUSE / "CHANGELOG.md", *HOUSE.glob("docs/**/*.md")]
MAKE = re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [
        token.content
        for token in MarkdownIt().parse(text)
        if token.type == "fence" and token.info == language
    ]


def links(page: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead."""
    for token in MarkdownIt().parse(page.read_text()):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield str(target)


def names(text: str) -> set[str]:
    """What stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(text: str, head: str) -> list[str]:
    """The first cell of each row of the table whose head begins with *head*."""
    table = text.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [row.split("|")[1].strip().strip("`") for row in table]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page):
    local = [link for link in links(page) if not re.match(r"https?:|#", link)]
    assert [link for link in local if not (page.parent / link.partition("#")[0]).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_folder_of_the_machine_they_were_written_on(page):
    assert re.findall(r"(?<![\w.])/(?:home|root|work|Users)/\S*", page.read_text()) == []
    assert str(HOUSE) not in page.read_text()


def test_the_pictures_are_of_a_size_that_loads_at_once():
    pictures = sorted((HOUSE / "docs/pictures").iterdir())
    assert {p.name: p.stat().st_size for p in pictures if p.stat().st_size > 300_000} == {}
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page) if "pictures/" in link}
    assert set(pictures) <= shown
    assert sum(picture.stat().st_size for picture in pictures) < 1_000_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_picture_says_in_words_what_it_shows(page):
    shown = [child for token in MarkdownIt().parse(page.read_text()) for child in token.children or ()]
    told = {str(each.attrGet("src")): each.content for each in shown if each.type == "image"}
    assert {picture: words for picture, words in told.items() if len(words.split()) < 4} == {}


def test_every_command_of_make_that_the_pages_name_is_a_target():
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert {"demo", "test", "lint"} <= named <= set(MAKE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_run_verbs_of_the_command_line_with_options_that_they_have(page):
    for line in re.findall(r"-m bot (.+?)(?:`|$|  +#| &&)", page.read_text(), re.MULTILINE):
        word, *options = line.partition(" > ")[0].split()
        verb = next((verb for verb in VERBS if verb.name == word), None)
        assert verb is not None or word == "VERB", line
        known = {name for arguments, _ in (verb.arguments if verb else ()) for name in arguments}
        assert {option for option in options if option.startswith("-")} <= known, line


def test_readme_names_every_verb_of_the_chat():
    named = names(README.split("## What you can type")[1].split("##")[0])
    assert {verb.name for verb in ROUTES.verbs.values()} <= named


def test_the_page_about_postmortems_names_every_topic_step_and_format():
    page = (HOUSE / "docs/postmortem.md").read_text()
    assert set(TOPICS) <= names(page.split("## Writing")[1].split("## ")[0])
    assert set(FORMATS) == set(rows(page, "Format"))
    assert set(STEPS.known) <= set(re.findall(r"[a-z-]+", " ".join(names(page)) + " ".join(blocks(page, ""))))


def test_readme_names_every_format():
    assert set(FORMATS) <= names(README.split("## The draft")[1].split("## ")[0])


def test_the_help_of_the_chat_names_every_format():
    usage = next(verb.usage for verb in ROUTES.verbs.values() if verb.name == "postmortem")
    assert set(FORMATS) == set(usage.split("format=")[1].split("]")[0].split("|"))


@pytest.mark.parametrize("page", ["README.md", "docs/policy.md"])
def test_the_policies_that_the_pages_show_are_some(page):
    (example,) = blocks((HOUSE / page).read_text(), "toml")
    policy = read_policy(DEFAULT_POLICY.read_text(), example)
    assert policy.organisation == "Example Inc."
    assert policy.targets["executives"].channel == "exec-updates"
    assert {one.format for one in policy.severities.values()} <= set(FORMATS)


def test_readmes_table_of_severities_is_the_built_in_policy():
    policy = read_policy(DEFAULT_POLICY.read_text())
    for severity in policy.severities.values():
        row = f"| `{severity.spellings[0]}` | {severity.spelled} | {severity.cadence} | {severity.format} |"
        assert row in README


def test_readmes_look_at_the_draft_is_out_of_the_example():
    for excerpt in blocks(README, "markdown"):
        assert excerpt in REPORT


def test_the_example_counts_its_own_prompts():
    (counted,) = re.findall(r"\*\*Still to be written \((\d+)\)", REPORT)
    assert REPORT.count("_[to write: ") == int(counted)


def test_each_command_that_readme_shows_is_taken(sqlite_url):
    clock = Clock()
    server = SandboxServer(Workspace(time=clock.machine, machine=clock.machine))
    server.start()
    world = World(server, sqlite_url)
    try:
        ana = world.person("ana")
        world.person("sarah")
        declare, *others = [line for block in blocks(README, "") for line in block.splitlines()]
        assert "Declared" in ana.commands(declare).text
        ana.joins(world.channel().name)
        for line in others:
            answer = ana.commands(line, world.channel().name)
            assert answer.ok, line
            assert "You typed" not in answer.words, answer.words
            assert "Next:" not in answer.words, answer.words
        world.finish()
    finally:
        world.close()
        server.stop()


def test_what_the_page_about_installing_says_that_the_bot_says_is_what_it_says():
    """The pieces between what is filled in, of each sentence in the first column that is ours."""
    sources = " ".join(
        path.read_text() for folder in ("bot", "handlers") for path in (HOUSE / folder).rglob("*.py")
    )
    page = (HOUSE / "docs/install.md").read_text()
    said = [
        each for row in rows(page, "What it says, or what you see") for each in re.findall(r"[^`]{15,}", row)
    ]
    pieces = [
        piece.strip(" `.") for each in said for piece in re.split(r"…|#incidents|\([^)]*\)|`[^`]*`", each)
    ]
    ours = [
        piece
        for piece in pieces
        if re.match(r"SLACK|Slack|the bot|the database|The database|scope|a deliv", piece)
    ]
    assert len(ours) > 8
    assert [piece for piece in ours if piece not in sources] == []


def test_contributing_has_every_dependency_with_a_reason():
    asked = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    wanted = {re.split(r"[^\w.-]", one)[0].lower() for one in asked}
    told = [
        line.split("|")[1:3] for line in CONTRIBUTING.split("## Dependencies")[1].splitlines() if "|" in line
    ]
    reasons = {name.strip().lower(): reason.strip() for name, reason in told}
    assert wanted == reasons.keys() - {"library", "---"}
    assert all(reasons[name] for name in wanted)


def test_contributing_draws_every_room_on_its_floor():
    floors = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    (drawn,) = [block for block in blocks(CONTRIBUTING, "") if "bot.__main__" in block]
    heights = {
        word: height
        for height, line in enumerate(drawn.splitlines())
        for word in re.findall(r"\w+", re.split(r" {3,}", line.strip())[0])
    }
    rooms = [[room for room in re.findall(r"\w+", floor) if room in heights] for floor in floors]
    assert [re.findall(r"\w+", floor) for floor in floors] == rooms
    tops = [min(heights[room] for room in floor) for floor in rooms]
    assert tops == sorted(tops)


def test_contributing_speaks_of_things_that_are_there():
    dotted = {name for name in names(CONTRIBUTING) if re.fullmatch(r"(bot|handlers)(\.\w+)+", name)}
    assert len(dotted) > 20
    for name in sorted(dotted):
        assert is_there(name), name


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_contributing_names_files_that_are_there():
    paths = {
        name
        for name in names(CONTRIBUTING)
        if re.fullmatch(r"(bot|handlers|templates|tests|docs|migrations)/[\w./]*", name)
    }
    assert len(paths) > 20
    assert {path for path in paths if not (HOUSE / path).exists()} == set()


def test_the_changelog_speaks_of_this_version():
    assert __version__ == PYPROJECT["project"]["version"]
    assert __version__ in CHANGELOG
