"""What people do about a postmortem: its stage, its due time, its checklist, its reviewers (AD-8). Each is a decision.

The stages stand in ``bot.domain.stages``, reminders in ``bot.domain.review_reminders``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.incident import Change, Incident, unchanged
from bot.domain.lifecycle import staged, state_entry
from bot.domain.news import News, What
from bot.domain.parts import Review, Reviewer, Stage, Tick
from bot.domain.policy import Policy
from bot.domain.refusal_review import (
    AnywayNeedsReason,
    DueNeedsReason,
    NotAReviewer,
    NotInReview,
    PointsOpen,
    ReviewedFirst,
    ReviewersUnnamed,
    ReviewIsDone,
)
from bot.domain.stages import STEPS, at_stage, current, is_back, restarted
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_moment


def open_points(review: Review, policy: Policy) -> tuple[str, ...]:
    """The points of the checklist that nobody has ticked, in the policy's order."""
    ticked = {tick.item for tick in review.ticks}
    return tuple(point for point in policy.reviews.checklist if point not in ticked)


def numbered(points: Collection[str], policy: Policy) -> str:
    """``2. Impact complete; 5. Shared``: these *points* with their numbers on the checklist, up to a colon."""
    listed = enumerate(policy.reviews.checklist, start=1)
    return "; ".join(f"{n}. {point.partition(':')[0]}" for n, point in listed if point in points)


def move(
    incident: Incident, to: Stage, *, by: str, at: datetime, policy: Policy, anyway: str | None = None
) -> Change:
    """Bring the postmortem to the stage *to*, on or back; where it is there already nothing changes.

    Reviewed with points of the checklist open is asked once more: *anyway* says why. Raises ReviewNotBegun,
    ReviewedFirst, PointsOpen and AnywayNeedsReason.
    """
    was = current(incident)
    if was.stage is to:
        return unchanged(incident)
    if to not in STEPS[was.stage]:
        raise ReviewedFirst(ref=incident.ref, stage=was.stage.value)
    back = is_back(was.stage, to)
    points = () if back or to is not Stage.REVIEWED else open_points(was, policy)
    if points and anyway is None:
        raise PointsOpen(ref=incident.ref, points=numbered(points, policy))
    if points and not anyway:
        raise AnywayNeedsReason(ref=incident.ref)
    now = replace(incident, review=at_stage(was, to, by=by, at=at))
    if incident.review is None or (was.is_done and not at_stage(was, to, by=by, at=at).is_done):
        now = restarted(now, at)
    shown = f"; open on the checklist: {numbered(points, policy)}; {anyway}" if points else ""
    entry = staged(now, was.stage, by=by, at=at, more=shown, reason=(anyway or "") if points else "")
    facts = {
        "step": "stage", "by": by, "stage": to.value, "was": was.stage.value, "back": back,
        "points": numbered(points, policy), "reason": anyway or "",
    }  # fmt: skip
    return Change(before=incident, incident=now, entries=(entry,), news=(_news(facts),))


def move_due(
    incident: Incident, due: datetime, *, reason: str, by: str, at: datetime, policy: Policy
) -> Change:
    """It is due at another time, for a *reason*; the first due time is kept, reminders count anew."""
    review = _unfinished(incident)
    if not reason:
        raise DueNeedsReason(ref=incident.ref, until=f"{due.astimezone(policy.zone):%Y-%m-%d %H:%M}")
    former = incident.postmortem_due_at
    if due == former:
        return unchanged(incident)
    review = replace(review, first_due_at=review.first_due_at or former)
    now = restarted(replace(incident, review=review, postmortem_due_at=due), at)
    data = {
        "change": "postmortem_due", "from": former.isoformat() if former else None, "until": due.isoformat(),
        "reason": reason,
    }  # fmt: skip
    text = f"Postmortem due {print_moment(due, policy.zone, seconds=False)}: {reason}"
    entry = state_entry(now, kind=Kind.NOTE, text=text, by=by, at=at, data=data)
    facts = {"step": "due", "by": by, "due": due, "former": former, "reason": reason}
    return Change(before=incident, incident=now, entries=(entry,), news=(_news(facts),))


