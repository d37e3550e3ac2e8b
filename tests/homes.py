"""The app's home as people see it: whole, and the parts of it."""

from bot.sandbox import Person
from bot.sandbox.blockkit import view_faults
from tests.world import World


def opens(world: World, person: Person) -> str:
    """Somebody opens their home; what stands there then."""
    person.opens_home()
    return stands(world, person)


def stands(world: World, person: Person) -> str:
    """What stands in somebody's home now."""
    world.settle()
    body = world.slack.homes[person.id].body
    assert view_faults({**body, "type": "home"}) == []
    return world.slack.homes[person.id].words


def waits(words: str) -> str:
    """The part of a home that says what waits."""
    return words.partition("Open incidents: ")[0].partition("No incident is open")[0]


def running(words: str) -> str:
    """The part of a home that lists open incidents."""
    return words.partition("Open incidents: ")[2].partition("How it goes")[0]
