"""The use cases of customer escalations: open, take up, tie to an incident. One method is one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import granted
from bot.domain import cases, recording
from bot.domain.cases import Wanted
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import NOBODY
from bot.domain.privacy import may_see
from bot.domain.refusal import NoSuchIncident
from bot.domain.refusal_cases import NoCase, VerifiedAlready
from bot.domain.refusal_scopes import NoPrivateIncident
from bot.domain.times import print_moment
from bot.lookup import Lookup
from bot.slack.news.opening import link
from bot.slack.room import Room
from bot.store.store import Tx
from bot.transaction import Transactions

SAME_WORDS = timedelta(seconds=60)
"""The same words of the same person within this time open one record."""
MOST = 500
"""Customer escalations that are looked at for a list."""


class Cases:
    """What people do about customer escalations that are records of their own."""

    def __init__(self, transactions: Transactions, lookup: Lookup) -> None:
        """Work in *transactions*; people come from *lookup*."""
        self._tx = transactions
        self._lookup = lookup

    def open(self, wanted: Wanted, *, answer_to: Mapping[str, str] | None = None) -> Change:
        """A new customer escalation; the same words again within a minute give the first one back. Raises refusals."""
        if wanted.engineer is not None:
            self._lookup.reader(wanted.engineer)
        return self._tx.until_kept(lambda tx: self._open(tx, wanted, answer_to or {}))

    def _open(self, tx: Tx, wanted: Wanted, answer_to: Mapping[str, str]) -> Change:
        at, policy = self._tx.clock.now(), self._tx.policy
        ref = tx.cases.next_reference(policy.cases.first_number)  # from here on, others wait
        if wanted.tied is not None:
            wanted = replace(wanted, tied=tx.incident(wanted.tied.ref))
        change = cases.opened(wanted, ref, at=at, policy=policy)
        known = tx.cases.same(change.incident, at - SAME_WORDS)
        if known is not None:
            tx.cases.give_back()
            return Change(before=known, incident=known)
        if change.incident.private and (scopes := granted.lacking(tx, granted.PRIVATE)):
            word = policy.severities[wanted.severity].spellings[0]
            raise NoPrivateIncident(scope=scopes[0], severity=word)
        kept = self._tx.keep(tx, change)
        if answer_to and kept.incident.channel_id is None:
            room = Room(incident=kept.incident, policy=policy, names=NOBODY, at=at)
            tx.outbox.plan([link(room, answer_to)], at)
        return kept

    def take_up(self, ref: str, level: int, *, by: str, reason: str) -> Change:
        """It is at *level* from now on. Raises NoCase."""
        return self._tx.change(ref, lambda one, at: cases.take_up(one, level, reason=reason, by=by, at=at))

    def tie(self, ref: str, to: str, *, by: str) -> Change:
        """*ref* belongs to the incident *to*. Raises refusals."""

        def decide(case: Incident, at: datetime) -> Change:
            with self._tx.begin() as tx:
                incident = tx.incident(to, lock=True)
            if incident is None or not may_see(incident, by):
                raise NoSuchIncident(given=to)
            return cases.tie(case, incident, by=by, at=at)

        return self._tx.change(ref, decide)

    def untie(self, ref: str, *, by: str) -> Change:
        """*ref* stands alone from now on. Raises NoCase, NotTied."""
        return self._tx.change(ref, lambda case, at: cases.untie(case, by=by, at=at))

    def verified(self, ref: str, *, by: str) -> Change:
        """The customer found it resolved, now (R-ESC-1). Raises NoCase, VerifiedAlready."""

        def decide(one: Incident, at: datetime) -> Change:
            zone = self._lookup.zone_of(by)
            if one.customer is None:
                raise NoCase(ref=one.ref)
            if one.verified_at is not None:
                raise VerifiedAlready(ref=one.ref, at=print_moment(one.verified_at, zone, today=at))
            echo = print_moment(at, zone, today=at.astimezone(zone))
            return recording.set_field(one, field="verified", value=at, echo=echo, by=by, at=at)

        return self._tx.change(ref, decide)

    def listed(
        self, user: str, *, open_only: bool, mine: bool = False, severity: str | None = None
    ) -> list[Incident]:
        """Those that *user* may see, newest first; *open_only*: that still wait for something, if only for a close."""
        with self._tx.read() as tx:
            found = tx.incidents(open_only=False, limit=MOST, cases=True, severity=severity)
        seen = [one for one in found if may_see(one, user) and (cases.is_waiting(one) or not open_only)]
        return [one for one in seen if not mine or user in {one.declared_by, *one.roles.values()}]

    def tied(self, ref: str, user: str) -> list[Incident]:
        """Those of the incident *ref* that *user* may see."""
        with self._tx.read() as tx:
            return [one for one in tx.cases.tied(ref) if may_see(one, user)]
