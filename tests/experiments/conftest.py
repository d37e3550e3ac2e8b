"""Experiments on promises (RELIABILITY section 4): whole processes, killed and started again, on both databases.

Each runs twice: short in ``make test``, and at its full size in ``make experiments`` (``--full``), which alone judges
limits of time and writes the figures into docs/reliability.md. An experiment is marked with its number, prints its
seed, and gives its figures to the fixture ``figures``.
"""

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from bench.machine import machine
from bot.clock import Clock
from bot.sandbox.server import SandboxServer
from tests.experiments.clock import SharedClock
from tests.experiments.fleet import Fleet, launched
from tests.experiments.victims import victims
from tests.stories.conftest import policy, slack_server, start
from tests.world import World

__all__ = ["policy", "slack_server", "start", "victims"]

pytest.register_assert_rewrite("tests.experiments.resting")

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
"""Between these lines of a page stands the table that ``--figures`` writes."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of an experiment is done."""

    full: bool

    def of(self, short: int, full: int) -> int:
        """The size of something: *short* in the suite, *full* in ``make experiments``."""
        return full if self.full else short

    def within(self, what: str, seconds: float, limit: float) -> None:
        """Judge a time, at the full size only: a busy machine fails no test."""
        assert not self.full or seconds <= limit, f"{what}: {seconds:.3f} s, allowed are {limit} s"


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return Size(bool(request.config.getoption("--full")))


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """What an experiment measured, by name: ``figures(seed=7, nudges=8000, missing=0, duplicate=0)``.

    *database* names the one where the parameters of the test do not.
    """

    def keep(**measured: object) -> None:
        for name, value in measured.items():
            record_property(name, value)

    return keep


@pytest.fixture
def world(
    slack_server: SandboxServer, database_url: str, policy: str, start: datetime, tmp_path: Path
) -> Iterator[World]:
    """The whole bot, as in a story, on a clock that other processes see too."""
    made = World(slack_server, database_url, policy, clock=SharedClock(tmp_path / "clock", start))
    try:
        yield made
        made.finish()
    finally:
        made.close()


@pytest.fixture(scope="session")
def fork_server() -> ForkServerContext:
    """Imports the bot once; each process of a fleet is a fork of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.experiments.warm"])
    return context


@pytest.fixture
def fleet(world: World, fork_server: ForkServerContext) -> Iterator[Fleet]:
    """Processes of the bot on the world's database, Slack and clock; none runs before ``start``."""
    with launched(world, fork_server) as fleet:
        yield fleet


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "experiment(name): its number in docs/reliability.md, such as R3")


@pytest.fixture(autouse=True)
def numbered(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    marker = request.node.get_closest_marker("experiment")
    assert marker is not None, "an experiment bears its number: pytest.mark.experiment"
    record_property("experiment", marker.args[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = [one for word in ("passed", "failed") for one in terminalreporter.stats.get(word, ())]
    rows = sorted(row for one in reports if one.when == "call" and (row := _row(one)))
    if not rows:
        return
    terminalreporter.section("figures of the experiments")
    for row in rows:
        terminalreporter.write_line(" · ".join(row))
    page = config.getoption("--figures")
    if page:
        _write(Path(page), rows)


def _row(report: pytest.TestReport) -> tuple[str, ...] | None:
    """Number, what, database, figures, how long and outcome of an experiment that measured something."""
    known = dict(report.user_properties)
    name = known.pop("experiment", None)
    if name is None or not known:
        return None
    what, _, parameters = report.nodeid.rpartition("::")[2].partition("[")
    database = str(known.pop("database", parameters))
    database = next((word for word in ("sqlite", "postgres") if word in database), "both")
    case = re.sub(r"sqlite|postgres|\]", "", parameters).strip("-")
    words = what.removeprefix("test_").replace("_", " ")
    if case not in {"", str(known.get("seed"))}:
        words += f" ({case})"
    told = ", ".join(f"{key.replace('_', ' ')} {_shown(value)}" for key, value in known.items())
    return str(name), words, database, told, f"{report.duration:.0f} s", report.outcome


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _write(page: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Rows of experiments that ran take the place of their former ones; the others stay, with their day."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    former, _, after = rest.partition(END)
    today = Clock().now().date().isoformat()
    lines = {
        row[:3]: row
        for row in [tuple(line.strip("| ").split(" | ")) for line in former.splitlines()]
        if row[-1] in {"passed", "failed"}
    } | {row[:3]: (*row[:-1], today, row[-1]) for row in rows}
    head = "| # | Experiment | Database | Figures | Took | Day | Outcome |\n|---|---|---|---|---|---|---|"
    table = "\n".join([head, *(f"| {' | '.join(row)} |" for _, row in sorted(lines.items(), key=_order))])
    text = f"Measured on {machine()}.\n\n{table}"
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _order(line: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[str, int, tuple[str, ...]]:
    """R2 comes before R11."""
    number = line[0][0]
    return number[0], int(number[1:]), line[0]
