"""Writes the references out of the code: ``python docs/make_references.py``, from the checkout.

It needs ``.venv/bin/python``. What stands between ``<!-- made: NAME -->`` and ``<!-- end -->`` in the pages is written,
and ``.env.example``. With ``--check`` it writes nothing and says what is not as the code has it.
"""  # noqa: INP001 - a script, no package

import logging
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

import reference_metrics  # noqa: E402 - the checkout must be on the path first
import reference_policy  # noqa: E402
from reference_chat import chat, shortcuts  # noqa: E402

from bot.cli import VERBS  # noqa: E402
from bot.cli.verb import Verb  # noqa: E402
from bot.settings import VARIABLES  # noqa: E402

MEND = "make references"
ENV = HOUSE / ".env.example"
HEAD = f"""\
# Copy to .env and fill in. `python -m bot check` says what is missing; `make demo` needs none of it.
# This file is written by `{MEND}`.
"""


def cell(words: str) -> str:
    """*words* as they may stand in a table."""
    return words.replace("|", "\\|")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    lines = ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines])


def environment() -> str:
    """All variables of the environment."""
    rows = ((f"`{one.name}`", one.means, one.without) for one in VARIABLES)
    return table(("Variable", "Meaning", "Without it"), rows)


def example() -> str:
    """``.env.example``."""
    lines = [
        f"{_wrapped(f'{one.means}. Empty: {one.without}.')}\n{one.name}={one.value}\n" for one in VARIABLES
    ]
    return f"{HEAD}\n" + "\n".join(lines)


def _wrapped(words: str) -> str:
    plain = f"{words[:1].upper()}{words[1:]}".replace("*", "")
    return textwrap.fill(plain, 100, initial_indent="# ", subsequent_indent="# ")


def command_line() -> str:
    """All verbs of ``python -m bot``, with their options."""
    return table(("Verb", "Does", "Example"), map(_verb, VERBS)) + "\n\n" + _options()


def _verb(verb: Verb) -> tuple[str, str, str]:
    named = [
        str(options.get("metavar", names[0].upper()))
        for names, options in verb.arguments
        if not names[0].startswith("-")
    ]
    return f"`{' '.join([verb.name, *named])}`", verb.does, f"`{verb.example}`"


def _options() -> str:
    rows = [
        (f"`{verb.name}`", ", ".join(f"`{name}`" for name in names), str(options.get("help", "")))
        for verb in VERBS
        for names, options in verb.arguments
        if names[0].startswith("-")
    ]
    return table(("Verb", "Option", "Meaning"), rows)


def metrics() -> str:
    """All metrics over many incidents."""
    return table(reference_metrics.HEAD, reference_metrics.metrics())


MADE: dict[str, tuple[str, Callable[[], str]]] = {
    "policy": ("docs/policy.md", reference_policy.policy),
    "chat": ("docs/commands.md", chat),
    "shortcuts": ("docs/commands.md", shortcuts),
    "command line": ("docs/commands.md", command_line),
    "environment": ("docs/commands.md", environment),
    "metrics": ("docs/metrics.md", metrics),
}
"""What is made, by its name in the page that it stands in."""


def pages() -> Iterator[tuple[Path, str]]:
    """Each file with what it should hold. Raises SystemExit where a page has no place for it."""
    texts = {page: (HOUSE / page).read_text(encoding="utf-8") for page, _ in MADE.values()}
    for name, (page, make) in MADE.items():
        place = re.compile(rf"(?<=<!-- made: {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        if not place.search(texts[page]):
            raise SystemExit(f"{page} lacks the lines <!-- made: {name} --> and <!-- end -->")
        made = make()
        texts[page] = place.sub(lambda _: f"\n{made}\n\n", texts[page], count=1)  # noqa: B023 - used at once
    yield from ((HOUSE / page, text) for page, text in texts.items())
    yield ENV, example()


def main(*, check: bool) -> int:
    """Write the files, or look at them only; 1 where something is lacking or stale."""
    wrong = reference_policy.lacking()
    for path, wanted in pages():
        if path.read_text(encoding="utf-8") == wanted:
            continue
        if check:
            wrong.append(f"{path.relative_to(HOUSE)} is not as the code has it. To mend it: {MEND}")
        else:
            path.write_text(wanted, encoding="utf-8")
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.exit(main(check="--check" in sys.argv[1:]))
