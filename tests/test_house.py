"""What keeps the house in shape: its floors, the homes of its libraries, the size of its rooms, its words."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import median

import pytest

from bot.cli import VERBS
from handlers import ROUTES

HOUSE = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
OURS = {"bot", "handlers", "tests", "bench"}


def files(*folders: str) -> list[Path]:
    """What git keeps, or would, below the folders; all of it without one."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders]
    names = subprocess.run(listing, cwd=HOUSE, check=True, capture_output=True, text=True).stdout
    return sorted({HOUSE / name for name in names.splitlines() if (HOUSE / name).is_file()})


def python(*folders: str) -> list[Path]:
    """Our Python, without the migrations: those are only ever added to."""
    return [f for f in files(*folders) if f.suffix == ".py" and f.parent != HOUSE / "migrations/versions"]


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def libraries(path: Path) -> set[str]:
    """The top-level names that a file imports and that are neither Python's nor ours."""
    return {i.partition(".")[0] for i in imports(path)} - sys.stdlib_module_names - OURS


def strings(path: Path) -> set[str]:
    """Every string that stands in a Python file, docstrings and the fixed parts of f-strings too."""
    tree = ast.walk(ast.parse(path.read_text()))
    return {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def contract(title: str) -> dict[str, list[str]]:
    return next(c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["name"] == title)


def normal(distribution: str) -> str:
    """One spelling for slack-sdk, slack_sdk and Slack.SDK (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


RUNS_ON = declared(PYPROJECT["project"]["dependencies"])
TESTED_WITH = declared(PYPROJECT["dependency-groups"]["dev"])


def test_every_floor_imports_lower_floors_only():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-logo", "--no-cache"], cwd=HOUSE, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", python("bot/domain"), ids=name)
def test_the_domain_needs_the_standard_library_only(path):
    strangers = {i for i in imports(path) if i.partition(".")[0] not in sys.stdlib_module_names}
    assert {i for i in strangers if not i.startswith("bot.domain")} == set()


def test_only_the_command_line_and_the_tests_start_the_sandbox():
    sees = {
        name(f) for f in python("bot", "handlers") if any(i.startswith("bot.sandbox") for i in imports(f))
    }
    assert {f for f in sees if not f.startswith("bot/sandbox/")} <= {
        "bot/cli/sandboxed.py",
        "bot/cli/performing.py",
    }


def test_every_library_has_a_home():
    homes = set(contract("Each library has one home")["forbidden_modules"])
    assert {lib for f in python("bot", "handlers") for lib in libraries(f)} <= homes


@pytest.mark.parametrize(
    ("folders", "promised"),
    [(["bot", "handlers", "migrations"], RUNS_ON), (["tests"], RUNS_ON | TESTED_WITH)],
    ids=["the bot", "the tests"],
)
def test_every_library_that_is_imported_is_asked_for_by_name(folders, promised):
    known = packages_distributions()
    used = {lib for f in python(*folders) for lib in libraries(f)}
    assert {lib for lib in used if promised.isdisjoint(map(normal, known.get(lib, [])))} == set()


def test_what_is_asked_for_is_pinned_with_hashes():
    for lock, asked in (("requirements.txt", RUNS_ON), ("requirements-dev.txt", RUNS_ON | TESTED_WITH)):
        pins = re.findall(
            r"^([\w.-]+)==\S+.* \\\n    --hash=sha256:", (HOUSE / lock).read_text(), re.MULTILINE
        )
        assert asked <= set(map(normal, pins)), lock


def test_both_locks_pin_the_same_versions():
    pins = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (HOUSE / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0].items() <= pins[1].items()


def test_no_file_is_longer_than_four_hundred_lines():
    scripts = [f for f in files("bot") if f.suffix == ".js"]
    assert {name(f): lines(f) for f in [*python(), *scripts] if lines(f) > 400} == {}


def test_the_median_file_stays_short():
    assert median(lines(f) for f in python("bot", "handlers")) <= 120


def test_every_template_is_used():
    templates = files("templates")
    said = {s for f in python("bot", "handlers") for s in strings(f)}
    texts = {t: t.read_text() for t in templates}
    unused = {name(t) for t in templates if not is_used(t, said, [texts[o] for o in templates if o != t])}
    assert unused == set()


def is_used(template: Path, said: set[str], others: list[str]) -> bool:
    """Named in Python, by path or by bare name, or by its path in another template."""
    path = template.relative_to(HOUSE / "templates").as_posix()
    names = {path, path.removesuffix(".j2"), template.name, template.name.partition(".")[0]}
    return not names.isdisjoint(said) or any(f'"{path}"' in text for text in others)


NOWHERE = [
    r"pypi\.org|pythonhosted|/opt/pypi|/opt/wheels",  # whose index is the reader's business
    r"(?<![\w.])/work\b|/tmp/brief",  # paths of one machine
    r"\bissue #?\d|\bissues show|steering repo|claude|anthropic",  # how it was written
]
BESIDE_THE_CHECKOUT = r"\.\./shared"


@pytest.mark.parametrize("words", NOWHERE)
def test_no_file_speaks_of_where_it_was_made(words):
    assert {name(f) for f in files() if has(f, words)} == set()


def test_only_tests_and_ci_look_beside_the_checkout():
    product = [f for f in files() if f.relative_to(HOUSE).parts[0] not in {"tests", ".ci"}]
    assert {name(f) for f in product if has(f, BESIDE_THE_CHECKOUT)} == set()


def has(path: Path, words: str) -> bool:
    """Whether a file holds one of the words; this one holds them all, and is not asked."""
    here = path == Path(__file__)
    return not here and re.search(words, path.read_text(errors="replace"), re.IGNORECASE) is not None


LEFT_OUT: dict[str, str] = {}
"""Rules of design (DR-1 to DR-28) that no test holds, each with the reason."""
NOT_BUILT: dict[str, tuple[str, str]] = {
    "DR-9": (
        "purge",
        "a deleted text is kept for audit, and no command erases it; of a deleted file no byte is kept",
    ),
}
"""What a rule asks for beside what its tests hold: the word that nobody can type yet, and what there is instead."""


def test_every_rule_of_design_is_held_by_a_test_or_has_a_reason():
    told = [words for f in files("tests") if f.name.startswith("test_") for words in comments(f)]
    held = {f"DR-{n}" for words in told for n in re.findall(r"\bDR-(\d+)", words)}
    assert {f"DR-{n}" for n in range(1, 29)} - held == set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_what_is_said_not_to_be_built_cannot_be_typed():
    """Whoever builds it takes its line out, and gives the rule a test of it."""
    typed = [f"{verb.name} {verb.usage}" for verb in ROUTES.verbs.values()] + [verb.name for verb in VERBS]
    words = {word for line in typed for word in re.findall(r"[a-z]+", line)}
    assert {rule for rule, (word, instead) in NOT_BUILT.items() if word in words or not instead} == set()


def comments(path: Path) -> Iterator[str]:
    """The docstrings of a file of tests and of its tests, and the comments at their heads and in them."""
    text = path.read_text()
    if path == Path(__file__):
        return
    yield from re.findall(r"#.*", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
