"""Metrics over many incidents: measured once, counted for whoever asks, entered where nothing computes them.

A record is read again only once it has changed (``bot.domain.score_measured.Basis``).
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot import render
from bot.domain import score_entered
from bot.domain.cutting import fitting
from bot.domain.draft_record import read_record
from bot.domain.filenames import file_name
from bot.domain.mrkdwn import NOBODY, Names, escaped
from bot.domain.policy import Policy
from bot.domain.privacy import may_see
from bot.domain.references import is_case
from bot.domain.refusal_scores import NothingToDraw
from bot.domain.score_card import card, left_out
from bot.domain.score_entered import Entered
from bot.domain.score_measured import Measured, definitions, measured
from bot.domain.score_metrics import Metric, known
from bot.domain.score_period import Period, parse_period
from bot.domain.score_trend import trend_of
from bot.domain.score_values import About, Card, Counted, Scope
from bot.formats import trend
from bot.slack import handed
from bot.store.store import Tx
from bot.transaction import Transactions

AT_ONCE = 60
"""Records that are read while somebody waits for an answer; the others wait for the tick, and the answer says so."""
A_TICK = 200
"""Records that one tick reads at most."""
TOGETHER = 50
"""So many are kept in one transaction: others want to write meanwhile."""
LONGEST_ALT = 1_000
"""Characters that Slack takes as the words of a picture."""
ENTERED = "entered"
"""The counter that numbers them."""
EARLIER = timedelta(days=31)
"""An outage that began so long before a period may still reach into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """A value that was kept, with what stood there before it for the same days."""

    metric: Metric
    entered: Entered
    before: Entered | None
    same: bool = False
    """The same person had entered the very same before: a delivery that came again, or a slip of the hand."""


