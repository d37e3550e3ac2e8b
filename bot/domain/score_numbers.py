"""What is told of several values: median, 90th percentile, mean (MD-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

FEW = 10
"""With fewer values the 90th percentile is the largest of them, and nothing can be said about a trend."""
P90_IS = "the smallest value that at least 90% of the values do not exceed (nearest rank)"
_NINE, _TEN = 9, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Several values in three numbers. ``mean`` is there because targets are written as MTTx, not to decide by."""

    count: int
    median: Decimal
    p90: Decimal
    mean: Decimal

    @property
    def is_few(self) -> bool:
        """Whether there are too few to say more than each value does by itself."""
        return self.count < FEW


def summary(values: Sequence[Decimal]) -> Summary | None:
    """None where there are none."""
    if not values:
        return None
    ordered = sorted(values)
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    rank = -(-_NINE * count // _TEN)  # rounded up
    mean = sum(ordered, Decimal()) / count
    return Summary(count=count, median=middle, p90=ordered[rank - 1], mean=mean)
