"""One virtual time for all processes of an experiment: sixteen bytes in a file that each of them maps."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.world import START, StillClock

EPOCH = datetime.fromtimestamp(0, UTC)
BUSINESS, MACHINE = struct.Struct("<q"), struct.Struct("<d")
"""Business time in whole microseconds, machine time in seconds: each is read and written in one piece."""


class SharedClock(StillClock):
    """The test's clock, as every process that opens its *page* sees it."""

    def __init__(self, page: Path, now: datetime | None = None) -> None:
        """With *now* a new page that begins there; without, one that another process has made."""
        if now is not None:
            page.write_bytes(bytes(BUSINESS.size + MACHINE.size))
        self.page = page
        with page.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        if now is not None:
            super().__init__(now)

    @property
    def at(self) -> datetime:
        return EPOCH + timedelta(microseconds=BUSINESS.unpack_from(self._map, 0)[0])

    @at.setter
    def at(self, now: datetime) -> None:
        BUSINESS.pack_into(self._map, 0, (now - EPOCH) // timedelta(microseconds=1))

    @property
    def seconds(self) -> float:
        return float(MACHINE.unpack_from(self._map, BUSINESS.size)[0])

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        MACHINE.pack_into(self._map, BUSINESS.size, seconds)


__all__ = ["START", "SharedClock"]
