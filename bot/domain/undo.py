"""Undo: what of a person's last command can be taken back, by the name of the change that it made.

The tables say which fields a command left its mark on; what is not in them stays, and a refusal names what to do
instead. Only what still stands as the command left it is taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence
from bot.domain.correcting import CORRECTED
from bot.domain.difference import difference, put_back, stands
from bot.domain.incident import Change, Incident, severity_of
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
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
from bot.domain.tasks import gone
from bot.domain.timeline import Entry, Kind, Source
from bot.domain.times import print_duration

REACH = timedelta(minutes=5)
"""Business time after which a command stays."""
NOTE, UNDONE = "note", "undone"

PAUSE = ("paused_at", "paused_until", "resumed_at", "paused_seconds")
RESOLVED = ("resolved_at", "first_resolved_at", "postmortem_due_at", "resolution")
FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    # change             fields that are put back
    NOTE:                (),
    CORRECTED:           (),
    "set":               (*(known.attribute for known in FIELDS.values()), "facts"),
    "impact":            ("facts", "services"),
    "written":           ("facts", "summary", "root_cause", "resolution", "services"),
    "postmortem_owner":  ("postmortem_owner",),
    "postmortem_state":    ("review",),
    "postmortem_due":      ("review", "postmortem_due_at"),
    "postmortem_checked":  ("review",),
    "postmortem_review":   ("review",),
    "postmortem_approved": ("review",),
    "postmortem_snooze":   ("reminded",),
    "followup_snooze":   ("followups",),
    "severity":          ("severity", "long", *PAUSE),
    "phase":             ("status", "identified_at"),
    "mitigated":         ("status", "mitigated_at", "identified_at"),
    "resolved":          ("status", *RESOLVED, *PAUSE, "followups"),
    "snooze":            ("snoozed_until",),
    "pause":             PAUSE,
    "resume":            PAUSE,
    "long":              ("long",),
    "role":              ("roles",),
    "handoff":           ("offers",),
    "task":              ("tasks",),
    "followup":          ("followups",),
    "playbook":          ("playbooks", "playbook_steps"),
    "level":             ("level",),
    "tied":              ("tied_to",),
    "untied":            ("tied_to",),
}  # fmt: skip
"""What can be taken back, by the name of the change in an entry's data: all of it must stand as it was left."""
INSTEAD: Mapping[str, type[Stays]] = {
    "declared": DeclarationStays,
    "update": UpdateStays,
    **dict.fromkeys(
        ("external", "external_written", "escalated", "customers_told", "sla_approved"), ToldStays
    ),
    **dict.fromkeys(("closed", "cancelled", "merged"), EndStays),
    "reopened": ReopeningStays,
    **dict.fromkeys(("moved", "converted"), ChannelStays),
    "handoff declined": AnswerStays,
}
"""What stays, with what to do instead; anything in neither table stays too (Stays)."""
AS: Mapping[str, tuple[str, ...]] = {
    "postmortem_owner": ("postmortem",),
    "written": ("postmortem",),
    **dict.fromkeys(
        (
            "postmortem_state",
            "postmortem_due",
            "postmortem_checked",
            "postmortem_review",
            "postmortem_snooze",
        ),
        ("postmortem",),
    ),
    "followup_snooze": ("followup",),
    CORRECTED: ("timeline",),
    "postmortem_approved": ("status",),
    "severity": ("sev",),
    "mitigated": ("mitigate",),
    "resolved": ("resolve", "reopen"),
    "resume": ("pause",),
    **dict.fromkeys(("level", "tied", "untied"), ("customer",)),
}
"""The verbs as which taking a change back counts, where they are not its name: who may not use one may not (DR-19)."""
BY_SLACK = frozenset({"out_of_reach", "channel_renamed"})
"""What people did in Slack itself: no command of theirs, and nothing that we could take back."""
ALONG = (
    "update_due_at", "nudge_due_at", "reminders", "snoozed_until", "stale_prompts", "due", "roles_asked", "role_call",
    "reminded",
)  # fmt: skip
"""What runs by itself: where a command moved it, it goes on as before, as far as it still stands as that left it."""
ECHOED = frozenset({
    NOTE, CORRECTED, "set", "impact", "task", "followup", "playbook", "written",
    *(name for name in FIELDS_OF if name.startswith("postmortem_")),
})  # fmt: skip
"""Told of in the card's thread (DR-2): so is their undo."""


NAMED = {"resolved": "Resolved", "mitigated": "Mitigated", "phase": "Phase"}
"""Changes whose entry may hold nothing but what somebody typed."""
WORDS = {
    "postmortem_owner": "owner of the postmortem", "postmortem_state": "state of the postmortem",
    "postmortem_due": "due time of the postmortem", "postmortem_checked": "checklist",
    "postmortem_review": "reviewers", "postmortem_approved": "reviewers", "postmortem_snooze": "reminder",
    "followup_snooze": "reminder",
    "written": "text", "mitigated": "phase", "resolved": "status", "resume": "pause",
    "long": "pace of updates", "handoff": "offer", "followup": "follow-up", "level": "level of escalation",
    "tied": "incident", "untied": "incident",
}  # fmt: skip
"""What a change is about, where its name does not say it."""


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
    if by is None or change.entries[0].data.get("change") in BY_SLACK:
        return None
    name = _name(change.entries)
    before, after = {}, {}
    for field in (*FIELDS_OF[name], *ALONG) if name in FIELDS_OF and change.before else ():
        was, now = difference(getattr(change.before, field), getattr(change.incident, field))
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


