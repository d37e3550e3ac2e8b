"""A remark of one rule, and the rules that warnings come from (PRODUCT 5.3, 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

RULES: Mapping[str, str] = {
    # in the order in which a reader wants them: what makes numbers wrong, then what is missing, then words
    "MD-1": "Times that contradict each other",
    "LINT-1": "An update for customers with two times",
    "LINT-2": "A span with two starts",
    "LINT-3": "A stated figure against the timeline",
    "LINT-4": "Mitigated, restored, resolved and closed are not the same",
    "LINT-5": "Sums and shares",
    "LINT-6": "Two values at one time",
    "LINT-7": "A count against its title",
    "LINT-8": "The label of the time zone",
    "LINT-9": "“All” against a share",
    "AD-7": "Steps and their results",
    "AD-3": "Causes: candidates and guesses",
    "AD-4": "Phases",
    "MD-7": "Where a time comes from",
    "MD-3": "Reopened",
    "MD-4": "What is missing",
    "LINT-10": "Action items",
    "R-FMT-2": "Texts that are cut off",
    "layout 8": "Names that two people bear",
    "BL-1": "Names where a role would do",
    "BL-2": "Words that judge",
    "BL-5": "Words for customers",
}
"""Rule to the heading of its warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to check: both values, and nothing changed."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """All warnings of one rule."""

    rule: str
    name: str
    texts: tuple[str, ...]
    more: int = 0
    """How many others there are, beside those that are written out."""

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.texts) + self.more
