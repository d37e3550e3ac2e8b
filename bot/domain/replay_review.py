"""How far a postmortem is, in a replay file: lines of ``incident.stated``, for the format has no place for it.

``postmortem state`` is ``in review 2026-03-11T08:00:00+00:00 U1``; ticks and reviewers are numbered lines of the kind.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.domain.parts import Review, Reviewer, Stage, Tick
from bot.domain.times import parse_iso

STATE, DUE, FIRST_DUE = "postmortem state", "postmortem due", "postmortem first due"
REVIEWED, CLOSED = "postmortem reviewed", "postmortem closed"
TICK, REVIEWER = "postmortem tick", "postmortem reviewer"
_STATE = re.compile(r"(?P<stage>[a-z ]+) (?P<at>\S+) (?P<by>\S*)")
_TICK = re.compile(r"(?P<at>\S+) (?P<by>\S+) (?P<item>.+)")
_REVIEWER = re.compile(r"(?P<at>\S+) (?P<user>\S+) (?P<by>\S+)(?: (?P<approved>\S+))?")


def told(incident: Incident) -> dict[str, str]:
    """The lines that tell of it; none where no postmortem was begun."""
    review = incident.review
    if review is None:
        return {}
    times = {
        DUE: incident.postmortem_due_at, FIRST_DUE: review.first_due_at, REVIEWED: review.reviewed_at,
        CLOSED: review.closed_at,
    }  # fmt: skip
    lines = {STATE: f"{review.stage.value} {_iso(review.at)} {review.by}"}
    lines |= {key: _iso(at) for key, at in times.items() if at}
    ticks = (f"{_iso(tick.at)} {tick.by} {tick.item}" for tick in review.ticks)
    lines |= {f"{TICK} {n}": line for n, line in enumerate(ticks, start=1)}
    return lines | {f"{REVIEWER} {n}": line for n, line in enumerate(_reviewers(review), start=1)}


def _reviewers(review: Review) -> Iterator[str]:
    for each in review.reviewers:
        approved = f" {_iso(each.approved_at)}" if each.approved_at else ""
        yield f"{_iso(each.at)} {each.user} {each.by}{approved}"


def read(stated: Mapping[str, str]) -> Review | None:
    """How far it was, from these lines; None where they tell of none."""
    state = _STATE.fullmatch(stated.get(STATE, ""))
    if state is None:
        return None
    return Review(
        stage=Stage(state["stage"]),
        by=state["by"],
        at=parse_iso(state["at"]),
        reviewed_at=_at(stated.get(REVIEWED)),
        closed_at=_at(stated.get(CLOSED)),
        first_due_at=_at(stated.get(FIRST_DUE)),
        ticks=tuple(
            Tick(item=line["item"], by=line["by"], at=parse_iso(line["at"]))
            for line in _lines(stated, TICK, _TICK)
        ),
        reviewers=tuple(
            Reviewer(
                user=line["user"], by=line["by"], at=parse_iso(line["at"]), approved_at=_at(line["approved"])
            )
            for line in _lines(stated, REVIEWER, _REVIEWER)
        ),
    )


def due(stated: Mapping[str, str]) -> datetime | None:
    """When it was due."""
    return _at(stated.get(DUE))


def _lines(stated: Mapping[str, str], kind: str, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The numbered lines of a *kind*, in order, as far as they have its *form*."""
    n = 1
    while (line := stated.get(f"{kind} {n}")) is not None:
        if found := form.fullmatch(line):
            yield found
        n += 1


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _at(text: str | None) -> datetime | None:
    return parse_iso(text) if text else None
