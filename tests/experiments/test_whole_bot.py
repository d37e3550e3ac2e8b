"""Whatever people, Slack and the machine do, in any order: model = database = Slack at each rest (RELIABILITY R15)."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.sandbox.server import SandboxServer
from tests import postgres as pg
from tests.experiments.conftest import Size
from tests.experiments.machine import POLICY, WholeBot
from tests.experiments.victims import Victims
from tests.world import World

pytestmark = pytest.mark.experiment("R15")
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if "SHRINK" in os.environ else [])]
"""Shrinking a failure takes many minutes here: SHRINK=1 wants it."""
Worlds = Callable[[], AbstractContextManager[World]]


@pytest.fixture(params=["sqlite", "postgres"])
def worlds(
    request: pytest.FixtureRequest, slack_server: SandboxServer, tmp_path_factory: pytest.TempPathFactory
) -> Worlds:
    """A new world on a database of its own, again and again."""
    on: str = request.param

    @contextmanager
    def sqlite() -> Iterator[str]:
        file = tmp_path_factory.mktemp("whole") / "tocsin.sqlite"
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{file}"
        file.unlink()

    @contextmanager
    def postgres() -> Iterator[str]:
        server: pg.Postgres = request.getfixturevalue("postgres")
        with server.database(template=request.getfixturevalue("postgres_template")) as url:
            yield url

    @contextmanager
    def world() -> Iterator[World]:
        with (sqlite if on == "sqlite" else postgres)() as url:
            made = World(slack_server, url, POLICY)
            try:
                yield made
            finally:
                made.close()

    return world


def test_model_database_and_slack_are_one_at_each_rest(
    worlds: Worlds, victims: Victims, size: Size, figures: Callable[..., None]
) -> None:
    usual = settings()
    chosen = os.environ.get("SEED") or (
        "" if usual.derandomize else str(random.SystemRandom().randrange(10**9))
    )
    print(f"seed {chosen or 'of CI'}: SEED={chosen} does it again")  # noqa: T201 - to do it again
    counted: Counter[str] = Counter()

    def machine() -> WholeBot:
        return WholeBot(worlds, victims, counted)

    run_state_machine_as_test(
        seed(int(chosen))(machine) if chosen else machine,  # type: ignore[arg-type]  # a factory will do
        settings=settings(
            max_examples=size.of(3, 12), stateful_step_count=size.of(18, 40), deadline=None, print_blob=True,
            phases=PHASES, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    figures(seed=chosen or "of CI", **counted)
