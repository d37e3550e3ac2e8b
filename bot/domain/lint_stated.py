"""Figures that the record states about itself against those of the timeline (LINT-3, LINT-4)."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.draft_facts import DURATION, same_duration
from bot.domain.draft_record import NOT_RECORDED, Record
from bot.domain.lint_rule import Remark
from bot.domain.points import Span
from bot.domain.times import parse_duration, print_duration

_STATED = {
    # what a record may state about itself, to the spans that it could mean
    "duration": ("mitigated", "resolved", "restored", "closed"),
    "resolution": ("resolved", "restored", "closed"),
    "detection": ("detected",),
    "first_update": ("external", "external_detected"),
    "team_assembly": ("assembled", "assembled_declared"),
}
_ENDS = ("mitigated", "restored", "resolved", "closed")


def stated(record: Record) -> Iterator[Remark]:
    """Figures of the header, and durations among the measures of impact."""
    for key, written in record.incident.header.get("stated", {}).items():
        if keys := _STATED.get(key):
            said = f"The record states “{key.replace('_', ' ')}: {written}”"
            yield from _differs(record, said, written, keys)
    for measure in record.incident.facts.get("impact_metrics", ()):
        if measure["unit"] == DURATION:
            said = f"“{measure['name']}” is written down as “{measure['text']}”"
            yield from _differs(record, said, measure["text"], ("resolved", "restored"))


def _differs(record: Record, said: str, written: str, keys: tuple[str, ...]) -> Iterator[Remark]:
    found = [span for span in record.spans if span.key in keys]
    if not found or any(fits(written, span.value) is not False for span in found):
        return
    ends = "resolved" in keys
    shown = [span for span in record.spans if span.key in (_ENDS if ends else keys)]
    computed = ", ".join(computed_words(span) for span in shown if span.value is not None)
    yield Remark(rule="LINT-4" if ends else "LINT-3", text=f"{said}; computed: {computed or NOT_RECORDED}.")


def fits(written: str, span: timedelta | None) -> bool | None:
    """Whether *written* may stand beside *span*: the same, or rounded to the minute; None: it is no duration."""
    same = same_duration(written, span)
    if same is not False or span is None:
        return same
    over = parse_duration(written) - span
    return timedelta() < over <= timedelta(seconds=30) and not parse_duration(written) % timedelta(minutes=1)


def computed_words(span: Span) -> str:
    """``1 hour 57 minutes from start of impact to resolve``."""
    value = print_duration(span.value, long=True) if span.value is not None else NOT_RECORDED
    return f"{value} from {span.start.name} to {span.end.name}"
