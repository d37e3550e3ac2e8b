"""The use cases: everything that one can do to an incident. One method is one transaction."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.documents import Documents
from bot.domain import lifecycle, nudges, recording
from bot.domain.directory import Person
from bot.domain.incident import Change, Incident, Status
from bot.domain.mrkdwn import Names
from bot.domain.nearest import nearest
from bot.domain.policy import Policy
from bot.domain.recording import title_of
from bot.domain.refusal import (
    NameNearby,
    NobodyCalled,
    NobodyThere,
    NoIncidentHere,
    NoSuchIncident,
    SeveralCalled,
    UnknownPerson,
)
from bot.domain.timeline import Entry, Kind
from bot.domain.times import Moment, Precision
from bot.domain.words import ChannelWord, IncidentWord, UserWord
from bot.store.store import Tx
from bot.transaction import Transactions

SAME_DECLARE = timedelta(seconds=60)
"""The same words of the same person within this time are one declaration (PRODUCT 2.2)."""
LONGEST_OFFER = 500
"""Characters of a text that a refusal repeats in the command that it offers."""


class Incidents:
    """What handlers, ticks and the command line do to incidents."""

    def __init__(self, transactions: Transactions, documents: Documents) -> None:
        """Work in *transactions*; drafts come from *documents*."""
        self._tx = transactions
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
        self,
        *,
        by: str,
        severity: str,
        title: str,
        lead: str | None = None,
        services: tuple[str, ...] = (),
        impact_started_at: datetime | None = None,
        detected_at: datetime | None = None,
    ) -> Change:
        """Declare an incident; the same words again within a minute give the first one back (replay I)."""
        level = self.policy.severity(severity).level
        with self._tx.begin() as tx:
            at = self.now()
            name = f"{at.astimezone(self.policy.zone):%Y-%m%d}"
            number = tx.next_number(name)  # from here on, other declarations wait
            shown = title_of(title)
            known = tx.same_declare(by, shown, level, at - SAME_DECLARE)
            if known is not None:
                tx.give_back_number(name)
                return Change(before=known, incident=known)
            while tx.incident(f"INC-{name}-{number:03}") is not None:
                number = tx.next_number(name)
            ref = f"INC-{name}-{number:03}"
            incident = Incident(
                ref=ref,
                title=shown,
                severity=level,
                declared_by=by,
                declared_at=at,
                channel_name=channel_name(ref, shown),
                roles={"commander": lead} if lead else {},
                services=services,
                impact_started_at=impact_started_at,
                detected_at=detected_at,
                classification=self.policy.severities[level].classification,
            )
            whole = title if title != shown else ""
            change = lifecycle.declare(incident, by=by, at=at, policy=self.policy, whole=whole)
            return self._tx.keep(tx, change)

    # Changing

    def _decide(self, ref: str, decide: Callable[[Incident, datetime], Change]) -> Change:
        return self._tx.change(ref, lambda incident: decide(incident, self.now()))

    def update(
        self, ref: str, *, by: str, text: str, phase: Status | None = None, promised: timedelta | None = None
    ) -> Change:
        """Post a status update: the clock starts anew (DR-4)."""
        return self._decide(
            ref,
            lambda incident, at: lifecycle.update(
                incident, text=text, phase=phase, promised=promised, by=by, at=at, policy=self.policy
            ),
        )

    def change_severity(self, ref: str, *, by: str, to: str, reason: str) -> Change:
        """Raise or lower the severity."""
        new = self.policy.severity(to)
        return self._decide(
            ref,
            lambda incident, at: lifecycle.change_severity(
                incident, new, reason=reason, by=by, at=at, policy=self.policy
            ),
        )

    def assign(self, ref: str, *, by: str, role: str, to: str) -> Change:
        """Give a role to a person. Raises NobodyThere."""
        wanted = self.policy.role(role)
        self._reads(to)
        return self._decide(ref, lambda incident, at: lifecycle.assign(incident, wanted, to=to, by=by, at=at))

    def snooze(self, ref: str, *, by: str, asked: timedelta, reason: str) -> Change:
        """Move the next nudge (DR-5)."""
        return self._decide(
            ref,
            lambda incident, at: lifecycle.snooze(
                incident, asked=asked, reason=reason, by=by, at=at, policy=self.policy
            ),
        )

    def wake(self, ref: str, *, by: str) -> Change:
        """End a snooze."""
        return self._decide(ref, lambda incident, at: lifecycle.wake(incident, by=by, at=at))

    def resolve(self, ref: str, *, by: str, message: str, resolved_at: datetime | None = None) -> Change:
        """It is over; reminders stop."""
        return self._decide(
            ref,
            lambda incident, at: lifecycle.resolve(
                incident, message=message, by=by, at=at, resolved_at=resolved_at, policy=self.policy
            ),
        )

    def close(self, ref: str, *, by: str, message: str = "") -> Change:
        """Close it; the draft follows within seconds (AD-1)."""
        return self._decide(
            ref,
            lambda incident, at: lifecycle.close(incident, by=by, at=at, policy=self.policy, message=message),
        )

    def resolve_and_close(self, ref: str, *, by: str, message: str = "") -> Change:
        """Both at once, for whoever closes an open incident; *message* is what brought it to an end."""
        with self._tx.begin():
            self.resolve(ref, by=by, message=message)
            return self.close(ref, by=by)

    def reopen(self, ref: str, *, by: str, reason: str) -> Change:
        """It is not over after all."""
        return self._decide(
            ref,
            lambda incident, at: lifecycle.reopen(incident, reason=reason, by=by, at=at, policy=self.policy),
        )

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
        return self._decide(
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
        return self._decide(
            ref,
            lambda incident, at: recording.set_field(
                incident, field=field, value=value, echo=echo, by=by, at=at
            ),
        )

    def record_impact(self, ref: str, *, by: str, measures: Mapping[str, tuple[str, ...]]) -> Change:
        """Record measures of impact."""
        return self._decide(
            ref, lambda incident, at: recording.impact(incident, measures=measures, by=by, at=at)
        )

    def own_postmortem(self, ref: str, *, by: str, owner: str) -> Change:
        """Hand the postmortem to *owner*. Raises NobodyThere."""
        self._reads(owner)
        return self._decide(
            ref, lambda incident, at: recording.own_postmortem(incident, owner=owner, by=by, at=at)
        )

    def want_draft(self, ref: str, *, format: str | None) -> Change:  # noqa: A002 - the field's word
        """Have a draft made now."""
        chosen = self._documents.format_named(format) if format else None
        return self._decide(
            ref,
            lambda incident, at: lifecycle.want_draft(
                incident, format=chosen or self.policy.severities[incident.severity].format, at=at
            ),
        )

    # Finding

    def find(self, word: IncidentWord | None, channel_id: str, *, typed: str = "") -> Incident:
        """The incident that a person means: named, else the one whose channel it is. Raises a refusal.

        Where it is neither and exactly one is open, the refusal offers *typed*, the command, about that one.
        """
        with self._tx.read() as tx:
            if word is None:
                here = tx.incident_of_channel(channel_id)
                if here is None:
                    open_ones = tx.incidents(open_only=True, limit=2)
                    only = open_ones[0].ref if len(open_ones) == 1 else None
                    raise NoIncidentHere(
                        instead=_about(only, _handled(tx, typed)) if only else "/incident list"
                    )
                return here
            return self._named(word)

    def _named(self, word: IncidentWord) -> Incident:
        with self._tx.read() as tx:
            if word.channel is not None:
                found = _of_channel(tx, word.channel)
                if found is None:
                    raise NoSuchIncident(given=f"#{word.channel.name or word.channel.id}")
                return found
            today = f"{self.now().astimezone(self.policy.zone):%Y-%m%d}"
            ref = word.reference or f"INC-{today}-{word.number:03}"
            found = tx.incident(ref.upper())
            if found is None:
                raise NoSuchIncident(given=ref.upper())
            return found

    def here(self, channel_id: str) -> Incident | None:
        """The incident whose channel it is."""
        with self._tx.read() as tx:
            return tx.incident_of_channel(channel_id)

    def listed(
        self, *, open_only: bool, mine: str | None = None, severity: str | None = None
    ) -> list[Incident]:
        """Incidents, newest first; *mine*: declared by, or with a role of, that user."""
        with self._tx.read() as tx:
            found = tx.incidents(open_only=open_only, limit=200, severity=severity)
        return [one for one in found if mine is None or mine in {one.declared_by, *one.roles.values()}]

    def record(self, ref: str) -> list[Entry]:
        """The whole record of an incident."""
        with self._tx.read() as tx:
            return tx.entries(ref)

    def words(self, texts: list[str], people: list[str]) -> Names:
        """What the ids in *texts* and of *people* are called."""
        with self._tx.read() as tx:
            return self._tx.names(tx, texts, people)

    def person(self, word: UserWord | None, *, given: str, caller: str) -> str:
        """The Slack user id that a person's word means. Raises UnknownPerson."""
        if word is not None and word.me:
            return caller
        with self._tx.read() as tx:
            if word is not None and word.id:
                return _able(word.id, tx.directory.person(word.id), given)
            if word is None or not word.name:
                raise UnknownPerson(given=given)
            found = _meant(tx.directory.called(word.name), word.name)
            if len(found) == 1:
                return _able(found[0].id, found[0], given)
            if found:
                raise SeveralCalled(given=given, handles=", ".join(f"@{one.handle}" for one in found))
            near = nearest(word.name.lower(), tx.directory.handles())
        if near is not None:
            raise NameNearby(given=given, near=near)
        raise NobodyCalled(given=given)

    def _reads(self, user: str) -> None:
        """Raise NobodyThere where it is known that *user* reads nothing, whichever way it was chosen."""
        with self._tx.read() as tx:
            _able(user, tx.directory.person(user), "That")

    def zone_of(self, user: str) -> ZoneInfo:
        """The zone of a person's Slack profile; the organisation's until Slack has told it."""
        with self._tx.read() as tx:
            person = tx.directory.person(user)
        return ZoneInfo(person.zone) if person is not None and person.zone else self.policy.zone

    # Ticks

    def is_wanted(self, key: str, ref: str) -> bool:
        """Whether a guarded call, on its way to Slack, should still be made (DR-1)."""
        with self._tx.read() as tx:
            incident = tx.incident(ref)
        return incident is not None and nudges.is_wanted(incident, int(key.rpartition(":")[2]))

    def forget_deliveries(self) -> int:
        """Drop remembered replies of deliveries that Slack will not repeat any more."""
        with self._tx.begin() as tx:
            return tx.forget_replies(self.now() - timedelta(days=1))


