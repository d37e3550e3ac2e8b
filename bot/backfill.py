"""Back-fill: what Slack's events did not tell is read from the channels' history (RELIABILITY section 2).

``bot.reading`` takes the steps, of one page each, in any number of processes; here it is decided when there is need.

How often: an outage that is known of (a start, a connection or a database that was away for more than a minute, Slack's
own word that it dropped events) has every channel read as a whole. Without one the log is complete as long as events
come in at all, for Slack delivers each again that was not taken. So while some event was taken within the last ten
minutes, from whatever channel, an open channel is looked at once an hour; when nothing is heard, which may be a quiet
night or a broken door, every five minutes, by one call. That an event is taken is noted once a minute, for all
processes. A restart within two minutes loses nothing that Slack would not deliver again: nobody is told of it.
"""

from datetime import datetime

from bot.domain.gaps import LATE
from bot.domain.looks import OFTEN, Watermark
from bot.gaps import SLOW, Gaps
from bot.meters import Meters
from bot.reach import Reach
from bot.reading import HEARD, Reader, Reading, is_heard
from bot.store.store import StoreAway, Tx
from bot.transaction import Transactions

STEPS = 30
"""Steps that one tick takes at most."""
LONGEST = 10.0
"""Seconds after which a tick begins no further step."""
NOTED = 60.0
"""Seconds between two notes that events reach us, and between two looks at how long ago that was."""
ONCE = 10.0
"""Seconds within which several processes that start count as one: only the first states what may be missing."""
LONG_AWAY = 60.0
"""Seconds for which the database may be away without a look: Slack delivers again after one minute."""
SHORT = 120.0
"""Seconds without a process that lose nothing: Slack delivers again after one minute, and after five."""
SOON = 3.0
"""Seconds after the end of a connection until the news are read: the next one is there by then."""
ASKED, AWAKE = "looked_everywhere", "awake"
"""What is remembered: when all channels were last to be read, and when a process of a kind was last awake."""
WORKER, DOOR = "worker", "door"
"""Kinds of processes: one that ticks, and one that serves the HTTP door alone."""
TOLD_LATE = 10
"""Channels of which one tick says at most that their look takes long."""


class Backfill:
    """Reads what is missing. Any number of processes do so."""

    def __init__(
        self, transactions: Transactions, slack: Reader, *, gaps: Gaps, reach: Reach, meters: Meters
    ) -> None:
        """Read through *slack*, keep in *transactions*, say through *gaps* and *reach* what cannot be read."""
        self._tx = transactions
        self._clock = transactions.clock
        self._gaps = gaps
        self._reach = reach
        self._reading = Reading(transactions, slack, gaps=gaps, reach=reach, meters=meters)
        self._noted = -NOTED
        self._watched = -NOTED
        self._away_since: float | None = None
        self._lost = False
        self._cut_since: float | None = None

    # Who asks for looks

    def begin(self, kind: str = WORKER) -> None:
        """A process of that *kind* starts: what was said while none listened is to be read.

        Of several that start only the first states what may be missing. Where another of its kind was awake just now,
        or one has just started (it may have died since), nothing is known to be lost, and it is only looked at.
        """

        def asked(tx: Tx) -> None:
            machine = tx.machine(self._clock)

            def within(seconds: float, name: str) -> bool:
                return 0 <= machine - float(tx.known(name) or 0.0) < seconds

            once = within(ONCE, ASKED)
            if not once:
                tx.remember(ASKED, machine)
            if once or within(SHORT, f"{AWAKE} {kind}"):
                self._ask_shortly(tx, machine)
            else:
                self._ask(tx)

        self._tx.until_kept(asked)

    def awake(self, kind: str = WORKER) -> None:
        """A process of that *kind* runs."""
        self._tx.until_kept(lambda tx: tx.remember(f"{AWAKE} {kind}", tx.machine(self._clock)))

    def look_everywhere(self) -> None:
        """Something was lost: read every channel as a whole, the newest first."""
        self._tx.until_kept(self._ask)

    def _ask(self, tx: Tx) -> None:
        at, heard = self._clock.now(), tx.known(HEARD)
        since = min(datetime.fromisoformat(heard["at"]), at) if heard else at
        tx.watermarks.want_all(tx.machine(self._clock), at, since)
        self._reach.ask_all(tx)

    def _ask_shortly(self, tx: Tx, machine: float) -> None:
        """Slack delivers again what came in so short a time; it is looked at all the same where that costs little."""
        if tx.known(SLOW):
            tx.watermarks.hurry(machine, 0.0)
        else:
            tx.watermarks.want_all(machine, self._clock.now(), None)
        self._reach.ask_all(tx)

    def lost(self) -> None:
        """A connection through which events come has ended: the next tick has the news of all channels read."""
        self._lost = True

    def connected(self, *, on: bool) -> None:
        """Whether there is a connection now; one that is back after longer than Slack waits has lost something."""
        now = self._clock.monotonic()
        if not on:
            self._cut_since = self._cut_since if self._cut_since is not None else now
            return
        if self._cut_since is not None and now - self._cut_since > LONG_AWAY:
            self.look_everywhere()
        self._cut_since = None

    def heard(self) -> None:
        """An event was taken: they reach us. Noted once a minute."""
        now = self._clock.monotonic()
        if now - self._noted < NOTED:
            return
        self._noted = now

        def noted(tx: Tx) -> None:
            tx.remember(HEARD, {"at": self._clock.now().isoformat(), "machine": tx.machine(self._clock)})

        self._tx.until_kept(noted)

    # The tick

    def read(self) -> int:
        """Take the steps that can be taken now; how many."""
        try:
            due, steps, began = self._watch(), 0, self._clock.monotonic()
            while (
                due and steps < STEPS and self._clock.monotonic() - began < LONGEST and self._reading.step()
            ):
                steps += 1
        except StoreAway:
            self._away_since = self._away_since or self._clock.monotonic()
            raise
        return steps

    def _watch(self) -> bool:
        """What an outage leaves to do, and what takes too long to be silent about; whether there is a step to take."""
        with self._tx.read() as tx:
            late = tx.watermarks.late(tx.machine(self._clock) - LATE, TOLD_LATE)
        self._make_up()
        for mark in late:
            self._tell_late(mark)
        if self._clock.monotonic() - self._watched >= NOTED:
            self._watched = self._clock.monotonic()
            self.awake()
            with self._tx.begin() as tx:
                if not is_heard(tx, tx.machine(self._clock)):
                    tx.watermarks.hurry(tx.machine(self._clock), OFTEN)
        with self._tx.read() as tx:
            due = tx.watermarks.next_due()
            return due is not None and due <= tx.machine(self._clock)

    def _make_up(self) -> None:
        """Ask for what an outage that is over left unread. It is forgotten once that is kept, and not before."""
        if self._away_since is not None and self._clock.monotonic() - self._away_since > LONG_AWAY:
            self.look_everywhere()
        self._away_since = None
        if self._lost:
            self._lost = False  # one more may be lost meanwhile
            try:
                self._tx.until_kept(lambda tx: tx.watermarks.hurry(tx.machine(self._clock), SOON))
            except Exception:
                self._lost = True
                raise

    def _tell_late(self, mark: Watermark) -> None:
        def told(tx: Tx) -> None:
            incident = tx.incident(mark.incident, lock=True)
            now = tx.watermarks.of_channel(mark.channel_id)
            if incident is not None and now is not None:
                tx.watermarks.save_gaps(self._gaps.late(tx, now, incident))

        self._tx.until_kept(told)
