"""The end of an incident: resolved, closed, reopened."""

from bot.domain.incident import What
from bot.slack.news.common import Tellers, said

TELL: Tellers = {
    What.RESOLVED: said("resolved"),
    What.CLOSED: said("closed"),
    What.REOPENED: said("reopened"),
}
