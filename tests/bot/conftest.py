"""One worker on a script, on either database."""

from collections.abc import Iterator

import pytest

from bot.store.store import Store
from tests.bench import Bench


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    store = Store(database_url)
    yield Bench(store)
    store.close()
