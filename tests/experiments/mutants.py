"""Would the experiments notice? Each safeguard is taken out in a copy of the tree, and they run there (R19).

    python -m tests.experiments.mutants              # all of them; a part of the name picks some
    python -m tests.experiments.mutants --check      # only whether each text still stands in the code

Exit 1 where a mutant survives, where its text is no longer in the code, and where the unchanged tree fails.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.experiments.safeguards import MUTANTS, Mutant

ROOT = Path(__file__).parent.parent.parent
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.db", "*.sqlite*"
)
LONGEST = 900.0
"""Seconds for one run of pytest; one that hangs for so long has noticed."""
FAILED = re.compile(r"^(?:FAILED|ERROR) tests/experiments/(\S+)", re.MULTILINE)
REASON = re.compile(r"^E +(\S.*)$", re.MULTILINE)
BROKEN = re.compile(r"ERROR at setup|errors? during collection|^INTERNALERROR", re.MULTILINE)
ALL = ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of pytest showed."""

    failed: str
    """The first experiment that failed; empty: none did."""
    reason: str
    broken: bool
    """It could not even begin: that is not noticing."""


def ran(tree: Path, pick: str) -> Run:
    """The experiments in *tree* that *pick* names (all of them: empty), up to the first that fails."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/experiments",
        "--ignore=tests/experiments/test_safeguards.py",  # it looks for the very text that is gone
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [*command, "-k", pick] if pick else command, cwd=tree, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Run(failed=pick or "all of them", reason=f"not done after {LONGEST:.0f} s", broken=False)
    if process.returncode == 0:
        return Run(failed="", reason="", broken=False)
    failed, reason = FAILED.search(said), REASON.search(said)
    broken = failed is None or BROKEN.search(said) is not None
    if broken:
        sys.stderr.write(said[-3_000:])
    return Run(failed=failed[1] if failed else "nothing", reason=reason[1] if reason else "", broken=broken)


def rotten(mutant: Mutant) -> list[str]:
    """Files in which the text of *mutant* does not stand exactly once any more."""
    return [edit.file for edit in mutant.edits if (ROOT / edit.file).read_text("utf-8").count(edit.old) != 1]


@contextmanager
def applied(mutant: Mutant, tree: Path) -> Iterator[None]:
    """The copy *tree* as the mutant has it; afterwards as it was."""
    before = {edit.file: (tree / edit.file).read_text("utf-8") for edit in mutant.edits}
    for edit in mutant.edits:
        place = tree / edit.file
        place.write_text(place.read_text("utf-8").replace(edit.old, edit.new), "utf-8")
    try:
        yield
    finally:
        for file, text in before.items():
            (tree / file).write_text(text, "utf-8")


def noticed(mutant: Mutant, tree: Path) -> Run:
    """The likely experiments one after the other, then all: the first that fails."""
    with applied(mutant, tree):
        for pick in (*mutant.likely, *ALL):
            run = ran(tree, pick)
            if run.failed:
                return run
    return run


def tell(outcome: str, name: str, more: str = "") -> None:
    sys.stdout.write(f"{outcome:9} {name:54} {more[:160]}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.experiments.mutants", description=__doc__.split("\n")[0]
    )
    parser.add_argument("names", nargs="*", help="parts of names; without one all of them")
    parser.add_argument(
        "--check", action="store_true", help="only look whether the texts still stand in the code"
    )
    asked = parser.parse_args()
    chosen = [one for one in MUTANTS if not asked.names or any(name in one.name for name in asked.names)]
    gone = {mutant.name: files for mutant in chosen if (files := rotten(mutant))}
    for name, files in gone.items():
        tell("ROTTEN", name, f"its text does not stand once in {', '.join(files)}")
    if gone or asked.check:
        return bool(gone)
    with tempfile.TemporaryDirectory(prefix="tocsin-mutants-") as folder:
        tree = Path(shutil.copytree(ROOT, Path(folder) / "tree", ignore=NOT_COPIED))
        if not asked.names and (unchanged := ran(tree, "")).failed:
            tell("RED", "the unchanged tree", f"{unchanged.failed} {unchanged.reason}")
            return 1
        survived = 0
        for mutant in chosen:
            run = noticed(mutant, tree)
            caught = bool(run.failed) and not run.broken
            survived += not caught
            tell("caught" if caught else "SURVIVED", mutant.name, f"{run.failed}  {run.reason}")
    sys.stdout.write(f"{len(chosen) - survived} of {len(chosen)} caught\n")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
