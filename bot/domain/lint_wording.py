"""Words that judge: pointed at, kept as written, never changed (BL-2, BL-3)."""

import re
from collections.abc import Iterator

from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark
from bot.domain.mrkdwn import plain

_JUDGING = (
    "should have", "could have", "failed to", "forgot", "careless", "obviously", "human error", "mistake by",
    "fault of", "blame", "negligent", "incorrectly assumed", "why did you",
)  # fmt: skip
_JUDGED = re.compile("|".join(map(re.escape, _JUDGING)), re.IGNORECASE)


def judging(record: Record) -> Iterator[Remark]:
    """Entries of the timeline that judge."""
    for entry in record.shown:
        judged = _JUDGED.search(plain(entry.text))
        if judged:
            yield Remark(
                rule="BL-2",
                text=f"The entry of {record.stamp(entry.at)} says “{judged[0]}”: kept as written. "
                "What was known at that moment, and what did it point to?",
            )
