"""The stages of a postmortem as a table (AD-8), and what the ends of its incident do to it.

It begins with the close, and goes on as long as the incident stays closed. A reopening takes it back to a draft; an
incident that is cancelled or merged has none any more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Incident, Status, moved
from bot.domain.parts import Reminded, Review, Reviewer, Stage
from bot.domain.refusal_review import ReviewNotBegun, UnknownStage

STEPS: Mapping[Stage, tuple[Stage, ...]] = {
    # from           to
    Stage.DRAFT:     (Stage.IN_REVIEW, Stage.REVIEWED),
    Stage.IN_REVIEW: (Stage.REVIEWED, Stage.DRAFT),
    Stage.REVIEWED:  (Stage.CLOSED, Stage.IN_REVIEW, Stage.DRAFT),
    Stage.CLOSED:    (Stage.REVIEWED, Stage.IN_REVIEW, Stage.DRAFT),
}  # fmt: skip
"""What may become of a postmortem, the next step on first. Going back is always possible."""
_SPELLINGS = {"review": Stage.IN_REVIEW, "inreview": Stage.IN_REVIEW, "done": Stage.REVIEWED}
_INSTEAD = {Status.RESOLVED: "close", Status.CLOSED: "postmortem draft"}


def stage_named(word: str) -> Stage:
    """The stage that a person's word means: ``in-review``, ``In review``. Raises UnknownStage."""
    plain = " ".join(word.lower().replace("-", " ").replace("_", " ").split())
    found = next((stage for stage in Stage if stage.value == plain), None) or _SPELLINGS.get(plain)
    if found is None:
        raise UnknownStage(given=word)
    return found


def typed(stage: Stage) -> str:
    """The stage as it is typed: one word."""
    return stage.value.replace(" ", "-")


def is_back(was: Stage, to: Stage) -> bool:
    """Whether that is a step back."""
    order = list(Stage)
    return order.index(to) < order.index(was)


def current(incident: Incident) -> Review:
    """How far the postmortem of *incident* is. Raises ReviewNotBegun where it has none (yet), and NotPossible.

    One that was closed before the bot kept this is a draft.
    """
    moved(incident, "postmortem")
    if incident.status is Status.CLOSED and incident.review is not None:
        return incident.review
    if incident.status is Status.CLOSED and incident.postmortem_due_at is not None:
        return Review(at=incident.closed_at or incident.declared_at)
    instead = _INSTEAD.get(incident.status, "resolve")
    raise ReviewNotBegun(ref=incident.ref, status=incident.status.value, instead=instead)


def is_wanted(incident: Incident) -> bool:
    """Whether somebody still has to write or to review it: only then is anybody reminded."""
    return incident.status is Status.CLOSED and incident.review is not None and not incident.review.is_done


def begun(incident: Incident, at: datetime) -> Incident:
    """*incident*, which is closed, with a postmortem to write; whoever was to review an earlier one is kept."""
    former = incident.review
    return restarted(replace(incident, review=Review(at=at, reviewers=_asked_anew(former))), at)


def taken_back(incident: Incident, by: str, at: datetime) -> Incident:
    """*incident*, which is open again: its postmortem is a draft, on which nobody has ticked or approved anything."""
    if incident.review is None:
        return incident
    return replace(incident, review=Review(by=by, at=at, reviewers=_asked_anew(incident.review)))


def was_looked_at(review: Review) -> bool:
    """Whether somebody has ticked or approved something."""
    return bool(review.ticks) or any(each.approved_at for each in review.reviewers)


def _asked_anew(review: Review | None) -> tuple[Reviewer, ...]:
    return tuple(replace(each, approved_at=None) for each in review.reviewers) if review else ()


def at_stage(review: Review, to: Stage, *, by: str, at: datetime) -> Review:
    """*review* at the stage *to*. A step back before the review voids approvals: they were of another text."""
    void = is_back(review.stage, to) and to in (Stage.DRAFT, Stage.IN_REVIEW)
    reviewed = at if to is Stage.REVIEWED and review.reviewed_at is None else review.reviewed_at
    return replace(
        review,
        stage=to,
        by=by,
        at=at,
        reviewed_at=reviewed if to in (Stage.REVIEWED, Stage.CLOSED) else None,
        closed_at=at if to is Stage.CLOSED else None,
        reviewers=_asked_anew(review) if void else review.reviewers,
    )


def restarted(incident: Incident, at: datetime) -> Incident:
    """*incident* with reminders that count from *at*: what was said before is another story."""
    return replace(incident, reminded=Reminded(since=at, n=incident.reminded.n if incident.reminded else 0))


def people(review: Review | None) -> set[str]:
    """Slack user ids of all whom *review* names."""
    if review is None:
        return set()
    named = {review.by, *(tick.by for tick in review.ticks), *(each.user for each in review.reviewers)}
    return named - {""}


def owner_of(incident: Incident) -> str:
    """Who sees to it: its owner, else the commander, else whoever declared it; empty where none of them is there."""
    owner = incident.postmortem_owner
    return owner if owner and owner not in incident.absent else incident.lead
