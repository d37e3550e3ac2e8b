"""What the record lacks: in one line, never a default (MD-4, MD-7; rule 4 of the layout)."""

from collections.abc import Iterator

from bot.domain import metrics
from bot.domain.draft_facts import has_numbers
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.lint_rule import Remark
from bot.domain.points import is_vague
from bot.domain.timeline import Kind

WANTED_TO = 1
"""Up to this rank (P0 and P1) status updates are wanted of any incident."""
_COMMS = frozenset({Kind.COMMS_INTERNAL, Kind.COMMS_EXTERNAL})


def fields(record: Record) -> Iterator[Remark]:
    """Fields of the head that nobody filled in; what prompts ask for in their sections is not said again."""
    of, header = record.incident, record.incident.header
    over = of.resolved_at is not None and not of.is_open
    lacks = [
        words
        for words, missing in (
            ("a title of its own" if of.title else "a title", not record.has_title),
            ("the severity", not record.has_severity),
            ("a reference of its own", "id" in header and not header["id"]),
            (
                "the name of the incident commander",
                not (record.name(of.commander) or _is_of_a_customer(record)),
            ),
            ("when it was declared", record.points["declared"].at is None),
            ("when it was closed", over and record.points["closed"].at is None),
            ("the affected services", not of.services),
            ("the numbers of impact", not has_numbers(record)),
            ("any status update", record.severity.rank <= WANTED_TO and not _updates(record)),
        )
        if missing
    ]
    if lacks:
        yield Remark(rule="MD-4", text=f"{NOT_RECORDED.capitalize()}: {', '.join(lacks)}.")


def approvals(record: Record) -> Iterator[Remark]:
    """A text for customers that still waited at the end: whoever reads of it may take it for sent (R-TPL-2)."""
    text = record.incident.external
    if text is not None and not text.outcome:
        at = f"{record.stamp(text.at)} ({record.since_start(text.at)})"
        yield Remark(
            rule="MD-4", text=f"A text for customers of {at} was never approved: nobody outside has read it."
        )


def _is_of_a_customer(record: Record) -> bool:
    """Whether it is a customer escalation: an engineer is assigned to it, nobody commands it."""
    return bool(record.incident.customer or record.incident.header.get("customer"))


def _updates(record: Record) -> bool:
    """Whether anybody was told anything: inside, or outside."""
    return bool(metrics.externals(record.entries)) or any(
        entry.kind in _COMMS or entry.data.get("change") == "update" for entry in record.entries
    )


def times(record: Record) -> Iterator[Remark]:
    """Dates without a time of day, and entries whose time is known only roughly."""
    if record.points["impact"].day_only:
        text = "The record has dates only, no times of day: durations are in whole days, and “about”."
        yield Remark(rule="MD-7", text=text)
    vague = [entry for entry in record.shown if is_vague(entry)]
    if vague:
        count = "1 entry has" if len(vague) == 1 else f"{len(vague):,} entries have"
        text = f"{count} no exact time: kept in the order in which they were told, and no duration counts from them."
        yield Remark(rule="MD-7", text=text)
