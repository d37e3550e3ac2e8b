"""The play button: an incident that plays by itself, watched and steered from the page.

    POST /play   {"do": "start", "speed": 120} · {"do": "speed", "speed": 300} · {"do": "pause"} · {"do": "resume"}
                 {"do": "step"}: the next thing happens now · {"do": "stop"}

What is played stands in ``play`` of ``GET /state``; null where there is nothing to play. The sandbox knows no incident:
whoever starts it hands in a ``Player``.
"""

from typing import Protocol

from bot.sandbox.state import Impossible, Json

SLOWEST, FASTEST = 1.0, 3600.0


class Player(Protocol):
    """Plays one incident at a time. Each method returns at once, and raises Impossible with a sentence."""

    @property
    def is_playing(self) -> bool:
        """Whether it is under way, paused or not."""

    def state(self) -> Json:
        """For the page: title, playing, paused, speed, done, total, doing, channel (an id), ended (a sentence)."""

    def start(self, speed: float) -> None:
        """Begin from the start; refused while it is under way."""

    def change(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Another speed (times as fast as the machine), or hold, or go on."""

    def step(self) -> None:
        """Wait no longer: the next thing happens now."""

    def stop(self) -> None:
        """End it; the clock runs as the machine's from then on."""


def steer(player: Player | None, given: Json) -> Json:
    """Do what the page asks for; how it stands then. Raises Impossible."""
    if player is None:
        raise Impossible("There is no incident to play here yet: the app is starting.")
    what = given.get("do")
    if what == "start":
        player.start(_speed(given))
    elif not player.is_playing:
        raise Impossible("Nothing is being played just now.")
    elif what == "speed":
        player.change(speed=_speed(given))
    elif what in ("pause", "resume"):
        player.change(paused=what == "pause")
    elif what == "step":
        player.step()
    elif what == "stop":
        player.stop()
    else:
        raise Impossible("do is one of start, speed, pause, resume, step and stop.")
    return {"play": player.state()}


def _speed(given: Json) -> float:
    speed = given.get("speed")
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not SLOWEST <= speed <= FASTEST:
        raise Impossible(f"speed is a number from {SLOWEST:g} to {FASTEST:g}.")
    return float(speed)
