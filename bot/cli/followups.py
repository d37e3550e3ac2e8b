"""Follow-ups written out: ``followups``."""

import argparse
import sys
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.app import Bot, build
from bot.cli.drafts import put_bytes
from bot.cli.operate import settings
from bot.cli.verb import Verb
from bot.domain.followup_export import COLUMNS
from bot.domain.refusal import NoSuchFile
from bot.domain.times import is_within_reach
from bot.followup_files import CSV, KINDS, MARKDOWN, FollowUpFiles
from bot.store.migrate import ready

_BEGINS = {CSV: ",".join(COLUMNS[:4]), MARKDOWN: "# Follow-ups"}
"""How a list of ours begins, which a newer one may take the place of."""


def _followups(asked: argparse.Namespace) -> int:
    """Write the list where it is wanted; its count goes to standard error."""
    bot = build(settings(needs_slack=False))
    with closing(bot.store) as store:
        ready(store)
        since = _start_of(asked.since, bot) if asked.since else None
        kind, ref = asked.format or _kind_of(asked.output), asked.ref.upper() if asked.ref else None
        made = FollowUpFiles(bot.transactions).made(kind, ref=ref, since=since)
    content = made.content.encode("utf-8", "replace")
    if asked.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return 0
    place = _place(asked.output, made.name, kind)
    put_bytes(place, content)
    print(f"{place}: {made.count} follow-up{'' if made.count == 1 else 's'}", file=sys.stderr)
    return 0


def _kind_of(output: str | None) -> str:
    """The kind that the name of the file means; CSV where it means none."""
    suffix = Path(output).suffix.lower().lstrip(".") if output else ""
    return suffix if suffix in KINDS else CSV


def _place(output: str, name: str, kind: str) -> Path:
    """The path as given; in a folder that is there, under our *name*. Only a former list is written over.

    Raises NoSuchFile.
    """
    path = Path(output)
    path = path / name if path.is_dir() else path
    if not path.exists():
        return path
    try:
        with path.open("rb") as there:
            begins = there.read(200)
    except OSError as error:
        raise NoSuchFile(given=str(path), reason=error.strerror or "it cannot be read") from error
    if begins and not begins.startswith(_BEGINS[kind].encode()):
        raise NoSuchFile(given=str(path), reason="something else stands there, and is not written over")
    return path


def _day(typed: str) -> date:
    """A day as the option takes it. ArgumentTypeError says what is wrong with another."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not is_within_reach(day):
        raise argparse.ArgumentTypeError(f"{typed!r} is no day. Write it like 2026-01-31.")
    return day


def _start_of(day: date, bot: Bot) -> datetime:
    """The beginning of *day* where the organisation is."""
    return datetime.combine(day, time(), bot.settings.policy.zone).astimezone(UTC)


FOLLOWUPS = (
    Verb(
        name="followups",
        does="Writes the follow-ups of all incidents as CSV or Markdown; those of private ones where one is named.",
        example="followups --since 2026-01-01 -o followups.csv",
        run=_followups,
        arguments=(
            (("ref",), {"metavar": "REF", "nargs": "?", "help": "only of this incident, also a private one"}),
            (("--format",), {
                "choices": list(KINDS), "help": "the default is what the name behind -o ends in, else csv",
            }),
            (("--since",), {
                "type": _day, "metavar": "YYYY-MM-DD",
                "help": "only of incidents that were declared on that day or later",
            }),
            (("-o", "--output"), {
                "metavar": "FILE",
                "help": "write there, or into that folder, instead of standard output; a former list is written over",
            }),
        ),
    ),
)  # fmt: skip
