"""The incident behind the sandbox's play button: its steps, done by a thread at the speed that the page asks for.

It happens now: the record is moved to the clock's time, and the clock only ever goes forward. So what people declared
before goes on beside it, and it can be played again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Condition, Thread

from bot.cli.replaying import Cast, Sandbox
from bot.clock import MovableClock
from bot.domain import replay_shift
from bot.domain.refusal import Refusal
from bot.domain.replay import Replay
from bot.domain.replay_cast import people
from bot.domain.replay_steps import Deletes, Edits, Reacts, Says, Step, steps
from bot.due import Due
from bot.sandbox.server import SandboxServer
from bot.sandbox.state import Impossible, Json

log = logging.getLogger(__name__)
LOOK = 0.1
"""Machine seconds between two looks at what is due: however fast it runs, a reminder comes at its time."""
SETTLES, DRAFTED = 5.0, 30.0
"""Machine seconds that the clock stands at most after a step, and at the end until the draft is there."""
QUIET = 3.0
"""Machine seconds without anything new after which nothing more comes: a draft takes a moment to be made."""
APART = timedelta(minutes=2)
"""Between two declarations: the same words of the same person within a minute are one to the bot."""
LEAVE_WITHIN = 10.0
PLAYED = "Played to the end. The postmortem draft stands in the incident's channel."
STOPPED = (
    "Stopped. The incident stays open and the clock runs on as usual: go on with it, or resolve and close it."
)
BROKE_OFF = "The play broke off, and the incident stays as it is: {reason}"
FORGOTTEN = "an error in Tocsin; the terminal in which the sandbox runs says more."


class Performer:
    """Plays one incident in one sandbox (a ``Player``). Its methods may be called from any thread."""

    def __init__(
        self, server: SandboxServer, clock: MovableClock, text: str, *, due: Due, rests: Callable[[], bool]
    ) -> None:
        """Play the record in *text*. *due* fires timers; *rests* says whether the bot has said all that it has to."""
        self._server, self._clock, self._text, self._due, self._rests = server, clock, text, due, rests
        self._asked = Condition()
        self._thread: Thread | None = None
        self._speed, self._paused, self._stepping, self._stopping = 1.0, False, False, False
        self._title = replay_shift.at(text, clock.now()).incident["title"]
        self._told: float | None = None
        self._declared: datetime | None = None
        self._shown: Json = {"done": 0, "total": 0, "doing": "", "channel": None, "ended": ""}

    # ---- what the page asks for

    @property
    def is_playing(self) -> bool:
        """Whether it is under way, paused or not."""
        return self._thread is not None

    def state(self) -> Json:
        """See ``bot.sandbox.playing.Player``."""
        with self._asked:
            steering = {"playing": self.is_playing, "paused": self._paused, "speed": self._speed}
            return {"title": self._title, **steering, **self._shown}

    def start(self, speed: float) -> None:
        """Begin; refused while it, or a replay from the command line, is under way."""
        with self._asked:
            if self.is_playing:
                raise Impossible(
                    "An incident is being played already. Stop it first, or watch it to its end."
                )
            if self._server.people.progress is not None:
                raise Impossible("A replay from the command line is under way. Wait for its end, please.")
            self._speed, self._paused, self._stepping, self._stopping = speed, False, False, False
            self._told = None
            self._shown = {"done": 0, "total": 0, "doing": "", "channel": None, "ended": ""}
            self._thread = Thread(target=self._play, name="performer", daemon=True)
            self._thread.start()
        self._server.workspace.touch()

    def change(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Another speed, or hold, or go on."""
        with self._asked:
            self._speed = speed or self._speed
            self._paused = self._paused if paused is None else paused
            self._asked.notify_all()
        self._server.workspace.touch()

    def step(self) -> None:
        """The next step is done now, and the clock goes there."""
        with self._asked:
            self._stepping = True
            self._asked.notify_all()

    def stop(self) -> None:
        """End it, after what is being done just now; waits for that."""
        with self._asked:
            self._stopping = True
            self._asked.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=LEAVE_WITHIN)

    # ---- the thread

    def _play(self) -> None:
        try:
            ended = PLAYED if self._whole() else STOPPED
        except Refusal as refusal:
            ended = BROKE_OFF.format(reason=refusal)
        except Exception:
            log.exception("the incident could not be played to its end")
            ended = BROKE_OFF.format(reason=FORGOTTEN)
        self._set(self._clock.now(), 1.0)
        with self._asked:
            self._shown = {**self._shown, "doing": "", "ended": ended}
            self._thread = None
        self._server.workspace.touch()

    def _whole(self) -> bool:
        """Play it; False where it was stopped."""
        now, former = self._clock.now(), self._declared
        replay = replay_shift.at(self._text, now if former is None else max(now, former + APART))
        planned = steps(replay)
        self._declared = planned[0].at
        cast = Cast(Sandbox(self._server.url), replay, self._clock)
        for done, step in enumerate(planned):
            if not self._until(step.at):
                return False
            self._set(step.at, 0.0)  # what is done at that time is recorded at that time
            self._tell(done=done + 1, total=len(planned), doing=_words(step, replay))
            (cast.act if done else cast.declares)(step)
            if not done:
                self._tell(channel=self._server.workspace.channel(cast.channel).id)
            self._settle(SETTLES)
        self._settle(DRAFTED, quiet=QUIET)
        return True

    def _settle(self, seconds: float, quiet: float = 0.0) -> None:
        """The clock stands while the bot says what it has to, and *quiet* seconds longer.

        Slack takes a message a second and channel, no more: a clock that ran on would leave the bot behind.
        """
        busy = self._clock.monotonic()
        end = busy + seconds
        while not (self._stopping or self._stepping or self._clock.monotonic() > end):
            self._due.fire()
            if not self._rests():
                busy = self._clock.monotonic()
            elif self._clock.monotonic() - busy >= quiet:
                return
            with self._asked:
                self._asked.wait(LOOK)

    def _until(self, at: datetime) -> bool:
        """Wait until business time is *at*, or the page wants the next step; False where it wants the end.

        The clock stops at whatever falls due meanwhile, and goes on when the bot has said it.
        """
        while not self._stopping:
            if self._stepping:
                self._stepping = False
                return True
            if self._due.fire():
                self._set(self._clock.now(), 0.0)
                self._settle(SETTLES)
                continue
            now, soon = self._clock.now(), self._due.soon()
            if now >= at and not self._paused:
                return True
            halt = at if soon is None else min(at, now + timedelta(seconds=soon))
            speed = 0.0 if self._paused else self._speed
            self._set(now, speed, until=halt)
            with self._asked:
                self._asked.wait(min(LOOK, (halt - now).total_seconds() / speed) if speed else LOOK)
        return False

    def _set(self, at: datetime, speed: float, *, until: datetime | None = None) -> None:
        """Set the clock; pages hear of it where it runs otherwise than before."""
        self._clock.set(at, speed, until=until)
        if speed != self._told:
            self._server.people.runs_at(speed)
            self._told = speed

    def _tell(self, **told: object) -> None:
        with self._asked:
            self._shown = {**self._shown, **told}
        self._server.workspace.touch()


def _words(step: Step, replay: Replay) -> str:
    """What happens, in a line: who, and what they type or say."""
    action = step.action
    did = {Edits: "edits a message", Deletes: "deletes a message", Reacts: "marks a message with 📌"}
    words = getattr(action, "command", None) or (
        action.text if isinstance(action, Says) else did[type(action)]
    )
    return f"{people(replay)[step.person]}: {' '.join(words.split())}"