class Scorecard:
    """Counts metrics for whoever asks, and keeps what people enter."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._tx.policy

    def period(self, text: str) -> Period:
        """The period that a person's words mean now. Raises UnknownPeriod, PeriodBackwards."""
        return parse_period(text, self._tx.clock.now().astimezone(self.policy.zone).date())

    def card(self, period: Period, *, user: str = "", channel: str = "", most: int | None = AT_ONCE) -> Card:
        """The metrics of *period* for *user*, who asks in that channel: private incidents of others stay out (DR-28).

        *most*: records that are read now, where they changed; None: all of them.
        """
        since = period.start(self.policy.zone) - EARLIER
        with self._tx.read() as tx:
            found = tx.scores.known(definitions(self.policy), since)
            entered = tx.scores.entered()
        seen = [one for one in found if may_see(one, user, channel)]
        reasons = {one.row["ref"]: left_out(_about(one.row), self.policy) for one in seen}
        counting = [one for one in seen if not reasons[one.row["ref"]]]
        fresh = {one.row["ref"]: one.kept for one in counting if one.kept is not None and one.is_fresh}
        stale = [one.row["ref"] for one in reversed(counting) if not one.is_fresh]
        fresh |= {each.ref: each for each in self.measure(stale if most is None else stale[:most])}
        counted = [
            Counted(about=_about(one.row), measured=fresh[one.row["ref"]])
            for one in counting
            if one.row["ref"] in fresh
        ]
        at = self._tx.clock.now()
        scope = Scope(period=period, zone=self.policy.zone, at=at, counted=counted, entered=entered)
        inside = [one for one in seen if period.holds(scope.day(one.row["declared_at"]))]
        without = Counter(reasons[one.row["ref"]] for one in inside)
        waiting = sum(one.row["ref"] not in fresh for one in inside if not reasons[one.row["ref"]])
        del without[""]
        return card(scope, policy=self.policy, without=without, waiting=waiting)

    def measure(self, refs: Sequence[str]) -> list[Measured]:
        """Measure these incidents out of their records, and keep it."""
        made = list[Measured]()
        for begin in range(0, len(refs), TOGETHER):
            some = [one for ref in refs[begin : begin + TOGETHER] if (one := self._measured(ref)) is not None]
            with self._tx.begin() as tx:
                tx.scores.keep(some)
            made += some
        return made

    def refresh(self) -> int:
        """The tick: measure what has changed, so that nobody waits for it; how many."""
        with self._tx.read() as tx:
            found = tx.scores.known(definitions(self.policy), None)
        stale = [one.row["ref"] for one in reversed(found) if not one.is_fresh]
        return len(self.measure(stale[:A_TICK]))

    def _measured(self, ref: str) -> Measured | None:
        """What stands in its record now; the state is asked for first, so that a later change makes it stale."""
        with self._tx.read() as tx:
            basis = tx.scores.basis(ref, definitions(self.policy))
            incident = tx.incident(ref)
            entries = tx.entries(ref)
        if basis is None or incident is None:
            return None
        return measured(read_record(incident, entries, policy=self.policy, names=NOBODY), basis)

    def send_trend(self, metric: Metric, period: Period, *, user: str, channel: str) -> None:
        """Have the picture of *metric* brought to *user* alone. Raises NothingToDraw."""
        drawn = trend_of(self.card(period, user=user, channel=channel), metric)
        picture, words = trend.png(drawn), trend.words(drawn)
        if not picture:
            raise NothingToDraw(name=metric.name, called=period.called, key=metric.key)
        facts = {
            "name": metric.name, "key": metric.key, "called": period.called, "dates": period.dates,
            "typed": period.typed, "words": escaped(words),
        }  # fmt: skip
        said = render.slack("trend", facts, self.policy.command)

        def planned(tx: Tx) -> None:
            about = f"{user}:{tx.next_number('trend')}"
            name = file_name("trend", metric.key, about.rpartition(":")[2], suffix="png")
            file = {
                "name": name, "title": f"{metric.name}, {period.called}", "alt": fitting(words, LONGEST_ALT),
                "base64": b64encode(picture).decode(),
            }  # fmt: skip
            tx.outbox.plan(handed.sent(handed.TREND, about, user, file, said=said), self._tx.clock.now())

        self._tx.until_kept(planned)

    def enter(self, metric: Metric, given: str, *, days: str | None, note: str, by: str) -> Entering:
        """Keep a value for the named days, today's where none are named. Raises refusals."""
        score_entered.check_entered(metric, known(self.policy))
        at = self._tx.clock.now()
        value = score_entered.read_value(metric, given)
        today = at.astimezone(self.policy.zone).date()
        period = score_entered.read_days(days, today, metric=metric, value=given)
        new = Entered(
            metric=metric.key, first=period.first, last=period.last, value=value, note=note, by=by, at=at
        )

        def kept(tx: Tx) -> Entering:
            one = replace(new, id=tx.next_number(ENTERED))  # from here on, others who enter one wait
            before = score_entered.corrected(tx.scores.entered(metric.key), one)
            if value is None:
                score_entered.check_taken_back(metric, one, before)
            if before and score_entered.is_same(one, before[0]):
                return Entering(metric=metric, entered=before[0], before=None, same=True)
            tx.scores.enter(one)
            return Entering(metric=metric, entered=one, before=next(iter(before), None))

        return self._tx.until_kept(kept)

    def people(self, card: Card) -> Names:
        """What the people are called who entered something in *card*, and whom its titles mention."""
        readings = [each for line in card.lines for each in line.readings]
        entered = {each.entered.by for each in readings if each.entered}
        texts = {each.title for each in readings} | {each.entered.note for each in readings if each.entered}
        with self._tx.read() as tx:
            return self._tx.names(tx, texts, entered)

    def history(self, metric: Metric) -> list[Entered]:
        """All that was ever entered for *metric*, in the order in which it was."""
        with self._tx.read() as tx:
            return tx.scores.entered(metric.key)


def _about(row: Mapping[str, Any]) -> About:
    return About(
        ref=row["ref"], title=row["title"], severity=row["severity"], status=row["status"],
        declared_at=row["declared_at"], drill=row["drill"], backfilled=row["backfilled"],
        is_customers=bool(row["customer"]) or is_case(row["ref"]),
    )  # fmt: skip
