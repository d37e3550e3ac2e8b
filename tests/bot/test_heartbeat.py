"""The ticks, and the watchdog that ends a process whose ticks have stopped."""

# ruff: noqa: SLF001 - takes the scheduler apart

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from bot.clock import Clock
from bot.heartbeat import EXIT_STALLED, Heartbeat, Tick
from bot.store.store import Collision, StoreAway

ROOT = Path(__file__).parent.parent.parent


class Hands(Clock):
    """A clock whose monotonic time a test moves."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


def test_each_tick_runs_at_once_and_again_and_again_whatever_goes_wrong():
    runs: dict[str, int] = {}
    enough = Event()

    def work(name: str, error: Exception | None) -> None:
        runs[name] = runs.get(name, 0) + 1
        if len(runs) == 4 and min(runs.values()) >= 3:
            enough.set()
        if error is not None:
            raise error

    errors = {"good": None, "away": StoreAway("gone"), "late": Collision("other"), "bug": KeyError("x")}
    ticks = tuple(
        Tick(name=name, every=0.02, work=lambda name=name, error=error: work(name, error))  # type: ignore[misc]
        for name, error in errors.items()
    )
    heart = Heartbeat(Clock(), ticks)
    heart.start()
    try:
        assert enough.wait(20)
        assert heart.is_healthy()
    finally:
        heart.stop()


def test_a_tick_whose_work_falls_due_comes_then_and_does_not_wait_for_its_turn():
    came, waits = Event(), [0.1, 0.0, None]
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        if len(runs) == 3:
            came.set()

    heart = Heartbeat(
        Clock(), (Tick(name="timers", every=3600.0, work=work, soon=lambda: waits[len(runs) - 1]),)
    )
    heart.start()
    try:
        assert came.wait(20)
    finally:
        heart.stop()


def test_a_heart_ends_while_a_tick_asks_when_to_come_again():
    asked, go_on = Event(), Event()

    def soon() -> float:
        asked.set()
        assert go_on.wait(20)
        return 0.01

    heart = Heartbeat(Clock(), (Tick(name="timers", every=3600.0, work=lambda: None, soon=soon),))
    heart.start()
    assert asked.wait(20)
    ending = Thread(target=heart.stop, daemon=True)
    ending.start()
    go_on.set()
    ending.join(20)
    assert not ending.is_alive()


def test_a_tick_that_comes_once_an_hour_comes_at_the_start_too():
    came = Event()
    heart = Heartbeat(Clock(), (Tick(name="people", every=3600.0, work=came.set),))
    heart.start()
    try:
        assert came.wait(20)
    finally:
        heart.stop()


def test_a_slow_tick_is_healthy_and_one_that_never_comes_back_is_not():
    clock, begun, go_on = Hands(), Event(), Event()

    def slow() -> None:
        begun.set()
        go_on.wait(20)

    heart = Heartbeat(clock, (Tick(name="slow", every=1.0, work=slow),))
    heart._scheduler.start()  # without the watchdog, which would end the tests
    heart._add("slow", 1.0, heart._run, heart._ticks[0])
    try:
        assert begun.wait(20)
        clock.ahead = 200.0
        heart._pulse()
        assert heart.is_healthy()
        clock.ahead = 400.0
        heart._pulse()
        assert not heart.is_healthy()
    finally:
        go_on.set()
        heart._scheduler.shutdown(wait=True)


def test_without_a_pulse_it_is_not_healthy():
    clock = Hands()
    heart = Heartbeat(clock, ())
    assert heart.is_healthy()
    clock.ahead = 5.5
    assert not heart.is_healthy()


DIES = """
import logging, threading
from bot.clock import Clock
from bot.heartbeat import Heartbeat, Tick
logging.disable(logging.CRITICAL)
class Hasty(Clock):
    ahead = 0.0
    def monotonic(self):
        return super().monotonic() * 20
ticked = threading.Event()
heart = Heartbeat(Hasty(), (Tick(name="t", every=0.05, work=ticked.set),))
heart.start()
ticked.wait()
assert heart.is_healthy()
heart._scheduler.shutdown(wait=False)
threading.Event().wait(30)
"""


def test_a_process_whose_scheduler_is_gone_ends_to_be_restarted():
    done = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, check=False, timeout=25)
    assert done.returncode == EXIT_STALLED
