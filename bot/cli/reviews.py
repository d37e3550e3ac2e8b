"""What the calendar tells people, at the command line: ``digest``."""

import argparse
import re
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.app import build
from bot.cli.operate import settings
from bot.cli.verb import Verb
from bot.domain.calendar import read_month
from bot.domain.mrkdwn import plain
from bot.domain.refusal import UnknownTime
from bot.domain.times import is_within_reach, parse_time
from bot.store.migrate import ready

_MARK = re.compile(r"<!date\^[^>]*> \(([^()]* UTC)\)")
"""A time as Slack shows it, with UTC beside it: outside of Slack the one in UTC is enough."""


def _digest(asked: argparse.Namespace) -> int:
    bot = build(settings(needs_slack=False))
    with closing(bot.store):
        ready(bot.store)
        at = _instant(asked.at, bot.clock.now(), bot.settings.policy.zone) if asked.at else None
        text = bot.calendar.progress(read_month(asked.month), at) if asked.month else bot.calendar.digest(at)
        text = _MARK.sub(r"\1", text)
        print(plain(text, bot.lookup.words([text], [])).replace("*", ""))
    return 0


def _instant(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A date and time as ISO 8601 writes them, or as one types them in Slack; without a zone, in *zone*.

    Raises UnknownTime and the other refusals of times.
    """
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return parse_time(typed, now=now, zone=zone).at
    if not is_within_reach(at.date()):
        raise UnknownTime(given=typed)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


REVIEWS = (
    Verb(
        name="digest",
        does="Prints how all follow-ups stand, as the calendar posts it each week; or the figures of a month.",
        example='digest --at "2026-05-06 09:00"',
        run=_digest,
        arguments=(
            (("--month",), {
                "metavar": "2026-04", "nargs": "?", "const": "month",
                "help": "the figures of that month, as the executives read them; without one, of the last whole month",
            }),
            (("--at",), {
                "metavar": "TIME",
                "help": "as if it were then, from what is recorded by now; without a zone, in the organisation's",
            }),
        ),
    ),
)  # fmt: skip
