"""The use cases: everything that one can do to an incident. One method is one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import canvases, granted
from bot.documents import Documents
from bot.domain import (
    archiving,
    escalation,
    followup_reminders,
    lifecycle,
    metrics,
    nudges,
    opening,
    recording,
    review_reminders,
    stale,
    watching,
)
from bot.domain.drafting import default_format
from bot.domain.incident import Change, Incident
from bot.domain.mrkdwn import NOBODY
from bot.domain.opening import Wanted
from bot.domain.parts import Audience
from bot.domain.policy import Policy
from bot.domain.recurrence import By
from bot.domain.refusal_moving import ChannelTaken
from bot.domain.refusal_scopes import NoPrivateIncident
from bot.domain.timeline import Kind
from bot.domain.times import Moment, Precision
from bot.lookup import Lookup
from bot.slack.news.opening import link
from bot.slack.room import Room
from bot.store.store import Tx
from bot.transaction import Transactions

SAME_DECLARE = timedelta(seconds=60)
"""The same words of the same person within this time are one declaration (PRODUCT 2.2)."""
LONG_DONE = timedelta(days=30)
"""For so long what a call said is kept with it, for whoever asks what was sent."""
SOME, ROUNDS = 200, 50
"""Calls that are emptied in one transaction, and such transactions in one turn."""

GUARDED: Mapping[str, Callable[[Incident, str], bool]] = {
    "nudge": lambda incident, key: nudges.is_wanted(incident, int(key.rpartition(":")[2])),
    "rungs": escalation.is_wanted,
    "escalation": escalation.is_wanted,
    "stale": lambda incident, _: stale.is_wanted(incident),
    **dict.fromkeys(("review", "review-overdue", "digest"), review_reminders.is_wanted),
    "archived": lambda incident, _: archiving.is_wanted(incident),
    "archive": lambda incident, _: archiving.is_wanted(incident),
}
"""Whether a guarded call with that key is still wanted, by the kind of key."""


class Incidents:
    """What handlers, ticks and the command line do to incidents."""

    def __init__(self, transactions: Transactions, documents: Documents, lookup: Lookup) -> None:
        """Work in *transactions*; drafts come from *documents*, people from *lookup*."""
        self._tx = transactions
        self._lookup = lookup
        self._documents = documents
        self.once = transactions.once

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._tx.policy

    def now(self) -> datetime:
        """Business time."""
        return self._tx.clock.now()

    # Declaring

    def declare(
        self, *, by: str, severity: str, answer_to: Mapping[str, str] | None = None, **asked: Any
    ) -> Change:
        """Declare an incident; *asked* as in ``Wanted``. Raises refusals.

        The same words again within a minute give the first one back (replay I). *answer_to*: where *by* is shown the
        channel's link once it is there.
        """
        wanted = Wanted(by=by, severity=self.policy.severity(severity).level, **asked)
        return self._tx.until_kept(lambda tx: self._declare(tx, wanted, answer_to or {}))

    def _declare(self, tx: Tx, wanted: Wanted, answer_to: Mapping[str, str]) -> Change:
        at = self.now()
        name = f"{wanted.began_at(at).astimezone(self.policy.zone):%Y-%m%d}"
        number = tx.next_number(name)  # from here on, other declarations wait
        known = tx.same_declare(wanted, at - SAME_DECLARE)
        if known is not None:
            tx.give_back_number(name)
            return Change(before=known, incident=known)
        if wanted.channel is not None and (owner := tx.incident_of_channel(wanted.channel.id)) is not None:
            raise ChannelTaken(ref=owner.ref)
        while tx.incident(f"INC-{name}-{number:03}") is not None:
            number = tx.next_number(name)
        change = opening.declared(wanted, f"INC-{name}-{number:03}", at=at, policy=self.policy)
        if change.incident.private:
            self._may_be_private(tx, wanted)
        kept = self._tx.keep(tx, change)
        if answer_to and kept.incident.channel_id is None:
            room = Room(incident=kept.incident, policy=self.policy, names=NOBODY, at=at)
            tx.outbox.plan([link(room, answer_to)], at)
        return kept

    def _may_be_private(self, tx: Tx, wanted: Wanted) -> None:
        """Raise NoPrivateIncident where the token's scopes rule it out: found out later, it would be half declared."""
        needed = granted.PRIVATE if wanted.channel is None else granted.SEES_PRIVATE
        for scope in granted.lacking(tx, needed):
            word = self.policy.severities[wanted.severity].spellings[0]
            raise NoPrivateIncident(scope=scope, severity=word)

    # Changing

    def change_severity(self, ref: str, *, by: str, to: str, reason: str) -> Change:
        """Raise or lower the severity."""
        new = self.policy.severity(to)
        return self._tx.change(
            ref,
            lambda incident, at: escalation.overtaken(
                lifecycle.change_severity(incident, new, reason=reason, by=by, at=at, policy=self.policy),
                at=at,
                policy=self.policy,
            ),
        )

    def snooze(self, ref: str, *, by: str, asked: timedelta, reason: str) -> Change:
        """Move the next nudge (DR-5)."""
        return self._tx.change(
            ref,
            lambda incident, at: lifecycle.snooze(
                incident, asked=asked, reason=reason, by=by, at=at, policy=self.policy
            ),
        )

    def wake(self, ref: str, *, by: str) -> Change:
        """End a snooze."""
        return self._tx.change(
            ref, lambda incident, at: lifecycle.wake(incident, by=by, at=at, policy=self.policy)
        )

    def resolve(self, ref: str, *, by: str, message: str, resolved_at: datetime | None = None) -> Change:
        """It is over; reminders stop."""
        return self._tx.change(
            ref,
            lambda incident, at: watching.resolve(
                incident, message=message, by=by, at=at, resolved_at=resolved_at, policy=self.policy
            ),
        )

    def close(
        self, ref: str, *, by: str, message: str = "", without: bool = False, unverified: bool = False
    ) -> Change:
        """Close it; the draft follows within seconds (AD-1), or none does (*without*, for the reason in *message*).

        *unverified*: without the customer's word, for the reason in *message* (R-ESC-1).
        """
        return self._tx.change(
            ref,
            lambda incident, at: lifecycle.close(
                incident,
                by=by,
                at=at,
                policy=self.policy,
                message=message,
                without=without,
                unverified=unverified,
            ),
        )

    def resolve_and_close(
        self, ref: str, *, by: str, message: str = "", without: bool = False, unverified: bool = False
    ) -> Change:
        """Both at once, for whoever closes an open incident.

        *message* is what brought it to an end, or why no postmortem is wanted (*without*), or why it is closed
        without the customer's word (*unverified*).
        """
        about_close = without or unverified
        with self._tx.begin():
            self.resolve(ref, by=by, message="" if about_close else message)
            said = message if about_close else ""
            return self.close(ref, by=by, message=said, without=without, unverified=unverified)

    def reopen(self, ref: str, *, by: str, reason: str) -> Change:
        """It is not over after all."""

        def decide(incident: Incident, at: datetime) -> Change:
            outside = "" if incident.drill else metrics.last_read(self._lookup.record(ref, talk=False))
            return lifecycle.reopen(
                incident, reason=reason, by=by, at=at, policy=self.policy, outside=outside
            )

        return self._tx.change(ref, decide)

    def note(
        self,
        ref: str,
        *,
        by: str,
        kind: Kind,
        text: str,
        when: Moment | None,
        link: str | None,
        echo: str,
    ) -> Change:
        """Put a fact on the timeline, at the time it happened."""
        precision = when.precision if when else Precision.SECOND
        noted_at = when.at if when else None
        return self._tx.change(
            ref,
            lambda incident, at: recording.note(
                incident,
                kind=kind,
                text=text,
                noted_at=noted_at,
                precision=precision,
                link=link,
                by=by,
                at=at,
                echo=echo,
            ),
        )

    def set_field(self, ref: str, *, by: str, field: str, value: object, echo: str) -> Change:
        """Set one of the incident's fields."""
        return self._tx.change(
            ref,
            lambda incident, at: escalation.overtaken(
                recording.set_field(incident, field=field, value=value, echo=echo, by=by, at=at),
                at=at,
                policy=self.policy,
            ),
        )

    def known_words(self, incident: Incident, by: By) -> list[str]:
        """What other incidents are tagged with; one that was typed anew may be a slip for it."""
        with self._tx.read() as tx:
            return tx.tags.known(by, but=incident.ref)

    def record_impact(
        self,
        ref: str,
        *,
        by: str,
        measures: Mapping[str, tuple[str, ...]],
        parts: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Change:
        """Record measures of impact, and *parts* of it: by segment, region, product, time zone and customer."""
        return self._tx.change(
            ref, lambda incident, at: recording.impact(incident, measures=measures, parts=parts, by=by, at=at)
        )

    def own_postmortem(self, ref: str, *, by: str, owner: str) -> Change:
        """Hand the postmortem to *owner*. Raises NobodyThere."""
        self._lookup.reader(owner)
        return self._tx.change(
            ref, lambda incident, at: recording.own_postmortem(incident, owner=owner, by=by, at=at)
        )

    def want_draft(
        self,
        ref: str,
        *,
        format: str | None,  # noqa: A002 - the field's word
        audience: Audience = Audience.INTERNAL,
        files: str | None = None,
    ) -> Change:
        """Have a draft made now; *files*: as what, ``pdf`` or ``md,pdf``."""
        chosen = self._documents.format_named(format) if format else None
        kinds = self._documents.kinds_named(files) if files else ()

        def decide(incident: Incident, at: datetime) -> Change:
            before = incident.draft_format if audience is Audience.EXTERNAL else None
            meant = chosen or before or default_format(incident, self.policy)
            return lifecycle.want_draft(incident, format=meant, at=at, audience=audience, files=kinds)

        return self._tx.change(ref, decide)

    # Ticks

    def is_wanted(self, key: str, ref: str) -> bool:
        """Whether a guarded call, on its way to Slack, should still be made (DR-1)."""
        with self._tx.read() as tx:
            if key.startswith(canvases.KEY):
                return canvases.may_be_asked(tx, self.now())
            incident = tx.incident(ref)
        if key.startswith(followup_reminders.KEY):
            return incident is not None and followup_reminders.is_wanted(incident, key, self.policy)
        return incident is not None and GUARDED[key.partition(":")[0]](incident, key)

    def forget_deliveries(self) -> int:
        """Drop replies of deliveries that Slack will not repeat, and what calls said that were made long ago."""
        for _ in range(ROUNDS):
            if self._forget_calls(self.now() - LONG_DONE) < SOME:
                break
        before = self.now() - timedelta(days=1)
        with self._tx.read() as tx:
            if not tx.has_replies(before):
                return 0
        with self._tx.begin() as tx:
            return tx.forget_replies(before)

    def _forget_calls(self, before: datetime) -> int:
        """Some of the calls that were made before then: drafts take room, and the record has what was said."""
        with self._tx.read() as tx:
            ids = tx.outbox.long_done(before, SOME)
        if ids:
            with self._tx.begin() as tx:
                tx.outbox.forget_args(ids)
        return len(ids)
