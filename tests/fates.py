"""What must be said of a follow-up in a year, reckoned from dates alone: it knows nothing of the bot's code."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/St_Johns")  # half an hour off, and its clock goes on on 8 March, back on 1 November
BEGIN = date(2026, 3, 2)
DAYS = 53 * 7
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def local(day: int, clock: str) -> datetime:
    """That time of day, so many days after the beginning."""
    return datetime.combine(BEGIN + day * DAY, time.fromisoformat(clock), ZONE).astimezone(UTC)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE).astimezone(UTC)


@dataclass
class Fate:
    """One follow-up as the story tells of it: what it was from when on, and what is to be said of that."""

    n: int
    ref: str
    begun: datetime
    owners: list[tuple[datetime, str]] = field(default_factory=list)
    dates: list[tuple[datetime, date | None]] = field(default_factory=list)
    open: list[tuple[datetime, bool]] = field(default_factory=list)
    blocks: list[list[datetime]] = field(default_factory=list)
    asked: list[list[datetime]] = field(default_factory=list)
    scopes: list[list[datetime]] = field(default_factory=list)
    late: list[datetime] = field(default_factory=list)
    snoozed: list[datetime] = field(default_factory=list)

    def at(self, known: list[tuple[datetime, object]], when: datetime) -> object:
        return next((value for since, value in reversed(known) if since < when), None)

    def is_open(self, when: datetime) -> bool:
        return bool(self.at(self.open, when))  # type: ignore[arg-type]

    def due(self, when: datetime) -> date | None:
        return self.at(self.dates, when)  # type: ignore[arg-type,return-value]

    def owner(self, when: datetime) -> str | None:
        return self.at(self.owners, when)  # type: ignore[arg-type,return-value]

    def reminders(self) -> Iterator[datetime]:
        """Day by day: two days before, on the day, each week after it, the morning after a click; once a day."""
        for each in range(DAYS):
            day = BEGIN + each * DAY
            when = morning(day)
            due = self.due(when)
            if not self.is_open(when) or due is None or self.owner(when) is None:
                continue
            since = max(at for at, _ in (*self.dates, *self.open) if at < when)
            put_off = [
                at for at in self.snoozed if since < at < when and at.astimezone(ZONE).date() == day - DAY
            ]
            past = (day - due).days
            if past in (-2, 0) or (past > 0 and past % 7 == 0) or put_off:
                yield when

    def lacking(self) -> Iterator[datetime]:
        """One, two and three weeks after it was added, while it has no owner or no date."""
        first = self.begun.astimezone(ZONE).date()
        for week in (1, 2, 3):
            when = morning(first + week * WEEK)
            if self.is_open(when) and (self.due(when) is None or self.owner(when) is None):
                yield when

    @staticmethod
    def weekly(spans: list[list[datetime]], first: timedelta) -> Iterator[datetime]:
        """Of each span from its beginning and *first* on every week, until it ends."""
        for span in spans:
            begins, ends = span[0], span[1] if len(span) > 1 else local(DAYS, "23:59")
            when = begins + first
            while when < ends:
                yield when
                when += WEEK
