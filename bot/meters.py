"""What this process counts and times, for Prometheus: the home of prometheus_client.

Names and labels follow https://prometheus.io/docs/practices/naming/. A process tells what it did itself; what stands
in the database is read anew at each request and is the same in every process.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

TEXT_FORMAT = CONTENT_TYPE_LATEST
"""The content type of ``Meters.text``."""
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 5.0)
"""Bounds in seconds: Slack waits 3 for an answer, and we wait 5 for Slack's."""
LATE = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1_800.0)
"""Bounds in seconds of business time: a tick, a minute, an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure that is read when it is asked for."""

    name: str
    does: str
    value: float


class _Gauges(Collector):
    def __init__(self, read: Callable[[], Sequence[Gauge]]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures now."""
        for gauge in self._read():
            yield GaugeMetricFamily(gauge.name, gauge.does, value=gauge.value)


class Meters:
    """The meters of one process. Each bot has its own, so that two in one process do not add up."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._registry = CollectorRegistry(auto_describe=False)
        self.answers = Histogram(
            "tocsin_answer_seconds", "Time until Slack had the answer to a delivery.", ["kind"],
            buckets=QUICK, registry=self._registry,
        )  # fmt: skip
        self.events = Counter(
            "tocsin_events", "Deliveries of Slack's by kind and by what came of them.", ["kind", "outcome"],
            registry=self._registry,
        )  # fmt: skip
        self.calls = Counter(
            "tocsin_slack_calls", "Calls of Slack's Web API by method and outcome.", ["method", "outcome"],
            registry=self._registry,
        )  # fmt: skip
        self.call_seconds = Histogram(
            "tocsin_slack_call_seconds", "How long Slack's Web API took to answer.", ["method"],
            buckets=QUICK, registry=self._registry,
        )  # fmt: skip
        self.nudge_lateness = Histogram(
            "tocsin_nudge_lateness_seconds", "How long after its time Slack had a nudge.",
            buckets=LATE, registry=self._registry,
        )  # fmt: skip
        self.doubles = Counter(
            "tocsin_doubles_deleted", "Messages said twice, of which the sweep deleted one.",
            registry=self._registry,
        )  # fmt: skip
        self.backfilled = Counter(
            "tocsin_backfilled", "What back-fill found in channels that no event had told of.", ["what"],
            registry=self._registry,
        )  # fmt: skip

    def watch(self, read: Callable[[], Sequence[Gauge]]) -> None:
        """Tell these figures too, read anew each time."""
        self._registry.register(_Gauges(read))

    def text(self) -> bytes:
        """Everything in Prometheus' text format, ``TEXT_FORMAT``."""
        return generate_latest(self._registry)
