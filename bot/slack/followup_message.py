"""What a message about follow-ups says, as things stand: what still holds with its buttons, then what does not."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import render
from bot.domain import followup_times
from bot.domain.escalation import target_of
from bot.domain.followup import FollowUp, Notice, State
from bot.domain.followup_days import print_day
from bot.domain.followup_reminders import TARGETS, can_be_told, said_in, stands
from bot.domain.followup_times import LACKS_AT_MOST, told_of
from bot.domain.incident import Status
from bot.domain.mrkdwn import escaped
from bot.domain.policy import Target
from bot.slack import blocks, followup_buttons
from bot.slack.blocks import Block
from bot.slack.cutting import fitting
from bot.slack.room import Room

WITH_BUTTONS, NAMED = 8, 30
"""Follow-ups of one message that have buttons of their own, and that it names at all; the list shows all."""
LINE = 200
"""Characters of a follow-up's words that a message repeats."""


def target(room: Room, what: Notice) -> Target:
    """Who hears of that kind of thing."""
    return target_of(room.policy, TARGETS[what])


def message(
    room: Room,
    what: Notice,
    n: int,
    *,
    outside: bool = False,
    untold: bool = False,
    reads: str = "",
    **shown: Any,
) -> dict[str, Any]:
    """Message *n* of that kind.

    *outside*: for a target, which reads of a private incident reference and link alone (DR-28); *untold*: instead of
    a target that names nobody; *reads*: who is told alone.
    """
    items = said_in(room.incident, what, n)
    stood = [item for item in items if stands(room.incident, item, what, room.policy)]
    hidden = outside and room.incident.private
    rows = [] if hidden else [_row(room, item, what, reads) for item in stood]
    settled = [] if hidden else [_settled(room, item, what) for item in items if item not in stood]
    facts = {
        **_head(room, what),
        "count": len(stood), "rows": rows[WITH_BUTTONS:NAMED], "hidden": hidden, "untold": untold,
        "more": max(len(rows) - NAMED, 0), "reads": bool(reads), "settled": settled[:NAMED], "fresh": not items,
        "last": bool(stood) and all(_is_last(item) for item in stood), "late": None, **shown,
    }  # fmt: skip
    return _laid_out(room, what, [] if hidden else stood, rows, facts)


def _head(room: Room, what: Notice) -> dict[str, Any]:
    """What is the same in all messages of that kind."""
    rules, known = room.policy.followups, target(room, what) if what in TARGETS else None
    return {
        "what": what.value, "target": known.name if known else "",
        "label": escaped(known.label) if known else "", "contacts": escaped(known.contacts) if known else "",
        "blocked_after": rules.blocked_after, "late_after": rules.late_after,
        "over": f"{(rules.over_budget * 100).normalize():f}",
    }  # fmt: skip


def _laid_out(
    room: Room,
    what: Notice,
    stood: Sequence[FollowUp],
    rows: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Text and blocks: the head, each of the first few with its buttons, the others as lines."""
    head, foot = (
        render.slack(name, room.facts(**facts), room.policy.command)
        for name in ("followup_notice", "followup_notice_end")
    )
    head, texts, made = room.marked(head), list[str](), list[Block]()
    for item, row in zip(stood[:WITH_BUTTONS], rows, strict=False):
        texts.append(render.slack("followup_notice_row", {**row, "now": room.at}, room.policy.command))
        buttons = followup_buttons.of_notice(room.incident.ref, item, what, alone=len(stood) == 1)
        made += [*blocks.sections(texts[-1]), *([buttons] if buttons else ())]
    made += blocks.sections(foot) if foot.strip() else []
    if what is Notice.DUE and len(stood) > 1:
        made.append(followup_buttons.all_later(room.incident.ref, stood))
    whole = "\n".join(filter(None, (head, *texts, foot)))
    said = {"text": fitting(whole, 3_000), "blocks": [*blocks.sections(head), *made]}
    return dict(room.linked(said))


def _row(room: Room, item: FollowUp, what: Notice, reads: str) -> dict[str, Any]:
    today = room.at.astimezone(room.policy.zone).date()
    named = room.person(item.owner) if item.owner else room.quiet(item.written.get("owner", ""))
    return {
        "ref": room.incident.ref, "what": what.value, "n": item.n, "text": _words(room, item.text),
        "owner": named, "yours": bool(reads) and item.owner == reads,
        "can_be_told": bool(item.owner) and can_be_told(room.incident, item.owner or ""),
        "day": _day(item.due_on), "left": (item.due_on - today).days if item.due_on else None,
        "state": item.state.value, "proposed": item.state is State.PROPOSED,
        "lacks": followup_times.about(item, Notice.LACKS, room.policy).split(),
        "blocked_for": room.at - item.blocked_at if item.blocked_at else None,
        "why": _words(room, item.blocked_by),
        "snoozed_until": item.snoozed_until if item.snoozed_until and item.snoozed_until > room.at else None,
        **_moved(room, item, what),
    }  # fmt: skip


def _moved(room: Room, item: FollowUp, what: Notice) -> dict[str, Any]:
    """What changed of its date or its budget, who asked for it and why."""
    about = followup_times.SCOPE if what is Notice.SCOPE else followup_times.BUDGET
    asked, first, due = followup_times.waiting(item, about), item.first_due_on, item.due_on
    change = followup_times.late_move(item, room.policy) if what is Notice.LATE else asked
    return {
        "first": _day(first) if first != due else "",
        "later_by": (due - first).days if due and first else 0,
        "before": _words(room, asked.before) if asked else "",
        "after": _words(room, asked.after) if asked else "",
        "asked_at": asked.at if asked else None,
        "by": room.person(change.by) if change and change.by else "",
        "reason": _words(room, change.reason) if change else "",
    }


def _settled(room: Room, item: FollowUp, what: Notice) -> dict[str, Any]:
    """Why a follow-up is no longer asked about here."""
    decided = [one for one in item.requests if one.outcome and one.what == what.value]
    by = decided[-1].decided_by if decided else item.done_by
    return {
        "what": what.value, "n": item.n, "text": _words(room, item.text), "state": item.state.value,
        "cancelled": item.is_open and room.incident.status is Status.CANCELLED,
        "ended": not item.is_open, "taken_back": item.taken_back, "moved_to": item.moved_to,
        "moved_as": item.moved_as, "day": _day(item.due_on), "outcome": decided[-1].outcome if decided else "",
        "owner": room.person(item.owner) if item.owner else "", "by": room.person(by) if by else "",
    }  # fmt: skip


def _is_last(item: FollowUp) -> bool:
    told = told_of(item, Notice.LACKS)
    return told is not None and told.times >= LACKS_AT_MOST


def _words(room: Room, text: str) -> str:
    return fitting(room.quiet(text), LINE)


def _day(day: date | None) -> str:
    """``Wed 1 May 2024``: a day of the organisation's, whatever the reader's zone."""
    return f"{day:%a} {print_day(day)}" if day else ""
