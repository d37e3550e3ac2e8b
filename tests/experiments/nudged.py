"""A thousand incidents that are each reminded of eight times: for the experiments on nudges."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice

from bot.domain.incident import Incident
from tests.experiments.fleet import Fleet
from tests.world import World, key_of

POLICY = """
[updates]
long_after = "1d"
[severity.P1]
update_every = "30m"
escalate = []
inform = []
roles = []
"""
EVERY, NUDGES = timedelta(minutes=30), 8
HOURS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged:
    """What became of the nudges that should have been said."""

    planned: int
    missing: int
    duplicate: int
    late: Sequence[float]
    """Seconds of business time behind the due time, of those that stand, least first."""

    @property
    def late_p99(self) -> float:
        return self.late[int(len(self.late) * 0.99)]


def declared(world: World, groups: Sequence[int]) -> None:
    """Incidents that begin together, so that their nudges are due together; a minute between two *groups*."""
    ana, numbers = world.person("ana"), count(1)
    for size in groups:
        for n in islice(numbers, size):
            world.bot.incidents.declare(by=ana.id, severity="P1", title=f"service {n} is down")
        world.clock.move(timedelta(minutes=1))


def nudged(world: World) -> Nudged:
    """Counts what people see in the channels, against what the incidents should have led to by now."""
    with world.bot.store.read() as tx:
        incidents = tx.incidents(open_only=True, limit=100_000)
    said = {channel.id: channel.messages for channel in world.slack.channels}
    missing, duplicate, late = 0, 0, []
    for incident in incidents:
        seen = [m for m in said[incident.channel_id or ""] if not m.deleted]
        counted = Counter(key_of(message) for message in seen)
        wanted = {f"nudge:{incident.ref}:{n}": n for n in range(1, NUDGES + 1)}
        missing += sum(counted[key] == 0 for key in wanted)
        duplicate += sum(counted[key] - 1 for key in wanted if counted[key] > 1)
        late += [lateness(incident, wanted[key], float(m.ts)) for m in seen if (key := key_of(m)) in wanted]
        unexpected = {key for key in counted if key.startswith("nudge:")} - set(wanted)
        assert unexpected == set(), f"nobody planned {unexpected}"
    return Nudged(planned=len(incidents) * NUDGES, missing=missing, duplicate=duplicate, late=sorted(late))


def lateness(incident: Incident, n: int, said_at: float) -> float:
    return said_at - (incident.declared_at + n * EVERY).timestamp()


def through_the_hours(fleet: Fleet) -> None:
    """Four hours from the first declaration, and as long as the last nudge and the sweep behind it take."""
    fleet.forward(hours=HOURS)
    for _ in range(12):
        fleet.forward(seconds=10)
