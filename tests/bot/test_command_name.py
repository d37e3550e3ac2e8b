"""Nothing of ours says the command's name but where it is given the policy's own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import render
from bot.cli.manifest import manifest
from bot.domain.command import COMMAND, named, trouble, with_slash
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.refusal import Refusal
from bot.settings import DEFAULT_POLICY

FACT = re.compile(r"\{(\w+)\}")
ROOT = Path(__file__).resolve().parent.parent.parent
NAMED_LATER = {
    "bot/domain/command.py": "the name itself",
    "bot/slack/unsaid.py": "named by the templates, with the filter ours",
    "bot/cli/sandboxed.py": "the hint, named with the policy's name",
    "bot/domain/replay.py": "a pointer into a replay file",
    "bot/domain/replay_import.py": "a pointer into a replay file",
    "bot/domain/followup_carried.py": "a pointer into a replay file",
    "bot/domain/replay_steps.py": "what a replay types, which any name of the command takes",
}
"""Where a text of ours may say it, beside refusals and the examples of verbs, and why."""


def said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The texts of a module that are no docstrings, no refusal's next step and no verb's example."""
    named_later: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # docstrings, those of fields too
            named_later |= set(ast.walk(node)) if isinstance(node.value, ast.Constant) else set()
        elif isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "next":
                    named_later |= set(ast.walk(each))
        elif isinstance(node, ast.keyword) and node.arg == "example":
            named_later |= set(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in named_later:
            yield node.lineno, node.value


def test_no_text_says_the_name_past_those_that_name_it() -> None:
    found = []
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]):
        where = str(path.relative_to(ROOT))
        if where in NAMED_LATER or where.startswith(("bot/sandbox/", "bot/domain/refusal")):
            continue
        for line, text in said(ast.parse(path.read_text(encoding="utf-8"))):
            found += [f"{where}:{line} {text}"] if COMMAND in text else []
    assert found == []


@pytest.mark.parametrize(
    "path", sorted(str(p.relative_to(render.TEMPLATES)) for p in render.TEMPLATES.rglob("*.j2"))
)
def test_every_template_is_loaded_with_the_policys_name(path: str) -> None:
    environment = render.environment("/tocsin")
    loader = environment.loader
    assert loader is not None
    source, _, _ = loader.get_source(environment, path)
    assert COMMAND not in source
    assert environment.get_template(path) is not None
    if path.startswith("postmortem/"):
        assert COMMAND not in (render.TEMPLATES / path).read_text(encoding="utf-8"), (
            "documents are given no name"
        )


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def test_every_refusal_is_said_with_the_policys_name() -> None:
    kinds = [kind for kind in refusals() if kind.__module__.startswith("bot.")]
    assert len(kinds) > 100
    for kind in kinds:
        facts = dict.fromkeys(FACT.findall(f"{kind.__doc__} {kind.next}"), "/incident typed")
        for words in kind(**facts).in_words("/tocsin"):
            assert COMMAND not in words.replace("/incident typed", ""), kind
            assert words.count("/incident typed") == words.count("/inc"), "what was typed stays"


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("`/incident help`", "`/tocsin help`"),
        ("/incident", "/tocsin"),
        (
            "INC/incident x /incidents /incident-x slack/incident.j2",
            "INC/incident x /incidents /incident-x slack/incident.j2",
        ),
    ],
)
def test_only_the_command_itself_is_named(ours: str, shown: str) -> None:
    assert named(ours, "/tocsin") == shown


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("incident", None),
        ("/tocsin", None),
        (" /inc-2 ", None),
        ("x" * 31, None),
        ("x" * 32, "has 33 characters"),
        ("/status", "a command of Slack's own"),
        ("Remind", "a command of Slack's own"),
        ("Incident", "small letters"),
        ("my incident", "small letters"),
        ("//x", "small letters"),
        ("größe", "small letters"),
        ("/", "small letters"),
        ("", "should be the name"),
        (7, "should be the name"),
    ],
)
def test_a_name_that_slack_refuses_is_refused_at_the_start(given: object, says: str | None) -> None:
    assert (trouble(given) is None) if says is None else says in (trouble(given) or "")


def test_the_policy_says_the_line_of_a_bad_name() -> None:
    with pytest.raises(BrokenPolicy) as refused:
        read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), '[slack]\ncommand = "/remind"\n')
    assert refused.value.mistakes == [
        "line 2: slack.command is '/remind', a command of Slack's own; choose another name, like \"/tocsin\""
    ]


def test_the_manifest_asks_for_the_policys_name() -> None:
    assert "command: /tocsin\n" in manifest(command=with_slash("tocsin"), by_socket=True, url="")
