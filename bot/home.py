"""The app's home: made when somebody opens it, after their own clicks, and where they lost sight of what it shows.

One home at a time waits to be published for each person: the newest one says all that older ones would have said.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.call import Call
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names
from bot.domain.privacy import may_see
from bot.domain.score_values import Line
from bot.domain.waiting import Waiting, followups_of, waiting
from bot.scorecard import Scorecard
from bot.slack import blocks
from bot.slack.client import Ambiguous, Away, Rejected, SlackClient, TryLater
from bot.slack.home import Shown, home, words_alone
from bot.store.store import Collision, StoreAway, Tx
from bot.transaction import Transactions

log = logging.getLogger(__name__)

MOST = 300
"""Incidents that are looked at."""
LATELY = timedelta(minutes=10)
"""So long after its opening a home counts as looked at: a form that is submitted then may have been opened in it."""


class Home:
    """Plans homes. One method is one transaction."""

    def __init__(
        self, transactions: Transactions, slack: SlackClient, guide: Sequence[Mapping[str, Any]]
    ) -> None:
        """Work in *transactions*; *guide* is help in short, *slack* is asked only where the outbox is away."""
        self._tx = transactions
        self._slack = slack
        self._guide = guide
        self._scorecard = Scorecard(transactions)

    def opened(self, user: str) -> None:
        """*user* opened their home."""
        at = self._tx.clock.now()
        self._tx.until_kept(lambda tx: self._make(tx, user, opened_at=at))

    def answered(self, user: str, answer: Mapping[str, Any], *, near: str, away: bool) -> None:
        """*user* clicked in the block *near* of their home, which shows the *answer*. *away*: the database is."""
        said = answer.get("blocks") or (blocks.sections(answer["text"]) if answer.get("text") else [])
        try:
            if not away:
                at = self._tx.clock.now()
                self._tx.until_kept(lambda tx: self._make(tx, user, opened_at=at, said=said, near=near))
                return
        except (StoreAway, Collision) as error:
            log.warning("a home could not be planned: %s", error)
        if not said:
            return
        try:
            self._slack.perform("views.publish", {"user_id": user, "view": words_alone(said)})
        except (TryLater, Ambiguous, Away, Rejected) as error:
            log.warning("a click in a home could not be answered: %s", type(error).__name__)

    def glanced(self, user: str) -> None:
        """*user* submitted a form; where they had their home open a moment ago, it shows what came of it."""
        try:
            with self._tx.read() as tx:
                opened_at = tx.homes.opened_at(user)
            if opened_at is not None and self._tx.clock.now() - opened_at < LATELY:
                self._tx.until_kept(lambda tx: self._make(tx, user))
        except (StoreAway, Collision) as error:
            log.info("a home is made when it is opened next: %s", error)

    def hidden(self, ref: str) -> None:
        """The incident is private by now, or somebody left it: it stays in nobody's home who may not see it (DR-28)."""

        def made(tx: Tx) -> None:
            incident = tx.incident(ref)
            if incident is None or not incident.private:
                return
            for user in tx.homes.showing(ref):
                if not may_see(incident, user):
                    self._make(tx, user)

        self._tx.until_kept(made)

    def left(self, channel_id: str) -> None:
        """Somebody left that channel."""
        with self._tx.read() as tx:
            incident = tx.incident_of_channel(channel_id)
        if incident is not None and incident.private:
            self.hidden(incident.ref)

    def _make(
        self,
        tx: Tx,
        user: str,
        *,
        opened_at: datetime | None = None,
        said: Sequence[blocks.Block] = (),
        near: str = "",
    ) -> None:
        """Plan the home of *user* as things stand now, in place of one that waits."""
        number = tx.homes.made(user, opened_at=opened_at)  # from here on, others who make it wait
        if not number:
            return
        shown = replace(self._shown(tx, user), said=said, near=near)
        refs = [*(one.ref for one in shown.open), *(each.incident.ref for each in shown.waiting)]
        refs += [one.ref for one, _ in shown.followups]
        tx.homes.shows(user, list(dict.fromkeys(refs)))
        key = f"home:{user}:{number}"
        args = {"user_id": user, "view": home(shown)}
        call = Call(key=key, method="views.publish", args=args, slot=f"home:{user}", stream=f"home:{user}")
        tx.outbox.plan([call], shown.at)
        self._tx.meet(tx, {user})

    def _shown(self, tx: Tx, user: str) -> Shown:
        policy, at = self._tx.policy, self._tx.clock.now()
        seen = [one for one in tx.homes.concerned(user, limit=MOST) if may_see(one, user)]
        waits = waiting(seen, user, known_as=_known_as(tx, user), policy=policy, at=at)
        rank = {level: severity.rank for level, severity in policy.severities.items()}
        running = sorted((one for one in seen if one.is_open), key=lambda one: rank[one.severity])
        theirs = followups_of(seen, user)
        names = self._names(tx, running, waits, (item.text for _, item in theirs))
        return Shown(
            user=user, at=at, policy=policy, names=names, open=running, waiting=waits, followups=theirs,
            subscribed=tx.subscriptions.by(user), guide=self._guide, missed=self._missed(user),
        )  # fmt: skip

    def _missed(self, user: str) -> tuple[Line, ...]:
        """The metrics of the last 30 days that missed their targets, as far as they are measured by now."""
        return self._scorecard.card(self._scorecard.period(""), user=user, most=0).missed

    def _names(
        self, tx: Tx, running: Iterable[Incident], waits: Iterable[Waiting], more: Iterable[str]
    ) -> Names:
        """What the ids in all that people wrote are called."""
        texts = [*more, *(one.title for one in (*running, *(each.incident for each in waits)))]
        texts += [
            str(getattr(each.part, name, "")) for each in waits for name in ("text", "note", "blocked_by")
        ]
        return self._tx.names(tx, texts)


def _known_as(tx: Tx, user: str) -> Collection[str]:
    """What a policy and an escalation may call *user*: the id, and handles and ids of people and groups."""
    person = tx.directory.person(user)
    groups = [group for group in tx.directory.groups() if user in group.users]
    handles = {f"@{group.handle}" for group in groups} | ({f"@{person.handle}"} if person else set())
    return {user, *handles, *(group.id for group in groups)}
