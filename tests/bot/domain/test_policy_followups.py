"""What an organisation decides about follow-ups (R-AI-1, 2, 3, 6)."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.policy_followups import share
from bot.settings import DEFAULT_POLICY

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")


def test_the_built_in_rules_are_those_of_the_long_seed() -> None:
    policy = read_policy(DEFAULT)
    rules = policy.followups
    assert rules.remind_at == time(9)
    days = (rules.remind_before, rules.remind_every, rules.blocked_after, rules.late_after)
    assert [span / timedelta(days=1) for span in days] == [2, 7, 7, 14]
    assert rules.over_budget == Decimal("0.1")
    assert {"cto", "cfo", "executives"} <= set(policy.targets)


@pytest.mark.parametrize(
    ("written", "means"), [("10%", "0.1"), ("7.5 %", "0.075"), (" 0%", "0"), ("150%", "1.5")]
)
def test_a_percentage_is_exact(written: str, means: str) -> None:
    """Shares of money are decimal: 0.1 as a float is a little more (R-AI-2)."""
    assert share(written) == Decimal(means)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("over_budget = 10", 'over_budget should be a percentage in quotes, like "10%"'),
        ('over_budget = "ten"', 'over_budget should be a percentage in quotes, like "10%"'),
        ('over_budget = "-5%"', 'over_budget should be a percentage in quotes, like "10%"'),
        ('remind_every = "12h"', "remind_every should be 1d or more"),
        ('remind_at = "9"', "remind_at should be a time of day in quotes"),
        ('blocked_after = "soon"', "blocked_after is not a duration: 'soon'"),
    ],
)
def test_rules_that_cannot_be_kept_to_are_named(override: str, says: str) -> None:
    with pytest.raises(BrokenPolicy) as broken:
        read_policy(DEFAULT, f"[followups]\n{override}\n")
    (mistake,) = broken.value.mistakes
    assert f"line 2: followups.{says}" in mistake
