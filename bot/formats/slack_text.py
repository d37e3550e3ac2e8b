"""Markdown as Slack's mrkdwn: bold, italics, strikethrough, code, links and lists; everything else stays readable.

The encoding: https://docs.slack.dev/messaging/formatting-message-text. What people wrote calls nobody: ``&``, ``<`` and
``>`` are escaped, and only addresses of ``LINKS`` become links.
"""

from collections.abc import Iterable, Iterator
from functools import singledispatch

from bot.domain.mrkdwn import escaped
from bot.formats.parsed import unboxed
from bot.formats.tree import Block, Code, Heading, Items, Paragraph, Quote, Rule, Run, Runs, Table

INDENT = "    "
_ADDRESS = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", " ": "%20"})


def slack_text(markdown: str) -> str:
    """*markdown* in Slack's encoding; a blank line between its paragraphs."""
    return "\n\n".join(filter(None, map(_shown, unboxed(markdown))))


def slack_line(markdown: str) -> str:
    """*markdown* that is one paragraph, on one line: a title, or a step."""
    return " ".join(slack_text(markdown).split())


@singledispatch
def _shown(block: Block) -> str:
    raise TypeError(f"no playbook has a {type(block).__name__}")


@_shown.register
def _(block: Paragraph) -> str:
    return _line(block.runs)


@_shown.register
def _(block: Heading) -> str:
    return f"*{_plain(block.runs)}*"


@_shown.register
def _(block: Items) -> str:
    return "\n".join(_items(block))


@_shown.register
def _(block: Table) -> str:
    rows = (block.head, *block.rows)
    return "\n".join(" | ".join(_line(cell) for cell in row) for row in rows)


@_shown.register
def _(block: Code) -> str:
    code = escaped(block.text.replace("```", "\u02cb\u02cb\u02cb"))
    return f"```\n{code}\n```"


@_shown.register
def _(block: Quote) -> str:
    said = _stacked(block.blocks)
    return "\n".join(f"> {line}".rstrip() for line in said.split("\n"))


@_shown.register
def _(_: Rule) -> str:
    return "———"


def _stacked(blocks: Iterable[Block]) -> str:
    return "\n".join(filter(None, map(_shown, blocks)))


def _items(items: Items) -> Iterator[str]:
    for number, item in enumerate(items.items, items.start or 0):
        mark = "•" if items.start is None else f"{number}."
        first, *rest = _stacked(item).split("\n")
        yield f"{mark} {first}".rstrip()
        yield from (f"{INDENT}{line}" for line in rest)


def _line(runs: Runs) -> str:
    return "".join(map(_run, runs)).strip()


def _plain(runs: Runs) -> str:
    """The words alone, which stand in bold as a whole: a mark inside would end it."""
    return escaped(" ".join("".join(run.text for run in runs).split()))


def _run(run: Run) -> str:
    words = run.text
    body = words.strip()
    if not body:
        return words
    said = escaped(body)
    if run.code:
        said = said if "`" in body else f"`{said}`"
    elif run.link:
        said = _link(run.link, body)
    for mark, on in (("~", run.strike), ("_", run.italic), ("*", run.bold)):
        said = "\n".join(f"{mark}{line}{mark}" if line else "" for line in said.split("\n")) if on else said
    ahead, behind = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{ahead}{said}{behind}"


def _link(address: str, words: str) -> str:
    target = address.replace("&", "&amp;").translate(_ADDRESS)
    label = escaped(" ".join(words.split())).replace("|", "\u2758")
    return f"<{target}>" if words == address else f"<{target}|{label}>"
