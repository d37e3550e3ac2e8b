"""The escalations of the replays A and B (PRODUCT section 7): seeds 001 and 003, to the second."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Person
from tests.escalating import executives
from tests.world import Room, World, said

PACIFIC = ZoneInfo("America/Los_Angeles")
EXECUTIVES = '[target.executives]\nchannel = "exec-updates"\n'


def pacific(clock: str) -> datetime:
    return datetime.fromisoformat(f"2024-03-15T{clock}").replace(tzinfo=PACIFIC).astimezone(UTC)


def escalated(room: Room, zone: ZoneInfo) -> list[str]:
    """When each message about escalations was said, and about whom."""
    found = []
    for message in room.keyed("rungs"):
        at = datetime.fromtimestamp(float(message.ts), zone)
        found.append(f"{at:%H:%M:%S} {message.words.splitlines()[1].split('*')[1]}")
    return found


class TestSeed1:
    """Replay A: declared 09:27:30 with impact since 09:23:15, executives told by hand at 09:31:00."""

    CLOCK = "declared"

    @pytest.fixture
    def start(self) -> datetime:
        return pacific("09:27:30")

    @pytest.fixture
    def policy(self) -> str:
        zone = '[organisation]\ntimezone = "America/Los_Angeles"\n'
        return f'{zone}{EXECUTIVES}[escalation]\nclock = "{self.CLOCK}"\n'

    @pytest.fixture
    def sarah(self, world: World) -> Person:
        executives(world)
        sarah = world.person("sarah", tz="America/Los_Angeles")
        sarah.commands("/incident declare sev1 Database outage at=09:23:15")
        sarah.channel = world.channel().channel
        with world.at(pacific("09:31:00")):
            sarah.commands("/incident escalate executives initial impact assessment and response plan")
        return sarah

    def test_executives_told_by_hand_are_satisfied_and_the_board_is_never_told(
        self, world: World, sarah: Person
    ) -> None:
        """Replay A, R-ESCL-2, R-ESCL-5, R-ESCL-6."""
        room = world.channel()
        world.forward(minutes=29)
        assert escalated(room, PACIFIC) == ["09:31:00 executives"], "09:57:30 is silent"
        with world.at(pacific(self.calls())):
            assert len(room.keyed("rungs")) == 1
        assert escalated(room, PACIFIC) == ["09:31:00 executives", f"{self.calls()} customer calls"]
        with world.at(pacific("12:10:30")):
            sarah.commands("/incident resolve All services have been fully restored")
        world.forward(hours=5)
        assert len(room.keyed("rungs")) == 2, "13:27:30 never"
        assert len(world.channel("exec-updates").keyed("escalation")) == 1

    def calls(self) -> str:
        return "10:27:30"


class TestSeed1FromImpact(TestSeed1):
    """Replay A with the clock at the start of impact."""

    CLOCK = "impact"

    def calls(self) -> str:
        return "10:23:15"


class TestSeed3:
    """Replay B: a sev1 declared 14:08 UTC on 8 November 2025, open until 19:49."""

    @pytest.fixture
    def start(self) -> datetime:
        return datetime(2025, 11, 8, 14, 8, tzinfo=UTC)

    @pytest.fixture
    def policy(self) -> str:
        return EXECUTIVES

    def test_every_rung_fires_since_nobody_closed_it_in_time(self, world: World) -> None:
        """Replay B, R-ESCL-1, R-ESCL-2, R-ESCL-3: the board at 18:08, though service is back at 18:45 only."""
        executives(world)
        ana = world.person("ana")
        ana.commands("/incident declare sev1 Service disruption at=14:02")
        ana.channel = world.channel().channel
        with world.at(datetime(2025, 11, 8, 19, 49, tzinfo=UTC)):
            said(world, ana, "resolve closed")
        assert escalated(world.channel(), ZoneInfo("UTC")) == [
            "14:38:00 executives",
            "15:08:00 customer calls",
            "18:08:00 the board",
        ]
        world.forward(days=1)
        assert len(world.channel().keyed("rungs")) == 3
