"""How hard it hit customers, in a word: the header of the long document has a place for it (PRODUCT 2.2, 3.4)."""

import pytest

from tests.world import World, declared


@pytest.mark.parametrize(
    "words", ["set customer_impact High", "set customer_impact “High”", "impact level=High"]
)
def test_the_level_of_customer_impact_stands_in_the_header(world: World, words: str) -> None:
    ana, _ = declared(world)
    answer = ana.commands(f"/incident {words}")
    assert "level=High" in answer.words
    made = world.bot.documents.make("INC-2026-0302-001", "full").content
    assert "- **Customer impact:** High\n" in made


def test_without_it_the_header_says_so(world: World) -> None:
    declared(world)
    made = world.bot.documents.make("INC-2026-0302-001", "full").content
    assert "- **Customer impact:** not recorded\n" in made
