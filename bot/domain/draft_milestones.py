"""When a customer escalation was created, escalated, resolved: dates, with what lay between them."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.draft_facts import Fact
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.points import Point, whole
from bot.domain.times import print_duration, zone_label


def milestones(record: Record) -> Iterator[Fact]:
    """Created, escalated, resolved, closed: each with how long after the ones before; dates alone stay dates."""
    created, escalated = created_at(record), escalated_at(record)
    resolved = _dated(record, record.points["resolved"])
    yield Fact(name="Created", value=moment(record, created))
    yield Fact(name="Escalated", value=moment(record, escalated), note=elapsed(record, created, escalated))
    notes = (elapsed(record, created, resolved), elapsed(record, escalated, resolved))
    note = "; ".join(dict.fromkeys(note for note in notes if note))
    yield Fact(name="Resolved", value=moment(record, resolved), note=note)
    if record.incident.verified_at:
        at = _dated(record, Point(name="verification", at=whole(record.incident.verified_at)))
        yield Fact(
            name="Verified by the customer", value=moment(record, at), note=elapsed(record, resolved, at)
        )
    closed = _dated(record, record.points["closed"])
    if closed.at:
        yield Fact(name="Closed", value=moment(record, closed), note=elapsed(record, resolved, closed))


def created_at(record: Record) -> Point:
    """The first that is known of it: the start of impact or the declaration."""
    impact, declared = record.points["impact"], record.points["declared"]
    if record.is_own_case:
        return _dated(record, replace(declared, name="creation"))
    first = declared if declared.at and impact.at and declared.at < impact.at else impact
    return Point(name="creation", at=first.at, day_only=first.day_only)


def escalated_at(record: Record) -> Point:
    """When somebody was first asked for help."""
    return _dated(record, replace(record.points["escalated"], name="escalation"))


def _dated(record: Record, point: Point) -> Point:
    """*point* as a mere date in the document of a customer escalation (PRODUCT 3.0, row 5)."""
    return replace(point, day_only=True) if record.incident.is_case else point


def moment(record: Record, point: Point) -> str:
    """``2024-02-09``, or ``2024-02-09, 14:02 UTC`` where the time of day is known."""
    if point.at is None:
        return NOT_RECORDED
    day = record.day(point.at).isoformat()
    if point.day_only:
        return day
    label = "" if len(record.labels) > 1 else f" {zone_label(point.at, record.zone)}"
    return f"{day}, {record.clock(point.at)}{label}"


def elapsed(record: Record, start: Point, end: Point) -> str:
    """``about 3 days after creation``; whole days where one of the two is a mere date; "" where one is not known."""
    if start.at is None or end.at is None:
        return ""
    if not (start.day_only or end.day_only):
        backwards = end.at < start.at
        span = print_duration(abs(end.at - start.at), long=True)
        return f"{span} {'before' if backwards else 'after'} {start.name}" if span != "0 seconds" else ""
    days = (record.day(end.at) - record.day(start.at)).days
    if not days:
        return f"on the day of {start.name}"
    count = f"about {abs(days)} {'day' if abs(days) == 1 else 'days'}"
    return f"{count} {'before' if days < 0 else 'after'} {start.name}"