def tick(incident: Incident, *, on: Collection[str], off: Collection[str], by: str, at: datetime) -> Change:
    """The points *on* are done, the points *off* are open again; who ticked a point first keeps it."""
    review = current(incident)
    ticked = {each.item for each in review.ticks}
    new, gone = [point for point in on if point not in ticked], [point for point in off if point in ticked]
    if not new and not gone:
        return unchanged(incident)
    kept = tuple(each for each in review.ticks if each.item not in gone)
    ticks = (*kept, *(Tick(item=point, by=by, at=at) for point in new))
    now = replace(incident, review=replace(review, ticks=ticks))
    if incident.review is None:
        now = restarted(now, at)
    said = [*(f"done: {point}" for point in new), *(f"open again: {point}" for point in gone)]
    entry = _logged(now, f"Review checklist: {'; '.join(said)}", "postmortem_checked", by, at)
    facts = {"step": "ticked", "by": by, "new": tuple(new), "gone": tuple(gone)}
    return Change(before=incident, incident=now, entries=(entry,), news=(_news(facts),))


def ask(incident: Incident, users: Sequence[str], *, by: str, at: datetime) -> Change:
    """*users* are to review it; a draft goes into review with that. Who is asked already is not asked again."""
    if not users:
        raise ReviewersUnnamed(ref=incident.ref)
    review = _unfinished(incident)
    known = {each.user for each in review.reviewers}
    new = tuple(dict.fromkeys(user for user in users if user not in known))
    if not new:
        return unchanged(incident)
    asked = replace(
        review, reviewers=(*review.reviewers, *(Reviewer(user=user, by=by, at=at) for user in new))
    )
    begins = review.stage is Stage.DRAFT
    now = replace(incident, review=at_stage(asked, Stage.IN_REVIEW, by=by, at=at) if begins else asked)
    if incident.review is None:
        now = restarted(now, at)
    named = ", ".join(f"<@{user}>" for user in new)
    data = {"change": "postmortem_review", "to_whom": " ".join(new)}
    entry = state_entry(
        now, kind=Kind.NOTE, text=f"Postmortem: to be reviewed by {named}", by=by, at=at, data=data
    )
    entries = (entry, staged(now, review.stage, by=by, at=at, along="review")) if begins else (entry,)
    facts = {"step": "asked", "by": by, "users": new, "begins": begins}
    return Change(before=incident, incident=now, entries=entries, news=(_news(facts),))


def approve(incident: Incident, *, by: str, at: datetime) -> Change:
    """One of its reviewers has read it and agrees. Raises NotAReviewer and NotInReview."""
    review = current(incident)
    own = next((each for each in review.reviewers if each.user == by), None)
    if own is None:
        raise NotAReviewer(ref=incident.ref)
    if own.approved_at is not None:
        return unchanged(incident)
    if review.stage is Stage.DRAFT:
        raise NotInReview(ref=incident.ref)
    reviewers = tuple(replace(each, approved_at=at) if each is own else each for each in review.reviewers)
    now = replace(incident, review=replace(review, reviewers=reviewers))
    entry = _logged(now, "Postmortem approved", "postmortem_approved", by, at)
    done = [each for each in reviewers if each.approved_at]
    facts = {
        "step": "approved", "by": by, "done": len(done), "of": len(reviewers), "stage": review.stage.value,
        "suggests": len(done) == len(reviewers) and not review.is_done,
    }  # fmt: skip
    return Change(before=incident, incident=now, entries=(entry,), news=(_news(facts),))


def _unfinished(incident: Incident) -> Review:
    """How far it is, where somebody still waits for it. Raises ReviewIsDone."""
    review = current(incident)
    if review.is_done:
        raise ReviewIsDone(ref=incident.ref, stage=review.stage.value)
    return review


def _logged(incident: Incident, text: str, change: str, by: str, at: datetime) -> Entry:
    """An entry for the log alone: how it stands is shown in the document itself."""
    data = {"change": change}
    return state_entry(incident, kind=Kind.NOTE, text=text, by=by, at=at, data=data, on_timeline=False)


def _news(facts: dict[str, Any]) -> News:
    return News(what=What.REVIEW, facts=facts)
