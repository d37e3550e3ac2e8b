"""What a draft tells about itself: how far it is, who reviews it, what of the checklist is done (AD-8)."""

from bot.domain.draft_facts import Fact
from bot.domain.draft_record import Record, capital, print_date
from bot.domain.incident import Status
from bot.domain.parts import Review, Reviewer, Stage
from bot.domain.review import open_points

ANEW = "this copy was made anew after the review"


def standing(record: Record) -> tuple[Fact, ...]:
    """For the top: the state of this document and its reviewers. One that was not begun is a draft."""
    review = record.incident.review
    if review is None or record.incident.status is not Status.CLOSED:
        return (Fact(name="Status of this document", value="Draft", note=""),)
    by = record.name(review.by)
    since = f"{capital(review.stage.value)}, since {_when(record, review)}" + (f", by {by}" if by else "")
    value = "Draft" if review.stage is Stage.DRAFT else since
    state = Fact(name="Status of this document", value=value, note=ANEW if review.is_done else "")
    named = ", ".join(_reviewer(record, each) for each in review.reviewers)
    return (state, Fact(name="Reviewers", value=named, note="")) if named else (state,)


def _when(record: Record, review: Review) -> str:
    return f"{print_date(record.day(review.at))}, {record.clock(review.at)}"


def _reviewer(record: Record, one: Reviewer) -> str:
    done = f"approved {print_date(record.day(one.approved_at))}" if one.approved_at else "not yet approved"
    return f"{record.name(one.user) or 'name not recorded'} ({done})"


def reviewed_by(record: Record) -> str:
    """Who approved it, and when, where anybody did: ``Bo Chen (March 9, 2026)``."""
    review = record.incident.review
    done = [(each, each.approved_at) for each in (review.reviewers if review else ()) if each.approved_at]
    return ", ".join(f"{record.name(each.user)} ({print_date(record.day(at))})" for each, at in done)


def checklist(record: Record) -> tuple[Fact, ...]:
    """The points of the review, open ones too, each with who ticked it; none before there is something to review."""
    review = record.incident.review
    if review is None or record.incident.status is not Status.CLOSED:
        return ()
    ticks, waiting = {tick.item: tick for tick in review.ticks}, open_points(review, record.policy)
    made = []
    for point in record.policy.reviews.checklist:
        tick = ticks.get(point)
        who = f"{record.name(tick.by)}, {print_date(record.day(tick.at))}" if tick else ""
        made.append(
            Fact(name="open" if point in waiting else "done", value=point, note=who.removeprefix(", "))
        )
    return tuple(made)