def _name(entries: Sequence[Entry]) -> str:
    """What was done, by its first entry; by one that stays, where there is one: what was read cannot be taken back."""
    names = []
    for entry in entries:
        change = str(entry.data.get("change") or (NOTE if entry.source is Source.COMMAND else ""))
        step = f"{change} {entry.data.get('step', '')}"
        names.append(step if step in INSTEAD else change)
    return next((name for name in names if name in INSTEAD), names[0])


def verbs(last: Command) -> tuple[str, ...]:
    """The verbs that a person needs who takes *last* back."""
    return AS.get(last.change, (last.change,))


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
        field for field in own if not stands(getattr(incident, field), last.before[field], last.after[field])
    ]
    if changed:
        raise ChangedSince(what=_changed(last, changed), ref=incident.ref)
    former = {
        field: put_back(getattr(incident, field), last.before[field], last.after[field]) for field in own
    }
    now = _clock(incident, replace(incident, **former), last, at, policy)
    what = _what(last, entries[0])
    entry = state_entry(
        now,
        kind=Kind.NOTE,
        text=f"Taken back: {what}",
        by=by,
        at=at,
        data={"change": UNDONE, "what": last.change, **_missed(entries)},
    )
    answered = incident.live_nudge if now.live_nudge is None else None
    facts = {
        "by": by, "text": what, "change": last.change, "echoed": last.change in ECHOED, "answered": answered,
        "clock": (incident.update_due_at, incident.is_open) != (now.update_due_at, now.is_open),
    }  # fmt: skip
    news = (
        News(what=What.UNDONE, facts=facts),
        *_offers_gone(incident, now, policy),
        *gone(incident, now, by=by),
    )
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
        raise TooLateToTakeBack(
            ref=incident.ref, age=age, reach=print_duration(REACH), what=_what(last, entries[0])
        )
    return last


def _what(last: Command, entry: Entry) -> str:
    """What was done, in Slack's encoding. The words of a note are not repeated: it may be them that were wrong."""
    if last.change == NOTE:
        return "a note" if entry.kind is Kind.NOTE else f"a note ({entry.kind.value})"
    named = NAMED.get(last.change)
    return f"{named}: {entry.text}" if named and not entry.text.startswith(named) else entry.text


def _changed(last: Command, fields: Sequence[str]) -> str:
    """What of it somebody changed since, in words."""
    if last.change == "set":
        return ", ".join(field.replace("_", " ") for field in fields if field != "facts") or "its text"
    return f"the {WORDS.get(last.change, last.change)}"


def _offers_gone(before: Incident, now: Incident, policy: Policy) -> tuple[News, ...]:
    gone = (offer for offer in before.offers if offer not in now.offers)
    return tuple(
        ended(offer.n, policy.roles[offer.role], how="undone") for offer in gone if offer.role in policy.roles
    )


# The clock


def _missed(entries: Sequence[Entry]) -> Mapping[str, str]:
    """A due time that had passed unmet stays missed, also where the command that moved it is taken back (R-COM-6)."""
    told = [entry.data["missed"] for entry in entries if entry.data.get("missed")]
    return {"missed": told[0]} if told else {}


def _clock(before: Incident, now: Incident, last: Command, at: datetime, policy: Policy) -> Incident:
    """*now* with the due times that hold after the undo.

    The clock runs on as it did before the command, overdue or not; a nudge whose time has passed meanwhile, or that
    the command withdrew, comes in two minutes. Where something else moved it since, it counts at another pace from
    the same anchor (nudges 4).
    """
    clock = {
        field: put_back(getattr(now, field), last.before[field], last.after[field])
        for field in ALONG
        if field in last.after and stands(getattr(before, field), last.before[field], last.after[field])
    }
    nudge = clock.get("nudge_due_at")
    if nudge is not None and nudge <= at:
        clock["nudge_due_at"] = at + cadence.AFTER_RAISE
    now = replace(now, **clock)
    old, new = severity_of(before, policy), severity_of(now, policy)
    if old == new:
        return now
    moves = {"update_due_at", "nudge_due_at"} & last.after.keys()
    if not moves <= clock.keys() or not (moves or cadence.is_overdue(now, at)):
        return cadence.at_severity(now, old, new, at)
    if not cadence.is_overdue(now, at):
        return replace(now, live_nudge=None, reminders=0)
    withdrawn = now.live_nudge is None and now.snoozed_until is None and now.nudge_due_at is not None
    return replace(now, nudge_due_at=at + cadence.AFTER_RAISE) if withdrawn else now
