"""Two who do two things at once: no nudge after the resolve, one incident, each entry once (RELIABILITY R14)."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from bot.app import Bot
from bot.sandbox import Answer, HttpDoor, Person
from tests.experiments.conftest import Size
from tests.experiments.processes import MACHINE
from tests.world import Room, World, at_once, key_of, ticks

pytestmark = pytest.mark.experiment("R14")
STAGGER = 0.012
"""Seconds by which one may begin before the other: about what a transaction takes."""
EXECUTIVES = '[target.executives]\nchannel = "exec-updates"\n'


@pytest.fixture
def policy() -> str:
    return EXECUTIVES


@dataclass(slots=True)
class Race:
    """One incident on two processes, and two people who are in it."""

    world: World
    other: Bot
    chance: random.Random
    room: Room
    ref: str
    ana: Person
    ben: Person

    def types(self, person: Person, line: str, answers: list[Answer]) -> Callable[[], object]:
        return lambda: answers.append(person.commands(f"/incident {line}", self.room.name))

    def ticks(self, bot: Bot) -> Callable[[], object]:
        return lambda: ticks(bot)

    def run(self, *works: Callable[[], object]) -> None:
        """All *works* at once, each a little earlier or later; then everything that follows."""
        at_once([partial(self._late, work, self.chance.random() * STAGGER) for work in works])
        self.world.tick()

    @staticmethod
    def _late(work: Callable[[], object], seconds: float) -> object:
        MACHINE.sleep(seconds)
        return work()

    @property
    def keys(self) -> list[str]:
        return [key_of(message) for message in self.room.messages]

    def said(self, kind: str) -> list[str]:
        return [key for key in self.keys if key.startswith(f"{kind}:")]

    @property
    def changes(self) -> Counter[str]:
        """How often each change stands in the record."""
        with self.world.bot.store.read() as tx:
            return Counter(str(entry.data.get("change")) for entry in tx.entries(self.ref))


@pytest.fixture
def races(world: World, size: Size, figures: Callable[..., None]) -> Iterator[Race]:
    """One incident after the other, each on two processes that get what people type in turn."""
    seed = random.randrange(1_000_000)  # noqa: S311 - no secret
    print(f"seed {seed}")  # noqa: T201 - to do it again
    figures(seed=seed)
    return _races(world, random.Random(seed), size.of(2, 12))  # noqa: S311 - no secret


def _races(world: World, chance: random.Random, rounds: int) -> Iterator[Race]:
    world.slack.add_channel("exec-updates", bot=True)
    ana, ben = world.person("ana"), world.person("ben")
    other = world.another_bot()
    world.slack.door = HttpDoor(lambda *given: world._hand(chance.choice((world.bot, other)), *given))  # noqa: SLF001
    for n in range(rounds):
        ana.commands(f"/incident declare sev1 service {n} is down")
        room = world.channel()
        ben.joins(room.name)
        world.tick()
        yield Race(world, other, chance, room, room.name[:17].upper(), ana, ben)
        world.forward(minutes=2)


def test_a_resolve_and_a_nudge_that_is_due(races: Iterator[Race], figures: Callable[..., None]) -> None:
    first = Counter[str]()
    done: list[Race] = []
    for race in races:
        answers: list[Answer] = []
        race.world.clock.move(timedelta(minutes=15))
        race.run(
            race.types(race.ana, "resolve pool raised", answers),
            race.ticks(race.other),
            race.ticks(race.world.bot),
        )
        assert "resolved" in answers[0].text.lower(), answers[0].text
        assert race.changes["resolved"] == 1
        nudges = race.said("nudge")
        assert len(nudges) <= 1
        assert len(race.said("resolved")) == 1
        after = race.keys[race.keys.index(race.said("resolved")[0]) :]
        assert [key for key in after if key.startswith("nudge:")] == []
        assert not any("A status update is due" in words for words in race.room.nudges), "it is answered"
        first["nudge" if nudges else "resolve"] += 1
        done.append(race)
    done[-1].world.forward(minutes=40)
    assert sum(len(race.said("nudge")) for race in done) == first["nudge"], "and none came later"
    figures(rounds=sum(first.values()), nudge_was_first=first["nudge"])


def test_a_nudge_that_waits_while_the_incident_is_resolved_is_never_said(races: Iterator[Race]) -> None:
    """It was planned before the resolve and is sent after it: the outbox reads the state again."""
    for race in races:
        answers: list[Answer] = []
        race.world.clock.move(timedelta(minutes=15))
        assert race.other.due.fire() >= 1
        resolve = race.types(race.ana, "resolve pool raised", answers)
        race.run(resolve, lambda: None)
        assert race.said("nudge") == []
        assert len(race.said("resolved")) == 1


def test_two_who_resolve_at_once_resolve_it_once(races: Iterator[Race]) -> None:
    for race in races:
        answers: list[Answer] = []
        race.run(
            race.types(race.ana, "resolve pool raised", answers),
            race.types(race.ben, "resolve it was the pool", answers),
            race.ticks(race.other),
        )
        assert race.changes["resolved"] == 1
        assert len(race.said("resolved")) == 1
        assert sum("is resolved already" in answer.text for answer in answers) == 1, [a.text for a in answers]


def test_the_same_words_of_the_same_person_twice_within_a_second_are_one_incident(
    races: Iterator[Race],
) -> None:
    for race in races:
        answers: list[Answer] = []
        before = _incidents(race.world)
        line = f"declare sev2 search is slow since {before}"
        race.run(*[race.types(race.ana, line, answers)] * 3)
        assert _incidents(race.world) == before + 1
        assert len({_ref(answer) for answer in answers}) == 1
        assert sum("a moment ago" in answer.text for answer in answers) == 2
        rooms = [c for c in race.world.slack.channels if c.name.startswith(_ref(answers[0]).lower())]
        assert len(rooms) == 1
        announced = [key_of(m) for m in race.world.channel("incidents").messages]
        assert announced.count(f"announce:{_ref(answers[0])}") == 1


def test_the_same_words_of_two_people_are_two_incidents_and_the_second_hears_of_the_first(
    races: Iterator[Race],
) -> None:
    """PRODUCT 2.2: a double submit is the same person's; two people are told, and merge where it is the same."""
    for race in races:
        answers: list[Answer] = []
        before = _incidents(race.world)
        line = f"declare sev2 zebra{before} is slow"
        race.run(race.types(race.ana, line, answers), race.types(race.ben, line, answers))
        assert _incidents(race.world) == before + 2
        refs = sorted(_ref(answer) for answer in answers)
        assert len(set(refs)) == 2
        later = next(answer for answer in answers if _ref(answer) == refs[1])
        assert f"This looks like `{refs[0]}`" in later.text


