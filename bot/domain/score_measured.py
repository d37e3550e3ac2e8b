"""What one incident contributes to metrics over many: its spans, its pace, its postmortem, its follow-ups.

Made from the whole record, and kept until that changes (``Basis``): whoever asks for a year reads no thousand records.
Nothing in it depends on the time at which it is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.domain import draft_pace, draft_spans, pace
from bot.domain.draft_record import Record
from bot.domain.followup import FollowUp, State
from bot.domain.incident import Incident, Status
from bot.domain.points import Point, Span
from bot.domain.policy import Policy
from bot.domain.refusal import shorten

DEFINITIONS = 1
"""To be counted up whenever the same record would give another value here: everything kept is made anew then."""
KEPT = (
    "detected", "acknowledged", "declared", "assembled", "identified", "external", "mitigated", "resolved",
    "first_resolved", "restored", "closed",
)  # fmt: skip
"""Keys of the spans of ``bot.domain.metrics`` that are counted over many incidents."""
ALL_OF_THEM = 100
LONGEST_TEXT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a value was made from: where one of them is another now, it is made anew."""

    definitions: str
    version: int
    """Of the incident."""
    entries: int
    """How many its record has."""
    saves: int
    """How often one of them was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One span as it was measured."""

    span: Span
    guess: bool = False
    """No time passed only because the alert is the first that is known: the start may have been earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the status updates kept their due times (R-COM-6)."""

    on_time: int
    wanted: int
    estimated: bool
    """The record has no due times: they follow from the policy's pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What R-MET-12 needs of one follow-up."""

    n: int
    text: str
    first_due_on: date | None
    state: State
    ended_at: datetime | None
    """When it came to its end, done or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one incident contributes."""

    ref: str
    basis: Basis
    measures: tuple[Measure, ...] = ()
    pace: Pace | None = None
    paused: timedelta = timedelta()
    """How long reminders rested: told apart, never subtracted (MD-2)."""
    down: tuple[tuple[datetime, datetime], ...] = ()
    """When everything was down for everybody (R-MET-1)."""
    postmortem_from: datetime | None = None
    """The resolve; None: no postmortem is to be written."""
    postmortem_done: datetime | None = None
    followups: tuple[Planned, ...] = ()

    def measure(self, key: str) -> Measure | None:
        """That span, where there is anything to say about it."""
        return next((each for each in self.measures if each.span.key == key), None)


def definitions(policy: Policy) -> str:
    """The number of the definitions, with what of the policy a value here depends on."""
    paces = [f"{level}:{severity.update_every}" for level, severity in sorted(policy.severities.items())]
    told = " ".join([*paces, f"responders:{policy.responders}"])
    return f"{DEFINITIONS}:{sha256(told.encode()).hexdigest()[:12]}"


def measured(record: Record, basis: Basis) -> Measured:
    """What *record* contributes; *basis*: what is known of the state in which it was read."""
    incident = record.incident
    kept = draft_pace.kept(record)
    begun, done = _postmortem(incident)
    return Measured(
        ref=incident.ref,
        basis=basis,
        measures=tuple(_measures(record)),
        pace=Pace(on_time=kept.on_time, wanted=kept.wanted, estimated=kept.estimated) if kept else None,
        paused=pace.paused(record.entries, incident.resolved_at) if incident.resolved_at else timedelta(),
        down=_down(record),
        postmortem_from=begun,
        postmortem_done=done,
        followups=tuple(_planned(each) for each in incident.followups if _counts(each)),
    )


def _measures(record: Record) -> Iterator[Measure]:
    for span in record.spans:
        if span.key in KEPT:
            yield Measure(span=span, guess=draft_spans.is_guess(record, span))


