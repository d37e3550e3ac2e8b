"""Both changes of clocks in five zones: local times stay right, and each nudge comes once (RELIABILITY R11).

The expectations are a table made by hand: zone, offset before and after, and the instant of the change in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.times import print_duration
from tests.world import Room, World

pytestmark = pytest.mark.experiment("R11")
POLICY = """
[organisation]
timezone = "{zone}"
[working_hours]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "09:00"
to = "17:00"
[severity.P2]
update_every = "3h"
working_hours = true
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which clocks change; hours are offsets from UTC."""

    zone: str
    at: str
    """In UTC."""
    day: str
    """The first day that begins its working hours on the new clocks."""
    before: float
    after: float
    labels: tuple[str, str]
    """What the hours before and after are called."""

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=UTC)

    @property
    def _midnight(self) -> datetime:
        """Of ``day``, as if it were in UTC."""
        return datetime.fromisoformat(self.day).replace(tzinfo=UTC)

    @property
    def nine(self) -> datetime:
        """09:00 on the clocks of the day of the change, after it."""
        return self._midnight + timedelta(hours=9 - self.after)

    @property
    def half_past_three(self) -> datetime:
        """15:30 on the clocks of the day before."""
        return self._midnight - timedelta(hours=24 - 15.5 + self.before)

    def __str__(self) -> str:
        return f"{self.zone.partition('/')[2]}-{self.at[:7]}"


CHANGES = (
    Change("America/Los_Angeles", "2026-03-08 10:00", "2026-03-08", -8, -7, ("PST", "PDT")),
    Change("America/Los_Angeles", "2026-11-01 09:00", "2026-11-01", -7, -8, ("PDT", "PST")),
    Change("Europe/Berlin", "2026-03-29 01:00", "2026-03-29", 1, 2, ("CET", "CEST")),
    Change("Europe/Berlin", "2026-10-25 01:00", "2026-10-25", 2, 1, ("CEST", "CET")),
    Change("Australia/Lord_Howe", "2026-04-04 15:00", "2026-04-05", 11, 10.5, ("UTC+11:00", "UTC+10:30")),
    Change("Australia/Lord_Howe", "2026-10-03 15:30", "2026-10-04", 10.5, 11, ("UTC+10:30", "UTC+11:00")),
    Change("America/Santiago", "2026-04-05 03:00", "2026-04-05", -3, -4, ("UTC-03:00", "UTC-04:00")),
    Change("America/Santiago", "2026-09-06 04:00", "2026-09-06", -4, -3, ("UTC-04:00", "UTC-03:00")),
    Change("Asia/Kathmandu", "2026-03-29 01:00", "2026-03-29", 5.75, 5.75, ("UTC+05:45", "UTC+05:45")),
    Change("Asia/Kathmandu", "2026-10-25 01:00", "2026-10-25", 5.75, 5.75, ("UTC+05:45", "UTC+05:45")),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each change on both databases at the full size; else one of each zone, on one of them, in turn."""
    databases = ("sqlite", "postgres")
    short = [(CHANGES[n], databases[n % 2]) for n in (0, 3, 4, 7, 8)]
    full = [(change, database) for change in CHANGES for database in databases]
    cases = full if metafunc.config.getoption("--full") else short
    metafunc.parametrize(("change", "database"), cases, ids=str)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> str:
    return str(request.getfixturevalue(f"{database}_url"))


@pytest.fixture
def policy(change: Change) -> str:
    return POLICY.format(zone=change.zone)


@pytest.fixture
def start(change: Change) -> datetime:
    return change.half_past_three


def _said_at(world: World, room: Room | None = None) -> list[datetime]:
    """When the bot nudged in *room*, else in the newest incident's channel."""
    return [
        datetime.fromtimestamp(float(message.ts), UTC).replace(microsecond=0)
        for message in (room or world.channel()).keyed("nudge")
    ]


def test_local_times_are_right_over_the_change(
    world: World, change: Change, figures: Callable[..., None]
) -> None:
    ana = world.person("ana", tz=change.zone)
    ana.commands("/incident declare sev3 search is slow")
    room = world.channel()
    ana.channel = room.channel

    # day and night: an hour that comes twice has its reminders twice, one that is left out has none
    world.forward(seconds=(change.instant - world.clock.now()).total_seconds() - 3_600)
    ben = world.person("ben")
    ben.commands("/incident declare sev1 checkout is down")
    declared = world.clock.now()
    world.forward(hours=2)
    assert _said_at(world) == [declared + timedelta(minutes=15 * n) for n in range(1, 9)]
    ben.commands("/incident resolve", world.channel().name)

    # the night is quiet, and the reminder comes at 09:00 of the new clocks
    wanted = f"<!date^{int(change.nine.timestamp())}^"
    assert wanted in ana.commands("/incident status").text
    world.forward(seconds=(change.nine - world.clock.now()).total_seconds() - 1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert _said_at(world, room) == [change.nine]
    assert f"{print_duration(change.nine - change.half_past_three)} after the declaration" in room.nudges[0]
    world.forward(hours=6)
    assert _said_at(world, room) == [change.nine + timedelta(hours=hours) for hours in (0, 3, 6)]

    # what is typed and what is shown keep to the clock of that hour
    day = datetime.fromisoformat(change.day)
    before, after = change.labels
    noted = ana.commands(f"/incident note it began at={day - timedelta(days=1):%Y-%m-%d} 16:00").text
    assert f"16:00:00 {before}" in noted
    assert f"{change.half_past_three + timedelta(minutes=30):%H:%M:%S} UTC)" in noted
    noted = ana.commands("/incident note it went on at=10:00").text
    assert f"10:00:00 {after}" in noted
    assert f"{change.nine + timedelta(hours=1):%H:%M:%S} UTC)" in noted
    ana.commands("/incident resolve the index is rebuilt")
    timeline = ana.commands("/incident timeline").text
    draft = world.bot.documents.make(room.name[:17].upper()).content
    then, now = (f" {label}" if before != after else "" for label in change.labels)  # named where they differ
    assert f"15:30:00{then} [event] SEV-3 declared" in timeline
    assert f"10:00:00{now} [note] it went on" in timeline
    assert f"| 15:30{then} | start |" in draft
    assert f"| 10:00{now} |" in draft
    assert f"| 15:00{now} |" in draft, "the resolve"
    figures(zone=change.zone, on=change.at[:10], nudges=11)
