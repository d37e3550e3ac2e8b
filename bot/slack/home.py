"""The app's home: what waits for one person, the incidents that are open, the buttons that lead on, help in short.

https://docs.slack.dev/surfaces/app-home. At most a hundred blocks: what does not fit is counted, with the command that
lists it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import render
from bot.domain import score_words
from bot.domain.escalation import target_of
from bot.domain.followup import FollowUp
from bot.domain.incident import Incident, severity_of
from bot.domain.mrkdwn import Names, escaped, quiet
from bot.domain.parts import Escalation, External, Offer, Task
from bot.domain.policy import Policy
from bot.domain.review_reminders import late_from
from bot.domain.score_values import Line
from bot.domain.stages import current
from bot.domain.times import print_duration
from bot.domain.waiting import Thing, Waiting
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.cutting import fitting
from bot.slack.followup_rows import decision_row
from bot.slack.followup_rows import row as followup_row

BLOCKS = 100
"""Slack takes no more in a home (https://docs.slack.dev/reference/views/home-tab-views)."""
SAID, WAITING, OPEN, LISTED = 15, 16, 16, 10
"""How much of each is shown: blocks of an answer, things that wait, open incidents, follow-ups of one's own."""
SHOWN_OF_TEXT, SHOWN_IN_LIST = 300, 120
ROW, GUIDE, FOLLOWUPS = "open:", "guide", "followups"
"""Ids of blocks: of an open incident's buttons (its reference follows), below help, and below the follow-ups."""
DECLARE = "declare_form"
"""The button that declares, by a form in which nothing but the severity is required."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody's home shows at one moment."""

    user: str
    at: datetime
    policy: Policy
    names: Names
    open: Sequence[Incident]
    """Those that they may see, the most severe first, of these the newest."""
    waiting: Sequence[Waiting]
    followups: Sequence[tuple[Incident, FollowUp]] = ()
    """Their open follow-ups, those first that are due first."""
    subscribed: Collection[str] = ()
    """References of the incidents that they are told of alone."""
    guide: Sequence[Mapping[str, Any]] = ()
    """Help in short: for each situation the facts of its template."""
    missed: Sequence[Line] = ()
    """Metrics of the last 30 days that missed their targets."""
    said: Sequence[Block] = field(default=())
    """The answer to a click in the home."""
    near: str = ""
    """The id of the block in which was clicked: the answer stands there, where the eyes are."""


def home(shown: Shown) -> dict[str, Any]:
    """The view."""
    below = {f"{ROW}{one.ref}" for one in shown.open[:OPEN]} | ({GUIDE} if shown.guide else set())
    below |= {FOLLOWUPS} if shown.followups else set()
    top = () if shown.near in below else _said(shown)
    made = [
        *_top(shown),
        *top,
        *_waiting(shown),
        *_followups(shown),
        *_open(shown),
        *_missed(shown),
        *_guide(shown),
    ]
    return {"type": "home", "blocks": made[:BLOCKS]}


def words_alone(said: Sequence[Block]) -> dict[str, Any]:
    """A home that only holds an answer: the database is away, so nothing else is known."""
    return {"type": "home", "blocks": [*said[:SAID], blocks.actions(_refresh())]}


def _words(shown: Shown, template: str, facts: Mapping[str, Any]) -> str:
    return render.slack(template, facts, shown.policy.command)


def _refresh() -> Block:
    return blocks.button("Refresh", "home_refresh", "")


def _top(shown: Shown) -> Iterator[Block]:
    yield blocks.actions(
        blocks.button("Declare an incident", DECLARE, "", style="primary"),
        blocks.button("List all", "list_all", ""),
        _refresh(),
    )
    yield blocks.context(_words(shown, "home_as_of", {"at": shown.at}))


def _said(shown: Shown, near: str | None = None) -> Iterator[Block]:
    """What came of the last click; only that of the block *near*, where one is named."""
    if shown.said and near in (None, shown.near):
        yield blocks.DIVIDER
        yield from shown.said[:SAID]
        yield blocks.DIVIDER


def _waiting(shown: Shown) -> Iterator[Block]:
    count, left = len(shown.waiting), max(0, len(shown.waiting) - WAITING)
    yield blocks.header(f"Waiting for you: {count}" if count else "Nothing waits for you")
    for each in shown.waiting[:WAITING]:
        yield from blocks.sections(_text(shown, each))
        row = _row(shown, each)
        if row is not None:
            yield row
    if left:
        yield blocks.context(_words(shown, "home_more", {"left": left, "mine": True}))


def _text(shown: Shown, each: Waiting) -> str:
    incident = each.incident
    facts = {
        **_about(shown, incident), **_part(shown, each), "thing": each.thing.value, "due": each.due_at,
        "overdue": each.is_overdue(shown.at), "side": each.side,
        "stage": current(incident).stage.value if each.thing in (Thing.POSTMORTEM, Thing.REVIEW) else "",
    }  # fmt: skip
    return _words(shown, "home_waiting", facts)


def _about(shown: Shown, incident: Incident) -> dict[str, Any]:
    """What is said of an incident wherever the home names it."""
    severity = severity_of(incident, shown.policy)
    return {
        "now": shown.at, "ref": incident.ref, "severity": severity.name, "private": incident.private,
        "title": _short(shown, incident.shown_title(severity)),
        "channel": f"<#{incident.channel_id}>" if incident.channel_id else "",
    }  # fmt: skip


def _short(shown: Shown, text: str, most: int = SHOWN_OF_TEXT) -> str:
    """Free text made quiet and short."""
    return fitting(quiet(text, shown.names), most)


def _part(shown: Shown, each: Waiting) -> dict[str, Any]:
    """The facts of the task, offer, escalation or text that waits."""
    match each.part:
        case Task() as task:
            return {"n": task.n, "text": _short(shown, task.text), "nobodys": task.owner is None}
        case Offer() as offer:
            label = shown.policy.role(offer.role).label
            return {"by": f"<@{offer.by}>", "label": label, "text": _short(shown, offer.note)}
        case Escalation() as told:
            return {"label": quiet(target_of(shown.policy, told.target).label), "at": told.at}
        case FollowUp() as item:
            return {**_of_item(shown, item), **_asked(shown, each)}
        case External() as text:
            return {"by": f"<@{text.by}>", "text": _short(shown, text.text), "phase": text.phase}
    return {}


def _of_item(shown: Shown, item: FollowUp) -> dict[str, Any]:
    """What is said of a follow-up wherever the home names it."""
    today = shown.at.astimezone(shown.policy.zone).date()
    return {
        "n": item.n, "text": _short(shown, item.text), "state": item.state.value, "day": item.due_on,
        "late": item.due_on is not None and item.due_on < today,
        "blocked_at": item.blocked_at, "reason": _short(shown, item.blocked_by),
    }  # fmt: skip


def _asked(shown: Shown, each: Waiting) -> dict[str, Any]:
    """What a change of a follow-up is about, and who asked for it."""
    asked = each.asked
    if asked is None:
        return {}
    texts = {name: _short(shown, getattr(asked, name)) for name in ("before", "after", "reason")}
    return {**texts, "what": asked.what, "by": f"<@{asked.by}>"}


def _row(shown: Shown, each: Waiting) -> Block | None:
    """The very buttons that the thing has where it was asked first."""
    ref = each.incident.ref
    match each.part:
        case Task(n=n):
            return blocks.check_back(ref, n)
        case Offer(n=n, role=role):
            return blocks.offer(ref, n, role)
        case Escalation(target=name):
            return _one("Acknowledge", "escalation_ack", f"{ref} {name}")
        case External(n=n):
            return blocks.approval(ref, n)
        case FollowUp() as item:
            return decision_row(ref, item.n, each.asked.n) if each.asked else followup_row(ref, item)
    return _ROWS[each.thing](shown, each.incident) if each.thing in _ROWS else None


def _one(label: str, action: str, value: str) -> Block:
    return blocks.actions(blocks.button(label, action, value, style="primary"))


def _review_row(shown: Shown, incident: Incident) -> Block:
    has_list = bool(shown.policy.reviews.checklist)
    early = incident.reminded is not None and shown.at < late_from(incident, shown.policy)
    row = blocks.review_row(incident.ref, current(incident).stage, checklist=has_list, snooze=early)
    return blocks.draft_row(incident.ref, row)


_ROWS: Mapping[Thing, Callable[[Shown, Incident], Block]] = {
    Thing.UPDATE: lambda _, incident: _one("Post update", "update_form", incident.ref),
    Thing.REVIEW: lambda _, incident: _one("Approve", "review_approve", incident.ref),
    Thing.POSTMORTEM: _review_row,
}
"""The buttons of what is no part of its incident; what is missing is done by a command."""


def _followups(shown: Shown) -> Iterator[Block]:
    """All that is theirs to see to afterwards, in short: what wants something now stands above with its buttons."""
    if not shown.followups:
        return
    count, left = len(shown.followups), max(0, len(shown.followups) - LISTED)
    yield blocks.header(f"Your follow-ups: {count}")
    rows = [
        {"ref": one.ref, **_of_item(shown, item), "text": _short(shown, item.text, SHOWN_IN_LIST)}
        for one, item in shown.followups[:LISTED]
    ]
    yield from blocks.sections(_words(shown, "home_followups", {"rows": rows}))
    row = blocks.actions(
        blocks.button("Show them", "followup_mine", ""), blocks.button("Add a follow-up", "followup_form", "")
    )
    yield {**row, "block_id": FOLLOWUPS}
    yield from _said(shown, FOLLOWUPS)
    if left:
        yield blocks.context(_words(shown, "home_followups_more", {"left": left}))


def _open(shown: Shown) -> Iterator[Block]:
    count, left = len(shown.open), max(0, len(shown.open) - OPEN)
    yield blocks.header(f"Open incidents: {count}" if count else "No incident is open")
    if not count:
        yield from blocks.sections(_words(shown, "home_nothing", {}))
    for incident in shown.open[:OPEN]:
        yield from blocks.sections(_words(shown, "home_incident", _facts(shown, incident)))
        told = incident.ref in shown.subscribed
        row = blocks.actions(
            blocks.button("Post update", "update_form", incident.ref),
            blocks.button("Status", "status", incident.ref),
            *(() if incident.drill else (blocks.subscription(incident.ref, told=told),)),
        )
        yield {**row, "block_id": f"{ROW}{incident.ref}"}
        yield from _said(shown, f"{ROW}{incident.ref}")
    if left:
        yield blocks.context(_words(shown, "home_more", {"left": left, "mine": False}))


def _facts(shown: Shown, incident: Incident) -> dict[str, Any]:
    return {
        **_about(shown, incident), "status": incident.status.value,
        "severity": severity_of(incident, shown.policy).spelled,
        "age": print_duration(incident.open_time(shown.at), seconds=False),
        "commander": incident.commander, "gone": incident.commander in incident.absent,
        "due": incident.update_due_at, "paused_until": incident.paused_until,
        "overdue": incident.update_due_at is not None and incident.update_due_at < shown.at,
        "subscribed": incident.ref in shown.subscribed,
        "out_of_reach": incident.out_of_reach is not None and bool(incident.channel_id),
    }  # fmt: skip


def _missed(shown: Shown) -> Iterator[Block]:
    """One paragraph for all of them, and none where no target was missed: it is nobody's alarm."""
    if not shown.missed:
        return
    rows = [
        {
            "name": line.metric.name, "target": escaped(score_words.target(line.metric, line.aim)),
            "value": score_words.value(line.metric, line.shown) if line.shown is not None else "late",
        }
        for line in shown.missed
    ]  # fmt: skip
    yield blocks.header("Targets missed in the last 30 days")
    (told,) = blocks.sections(_words(shown, "home_metrics", {"rows": rows}))
    yield {**told, "accessory": blocks.button("Metrics", "metrics", "30d")}


def _guide(shown: Shown) -> Iterator[Block]:
    if not shown.guide:
        return
    yield blocks.header("How it goes")
    turns = []
    for group in shown.guide:
        yield from blocks.sections(_words(shown, "help_group", group))
        turns.append(blocks.button(group["title"], f"help_about:{group['word']}", group["word"]))
    yield {**blocks.actions(*turns), "block_id": GUIDE}
    yield from _said(shown, GUIDE)
    marks = {"emoji": shown.policy.emoji, "star": shown.policy.star, "repeat": shown.policy.repeat}
    yield blocks.context(_words(shown, "home_help", marks))
