"""Times: what contradicts itself, what is estimated, what was told of with two times (MD-1 to 4, LINT-1, 2, 4)."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain import metrics
from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark
from bot.domain.timeline import Entry
from bot.domain.times import print_duration

NEAR = timedelta(hours=1)
"""Within this, what was told of and what was kept can be one update."""


def contradicting(record: Record) -> Iterator[Remark]:
    """Spans and windows whose end lies before their start: an error, never zero (MD-1)."""
    for span in record.spans:
        if span.is_negative and span.start.at and span.end.at:
            start, end = record.stamp(span.start.at), record.stamp(span.end.at)
            ends = f"{span.end.name} ({end}), {span.start.name} ({start})"
            yield Remark(
                rule="MD-1",
                text=f"{span.name}: the end lies before the start: {ends}. Please correct one of the two.",
            )
    for window in record.windows:
        if window.start.at and window.end.at and window.end.at < window.start.at:
            ends = f"{record.stamp(window.end.at)}, {record.stamp(window.start.at)}"
            yield Remark(rule="MD-1", text=f"A window of impact ends before it begins: {ends}.")


def starts(record: Record) -> Iterator[Remark]:
    """A start of impact that nobody recorded, or that is only the moment of detection."""
    impact, detect = record.points["impact"], record.points["detect"]
    if record.is_own_case:
        return  # its document shows dates, and no durations
    if impact.source.startswith("estimated"):
        yield Remark(rule="MD-7", text=f"The start of impact is {impact.source}; nobody recorded it.")
    elif impact.at and impact.at == detect.at and not impact.day_only:
        text = (
            "Start of impact and detection are the same time. Impact may have begun before anybody noticed."
        )
        yield Remark(rule="MD-7", text=text)
    first = record.windows[0].start.at
    if impact.at and first and first != impact.at:
        text = (
            f"The start of impact is {record.stamp(impact.at)}, the first window of impact begins at "
            f"{record.stamp(first)}. Durations count from the one, the time affected from the other."
        )
        yield Remark(rule="LINT-2", text=text)


def ends(record: Record) -> Iterator[Remark]:
    """An incident that was reopened (MD-3); that a mitigation was skipped stands beside its span (MD-4)."""
    again = [window for window in record.windows if window.start.source == "estimated from the reopening"]
    if record.points["first_resolved"].at != record.points["resolved"].at or again:
        text = "The incident was reopened: both resolves are shown, and times count to the last one."
        if again and again[0].start.at:
            text += (
                f" Impact is taken to have come back with the reopening ({record.stamp(again[0].start.at)}); if it "
                f"did not, enter the windows: {record.policy.command} impact window=14:02-14:30."
            )
        yield Remark(rule="MD-3", text=text)


def external(record: Record) -> Iterator[Remark]:
    """An update for customers that is told of at another time than its kept text, or after the close (LINT-1)."""
    found = metrics.externals(record.entries)
    kept = [entry for entry in found if metrics.is_kept(entry)]
    for entry in found:
        same = None if entry in kept else _kept_of(entry, kept)
        if same is None or same.at == entry.at:
            continue
        counted = same is metrics.first_external(record.entries) and entry.at < same.at
        text = (
            f"An external update{_about(entry)} is told of at {_when(record, entry)}, but the text that was kept is "
            f"of {_when(record, same)}."
        )
        yield Remark(
            rule="LINT-1", text=text + (" The one that was kept is counted as the first." if counted else "")
        )
    yield from _after_close(record, kept)


def _kept_of(entry: Entry, kept: list[Entry]) -> Entry | None:
    """The kept text that *entry* tells of: of its phase and near it; without a phase, the first of all after it."""
    if not _phase(entry):
        return kept[0] if kept and entry.at < kept[0].at else None
    same = [one for one in kept if _phase(one) == _phase(entry) and abs(one.at - entry.at) <= NEAR]
    return min(same, key=lambda one: abs(one.at - entry.at), default=None)


def _after_close(record: Record, kept: list[Entry]) -> Iterator[Remark]:
    closed = record.points["closed"].at
    for entry in kept:
        if closed and _phase(entry) == "resolved" and entry.at.replace(microsecond=0) > closed:
            late = print_duration(entry.at.replace(microsecond=0) - closed, long=True)
            text = f"Customers read “resolved” at {record.stamp(entry.at)}, {late} after the close "
            yield Remark(rule="LINT-1", text=f"{text}({record.stamp(closed)}).")


def _when(record: Record, entry: Entry) -> str:
    return f"{record.stamp(entry.at)} ({record.since_start(entry.at)})"


def _about(entry: Entry) -> str:
    return f" ({_phase(entry)})" if _phase(entry) else ""


def _phase(entry: Entry) -> str:
    return str((entry.data.get("comm") or {}).get("phase") or entry.data.get("phase") or "")
