"""A year of follow-ups with all fates: what was said to whom and when, counted against a reckoning from dates alone.

Two processes tick, both restart, for five days nobody ticks. The reckoning (``Fate``) knows nothing of the bot's code.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.store.store import Collision
from tests.world import World, at_once, key_of

ZONE = ZoneInfo("America/St_Johns")  # half an hour off, and its clock goes on on 8 March, back on 1 November
BEGIN = date(2026, 3, 2)
DAYS = 53 * 7
DAY, WEEK = timedelta(days=1), timedelta(days=7)
GAP = (datetime(2026, 6, 22, 2, tzinfo=UTC), datetime(2026, 6, 27, 18, 7, tzinfo=UTC))
"""Nobody ticks in between: from a Monday before dawn to a Saturday afternoon."""
PRIVATE = "INC-2026-0302-002"
"""Of this one a target reads the reference alone (DR-28)."""
POLICY = """
[organisation]
timezone = "America/St_Johns"
[target.cto]
users = ["@tara"]
[target.cfo]
users = ["@finn"]
[target.executives]
channel = "exec-updates"
"""
Said = tuple[str, str, str, datetime, frozenset[int]]
"""Kind of notice, who reads it, of which incident, when, and the numbers of its follow-ups."""


def local(day: int, clock: str) -> datetime:
    """That time of day, so many days after the beginning."""
    return datetime.combine(BEGIN + day * DAY, time.fromisoformat(clock), ZONE).astimezone(UTC)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE).astimezone(UTC)


def heard_at(due: datetime) -> datetime:
    """When what is due then is said: at the end of the gap where nobody ticked."""
    return GAP[1] if GAP[0] <= due < GAP[1] else due


# The reckoning


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


# What happens


@dataclass
class Year:
    """The workspace, its follow-ups, and what is still to happen in it."""

    world: World
    gone: dict[str, datetime] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    plan: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)
    lead: str = ""

    def on(self, day: int, clock: str, does: Callable[[datetime], None]) -> None:
        self.plan.append((local(day, clock), does))

    def types(self, who: str, line: str) -> None:
        answer = self.world.people[who].commands(f"/incident {line}", "general").text
        assert "Next:" not in answer, f"{line}: {answer}"
        self.world.settle()

    def adds(self, ref: str, text: str, owner: str = "", due: int | None = None, more: str = "") -> Fate:
        """A follow-up of that incident, added now and due so many days after the beginning."""
        now = self.world.clock.now()
        day = BEGIN + due * DAY if due is not None else None
        words = [text, f"owner=@{owner}" if owner else "", f"due={day}" if day else "", more]
        self.types("ana", f"followup {ref} add {' '.join(filter(None, words))}")
        n = max((one.n for one in self.fates if one.ref == ref), default=0) + 1
        owners = [(now, owner)] if owner else []
        made = Fate(n=n, ref=ref, begun=now, owners=owners, dates=[(now, day)], open=[(now, True)])
        if owner and day:
            self.types("ana", f"followup {ref} accept {n}")
        self.fates.append(made)
        return made

    def ends(self, fate: Fate, day: int, line: str, who: str = "ana") -> None:
        def does(now: datetime) -> None:
            self.types(who, f"followup {fate.ref} {line.format(n=fate.n)}")
            fate.open.append((now, False))

        self.on(day, "14:00", does)

    def moves(self, fate: Fate, day: int, to: int, *, told: bool) -> None:
        def does(now: datetime) -> None:
            self.types("ana", f"followup {fate.ref} due {fate.n} {BEGIN + to * DAY} the parts are late")
            fate.dates.append((now, BEGIN + to * DAY))
            fate.late += [now] if told else []

        self.on(day, "15:20", does)

    def spans(self, known: list[list[datetime]], fate: Fate, day: int, line: str, who: str = "ana") -> None:
        """A span begins, or ends."""

        def does(now: datetime) -> None:
            self.types(who, f"followup {fate.ref} {line.format(n=fate.n)}")
            if known and len(known[-1]) == 1:
                known[-1].append(now)
            else:
                known.append([now])

        self.on(day, "11:11", does)

    def reader(self, fate: Fate, when: datetime) -> str:
        owner = fate.owner(when) or self.lead
        return owner if owner not in self.gone or when < self.gone[owner] else self.lead

    # What must have been said

    def expected(self) -> set[Said]:
        found: dict[tuple[str, str, str, datetime], set[int]] = {}
        for fate in self.fates:
            for what, reads, times in self._of(fate):
                for due in {heard_at(one) for one in times}:
                    key = (what, reads or self.reader(fate, due), fate.ref, due.replace(microsecond=0))
                    found.setdefault(key, set()).add(fate.n)
        return {
            (*key, frozenset(() if key[:2] == ("blocked", "tara") and key[2] == PRIVATE else numbers))
            for key, numbers in found.items()
        }

    def _of(self, fate: Fate) -> Iterator[tuple[str, str, list[datetime]]]:
        yield "due", "", list(fate.reminders())
        yield "lacks", self.lead, list(fate.lacking())
        yield "blocked", "tara", list(fate.weekly(fate.blocks, WEEK + datetime.resolution))
        yield "budget", "finn", list(fate.weekly(fate.asked, timedelta()))
        yield "scope", self.lead, list(fate.weekly(fate.scopes, timedelta()))
        yield "late", "exec-updates", fate.late

    def standing(self, when: datetime) -> tuple[int, int, int]:
        """How many are open, overdue and blocked; those of the private one are nobody's to read there."""
        left = [fate for fate in self.fates if fate.is_open(when) and fate.ref != PRIVATE]
        today = when.astimezone(ZONE).date()
        overdue = [fate for fate in left if (due := fate.due(when)) is not None and due < today]
        blocked = [
            fate
            for fate in left
            if any(one[0] < when and (len(one) == 1 or when <= one[1]) for one in fate.blocks)
        ]
        return len(left), len(overdue), len(blocked)


