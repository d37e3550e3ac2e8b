"""Events on their way to the app: a queue, in order, with Slack's redeliveries."""

from collections import deque
from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING

from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds of machine time after a failed delivery: at once, after 1 minute, after 5; then never again."""


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """One event under way. ``attempt`` counts redeliveries, ``reason`` says why the last try failed."""

    payload: Json
    due: float
    attempt: int = 0
    reason: str = ""
    in_hand: bool = False
    """Whether the app has it just now."""


class Deliveries:
    """The queue of one workspace. Without a door (no app connected yet) everything waits."""

    def __init__(self, workspace: "Workspace") -> None:
        """Start empty."""
        self._ws = workspace
        self._waiting: deque[Delivery] = deque()
        self._pumping = RLock()
        self._wake = Event()
        self._thread: Thread | None = None
        self.lost: list[Json] = []
        """Payloads given up after the last redelivery."""
        self.delivered: list[Json] = []
        """Payloads that the app took, in order."""
        self.keep_delivered = 10_000

    @property
    def waiting(self) -> list[Delivery]:
        """What is still under way, also what the app has in hand just now."""
        with self._ws.lock:
            return list(self._waiting)

    def queue(self, event: Json) -> None:
        """Put *event* into its envelope and into the queue."""
        ws = self._ws
        with ws.lock:
            payload: Json = {
                "token": "sandbox-verification-token",
                "team_id": ws.team_id,
                "api_app_id": ws.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": ws.new_id("Ev"),
                "event_time": int(ws.time()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": ws.team_id,
                        "user_id": ws.bot_user_id,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
                "event_context": "4-sandbox",
            }
            event.setdefault("event_ts", f"{ws.time():.6f}")
            self._waiting.append(Delivery(payload=payload, due=ws.machine()))
        self._wake.set()

    def take(self) -> list[Json]:
        """Take away what is under way; its payloads. Whoever takes them delivers them, or the app never hears of it."""
        with self._ws.lock:
            taken = [delivery for delivery in self._waiting if not delivery.in_hand]
            for delivery in taken:
                self._waiting.remove(delivery)
        return [delivery.payload for delivery in taken]

    def wake(self) -> None:
        """Let the thread look at once."""
        self._wake.set()

    def pump(self) -> int:
        """Deliver what is due, in order, also what comes in meanwhile; how many the app took."""
        taken = 0
        with self._pumping:
            while (delivery := self._next()) is not None:
                try:
                    taken += self._deliver(delivery)
                except BaseException:  # the app broke off in the middle, and so does whoever let it work
                    self._end(delivery)
                    raise
        return taken

    def _next(self) -> Delivery | None:
        ws = self._ws
        with ws.lock:
            if ws.door is None:
                return None
            now = ws.machine()
            for delivery in self._waiting:
                if delivery.due <= now and not delivery.in_hand:
                    delivery.in_hand = True
                    return delivery
        return None

    def _deliver(self, delivery: Delivery) -> bool:
        ws = self._ws
        door = ws.door
        if door is None:
            delivery.in_hand = False
            return False
        outcome = door.deliver(
            ws, "events_api", delivery.payload, attempt=delivery.attempt, reason=delivery.reason
        )
        if outcome.ok:
            self.delivered.append(delivery.payload)
            del self.delivered[: -self.keep_delivered]
            self._end(delivery)
            return True
        self._again(delivery, outcome.reason, wanted=outcome.retry)
        return False

    def _again(self, delivery: Delivery, reason: str, *, wanted: bool) -> None:
        if not wanted or delivery.attempt >= len(RETRY_AFTER):
            self.lost.append(delivery.payload)
            self._end(delivery)
            return
        delivery.due = self._ws.machine() + RETRY_AFTER[delivery.attempt]
        delivery.attempt += 1
        delivery.reason = reason
        with self._ws.lock:
            self._waiting.remove(delivery)
            delivery.in_hand = False
            if delivery.attempt == 1:
                self._waiting.appendleft(delivery)
            else:
                self._waiting.append(delivery)

    def _end(self, delivery: Delivery) -> None:
        with self._ws.lock:
            self._waiting.remove(delivery)

    @property
    def running(self) -> bool:
        """Whether a thread of its own pumps."""
        return self._thread is not None

    def run(self, *, on: bool) -> None:
        """Start or end the thread that pumps by itself."""
        if on == self.running:
            return
        thread, self._thread = self._thread, None
        if on:
            self._thread = Thread(target=self._loop, name="sandbox-events", daemon=True)
            self._thread.start()
        elif thread is not None:
            self._wake.set()
            thread.join(timeout=10)

    def _loop(self) -> None:
        while self._thread is not None:
            self._wake.wait(timeout=0.5)
            self._wake.clear()
            self.pump()
