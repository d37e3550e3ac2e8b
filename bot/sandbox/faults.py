"""What goes wrong on purpose, and Slack's rate limits as a table."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute (docs.slack.dev/apis/web-api/rate-limits)."""
POST_RATE, POST_BURST = 1.0, 4.0
"""chat.postMessage: one a second and channel, a short burst is let through."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: from the *nth* matching call on, *times* times."""

    method: str
    kind: str
    nth: int = 1
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.0
    channel: str | None = None
    done: bool = False
    seen: int = 0

    def strikes(self, method: str, channel: str | None) -> bool:
        """Count a call; True if it is struck."""
        if self.method not in ("*", method) or (self.channel and self.channel != channel):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


OFTEN_DONE = frozenset({"500", "internal_error", "fatal_error"})
"""What is answered, drawn at random, as often after the call was done as before."""


@dataclass(slots=True, kw_only=True)
class Weather:
    """Faults drawn at random. Each method and channel has a sequence of its own, the same for the same *seed*."""

    seed: int
    share: float
    kinds: Sequence[str]
    method: str = "*"
    retry_after: tuple[int, int] = (1, 30)
    sequences: dict[tuple[str, str | None], random.Random] = field(default_factory=dict)

    def strikes(self, method: str, channel: str | None) -> Fault | None:
        """The fault that strikes this call, if any."""
        if self.method not in ("*", method):
            return None
        seeded = random.Random(f"{self.seed}:{method}:{channel}")  # noqa: S311 - no secret
        chance = self.sequences.setdefault((method, channel), seeded)
        if chance.random() >= self.share:
            return None
        kind, wait = chance.choice(self.kinds), chance.randint(*self.retry_after)
        done = kind == "lost_reply" or (kind in OFTEN_DONE and chance.random() < 1 / 2)
        return Fault(method=method, kind=kind, retry_after=wait, done=done)


class Faults:
    """The fault table of a workspace.

    Kinds: ``429`` (with Retry-After), ``500``, ``timeout`` (the call never reaches Slack, the connection is
    dropped after *seconds*), ``lost_reply`` (done, then the connection is dropped), ``slow`` (done, answered
    after *seconds*), ``internal_error``, ``fatal_error``, or any error name of Slack's. With ``done=True`` an
    error is answered although the call was done.
    """

    def __init__(self) -> None:
        """Start without faults."""
        self.planned: list[Fault] = []
        self.weather: list[Weather] = []
        """Faults that are drawn at random, for calls that no planned one strikes."""

    def add(
        self,
        method: str,
        kind: str,
        *,
        nth: int = 1,
        times: int = 1,
        retry_after: int = 1,
        seconds: float = 0.0,
        channel: str | None = None,
        done: bool = False,
    ) -> Fault:
        """Plan a fault for *method* (``*``: every one), counted from now on; *channel* is an id."""
        fault = Fault(
            method=method,
            kind=kind,
            nth=nth,
            times=times,
            retry_after=retry_after,
            seconds=seconds,
            channel=channel,
            done=done or kind in ("lost_reply", "slow"),
        )
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.planned.clear()
        self.weather.clear()

    def strike(self, method: str, channel: str | None) -> Fault | None:
        """The fault that strikes this call, if any. Every planned fault counts the call."""
        struck = [fault for fault in self.planned if fault.strikes(method, channel)]
        drawn = [] if struck else [fault for each in self.weather if (fault := each.strikes(method, channel))]
        return next(iter([*struck, *drawn]), None)


@dataclass(slots=True, kw_only=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Limits:
    """Slack's rate limits: a bucket per method, and per channel for ``chat.postMessage``. Machine time."""

    buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: int, channel: str | None, now: float) -> int:
        """Seconds to wait (Retry-After), 0 when the call may pass; a call that passes is counted."""
        if method == "chat.postMessage":
            rate, burst, where = POST_RATE, POST_BURST, channel or ""
        elif tier:
            rate, burst, where = TIERS[tier] / 60, float(TIERS[tier]), ""
        else:
            return 0
        bucket = self.buckets.setdefault((method, where), _Bucket(level=burst, at=now))
        bucket.level = min(burst, bucket.level + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.level >= 1:
            bucket.level -= 1
            return 0
        return max(1, math.ceil((1 - bucket.level) / rate))
