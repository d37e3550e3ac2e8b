"""An outbox on a script: what comes of each call is said beforehand, the clock is moved by hand."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from bot.access import Access
from bot.call import Call
from bot.meters import Meters
from bot.outbox import Hooks, Outbox
from bot.slack.compound import Gate
from bot.slack.looking import Way
from bot.store import tables
from bot.store.outbox import Claimed
from bot.store.store import Store, Tx
from tests.world import StillClock

POST, EDIT, EPHEMERAL = "chat.postMessage", "chat.update", "chat.postEphemeral"
HISTORY = "conversations.history"
Outcome = dict[str, Any] | Exception


class Script:
    """Slack, as this test wants it: what comes of each call, and what stands in the channel."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, str]] = []
        self.looks: list[float] = []
        self.outcomes: list[Outcome] = []
        self.there: list[dict[str, Any]] = []
        self.clock = StillClock()
        self.meanwhile: Callable[[], object] = lambda: None
        self.sending: Callable[[], object] = lambda: None

    def perform(self, method: str, args: Mapping[str, Any], *, gate: Gate) -> dict[str, Any]:
        gate(method, args["channel"])
        self.calls.append((self._now(), str(args.get("text", method))))
        self.sending()
        outcome = self.outcomes.pop(0) if self.outcomes else {"channel": "C1", "ts": "1.1"}
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def look(
        self, method: str, args: Mapping[str, Any], key: str, way: Way, *, gate: Gate
    ) -> Iterator[dict[str, Any]]:
        gate(HISTORY, args["channel"])
        self.looks.append(self._now())
        self.meanwhile()
        yield from self.there

    def unsay(self, said: Mapping[str, Any], *, gate: Gate) -> bool:
        gate("chat.delete", str(said["channel"]))
        self.there.remove(dict(said))
        return True

    def begins_with(self, method: str, args: Mapping[str, Any], *, looking: bool) -> tuple[str, str | None]:
        return (HISTORY, None) if looking else (method, args["channel"])

    def begun_by(self, methods: Collection[str]) -> Collection[str]:
        return ()

    def is_repeatable(self, method: str) -> bool:
        return method == EDIT

    def is_findable(self, method: str) -> bool:
        return method == POST

    def who_am_i(self) -> tuple[dict[str, Any], frozenset[str]]:
        return {}, frozenset()

    def _now(self) -> float:
        return self.clock.seconds - StillClock().seconds


class Bench:
    """An outbox on a script."""

    def __init__(self, store: Store) -> None:
        self.store, self.slack = store, Script()
        self.clock = self.slack.clock
        self.refused: list[tuple[str, str]] = []
        self.wanted = True
        self.meters = Meters()
        self.outbox = self.another()

    def another(self) -> Outbox:
        """A second worker on the same database and the same Slack."""
        hooks = Hooks(
            answered=self._answered,
            refused=self._refused,
            is_wanted=lambda _key, _ref: self.wanted,
            access=Access(self.store, self.clock, self.slack.who_am_i),
        )
        return Outbox(self.store, self.clock, self.slack, hooks, self.meters)

    def _answered(self, _tx: Tx, _call: Claimed, answer: dict[str, Any]) -> dict[str, Any]:
        return {"ts": answer["ts"]}

    def _refused(self, _tx: Tx, call: Claimed, error: str) -> None:
        self.refused.append((call.key, error))

    def plan(self, *calls: Call) -> None:
        with self.store.begin() as tx:
            tx.outbox.plan(calls, self.clock.now())

    def forward(self, seconds: float) -> None:
        """Second by second, delivering at each."""
        for second in range(int(seconds) + 1):
            self.clock.seconds += 1 if second else 0
            for _ in range(20):
                if not self.outbox.deliver():
                    break
            else:
                raise AssertionError("it goes round in a circle")

    def state(self, key: str) -> str:
        with self.store.engine.connect() as connection:
            return str(
                connection.execute(
                    select(tables.outbox.c.state).where(tables.outbox.c.key == key)
                ).scalar_one()
            )

    @property
    def tries(self) -> list[float]:
        return [at for at, _ in self.slack.calls]


def post(key: str, method: str = POST, **more: Any) -> Call:
    return Call(key=key, method=method, args={"channel": "C1", "text": key, **more.pop("args", {})}, **more)
