"""P7: how many calls of Slack's a message costs, when all is well and when it is not."""

import random
from collections.abc import Iterator

from bench.measure import Ratio
from bench.place import declared, place
from bot.call import Call
from bot.clock import Clock

MESSAGES, ROUNDS = 100, 5
FAULTS = 0.15
KINDS = ("429", "500", "timeout", "lost_reply", "internal_error")


class HurriedClock(Clock):
    """A clock that the benchmark moves: waits of minutes take no time."""

    def __init__(self) -> None:
        """Start at the machine's time."""
        self.ahead = 0.0

    def machine(self) -> float:
        """Seconds since the epoch, moved on."""
        return super().machine() + self.ahead

    def monotonic(self) -> float:
        """Seconds, moved on."""
        return super().monotonic() + self.ahead


def calls_per_message() -> Iterator[Ratio]:
    """P7: calls for each message that then stands in the channel once, without faults and with 15 %."""
    for share, goal, hoped in ((0.0, 1.0, 1.0), (FAULTS, 1.5, 1.3)):
        what = f"Slack calls for each message, {share:.0%} of them going wrong"
        values = tuple(_calls(share, seed) for seed in range(ROUNDS if share else 1))
        note = f"{MESSAGES} messages a round"
        yield Ratio(number="P7", what=what, values=values, goal=goal, hoped=hoped, note=note)


def _calls(share: float, seed: int) -> float:
    """Calls for each of MESSAGES messages, where *share* of all calls goes wrong."""
    clock = HurriedClock()
    with place(clock=clock) as here:
        channel = declared(here)
        chance = random.Random(seed)  # noqa: S311 - no secret
        for nth in range(1, 4 * MESSAGES):
            if chance.random() < share:
                here.slack.faults.add("*", chance.choice(KINDS), nth=nth)
        with here.bot.store.begin() as tx:
            tx.outbox.plan([_message(channel.id, number) for number in range(MESSAGES)], clock.now())
        before = len(here.slack.calls)
        while here.unfinished():
            if not here.bot.outbox.deliver():
                clock.ahead += 1.0
        said = [message.text for message in channel.messages if message.text.startswith("message ")]
        if said != [f"message {number}" for number in range(MESSAGES)]:
            raise ValueError(f"not every message stands there once and in its order: {said}")
        return (len(here.slack.calls) - before) / MESSAGES


def _message(channel: str, number: int) -> Call:
    key = f"bench:{number}"
    metadata = {"event_type": "tocsin", "event_payload": {"key": key}}
    args = {"channel": channel, "text": f"message {number}", "metadata": metadata}
    return Call(key=key, method="chat.postMessage", args=args, stream="bench")
