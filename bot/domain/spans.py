"""The order in which an incident's times must stand (MD-1: a negative span is an error, not zero)."""

from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.domain.refusal import OutOfOrder

_ORDER: tuple[tuple[str, str, str, str], ...] = (
    # earlier             its words              later           its words
    ("impact_started_at", "the start of impact", "detected_at", "the detection"),
    ("impact_started_at", "the start of impact", "mitigated_at", "the mitigation"),
    ("impact_started_at", "the start of impact", "restored_at", "the restoration"),
    ("impact_started_at", "the start of impact", "resolved_at", "the resolve"),
    ("detected_at", "the detection", "resolved_at", "the resolve"),
    ("mitigated_at", "the mitigation", "resolved_at", "the resolve"),
    ("impact_started_at", "the start of impact", "verified_at", "the customer's verification"),
    ("declared_at", "the declaration", "resolved_at", "the resolve"),
    ("reopened_at", "the reopening", "resolved_at", "the resolve"),
    ("resolved_at", "the resolve", "closed_at", "the close"),
)
"""Detection may come before the declaration or after it, and a declaration before the impact: not listed.
A reopening clears the resolve before it: where both stand, the resolve is the later one."""
FIELD_NAMES = {
    "impact_started_at": "impact_start", "detected_at": "detected", "mitigated_at": "mitigated",
    "restored_at": "restored", "verified_at": "verified",
}  # fmt: skip


def check_order(incident: Incident) -> None:
    """Raise OutOfOrder where one time of *incident* lies before another that it must follow."""
    for earlier, earlier_words, later, later_words in _ORDER:
        first: datetime | None = getattr(incident, earlier)
        second: datetime | None = getattr(incident, later)
        if first and second and second < first:
            raise OutOfOrder(
                later=later_words,
                later_at=_utc(second),
                earlier=earlier_words,
                earlier_at=_utc(first),
                field=FIELD_NAMES.get(later, FIELD_NAMES.get(earlier, "impact_start")),
            )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
