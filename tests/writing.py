"""What stories about writing share: what is kept, what a form shows, and how an incident comes to its end."""

from bot.domain.incident import Incident
from bot.sandbox import Person
from bot.sandbox.state import View
from tests.world import World, said

INC = "INC-2026-0302-001"


def held(world: World, ref: str = INC) -> Incident:
    with world.bot.transactions.read() as tx:
        incident = tx.incident(ref)
    assert incident
    return incident


def facts(world: World, key: str) -> object:
    return held(world).facts.get(key)


def view(person: Person) -> View:
    assert person.modal
    return person.modal


def shown(person: Person) -> dict[str, str]:
    """What stands in the fields of the form that the person sees."""
    return {
        block["block_id"]: block["element"].get("initial_value", "")
        for block in view(person).body["blocks"]
        if block["type"] == "input"
    }


def above(person: Person) -> str:
    """What a form says above its fields."""
    return "\n".join(b["text"]["text"] for b in view(person).body["blocks"] if b["type"] == "section")


def close(world: World, person: Person) -> None:
    said(world, person, "resolve all good")
    said(world, person, "close")


def draft(world: World, name: str = "full") -> str:
    return world.bot.documents.make(INC, name).content
