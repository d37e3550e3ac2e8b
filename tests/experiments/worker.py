"""One process of a fleet (``tests.experiments.fleet``): a bot on the test's database, Slack and clock.

It does nothing by itself. Each order of the test's is one thing that the loops of a running bot do, and is answered
when it is done, so that the test knows when everybody is at rest.
"""

import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from bot import crash
from bot.app import Bot, build
from bot.settings import Settings
from bot.store.store import Collision, StoreAway
from tests.experiments.clock import SharedClock

ROUNDS = 20_000
"""More rounds of the outbox than any instant needs: past that, calls go round in a circle."""
TIDY = 5.0
"""As ``Outbox.run`` has it: seconds between two rounds of tidying."""
TOLERATED = (Collision, StoreAway)
"""What a tick of the heartbeat's shrugs off: the next one comes."""


class Bugs(logging.Handler):
    """Keeps what the bot logs with a trace: it swallows its own bugs, and a test must not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.heard.append(self.format(record))

    def told(self) -> list[str]:
        told, self.heard = self.heard, []
        return told


class Hand:
    """Does what the test orders."""

    def __init__(self, bot: Bot, line: Connection) -> None:
        self.bot, self.line = bot, line
        self.tidied = bot.clock.monotonic()

    def tick(self) -> dict[str, int]:
        """One tick of the timers, then the outbox as long as there is something to make, then the sweep."""
        fired = self.tried(self.bot.due.fire)
        return {"fired": fired, **self.make()}

    def make(self) -> dict[str, int]:
        made = 0
        for _ in range(ROUNDS):
            if not (now := self.tried(self.bot.outbox.deliver)):
                break
            made += now
        else:
            raise AssertionError("the outbox never comes to rest")
        doubles = 0
        if self.bot.clock.monotonic() - self.tidied > TIDY:
            self.tidied = self.bot.clock.monotonic()
            doubles = self.tried(self.bot.outbox.tidy)
        return {"made": made, "doubles": doubles}

    def tried(self, work: Callable[[], int]) -> int:
        """Do it; whom another process was faster than, or who finds no database, tries at the next tick."""
        try:
            return work()
        except TOLERATED:
            return 0

    def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """One delivery of Slack's."""
        status, answered, text = self.bot.dispatch(body, headers)
        return status, answered, text.encode()

    def events(self, deliveries: list[tuple[int, bytes, dict[str, str]]]) -> int:
        """Many deliveries, one after the other; each is answered at once, by its number."""
        for number, body, headers in deliveries:
            self.line.send(("answered", (number, self.bot.dispatch(body, headers)[0])))
        return len(deliveries)

    def arm(self, n: int, place: str | None, *, stop: bool) -> None:
        """End, or stand still until the test says otherwise, at the n-th place from now on."""
        crash.arm(n, place=place, act=stand_still if stop else crash.die)


def stand_still() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def live(settings: Settings, page: Path, line: Connection) -> None:
    """A process's life: orders are taken until the line is cut."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the test's own, which then cuts the line
    bugs = Bugs()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger().addHandler(bugs)
    bot = build(settings, SharedClock(page))
    bot.identity.learn()
    hand = Hand(bot, line)
    try:
        while True:
            verb, args = line.recv()
            line.send(("done", getattr(hand, verb)(**args), bugs.told()))
    except EOFError:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - told to the test, which raises it there
        line.send(("broken", traceback.format_exc()))
        os._exit(1)
