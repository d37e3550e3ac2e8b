"""Socket Mode: several connections to Slack, each replaced before it goes, or as soon as it is gone.

https://docs.slack.dev/apis/events-api/using-socket-mode. Slack sends each envelope over one of an app's connections
(ten at most). It is acknowledged over the one by which it came, and only once it is kept: what was not, Slack delivers
again. Why not slack_sdk's client: it closes the old connection before the new one is there, its pings wait for no
answer, so that a half-open connection is never noticed, and its ten threads are all that handles and acknowledges.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import websocket

from bot.clock import Clock
from bot.slack.client import Ambiguous, Away, Rejected, TryLater

log = logging.getLogger(__name__)

WORKERS = 20
"""Envelopes that a process has in hand at once: one that is slow (a form, a busy database) holds up no other."""
OPEN_WITHIN = 5.0
"""Seconds for the connection and Slack's hello."""
LISTEN = 1.0
"""Seconds for which a reader waits for something to read before it looks at the clock."""
PING_EVERY = 5.0
QUIET = 15.0
"""Seconds without a sign of life, not even to our pings, after which a connection is gone."""
LINGER = 30.0
"""Seconds for which a connection that Slack is about to end is still read."""
DRAIN = 5.0
"""Seconds for what is in hand when the process ends."""
PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds after each try to connect that failed; the first one comes at once, the last pause counts from there on."""
REFUSED = 30.0
"""Seconds before the next try where Slack refuses the app token: an operator mends that."""

Take = Callable[[Mapping[str, Any], Mapping[str, str], float], Mapping[str, Any] | None]
"""(payload, headers, monotonic time of receipt) -> what to acknowledge with; None: not kept, no acknowledgement."""
_TROUBLE = (websocket.WebSocketException, OSError, ValueError)


class CannotConnect(Exception):
    """Socket Mode cannot be opened; the message says why and what to do."""


class Line:
    """One connection. It is read in a thread of its own; what comes is handled in the pool of ``Socket``."""

    def __init__(self, web: websocket.WebSocket, clock: Clock, take: Take, pool: ThreadPoolExecutor) -> None:
        """Read *web*, on which Slack has said hello."""
        self._web, self._clock, self._take, self._pool = web, clock, take, pool
        self._state = threading.Condition()
        self._in_hand, self._taking = 0, True
        self._heard = self._pinged = clock.monotonic()
        self._until: float | None = None
        self.is_leaving = False
        """True once Slack has said that it will end this connection, or we have."""
        self.changed: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="socket", daemon=True)

    def start(self, changed: Callable[[], None]) -> None:
        """Begin to read; *changed* is called when it is leaving, and when it is gone."""
        self.changed = changed
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether it is still read."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while self._reads():
                continue
        except _TROUBLE as error:
            log.info("a connection of Socket Mode ended: %s", type(error).__name__)
        except Exception:
            log.exception("a connection of Socket Mode ended by a bug")
        finally:
            self._web.shutdown()  # type: ignore[no-untyped-call]
            self.changed()

    def _reads(self) -> bool:
        """Read one frame, or wait for one a moment; whether there may be more. Raises what the connection raises."""
        kind, data = None, b""
        try:
            kind, data = self._web.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            kind = None
        now = self._clock.monotonic()
        if kind is not None:
            self._heard = now
        if kind == websocket.ABNF.OPCODE_CLOSE or (self._until is not None and now > self._until):
            return False
        if now - self._heard > QUIET:
            log.warning("a connection of Socket Mode has gone silent: another one takes its place")
            return False
        if now - self._pinged > PING_EVERY:
            self._pinged = now
            self._web.ping()
        if kind == websocket.ABNF.OPCODE_TEXT:
            self._message(json.loads(data), now)
        return True

    def _message(self, message: Any, now: float) -> None:
        if not isinstance(message, dict):
            return
        if message.get("type") == "disconnect":
            log.info("Slack is about to end a connection of Socket Mode: %s", message.get("reason"))
            self._until, self.is_leaving = now + LINGER, True
            self.changed()
        elif isinstance(message.get("payload"), dict) and "envelope_id" in message and self._is_taken():
            self._pool.submit(self._handle, message, now)

    def _is_taken(self) -> bool:
        with self._state:
            self._in_hand += self._taking
            return self._taking

    def _handle(self, envelope: Mapping[str, Any], received: float) -> None:
        try:
            headers = {"x-slack-retry-num": str(n)} if (n := envelope.get("retry_attempt")) else {}
            answer = self._take(envelope["payload"], headers, received)
            if answer is not None:
                told = {"payload": answer} if answer else {}
                self._web.send(json.dumps({"envelope_id": envelope["envelope_id"], **told}))
        except _TROUBLE as error:
            log.warning("an answer did not reach Slack, which may deliver again: %s", type(error).__name__)
        except Exception:
            log.exception("an envelope was not taken care of")
        finally:
            with self._state:
                self._in_hand -= 1
                self._state.notify_all()

    def leave(self, until: float) -> None:
        """Take what comes until nothing is in hand, then close; at *until* (monotonic) at the latest."""
        self.is_leaving = True
        with self._state:
            self._state.wait_for(lambda: not self._in_hand, max(0.0, until - self._clock.monotonic()) / 2)
            self._taking = False
            self._state.wait_for(lambda: not self._in_hand, max(0.0, until - self._clock.monotonic()))
        self._until = self._clock.monotonic() + LISTEN
        try:
            self._web.send_close()
        except _TROUBLE:
            log.debug("it was closed already")
        self._thread.join(2 * LISTEN)


class Socket:
    """As many connections as wanted, whatever becomes of them."""

    def __init__(
        self, take: Take, address: Callable[[], str], clock: Clock, *, connections: int,
        on_lost: Callable[[], object],
    ) -> None:  # fmt: skip
        """Hand what comes to *take*. *address* asks Slack where to connect, and raises as the client does.

        *on_lost* is called, and should return soon, whenever a connection that nobody had announced to end has been
        replaced: what Slack sent meanwhile may be missing.
        """
        self._take, self._address, self._clock = take, address, clock
        self._wanted, self._on_lost = connections, on_lost
        self._lines: list[Line] = []
        self._pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="socket")
        self._changed, self._stopping = threading.Event(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="socket-keeper", daemon=True)

    @property
    def connections(self) -> int:
        """How many there are now."""
        return sum(line.is_open for line in list(self._lines))

    def is_kept(self) -> bool:
        """Whether somebody still sees to it that there are enough."""
        return self._stopping.is_set() or self._keeper.is_alive()

    def open(self) -> None:
        """Connect once now, and keep as many connections as wanted from then on. Raises CannotConnect."""
        try:
            self._lines.append(self._connected())
        except Rejected as error:
            raise CannotConnect(
                f"Slack refuses SLACK_APP_TOKEN ({error.error}): make one with connections:write"
            ) from error
        except (TryLater, Ambiguous, Away, *_TROUBLE) as error:
            raise CannotConnect(f"Slack cannot be reached for Socket Mode: {error}") from error
        self._keeper.start()

    def _connected(self) -> Line:
        """A new connection on which Slack has said hello."""
        web = websocket.create_connection(self._address(), timeout=OPEN_WITHIN)
        if json.loads(web.recv()).get("type") != "hello":
            web.shutdown()  # type: ignore[no-untyped-call]
            raise websocket.WebSocketException("Slack did not say hello")
        web.settimeout(LISTEN)
        line = Line(web, self._clock, self._take, self._pool)
        line.start(self._changed.set)
        return line

    def _keep(self) -> None:
        """Open what is missing, until ``close``; after a failure the pauses grow."""
        failures, lost = 0, False
        while not self._stopping.is_set():
            self._changed.clear()
            lost = lost or any(not line.is_open and not line.is_leaving for line in self._lines)
            self._lines = [line for line in self._lines if line.is_open]
            pause: float | None = None
            if sum(not line.is_leaving for line in self._lines) < self._wanted:
                pause = self._opened(failures)
                failures = failures + 1 if pause else 0
            if lost and pause == 0.0:
                lost = False
                self._tell_lost()
            if pause:
                self._stopping.wait(pause)
            elif pause is None:
                self._changed.wait(LISTEN)

    def _opened(self, failures: int) -> float:
        """Open one more; the seconds to wait before the next try where that fails, else 0."""
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        try:
            line = self._connected()
        except TryLater as error:
            return error.seconds
        except Rejected as error:
            log.error("Slack refuses another connection of Socket Mode (%s)", error.error)  # noqa: TRY400 - expected
            return REFUSED
        except (Ambiguous, Away, *_TROUBLE) as error:
            log.warning("Slack cannot be reached for Socket Mode, next try in %g s: %s", pause, error)
            return pause
        self._lines.append(line)
        if self._stopping.is_set():
            line.leave(self._clock.monotonic())
        return 0.0

    def _tell_lost(self) -> None:
        log.warning("a connection of Socket Mode was lost, and is back")
        try:
            self._on_lost()
        except Exception:
            log.exception("what follows on a lost connection failed")

    def close(self) -> None:
        """End: what is in hand is answered, one connection after the other is closed."""
        self._stopping.set()
        self._changed.set()
        until = self._clock.monotonic() + DRAIN
        for line in list(self._lines):
            line.leave(until)
        self._pool.shutdown(wait=False)