def said(world: World) -> list[Said]:
    """What was said of its own accord, as it was posted: later edits leave it."""
    names = {person.id: name for name, person in world.people.items()}
    told = []
    for call in world.slack.calls:
        key = str((call.args.get("metadata") or {}).get("event_payload", {}).get("key", ""))
        if call.method != "chat.postMessage" or not key.startswith("followup-") or not call.answer.get("ok"):
            continue
        channel = world.slack.channel(call.answer["channel"])
        alone = [names[one] for one in getattr(channel, "members", ()) if one in names]
        reads = alone[0] if channel.id.startswith("D") else channel.name
        what, ref = key.split(":", maxsplit=1)[0].removeprefix("followup-"), key.split(":")[1]
        when = datetime.fromtimestamp(float(call.answer["ts"]), UTC).replace(microsecond=0)
        numbers = frozenset(int(n) for n in re.findall(r"^\*(\d+)\. ", call.args["text"], re.MULTILINE))
        told.append((what, reads, ref, when, numbers))
    return told


# How time goes by


def passes(world: World, until: datetime) -> None:
    """From one due time to the next, and each morning; whatever is due, two processes see it at once."""
    while (now := world.clock.now()) < until:
        today = now.astimezone(ZONE).date()
        next_morning = morning(today) if morning(today) > now else morning(today + DAY)
        due = world.next_due()
        world.clock.move(min(one for one in (due, next_morning, until) if one is not None) - now)
        ticked(world)


def ticked(world: World) -> None:
    """What both processes do within this second, at once."""
    bots = (world.bot, world.others[-1])
    at_once([safe(bot.due.fire) for bot in bots])
    at_once([safe(bot.calendar.remind) for bot in bots])
    at_once([safe(bot.outbox.deliver) for bot in bots])
    world.tick()


def safe(work: Callable[[], object]) -> Callable[[], None]:
    """*work* as a tick does it: what the other process took first is left to it."""

    def does() -> None:
        with suppress(Collision):
            work()

    return does


@pytest.fixture
def start() -> datetime:
    return local(0, "10:00")


@pytest.fixture
def year(world: World) -> Year:
    """Two incidents, closed on the first day: one that everybody sees, and a private one."""
    world.slack.add_channel("exec-updates", bot=True)
    for name in ("ana", "ben", "cem", "dia", "gus", "tara", "finn"):
        world.person(name)
    world.another_bot()
    world.bot.calendar.remind()
    for line in ("sev4 checkout is down", "sev4 --private mail is slow"):
        ana = world.people["ana"]
        ana.commands(f"/incident declare {line}", "general")
        ana.channel = world.channel().channel
        if "--private" in line:
            ana.invites("dia", world.channel().channel)
        for end in ("resolve over", "close --no-postmortem small"):
            ana.commands(f"/incident {end}")
            world.tick()
    return Year(world=world, lead="ana")


