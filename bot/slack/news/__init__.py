"""News becomes calls: one file per feature, each with its table of who tells what; their sum is TELL."""

from bot.slack.news import (
    cases,
    endings,
    escalations,
    external,
    followup_notices,
    followups,
    gaps,
    moving,
    opening,
    pace,
    playbooks,
    reach,
    record,
    review,
    roles,
    tasks,
    undo,
    updates,
)
from bot.slack.news.common import Tellers

TELL: Tellers = {
    **opening.TELL,
    **updates.TELL,
    **roles.TELL,
    **tasks.TELL,
    **cases.TELL,
    **followup_notices.TELL,
    **followups.TELL,
    **playbooks.TELL,
    **record.TELL,
    **review.TELL,
    **endings.TELL,
    **undo.TELL,
    **escalations.TELL,
    **external.TELL,
    **pace.TELL,
    **moving.TELL,
    **gaps.TELL,
    **reach.TELL,
}
"""What is told at each kind of news. tests/bot/slack/test_announce.py holds that every kind is there."""
