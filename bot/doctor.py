"""What is missing and how to mend it, as people ask in Slack (DR-19): as it was found last, and looked at again soon.

Only the outbox waits for Slack: what is asked for here was found before, and is told with its time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import findings
from bot.findings import Finding, Found, State
from bot.store.auditing import Figures
from bot.store.store import Tx
from bot.transaction import Transactions

AGAIN = timedelta(hours=1)
"""So often it is looked."""
FRESH = timedelta(minutes=1)
"""What was found less than that ago is not looked at again, however many ask; nor at a start, which looks by itself."""
ASKED = "findings_asked"
"""Under which name it is remembered that somebody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is known, and how the outbox stands at this instant."""

    at: datetime | None
    """When it was looked; None: not yet."""
    bad: tuple[Finding, ...]
    """What is to be mended, the worst first."""
    fresh: bool
    """Whether that is so new that it is not looked at again."""
    waiting: int
    """Calls that Slack has not taken yet."""
    late: timedelta
    """How long the oldest of them has waited."""


class Doctor:
    """Tells what was found, and whether it is time to look again."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions
        self._since = transactions.clock.monotonic()

    def asked(self) -> Diagnosis:
        """Somebody asks: what is known now. It is looked at again soon, unless it is fresh."""
        at = self._tx.clock.now()
        found, figures = self._tx.until_kept(lambda tx: _asked(tx, at))
        bad = [each for each in found.findings if each.state is not State.GOOD] if found else []
        return Diagnosis(
            at=found.at if found else None,
            bad=tuple(sorted(bad, key=lambda each: not each.stops)),
            fresh=_is_fresh(found, at),
            waiting=figures.waiting,
            late=max(at - (figures.oldest or at), timedelta()),
        )

    def is_due(self) -> bool:
        """Whether it is to be looked now."""
        with self._tx.read() as tx:
            found, asked = findings.known(tx), bool(tx.known(ASKED))
        if asked:
            return True
        if self._tx.clock.monotonic() - self._since < FRESH.total_seconds():
            return False
        return found is None or not timedelta() <= self._tx.clock.now() - found.at < AGAIN

    def keep(self, found: list[Finding]) -> None:
        """Keep what was *found* just now."""

        def keep(tx: Tx) -> None:
            findings.kept(tx, found, self._tx.clock.now())
            tx.remember(ASKED, value=False)

        self._tx.until_kept(keep)


def _asked(tx: Tx, at: datetime) -> tuple[Found | None, Figures]:
    """What is known at *at*; whoever looks is told that somebody asked, unless it is fresh."""
    found = findings.known(tx)
    if not _is_fresh(found, at):
        tx.remember(ASKED, value=True)
    return found, tx.audit.figures(at)


def _is_fresh(found: Found | None, at: datetime) -> bool:
    """Whether another look can wait. Where the clock was set back since, as in the sandbox, it cannot."""
    return found is not None and timedelta() <= at - found.at < FRESH
