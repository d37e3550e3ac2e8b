"""A store on either database."""

from collections.abc import Iterator

import pytest

from bot.store.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """For what only a database with several writers can do."""
    made = Store(postgres_url)
    yield made
    made.close()