def planned(year: Year) -> None:
    """Every fate that a follow-up can have."""
    one, two = "INC-2026-0302-001", PRIVATE
    on_time = year.adds(one, "done before anybody asks", "ben", 20)
    year.ends(on_time, 10, "done {n} early")
    late = year.adds(one, "done three weeks late", "ben", 30)
    year.ends(late, 52, "done {n} at last", "ben")
    year.adds(one, "never done", "cem", 41)
    year.adds(one, "never done either", "cem", 41)
    dropped = year.adds(one, "not done", "dia", 35)
    year.ends(dropped, 36, "drop {n} the service is gone")
    briefly = year.adds(one, "blocked for six days", "dia", 90)
    year.spans(briefly.blocks, briefly, 50, "block {n} the vendor")
    year.spans(briefly.blocks, briefly, 56, "unblock {n}")
    year.ends(briefly, 80, "done {n} it was easy")
    stuck = year.adds(one, "blocked over the days without a bot", "ben", 300)
    year.spans(stuck.blocks, stuck, 99, "block {n} the vendor")
    year.spans(stuck.blocks, stuck, 140, "unblock {n}")
    year.spans(stuck.blocks, stuck, 150, "block {n} the vendor again")
    year.spans(stuck.blocks, stuck, 173, "unblock {n}")
    year.ends(stuck, 280, "done {n} it came")
    moved = year.adds(one, "moved five times", "dia", 60)
    for day, to, told in ((40, 74, False), (50, 75, True), (60, 70, False), (65, 76, True), (70, 130, True)):
        year.moves(moved, day, to, told=told)
    year.ends(moved, 139, "done {n} here it is")
    dear = year.adds(one, "costs more", "cem", 200, "budget=12000/month")
    year.spans(dear.asked, dear, 70, "forecast {n} $13,201/month larger machines")
    year.spans(dear.asked, dear, 87, "approve {n}", "finn")
    year.spans(dear.asked, dear, 108, "forecast {n} $20,000/month larger still")
    year.spans(dear.asked, dear, 131, "refuse {n} too much", "finn")
    year.ends(dear, 202, "done {n} for less")
    other = year.adds(one, "becomes something else", "cem", 250)
    year.spans(other.scopes, other, 160, "scope {n} half of it because time is short", "cem")
    year.spans(other.scopes, other, 176, "approve {n}", "ana")
    year.ends(other, 240, "done {n} half")
    bare = year.adds(one, "has nobody and no day")
    half = year.adds(one, "has a day and nobody", "", 240)
    year.on(18, "12:00", lambda now: filled(year, half, "dia", now))
    year.ends(half, 262, "done {n} somebody did it")
    year.ends(bare, 290, "drop {n} nobody wanted it")
    again = year.adds(one, "done, and then not", "dia", 220)
    year.ends(again, 219, "done {n} so it seemed")
    year.on(229, "16:00", lambda now: reopened(year, again, now))
    year.ends(again, 250, "done {n} now it is")
    given = year.adds(one, "changes hands", "ben", 180)
    year.on(179, "10:00", lambda now: handed(year, given, "gus", now))
    year.on(190, "10:00", lambda now: deactivated(year, "gus", now))
    year.ends(given, 210, "done {n} by others")
    hidden = year.adds(two, "of a private one", "dia", 120)
    year.spans(hidden.blocks, hidden, 230, "block {n} the lawyers", "dia")
    year.spans(hidden.blocks, hidden, 250, "unblock {n}", "dia")
    year.ends(hidden, 256, "done {n} quietly", "dia")


def filled(year: Year, fate: Fate, owner: str, now: datetime) -> None:
    year.types("ana", f"followup {fate.ref} accept {fate.n} owner=@{owner}")
    fate.owners.append((now, owner))


def reopened(year: Year, fate: Fate, now: datetime) -> None:
    year.types("ana", f"followup {fate.ref} reopen {fate.n} it broke")
    fate.open.append((now, True))


def handed(year: Year, fate: Fate, owner: str, now: datetime) -> None:
    year.types("ana", f"followup {fate.ref} owner {fate.n} @{owner}")
    fate.owners.append((now, owner))


def deactivated(year: Year, name: str, now: datetime) -> None:
    year.world.slack.deactivate(name)
    year.world.settle()
    year.gone[name] = now


@pytest.mark.parametrize("policy", [POLICY])
def test_a_year_with_all_fates_nothing_twice_and_nothing_missing(world: World, year: Year) -> None:
    """R-AI-1, 2, 3, 6, R-REV-1, DR-24."""
    planned(year)
    stops = [(GAP[0], None), *year.plan, *((local(day, "03:03"), None) for day in range(30, DAYS, 60))]
    for when, does in sorted(stops, key=lambda one: one[0]):
        passes(world, when)
        if does is not None:
            does(when)
            ticked(world)
        elif when == GAP[0]:
            world.clock.move(GAP[1] - GAP[0] - timedelta(seconds=1))
            passes(world, GAP[1])
        else:
            world.restart()
            world.another_bot()
    passes(world, local(DAYS, "00:00"))
    told, expected = said(world), year.expected()
    twice = [each for each, times in Counter(told).items() if times > 1]
    assert twice == []
    assert sorted(expected - set(told), key=str) == [], "missing"
    assert sorted(set(told) - expected, key=str) == [], "nobody expected"
    assert {what for what, *_ in told} == {"due", "lacks", "blocked", "budget", "late", "scope"}
    wednesdays(world, year)


def wednesdays(world: World, year: Year) -> None:
    """Each Wednesday's digest once, the one of the days without a bot late, with the numbers of that day."""
    days = [BEGIN + n * DAY for n in range(DAYS) if (BEGIN + n * DAY).weekday() == 2]
    times = [heard_at(morning(day)) for day in days]
    found = [
        each for each in world.channel("incidents").messages if key_of(each).startswith("calendar:digest")
    ]
    assert [datetime.fromtimestamp(float(each.ts), UTC).replace(microsecond=0) for each in found] == times
    for each, when in zip(found, times, strict=True):
        left, overdue, blocked = year.standing(when)
        line = next(line for line in each.words.splitlines() if line.startswith("*") and " open*" in line)
        shown = {word: int(count) for count, word in re.findall(r"(\d+) (open|overdue|blocked)", line)}
        known = {"open": left, "overdue": overdue, "blocked": blocked}
        assert shown == {word: count for word, count in known.items() if count}, (when, line)
