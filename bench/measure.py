"""Ratios: two works that take turns, so that what slows the machine down slows both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bot.clock import Clock

ROUNDS = 7
"""Alternating runs of which the median counts."""
_clock = Clock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One line of the table."""

    number: str
    """P1 to P9."""
    what: str
    values: tuple[float, ...]
    """One for each round; the median counts."""
    goal: float
    hoped: float | None
    unit: str = ""
    """Empty for a ratio; MB and the like where the goal is no ratio."""
    note: str = ""

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def is_met(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.goal


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes, in monotonic time."""
    began = _clock.monotonic()
    work()
    return _clock.monotonic() - began


def alternating(
    work: Callable[[], object], yardstick: Callable[[], object], *, rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Times of *work* and of its *yardstick*, taking turns; the first turn of both warms up and does not count."""
    work(), yardstick()
    pairs = [(seconds(work), seconds(yardstick)) for _ in range(rounds)]
    return [mine for mine, _ in pairs], [theirs for _, theirs in pairs]


def ratios(mine: list[float], theirs: list[float], *, per: float = 1.0) -> tuple[float, ...]:
    """Round by round, how much longer *mine* took than *theirs*; *per*: how much more it did."""
    return tuple(one / (other * per) for one, other in zip(mine, theirs, strict=True))
