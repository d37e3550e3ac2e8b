"""Corrections of the record: a note is edited or retimed, a note or a message is hidden and shown again (DR-7, DR-9).

What stood before stays in the entry, for audit and export: former texts, the first time, who hid it and why.
Messages are Slack's: their words and their time are not ours to change. Changes of state are corrected by the verb that
made them, or by undo.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.messages import HIDDEN
from bot.domain.news import News, What
from bot.domain.refusal_correcting import EditNeedsText, EntryGone, EntryHidden, IsMessage, IsState
from bot.domain.refusal_undo import ChangedSince
from bot.domain.timeline import Entry, Kind, Precision, Source

CORRECTED = "corrected"
"""The name of the change in the data of the entry that tells of it, which stands in the log alone."""
RETIMED, EDITED = "retimed", "edited"
"""In ``Entry.data``: its first time (``from``) and who moved it (``by``); who edited it last (``by``)."""
_MESSAGES = frozenset({"message", "reaction", "shortcut", "webhook"})
"""How an entry of an imported record came about, where somebody said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What becomes of an entry: the change that tells of it, and the entry as it is now."""

    change: Change
    entry: Entry


def edit(incident: Incident, entry: Entry, n: int, *, text: str, by: str, at: datetime) -> Correction:
    """Note *n* says *text* from now on. Raises EditNeedsText, IsMessage, IsState, EntryGone, EntryHidden."""
    _check_note(incident, entry, n)
    if not text.strip():
        raise EditNeedsText(n=n)
    if text.strip() == entry.text:
        return Correction(change=unchanged(incident), entry=entry)
    since = (entry.edited_at or entry.recorded_at).isoformat()
    versions = (*entry.versions, {"at": since, "text": entry.text})
    data = {**entry.data, EDITED: {"by": by}}
    now = replace(entry, text=text.strip(), versions=versions, edited_at=at, data=data)
    return _made(incident, now, n, "edited", by=by, at=at, told={"text": now.text})


def retime(
    incident: Incident,
    entry: Entry,
    n: int,
    *,
    to: datetime,
    precision: Precision = Precision.SECOND,
    echo: str,
    by: str,
    at: datetime,
) -> Correction:
    """Note *n* happened at *to*, which people read as *echo*; its first time is kept (DR-7). Raises as ``edit``."""
    _check_note(incident, entry, n)
    if to == entry.at:
        return Correction(change=unchanged(incident), entry=entry)
    first = entry.data.get(RETIMED, {}).get("from") or entry.at.isoformat()
    data = {**entry.data, RETIMED: {"from": first, "by": by}}
    now = replace(entry, at=to, precision=precision, data=data)
    moves = {"was": entry.at.isoformat(), "to": to.isoformat(), "precision": entry.precision.value}
    return _made(incident, now, n, "retimed", by=by, at=at, told={"at": echo, "text": entry.text}, kept=moves)


def hide(incident: Incident, entry: Entry, n: int, *, reason: str, by: str, at: datetime) -> Correction:
    """Entry *n* stands on no timeline and in no draft any more. Raises IsState, EntryGone; hidden already: nothing."""
    _check_people(incident, entry, n)
    if HIDDEN in entry.data:
        return Correction(change=unchanged(incident), entry=entry)
    data = {**entry.data, HIDDEN: {"by": by, **({"reason": reason} if reason else {})}}
    now = replace(entry, deleted_at=at, data=data)
    return _made(incident, now, n, "hidden", by=by, at=at, told={"reason": reason})


def show(incident: Incident, entry: Entry, n: int, *, by: str, at: datetime) -> Correction:
    """Entry *n* is shown again. What Slack or undo took away does not come back: EntryGone."""
    _check_people(incident, entry, n)
    if HIDDEN not in entry.data:
        return Correction(change=unchanged(incident), entry=entry)
    kept = {"reason": entry.data[HIDDEN].get("reason", ""), "by": entry.data[HIDDEN]["by"]}
    assert entry.deleted_at is not None  # noqa: S101 - what is hidden has that time
    kept["was"] = entry.deleted_at.isoformat()
    told = {"text": entry.text}
    return _made(incident, _shown(entry), n, "shown", by=by, at=at, told=told, kept=kept)


def back(entry: Entry, made: Entry, ref: str) -> Entry:
    """*entry* as it was before the correction that the log entry *made* tells of. Raises ChangedSince."""
    told = made.data
    stands = {
        "edited": entry.edited_at == made.at and bool(entry.versions),
        "retimed": entry.at.isoformat() == told.get("to"),
        "hidden": HIDDEN in entry.data and entry.deleted_at == made.at,
        "shown": entry.deleted_at is None,
    }
    if not stands.get(told["step"]):
        raise ChangedSince(what=f"entry {told['n']}", ref=ref)
    if told["step"] == "hidden":
        return _shown(entry)
    if told["step"] == "shown":
        hidden = {"by": told["by"], **({"reason": told["reason"]} if told["reason"] else {})}
        data = {**entry.data, HIDDEN: hidden}
        return replace(entry, deleted_at=datetime.fromisoformat(told["was"]), data=data)
    if told["step"] == "retimed":
        return _unmoved(entry, told)
    former, *_ = entry.versions[-1:]
    left = entry.versions[:-1]
    data = {key: value for key, value in entry.data.items() if left or key != EDITED}
    edited = datetime.fromisoformat(former["at"]) if left else None
    return replace(entry, text=former["text"], versions=left, edited_at=edited, data=data)


def _unmoved(entry: Entry, told: Mapping[str, Any]) -> Entry:
    first = entry.data[RETIMED]["from"] == told["was"]
    data = {key: value for key, value in entry.data.items() if key != RETIMED or not first}
    precision = Precision(told["precision"])
    return replace(entry, at=datetime.fromisoformat(told["was"]), precision=precision, data=data)


def _shown(entry: Entry) -> Entry:
    data = {key: value for key, value in entry.data.items() if key != HIDDEN}
    return replace(entry, deleted_at=None, data=data)


def is_message(entry: Entry) -> bool:
    """Whether somebody said it in a channel."""
    via = entry.data.get("via")
    return entry.source is Source.MESSAGE or (entry.source is Source.IMPORT and via in _MESSAGES)


def _check_people(incident: Incident, entry: Entry, n: int) -> None:
    """Raise IsState where the bot wrote it down, EntryGone where it was deleted or taken back."""
    if entry.source is Source.BOT or entry.is_state:
        raise IsState(n=n, ref=incident.ref)
    if not entry.arrived or (entry.deleted_at is not None and HIDDEN not in entry.data):
        raise EntryGone(n=n, ref=incident.ref)


def _check_note(incident: Incident, entry: Entry, n: int) -> None:
    _check_people(incident, entry, n)
    if is_message(entry):
        raise IsMessage(n=n, ref=incident.ref)
    if HIDDEN in entry.data:
        raise EntryHidden(n=n, ref=incident.ref)


def _made(
    incident: Incident,
    now: Entry,
    n: int,
    step: str,
    *,
    by: str,
    at: datetime,
    told: Mapping[str, str],
    kept: Mapping[str, str] | None = None,
) -> Correction:
    data = {"change": CORRECTED, "step": step, "n": n, "entry": now.id, **(kept or {})}
    text = f"Entry {n} was {step}"
    log = state_entry(moved(incident, "note"), kind=Kind.NOTE, text=text, by=by, at=at, data=data)
    facts = {"by": by, "n": n, "step": step, "text": "", "reason": "", "at": "", **told}
    news = (News(what=What.CORRECTED, facts=facts),)
    change = Change(before=incident, incident=incident, entries=(replace(log, marks=()),), news=news)
    return Correction(change=change, entry=now)