def _postmortem(incident: Incident) -> tuple[datetime | None, datetime | None]:
    """From when it counts, and when it was complete: reviewed, and since then not taken back (R-MET-11).

    One whose incident was resolved and never closed counts; one that the close left out, or that an imported record
    does not tell of, does not.
    """
    review = incident.review
    waits = incident.status is Status.RESOLVED and not incident.header
    if review is None and not waits:
        return None, None
    done = review.reviewed_at or review.closed_at if review is not None and review.is_done else None
    return incident.resolved_at, done


def _down(record: Record) -> tuple[tuple[datetime, datetime], ...]:
    """The windows of impact of an incident that hit all customers or all users; none while one of them is open."""
    if not is_total(record.incident):
        return ()
    known = [(each.start, each.end) for each in record.windows if each.length is not None]
    return tuple(
        (start.at, end.at)
        for start, end in known
        if start.at and end.at and not (start.day_only or end.day_only)
    )


def is_total(incident: Incident) -> bool:
    """Whether its impact says, as a number, that all customers or all users were hit: ``impact pct=100``."""
    return any(
        measure.get("unit") == "percent"
        and measure.get("name") in TOTAL
        and isinstance(measure.get("value"), int | float)
        and measure["value"] >= ALL_OF_THEM
        for measure in incident.facts.get("impact_metrics", ())
    )


TOTAL = frozenset({"Share of Customers Affected", "Share of Users Affected"})
"""Names of the measures of impact ``pct`` and ``pct_users``."""


def _counts(item: FollowUp) -> bool:
    return not item.taken_back and not item.moved_to


def _planned(item: FollowUp) -> Planned:
    return Planned(
        n=item.n,
        text=shorten(item.text, LONGEST_TEXT),
        first_due_on=item.first_due_on or item.due_on,
        state=item.state,
        ended_at=item.done_at,
    )


# As JSON


def written(value: Measured) -> dict[str, Any]:
    """*value* without its basis, as JSON."""
    return {
        "measures": [_span_written(each) for each in value.measures],
        "pace": [value.pace.on_time, value.pace.wanted, value.pace.estimated] if value.pace else None,
        "paused": value.paused.total_seconds(),
        "down": [[_iso(start), _iso(end)] for start, end in value.down],
        "postmortem": [_iso(value.postmortem_from), _iso(value.postmortem_done)],
        "followups": [
            [each.n, each.text, str(each.first_due_on or ""), each.state.value, _iso(each.ended_at)]
            for each in value.followups
        ],
    }


def read(ref: str, basis: Basis, told: Mapping[str, Any]) -> Measured:
    """What ``written`` wrote."""
    begun, done = told["postmortem"]
    on_time, wanted, estimated = told["pace"] or (0, 0, False)
    return Measured(
        ref=ref,
        basis=basis,
        measures=tuple(_span_read(each) for each in told["measures"]),
        pace=Pace(on_time=on_time, wanted=wanted, estimated=estimated) if told["pace"] else None,
        paused=timedelta(seconds=told["paused"]),
        down=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in told["down"]),
        postmortem_from=_at(begun),
        postmortem_done=_at(done),
        followups=tuple(
            Planned(
                n=n, text=text, first_due_on=date.fromisoformat(due) if due else None, state=State(state),
                ended_at=_at(ended),
            )
            for n, text, due, state, ended in told["followups"]
        ),
    )  # fmt: skip


def _span_written(measure: Measure) -> list[Any]:
    span = measure.span
    ends = [[each.name, _iso(each.at), each.source, each.day_only] for each in (span.start, span.end)]
    return [span.key, *ends, span.less.total_seconds(), measure.guess]


def _span_read(told: list[Any]) -> Measure:
    key, start, end, less, guess = told
    span = Span(key=key, name="", start=_point(start), end=_point(end), less=timedelta(seconds=less))
    return Measure(span=span, guess=guess)


def _point(told: list[Any]) -> Point:
    name, at, source, day_only = told
    return Point(name=name, at=_at(at), source=source, day_only=day_only)


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def _at(told: str) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
