"""Customer escalations as records of their own: ``CE1001``, alone and tied to an incident (PRODUCT 3.0)."""

from bot.domain.incident import Incident
from bot.sandbox import Person
from tests.world import Room, World, said


def case(world: World, ref: str = "CE1001") -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


def room(world: World, ref: str = "ce1001") -> Room:
    world.settle()
    (found,) = [channel for channel in world.slack.channels if channel.name.startswith(ref)]
    return Room(world, found)


def test_one_is_opened_in_a_channel_of_its_own(world: World, ana: Person) -> None:
    answer = said(world, ana, 'customer add "Acme Corp" slow queries since noon p=high')
    assert "Opened `CE1001` for *Acme Corp*, priority high — updates every 1 d in working hours." in answer
    found = room(world)
    assert found.name == "ce1001-acme-corp"
    assert found.card.words.startswith("*CE1001* · Acme Corp: slow queries since noon\n")
