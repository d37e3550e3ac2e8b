"""What somebody declares, and the incident that it becomes: live, a drill, private, in triage, or over already."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.incident import Change, Incident, Status, moved
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.origin import Origin, entry_of
from bot.domain.policy import Policy
from bot.domain.privacy import admitted
from bot.domain.recording import title_of
from bot.domain.refusal_opening import BackfillInTriage, BackfillNeedsTimes, BackfillOnly
from bot.domain.spans import check_order
from bot.domain.timeline import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """An ordinary channel that becomes the incident's (``convert``)."""

    id: str
    name: str
    """Empty where Slack does not say it: that of a private one."""
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody declares. Texts are in Slack's encoding, times aware."""

    by: str
    severity: str
    """The policy's level."""
    title: str = ""
    """As typed, however long."""
    lead: str | None = None
    services: tuple[str, ...] = ()
    impact_started_at: datetime | None = None
    detected_at: datetime | None = None
    resolved_at: datetime | None = None
    private: bool = False
    drill: bool = False
    triage: bool = False
    backfill: bool = False
    channel: Adopted | None = None
    origin: Origin | None = None
    """The message that it was declared from."""

    @property
    def shown(self) -> str:
        """The title as it is kept."""
        return title_of(self.title)

    @property
    def whole(self) -> str:
        """What was typed, where it is more than the title."""
        return self.title if self.title != self.shown else ""

    def began_at(self, now: datetime) -> datetime:
        """The instant whose day the reference bears: an incident that is over counts for the day it began on."""
        return (self.impact_started_at or now) if self.backfill else now


def declared(wanted: Wanted, ref: str, *, at: datetime, policy: Policy) -> Change:
    """The incident of that reference. Raises refusals: its times may be missing, or out of order."""
    _check(wanted, policy)
    private = wanted.private or (wanted.channel is not None and wanted.channel.private)
    incident = Incident(
        ref=ref,
        title=wanted.shown,
        severity=wanted.severity,
        status=Status.TRIAGE if wanted.triage else Status.INVESTIGATING,
        declared_by=wanted.by,
        declared_at=(wanted.detected_at or wanted.began_at(at)) if wanted.backfill else at,
        channel_id=wanted.channel.id if wanted.channel else None,
        channel_name=wanted.channel.name if wanted.channel else "",
        roles={"commander": wanted.lead} if wanted.lead else {},
        services=wanted.services,
        impact_started_at=wanted.impact_started_at,
        detected_at=wanted.detected_at,
        classification=policy.severities[wanted.severity].classification,
        private=private,
        drill=wanted.drill,
        backfilled=wanted.backfill,
    )
    if wanted.channel is None:
        incident = replace(incident, channel_name=name_for(incident))
    incident = admitted(None, incident)
    if wanted.resolved_at is not None:
        over = _over(incident, wanted, wanted.resolved_at, at=at, policy=policy)
        return _with_origin(over, wanted, at)
    facts = {"by": wanted.by, "adopted": wanted.channel is not None}
    change = lifecycle.declare(incident, by=wanted.by, at=at, policy=policy, whole=wanted.whole)
    return _with_origin(replace(change, news=(News(what=What.DECLARED, facts=facts),)), wanted, at)


def _with_origin(change: Change, wanted: Wanted, at: datetime) -> Change:
    """*change* with the message that it was declared from on the timeline, and below the card."""
    if wanted.origin is None:
        return change
    origin, ref = wanted.origin, change.incident.ref
    entry = entry_of(origin, incident=ref, by=wanted.by, at=at)
    facts = {"by": wanted.by, "link": origin.link, "author": origin.author, "text": origin.quote}
    news = (*change.news, News(what=What.DECLARED_FROM, facts=facts))
    return replace(change, entries=(entry, *change.entries), news=news)


def _check(wanted: Wanted, policy: Policy) -> None:
    told = {"severity": policy.severities[wanted.severity].spellings[0], "title": wanted.shown}
    if not wanted.backfill:
        if wanted.resolved_at is not None:
            raise BackfillOnly(**told)
        return
    if wanted.resolved_at is None or wanted.impact_started_at is None:
        raise BackfillNeedsTimes(**told)
    if wanted.triage:
        raise BackfillInTriage(**told)


def _over(incident: Incident, wanted: Wanted, over_at: datetime, *, at: datetime, policy: Policy) -> Change:
    """Written down when it was over: both entries stand at their own times, and nothing is due but its postmortem."""
    now = replace(
        moved(incident, "resolve"), resolved_at=over_at, first_resolved_at=over_at,
        postmortem_due_at=at + policy.severities[incident.severity].postmortem_due,
    )  # fmt: skip
    check_order(now)
    severity = policy.severities[now.severity]
    data = {"change": "declared", "severity": now.severity, "roles": dict(now.roles), "backfilled": True}
    text = f"{severity.name} declared: {wanted.whole or now.shown_title(severity)}"
    first = state_entry(
        now, kind=Kind.EVENT, text=text, by=wanted.by, at=now.declared_at, recorded_at=at, data=data
    )
    data = {"change": "resolved", "from": incident.status.value, "due": None}
    last = state_entry(
        now, kind=Kind.STATUS, text="Resolved", by=wanted.by, at=over_at, recorded_at=at, data=data
    )
    news = News(what=What.DECLARED, facts={"by": wanted.by, "adopted": False})
    return Change(before=None, incident=now, entries=(first, last), news=(news,))


_SPELLED = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "ħ": "h", "ŋ": "n",
})  # fmt: skip
"""Latin letters that are none with a mark; what is of another script is left off, and the reference stands alone."""


def channel_name(ref: str, title: str) -> str:
    """A legal channel name that bears the reference, whatever the title holds (at most 80 of a-z, 0-9, - and _)."""
    spelled = re.sub(r"&(?:amp|lt|gt);|<[^>]*>", " ", title).casefold().translate(_SPELLED)
    folded = unicodedata.normalize("NFKD", spelled)
    words = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")
    return f"{ref.lower()}-{words}"[:70].strip("-")


def name_for(incident: Incident) -> str:
    """The name to ask for a channel of *incident*; where it is taken, also by a former one, it gets a number.

    That of a customer escalation bears the customer: whoever looks for it knows whose it is.
    """
    words = (incident.customer or "") if incident.is_case else incident.title
    return channel_name(incident.ref, f"drill {words}" if incident.drill else words)