def _incidents(world: World) -> int:
    return len(world.bot.lookup.listed(open_only=False))


def _ref(answer: Answer) -> str:
    return answer.text[answer.text.index("INC-") :][:17]


def test_an_update_and_a_nudge_that_is_due(races: Iterator[Race], figures: Callable[..., None]) -> None:
    nudged = 0
    for race in races:
        answers: list[Answer] = []
        race.world.clock.move(timedelta(minutes=15))
        race.run(
            race.types(race.ana, "update the pool is exhausted", answers),
            race.ticks(race.other),
            race.ticks(race.world.bot),
        )
        assert len(race.said("update")) == 1
        assert race.changes["update"] == 1
        assert len(race.said("nudge")) <= 1
        assert not any("A status update is due" in words for words in race.room.nudges), "it is answered"
        nudged += len(race.said("nudge"))
        with race.world.bot.store.read() as tx:
            incident = tx.incident(race.ref)
        assert incident is not None
        assert incident.nudge_due_at == race.world.clock.now() + timedelta(minutes=15), "the clock runs anew"
        race.world.forward(minutes=14)
        assert len(race.said("nudge")) <= 1
        race.world.forward(minutes=1)
        assert "A status update is due" in race.room.nudges[-1]
        race.ana.commands("/incident resolve", race.room.name)
    figures(nudge_was_first=nudged)


def test_a_close_and_the_draft_of_it(races: Iterator[Race]) -> None:
    """Two close it, while both processes make what is due: one draft, one file."""
    for race in races:
        answers: list[Answer] = []
        race.ana.commands("/incident resolve pool raised", race.room.name)
        race.run(
            race.types(race.ana, "close", answers),
            race.types(race.ben, "close", answers),
            race.ticks(race.other),
            race.ticks(race.world.bot),
        )
        race.run(race.ticks(race.other), race.ticks(race.world.bot))
        assert race.changes["closed"] == 1
        assert len(race.said("closed")) == 1
        assert race.said("draft") == [f"draft:{race.ref}:1"]
        assert [file.name for m in race.room.channel.messages for file in m.files] == [
            f"{race.ref}-full-draft-1.md"
        ]


def test_an_escalation_that_is_due_and_somebody_who_acknowledges_it(races: Iterator[Race]) -> None:
    for race in races:
        answers: list[Answer] = []
        race.world.forward(minutes=29, seconds=59)
        race.world.clock.move(timedelta(seconds=1))
        acknowledge = "escalate ack executives"
        race.run(
            race.types(race.ana, acknowledge, answers), race.ticks(race.other), race.ticks(race.world.bot),
            race.types(race.ben, acknowledge, answers),
        )  # fmt: skip
        race.run(*[race.types(person, acknowledge, answers) for person in (race.ana, race.ben)])
        told = [key_of(m) for m in race.world.channel("exec-updates").messages]
        assert told.count(f"escalation:{race.ref}:executives") == 1
        assert race.changes["acknowledged"] == 1
        assert race.changes["escalated"] == 1, race.changes
        assert len(race.said("rungs")) == 1
        race.ana.commands("/incident resolve", race.room.name)
