"""The audit: each minute one of the processes compares what should be planned with what is (RELIABILITY section 2).

What counts as missing and as a duplicate is decided in ``bot.domain.audit``. Incidents are read page by page, without
holding anybody up; what looks wrong is looked at once more while the incident is locked, so that nothing is found that
only happened in between. Timers that are missing are made anew. The result is kept in the database: every process
tells it.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.context import about
from bot.domain.audit import DUPLICATES, MENDED, Defect, Finding, counted, examine
from bot.transaction import Transactions

log = logging.getLogger(__name__)

EVERY = 55.0
"""Seconds of machine time within which no other process audits too."""
PAGE = 200
ENDED_WITHIN = timedelta(days=30)
"""For so long after its end an incident may still want something: a draft, the archiving of its channel."""
KEPT = 20_000
"""Findings that are kept, so that each is logged once; what is behind them is counted and not logged."""
TOLD = 20
"""Findings of one audit that are logged one by one; of the others their number is."""
KNOWN = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the last audit found."""

    at: float
    """Machine time, seconds since the epoch."""
    missing: int
    duplicate: int
    mended: int
    """Timers that audits have made anew, ever."""

    @classmethod
    def of(cls, kept: Any) -> "Result | None":
        """Out of what is kept in the database; None: there was none yet."""
        names = ("at", "missing", "duplicate", "mended")
        return cls(**{name: kept[name] for name in names}) if kept else None


class Audit:
    """Looks whether everything that should come will come, once."""

    def __init__(self, transactions: Transactions) -> None:
        """Look in *transactions*."""
        self._tx = transactions

    def check(self) -> Result | None:
        """Audit, unless another process did within the last minute (None)."""
        now = self._tx.clock.machine()
        with self._tx.read() as tx:  # most processes find that another one did
            if now - (tx.known(KNOWN) or {}).get("at", 0.0) < EVERY:
                return None
        with self._tx.begin() as tx:
            # Whoever comes at the same time waits here, and then finds that it was done.
            tx.next_number("audits")
            before = tx.known(KNOWN) or {
                "missing": 0,
                "duplicate": 0,
                "mended": 0,
                "findings": [],
                "late": [],
            }
            if now - before.get("at", 0.0) < EVERY:
                return None
            tx.remember(KNOWN, {**before, "at": now})
        findings = tuple(self._findings())
        return self._keep(findings, before, now)

    def _findings(self) -> Iterator[Finding]:
        after, since = "", self._tx.clock.now() - ENDED_WITHIN
        while True:
            with self._tx.read() as tx:
                page = tx.audit.watched(after=after, ended_since=since, limit=PAGE)
                facts = tx.audit.facts(page)
            suspects = [one.incident.ref for one in facts if examine(one, at=self._tx.clock.now())]
            for ref in suspects:
                yield from self._confirmed(ref)
            if len(page) < PAGE:
                return
            after = page[-1].ref

    def _confirmed(self, ref: str) -> tuple[Finding, ...]:
        """What is wrong with the incident while nobody changes it; its timers are set right."""
        with about(incident=ref), self._tx.begin() as tx:
            incident = tx.incident(ref, lock=True)
            if incident is None:
                return ()
            (facts,) = tx.audit.facts([incident])
            found = examine(facts, at=self._tx.clock.now())
            if any(one.defect in MENDED for one in found):
                tx.keep_timers(incident)
            return found

    def _keep(self, findings: tuple[Finding, ...], before: dict[str, Any], now: float) -> Result:
        count = counted(findings, before["late"])
        duplicate = sum(one.defect in DUPLICATES for one in count)
        mended = sum(one.defect in MENDED for one in count)
        known, late = set(before["findings"]), [one for one in findings if one.defect is Defect.OVERDUE]
        new = [one for one in count[:KEPT] if one.key not in known]
        for one in new[:TOLD]:
            with about(incident=one.incident):
                log.error("%s: %s: %s", one.incident, one.defect.value, one.what)
        if len(new) > TOLD:
            log.error("the audit found %d more of the kind", len(new) - TOLD)
        kept = {
            "at": now, "missing": len(count) - duplicate, "duplicate": duplicate, "mended": before["mended"] + mended,
            "findings": [one.key for one in count][:KEPT], "late": [one.key for one in late][:KEPT],
        }  # fmt: skip
        with self._tx.begin() as tx:
            tx.remember(KNOWN, kept)
        return Result(at=now, missing=len(count) - duplicate, duplicate=duplicate, mended=kept["mended"])
