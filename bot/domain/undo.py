"""Undo: what of a person's last command can be taken back, by the name of the change that it made.

The tables say which fields a command left its mark on; what is not in them stays, and a refusal names what to do
instead. Only what still stands as the command left it is taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence
from bot.domain.incident import Change, Incident, News, What, severity_of
from bot.domain.lifecycle import state_entry
from bot.domain.parts import Offer, Task
from bot.domain.policy import Policy
from bot.domain.recording import FIELDS
from bot.domain.refusal_undo import (
    AnswerStays,
    ChangedSince,
    ChannelStays,
    DeclarationStays,
    EndStays,
    NothingToTakeBack,
    ReopeningStays,
    Stays,
    TakenBackAlready,
    ToldStays,
    TooLateToTakeBack,
    UpdateStays,
)
from bot.domain.roles import ended
from bot.domain.timeline import Entry, Kind, Source
from bot.domain.times import print_duration

REACH = timedelta(minutes=5)
"""Business time after which a command stays."""
NOTE, UNDONE = "note", "undone"

FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    # change             fields that are put back
    NOTE:                (),
    "set":               tuple(known.attribute for known in FIELDS.values()),
    "impact":            ("facts",),
    "postmortem_owner":  ("postmortem_owner",),
    "severity":          ("severity",),
    "phase":             ("status", "identified_at"),
    "mitigated":         ("status", "mitigated_at", "identified_at"),
    "resolved":          ("status", "resolved_at", "first_resolved_at", "postmortem_due_at", "resolution"),
    "snooze":            ("snoozed_until",),
    "pause":             ("paused_at", "paused_until"),
    "resume":            ("paused_at", "paused_until", "resumed_at", "paused_seconds"),
    "long":              ("long",),
    "role":              ("roles",),
    "handoff":           ("offers",),
    "task":              ("tasks",),
}  # fmt: skip
"""What can be taken back, by the name of the change in an entry's data."""
INSTEAD: Mapping[str, type[Stays]] = {
    "declared": DeclarationStays,
    "update": UpdateStays,
    **dict.fromkeys(
        ("external", "escalation", "escalated", "acknowledged", "customers_told", "sla"), ToldStays
    ),
    **dict.fromkeys(("closed", "cancelled", "merged"), EndStays),
    "reopened": ReopeningStays,
    **dict.fromkeys(("private", "convert", "converted"), ChannelStays),
    "handoff declined": AnswerStays,
}
"""What stays, with what to do instead; anything in neither table stays too (Stays)."""
ALONG = ("update_due_at", "nudge_due_at", "reminders", "snoozed_until")
"""The clock: where a command moved it, it goes on as before, and is computed anew where it was moved since."""
ECHOED = frozenset({NOTE, "set", "impact", "postmortem_owner", "task"})
"""Told of in the card's thread (DR-2): so is their undo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The last thing that somebody did to an incident. A column of table ``last_commands`` bears each field's name."""

    by: str
    """Slack user id."""
    incident: str
    at: datetime
    change: str
    """Its name in an entry's data, with the step where that stands in INSTEAD; ``note`` for a note."""
    before: Mapping[str, Any]
    """Of the fields that are put back what was different before; of a mapping its keys, of parts the parts."""
    after: Mapping[str, Any]
    entries: tuple[int, ...]
    """Ids of the entries that it wrote."""


def command(change: Change, ids: Sequence[int], at: datetime) -> Command | None:
    """What is remembered of *change*, whose entries got *ids*; None where no person made it."""
    by = change.entries[0].author if change.entries else None
    if by is None:
        return None
    name = _name(change.entries[0])
    before, after = {}, {}
    for field in (*FIELDS_OF[name], *ALONG) if name in FIELDS_OF and change.before else ():
        was, now = _difference(getattr(change.before, field), getattr(change.incident, field))
        if was != now:
            before[field], after[field] = was, now
    return Command(
        by=by,
        incident=change.incident.ref,
        at=at,
        change=name,
        before=before,
        after=after,
        entries=tuple(ids),
    )


def _name(entry: Entry) -> str:
    change = str(entry.data.get("change") or (NOTE if entry.source is Source.COMMAND else ""))
    whole = f"{change} {entry.data.get('step', '')}"
    return whole if whole in INSTEAD else change