def _about(ref: str, typed: str) -> str:
    """The command *typed* about the incident *ref*; where there is none, or it is long, one to begin with."""
    command, verb, rest = (*typed.split(maxsplit=2), "", "", "")[:3]
    if not verb:
        return f"/incident status {ref}"
    return f"{command} {verb} {ref} {' '.join(rest.split()) if len(rest) <= LONGEST_OFFER else '…'}".rstrip()


def _handled(tx: Tx, typed: str) -> str:
    """*typed* with mentions as ``@handle``, which can be typed again."""

    def handle(mention: re.Match[str]) -> str:
        known = tx.directory.person(mention[1])
        return f"@{known.handle}" if known and known.handle else mention[0]

    return re.sub(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", handle, typed)


def _of_channel(tx: Tx, word: ChannelWord) -> Incident | None:
    """The incident of a channel; one typed by name alone is known by the reference that the name bears."""
    if word.id:
        return tx.incident_of_channel(word.id)
    named = re.match(r"inc-\d{4}-\d{4}-\d{3,}", word.name or "")
    return tx.incident(named[0].upper()) if named else None


def _meant(found: list[Person], name: str) -> list[Person]:
    """Whom of those called *name* it means: the one of that very handle, else all of them."""
    return [one for one in found if one.handle == name.lower()] or found


def _able(user: str, known: Person | None, given: str) -> str:
    """*user*, unless it is known that nobody reads what is sent there. Raises NobodyThere."""
    if known is not None and (known.gone or known.is_bot):
        raise NobodyThere(given=f"@{known.name}" if known.name else given)
    return user


def channel_name(ref: str, title: str) -> str:
    """A legal channel name that bears the reference, whatever the title holds (at most 80 of a-z, 0-9, - and _)."""
    folded = unicodedata.normalize("NFKD", re.sub(r"&(?:amp|lt|gt);|<[^>]*>", " ", title))
    words = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().lower()).strip("-")
    return f"{ref.lower()}-{words}"[:70].strip("-")
