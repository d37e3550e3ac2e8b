"""News becomes calls: one file per feature, each with its table of who tells what; their sum is TELL."""

from bot.slack.news import endings, escalations, moving, opening, record, roles, updates
from bot.slack.news.common import Tellers

TELL: Tellers = {
    **opening.TELL,
    **updates.TELL,
    **roles.TELL,
    **record.TELL,
    **endings.TELL,
    **escalations.TELL,
    **moving.TELL,
}
"""What is told at each kind of news. tests/bot/slack/test_announce.py holds that every kind is there."""