def take_back(
    incident: Incident,
    last: Command | None,
    entries: Sequence[Entry],
    *,
    by: str,
    at: datetime,
    policy: Policy,
) -> Change:
    """Take *last*, which wrote *entries*, back. The caller marks these as deleted. Raises refusals."""
    last = _possible(incident, last, entries, at)
    own = [field for field in last.after if field in FIELDS_OF[last.change]]
    changed = [
        field for field in own if not _stands(getattr(incident, field), last.before[field], last.after[field])
    ]
    if changed:
        raise ChangedSince(what=", ".join(field.replace("_", " ") for field in changed), ref=incident.ref)
    put_back = {
        field: _put_back(getattr(incident, field), last.before[field], last.after[field]) for field in own
    }
    now = replace(incident, **put_back)
    if any(field in last.after for field in ALONG):
        now = _clock(incident, now, last, at, policy)
    what = entries[0].text
    entry = state_entry(
        now,
        kind=Kind.NOTE,
        text=f"Taken back: {what}",
        by=by,
        at=at,
        data={"change": UNDONE, "what": last.change},
    )
    answered = incident.live_nudge if now.live_nudge is None else None
    facts = {
        "by": by, "text": what, "echoed": last.change in ECHOED, "answered": answered,
        "clock": (incident.update_due_at, incident.is_open) != (now.update_due_at, now.is_open),
    }  # fmt: skip
    news = (News(what=What.UNDONE, facts=facts), *_offers_gone(incident, now, policy))
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def _possible(incident: Incident, last: Command | None, entries: Sequence[Entry], at: datetime) -> Command:
    """*last*, where it can be taken back; else the reason why it stays is raised."""
    if last is None or (not entries and last.change != UNDONE):
        raise NothingToTakeBack(ref=incident.ref)
    if last.change == UNDONE:
        raise TakenBackAlready(ref=incident.ref)
    if last.change not in FIELDS_OF:
        raise INSTEAD.get(last.change, Stays)(ref=incident.ref)
    if at - last.at > REACH:
        age = print_duration(at - last.at, seconds=False)
        raise TooLateToTakeBack(ref=incident.ref, age=age, reach=print_duration(REACH), what=entries[0].text)
    return last


# One field


def _difference(before: Any, after: Any) -> tuple[Any, Any]:
    """What is different of a field: of a mapping its keys, of a tuple of parts the parts, else the whole."""
    if isinstance(before, Mapping):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return _some(before, keys), _some(after, keys)
    if _are_parts(before) or _are_parts(after):
        return tuple(p for p in before if p not in after), tuple(p for p in after if p not in before)
    return before, after


def _some(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _are_parts(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(part, Offer | Task) for part in value)


def _stands(now: Any, before: Any, after: Any) -> bool:
    """Whether a field still is as the command left it."""
    if isinstance(now, Mapping):
        return all(now.get(key) == after.get(key) for key in {**before, **after})
    if _are_parts(before) or _are_parts(after):
        known = {part.n: _settled(part) for part in now}
        return all(known.get(part.n) == _settled(part) for part in after)
    return bool(now == after)


def _settled(part: Offer | Task) -> Offer | Task:
    """*part* without what the bot itself noted about it: a task may have been asked about meanwhile."""
    return replace(part, asked=False, asks=0) if isinstance(part, Task) else part


def _put_back(now: Any, before: Any, after: Any) -> Any:
    """The field as it was before the command, with what others did to the rest of it since."""
    if isinstance(now, Mapping):
        rest = {key: value for key, value in now.items() if key not in after}
        return {**rest, **before}
    if _are_parts(before) or _are_parts(after):
        former, made = {part.n: part for part in before}, {part.n for part in after}
        kept = (_part_back(part, former.get(part.n)) if part.n in made else part for part in now)
        return tuple(part for part in kept if part is not None)
    return before


def _part_back(part: Offer | Task, former: Offer | Task | None) -> Offer | Task | None:
    """One part as it was; a new task keeps its number, a new offer goes (what it replaced does not come back)."""
    if isinstance(part, Task) and former is None:
        return replace(part, taken_back=True)
    if isinstance(part, Task) and isinstance(former, Task):
        return replace(former, asked=part.asked, asks=part.asks)
    return None


def _offers_gone(before: Incident, now: Incident, policy: Policy) -> tuple[News, ...]:
    gone = (offer for offer in before.offers if offer not in now.offers)
    return tuple(
        ended(offer.n, policy.roles[offer.role], how="undone") for offer in gone if offer.role in policy.roles
    )


# The clock


def _clock(before: Incident, now: Incident, last: Command, at: datetime, policy: Policy) -> Incident:
    """*now* with the due times that hold after the undo: as they were, else from the same anchor (nudges 4).

    What is overdue then has two minutes, as after a raise of severity; a nudge that is not due any more is withdrawn.
    """
    if not now.is_open:
        return cadence.silenced(now)
    snoozed = _as_before("snoozed_until", before, last)
    due = _as_before("update_due_at", before, last)
    if "update_due_at" in last.after and due == before.update_due_at:
        due = cadence.anchor(now) + severity_of(now, policy).update_every
    if due is None:
        due = cadence.anchor(now) + severity_of(now, policy).update_every
    snoozed = snoozed if snoozed is not None and snoozed > at else None
    if due > at:
        return replace(
            now, update_due_at=due, nudge_due_at=max(due, snoozed or due), snoozed_until=snoozed, reminders=0,
            live_nudge=None,
        )  # fmt: skip
    if now.live_nudge is not None:
        return replace(now, update_due_at=due)
    nudge = max(at + cadence.AFTER_RAISE, snoozed or due)
    reminders = _as_before("reminders", before, last)
    return replace(now, update_due_at=due, nudge_due_at=nudge, snoozed_until=snoozed, reminders=reminders)


def _as_before(field: str, incident: Incident, last: Command) -> Any:
    """A field of the clock as it was before *last*, where it still stands as that left it; else as it is."""
    now = getattr(incident, field)
    return last.before[field] if field in last.after and now == last.after[field] else now
