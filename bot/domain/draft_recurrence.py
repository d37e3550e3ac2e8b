"""What recurs, for a draft: the same service, cause or customer before, each incident with its date (AD-6).

It is looked up when the draft is made, and says so: other incidents may get their tags later.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.draft_record import Record, print_date
from bot.domain.mrkdwn import plain
from bot.domain.ordinals import ordinal
from bot.domain.recurrence import Past, Recurrence, since
from bot.domain.times import print_duration

LINK = "https://slack.com/app_redirect?channel={}"
"""Opens a channel wherever somebody is signed in (https://docs.slack.dev/interactivity/deep-linking)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """One thing that happened before."""

    words: str
    by: str
    """``service``, ``cause`` or ``customer``."""
    nth: str
    """``2nd``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One incident in which it did."""

    ref: str
    title: str
    date: str
    severity: str
    duration: str
    """With the two instants that it lies between (MD-7)."""
    same: str
    link: str
    """Of its channel; "" where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurred:
    """All of it."""

    months: int
    since: str
    as_of: str
    same: tuple[Same, ...]
    earlier: tuple[Earlier, ...]
    """The newest first."""


def recurred(record: Record, again: Recurrence) -> Recurred | None:
    """What *again* tells, in the words of a document; None where nothing recurs."""
    if not again.before or again.at is None:
        return None
    first = since(record.incident.declared_at, again.months, record.policy.zone).astimezone(
        record.policy.zone
    )
    return Recurred(
        months=again.months,
        since=print_date(first.date()),
        as_of=print_date(record.day(again.at)),
        same=tuple(
            Same(words=record.read(tag.words), by=tag.by.value, nth=ordinal(again.times(tag)))
            for tag in again.tags
        ),
        earlier=tuple(_earlier(record, again, past) for past in again.before),
    )


def _earlier(record: Record, again: Recurrence, past: Past) -> Earlier:
    severity = record.policy.severities.get(past.severity)
    return Earlier(
        ref=past.ref,
        title=plain(past.title, record.names),
        date=print_date(record.day(past.impact_started_at or past.declared_at)),
        severity=severity.written if severity else past.severity,
        duration=_duration(past),
        same=", ".join(record.read(tag.words) for tag in again.of(past)),
        link=LINK.format(past.channel_id) if past.channel_id else "",
    )


def _duration(past: Past) -> str:
    start = past.impact_started_at or past.declared_at
    if past.resolved_at is None:
        return "not over"
    named = "start of impact" if past.impact_started_at else "declaration"
    length = past.resolved_at.replace(microsecond=0) - start.replace(microsecond=0)
    return f"{print_duration(max(length, timedelta()), long=True)}, {named} to resolve"
