"""What to check before trusting a draft: gaps, contradictions, wording (PRODUCT 5.3 BL-2, 6 LINT-…).

Warnings only: nothing recorded is changed, nothing is decided.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.domain import metrics, pace
from bot.domain.draft_facts import DURATION, same_duration
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.mrkdwn import plain
from bot.domain.pace import Interval
from bot.domain.times import print_duration
from bot.domain.zones import misfit

GAP = timedelta(minutes=30)
_JUDGING = (
    "should have", "could have", "failed to", "forgot", "careless", "obviously", "human error", "mistake by",
    "fault of", "blame", "negligent", "incorrectly assumed", "why did you",
)  # fmt: skip
_JUDGED = re.compile("|".join(map(re.escape, _JUDGING)), re.IGNORECASE)
_STATED = {
    # what a record may state about itself, to the spans that it could mean
    "duration": ("mitigated", "resolved", "restored", "closed"),
    "resolution": ("resolved", "restored", "closed"),
    "detection": ("detected",),
    "first_update": ("external", "external_detected"),
    "team_assembly": ("assembled",),
}


def warnings(record: Record) -> tuple[str, ...]:
    """Everything worth a check, in the order in which a reader meets it; not what a prompt asks for anyway."""
    return tuple(
        warning
        for check in (_times, _missing, _zone, _stated, _external, _wording)
        for warning in check(record)
    )


def gaps(record: Record) -> list[Interval]:
    """Stretches of more than 30 minutes without a timeline entry, while a P0 or P1 lasted; not between mere dates."""
    end = record.end
    if record.severity.rank > 1 or end is None:
        return []
    times = [entry.at for entry in record.shown if record.start <= entry.at <= end]
    found = pace.silences([record.start, *times, end], GAP)
    return [gap for gap in found if not {gap.start, gap.end} & record.dates]


def _times(record: Record) -> Iterator[str]:
    for span in record.spans:
        if span.is_negative and span.start.at and span.end.at:
            start, end = record.stamp(span.start.at), record.stamp(span.end.at)
            ends = f"{span.end.name} ({end}), {span.start.name} ({start})"
            yield f"{span.name}: the end lies before the start: {ends}. Please correct one of the two."
    impact, detect = record.points["impact"], record.points["detect"]
    if impact.source.startswith("estimated"):
        yield f"The start of impact is {impact.source}; nobody recorded it."
    elif impact.at and impact.at == detect.at:
        yield "Start of impact and detection are the same time. Impact may have begun before anybody noticed."
    if record.points["mitigated"].source.startswith("taken"):
        yield "No mitigation is recorded; it is shown as the time of the resolve."
    if record.points["first_resolved"].at != record.points["resolved"].at:
        yield "The incident was reopened: both resolves are shown, and times count to the last one."


def _missing(record: Record) -> Iterator[str]:
    """Times that are missing stand below the durations, and names are asked for: not said again here."""
    lacks = [
        words
        for words, missing in (
            ("the affected services", not record.incident.services),
            ("the numbers of impact", not record.incident.facts.get("impact_metrics")),
        )
        if missing
    ]
    if lacks:
        yield f"{NOT_RECORDED.capitalize()}: {', '.join(lacks)}."


def _zone(record: Record) -> Iterator[str]:
    written = record.incident.header.get("timezone", {}).get("as_written")
    remark = misfit(written, record.start, record.zone) if written else ""
    if remark:
        yield f"The record labels its times {written}, but {remark} (LINT-8). Here they bear the right label."


def _stated(record: Record) -> Iterator[str]:
    for key, written in record.incident.header.get("stated", {}).items():
        yield from _differs(
            record, f"The record states “{key.replace('_', ' ')}: {written}”", written, _STATED.get(key)
        )
    for measure in record.incident.facts.get("impact_metrics", ()):
        if measure["unit"] == DURATION:
            stated = f"“{measure['name']}” is written down as “{measure['text']}”"
            yield from _differs(record, stated, measure["text"], ("resolved", "restored"))


def _differs(record: Record, stated: str, written: str, keys: tuple[str, ...] | None) -> Iterator[str]:
    found = [span for span in record.spans if span.key in (keys or ())]
    if not found or any(same_duration(written, span.value) is not False for span in found):
        return
    shown = {*(keys or ()), "closed"} if "resolved" in (keys or ()) else keys or ()
    computed = ", ".join(
        f"{print_duration(span.value, long=True)} from {span.start.name} to {span.end.name}"
        for span in record.spans
        if span.value is not None and span.key in shown
    )
    yield f"{stated}; computed: {computed or NOT_RECORDED}."


def _external(record: Record) -> Iterator[str]:
    counted = metrics.first_external(record.entries)
    others = [entry for entry in metrics.externals(record.entries) if counted and entry.at < counted.at]
    for entry in others:
        at, sent = record.stamp(entry.at), record.stamp(counted.at) if counted else ""
        yield (
            f"An external update is told of at {at} ({record.since_start(entry.at)}), but the first whose "
            f"text was kept is of {sent}. The one that was kept is counted (LINT-1)."
        )


def held_in(record: Record, found: list[Interval]) -> str:
    """What the log knows of gaps in the timeline: ``3 messages``; "" where it is empty too."""
    held = sum(gap.start < entry.at < gap.end for gap in found for entry in record.entries)
    return "1 message" if held == 1 else f"{held:,} messages" if held else ""


def print_gaps(record: Record, found: list[Interval]) -> str:
    """How often there was no entry for more than 30 minutes, and the longest of these times."""
    longest = pace.longest(found) or found[0]
    times = "once" if len(found) == 1 else f"{len(found)} times"
    return f"No timeline entry for more than 30 minutes, {times}; the longest {print_gap(record, longest)}"


def print_gap(record: Record, gap: Interval) -> str:
    """``from 14:30 to 15:45 (1 hour 15 minutes)``."""
    length = print_duration(gap.length, long=True)
    return f"from {record.stamp(gap.start)} to {record.stamp(gap.end)} ({length})"


def _wording(record: Record) -> Iterator[str]:
    for entry in record.shown:
        judged = _JUDGED.search(plain(entry.text))
        if judged:
            yield (
                f"The entry of {record.stamp(entry.at)} says “{judged[0]}”: kept as written. "
                "What was known at that moment, and what did it point to?"
            )
