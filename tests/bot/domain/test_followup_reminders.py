"""When something is said about follow-ups, and that it is said once (R-AI-1, 2, 3, 6; DR-24)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.followup import FollowUp, Notice, Redate, Request, State
from bot.domain.followup_reminders import fire, is_wanted, when
from bot.domain.incident import Incident, Status
from bot.domain.policy import Policy
from bot.domain.policy_file import read_policy
from bot.domain.schedule import RUNS_IN, TimerKind
from bot.settings import DEFAULT_POLICY

ADDED = datetime(2024, 3, 15, 18, tzinfo=UTC)
DAY = timedelta(days=1)
OWNER, LEAD = "U0OWNER", "U0LEAD"


def policy(more: str = "") -> Policy:
    return read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), more)


def item(n: int = 1, due: date | None = date(2024, 4, 15), **fields: object) -> FollowUp:
    known = {"owner": OWNER, "state": State.OPEN, "first_due_on": due, "added_at": ADDED, **fields}
    return FollowUp(n=n, text=f"thing {n}", due_on=due, **known)  # type: ignore[arg-type]


def incident(*items: FollowUp, **fields: object) -> Incident:
    known = {"status": Status.CLOSED, "declared_at": ADDED, **fields}
    return Incident(ref="INC-2024-0315-001", severity="P0", declared_by=LEAD, followups=items, **known)  # type: ignore[arg-type]


def said(of: Incident, until: datetime, rules: Policy | None = None) -> list[tuple[str, str, datetime]]:
    """Kind, reader and time of all that is said until then where every tick is in time."""
    rules, told = rules or policy(), []
    while (due := when(of, rules)) is not None and due <= until:
        change = fire(of, at=due, policy=rules)
        assert fire(change.incident, at=due, policy=rules).news == ()
        told += [(str(news.facts["what"]), str(news.facts["to"]), due) for news in change.news]
        of = change.incident
    return told


def mornings(of: Incident, until: datetime, rules: Policy | None = None) -> list[str]:
    zone = (rules or policy()).zone
    return [f"{at.astimezone(zone):%m-%d %H:%M}" for _, _, at in said(of, until, rules)]


# Of their dates


def test_an_owner_hears_two_days_before_on_the_day_and_then_weekly() -> None:
    told = said(incident(item()), datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert [at.isoformat() for _, _, at in told] == [
        "2024-04-13T09:00:00+00:00",
        "2024-04-15T09:00:00+00:00",
        "2024-04-22T09:00:00+00:00",
        "2024-04-29T09:00:00+00:00",
    ]
    assert {(what, to) for what, to, _ in told} == {("due", OWNER)}


def test_nothing_is_said_of_what_is_over() -> None:
    over = {"taken_back": True}, {"moved_to": "INC-2"}, {"state": State.DONE}, {"state": State.NOT_DOING}
    for fields in over:
        assert when(incident(item(**fields)), policy()) is None


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Madrid", 0, timedelta()),  # 31 March 2024: the clock goes on at 02:00
        ("America/New_York", 1, timedelta()),
        ("Asia/Kolkata", 0, timedelta()),
        ("Pacific/Chatham", 0, timedelta()),
    ],
)
def test_reminders_keep_to_the_clock_on_the_wall(zone: str, before: int, after: timedelta) -> None:
    """DR-6: over a change of the clock, and where the zone is half or three quarters of an hour off."""
    rules = policy(f'[organisation]\ntimezone = "{zone}"\n')
    of = incident(item(due=date(2024, 3, 29)), item(2, due=date(2024, 10, 30)))
    told = said(of, datetime(2024, 12, 1, tzinfo=UTC), rules)
    assert {at.astimezone(ZoneInfo(zone)).time() for _, _, at in told} == {time(9)}
    days = {at.astimezone(ZoneInfo(zone)).date() for _, _, at in told}
    assert {
        date(2024, 3, 27),
        date(2024, 3, 29),
        date(2024, 4, 5),
        date(2024, 10, 28),
        date(2024, 11, 6),
    } <= days


@pytest.mark.parametrize(
    ("at", "shown"), [("02:30", "2024-03-31T01:30:00+00:00"), ("03:00", "2024-03-31T01:00:00+00:00")]
)
def test_a_time_that_the_clock_leaves_out_is_an_hour_later(at: str, shown: str) -> None:
    """Madrid, 31 March 2024: after 01:59 comes 03:00."""
    rules = policy(f'[organisation]\ntimezone = "Europe/Madrid"\n[followups]\nremind_at = "{at}"\n')
    of = incident(item(due=date(2024, 3, 31), counted_from=datetime(2024, 3, 30, tzinfo=UTC)))
    assert (when(of, rules) or ADDED).isoformat() == shown


def test_weekends_and_the_end_of_the_year_are_days_like_others() -> None:
    """A date is a day of the calendar: Sunday the 31st is reminded of on that Sunday."""
    of = incident(item(due=date(2023, 12, 31), added_at=datetime(2023, 12, 1, tzinfo=UTC)))
    assert mornings(of, datetime(2024, 1, 8, tzinfo=UTC)) == ["12-29 09:00", "12-31 09:00", "01-07 09:00"]


def test_what_is_added_late_is_not_reminded_of_what_is_past() -> None:
    of = incident(item(due=date(2024, 3, 16)))
    assert mornings(of, datetime(2024, 3, 24, tzinfo=UTC)) == ["03-16 09:00", "03-23 09:00"]
    today = incident(item(due=date(2024, 3, 15)))  # typed on the day itself, in the evening
    assert mornings(today, datetime(2024, 3, 24, tzinfo=UTC)) == ["03-22 09:00"]


def test_a_new_date_begins_anew_and_ends_a_snooze() -> None:
    moved = datetime(2024, 4, 16, tzinfo=UTC)
    of = incident(item(due=date(2024, 5, 1), first_due_on=date(2024, 4, 15), counted_from=moved))
    assert mornings(of, datetime(2024, 5, 9, tzinfo=UTC)) == ["04-29 09:00", "05-01 09:00", "05-08 09:00"]


def test_after_an_outage_there_is_one_message_and_it_says_how_late_it_is() -> None:
    """DR-24."""
    at = datetime(2024, 4, 30, 11, tzinfo=UTC)
    change = fire(incident(item(), item(2)), at=at, policy=policy())
    (news,) = change.news
    assert news.facts["late"] == at - datetime(2024, 4, 13, 9, tzinfo=UTC)
    assert when(change.incident, policy()) == datetime(2024, 5, 6, 9, tzinfo=UTC)


def test_a_day_has_one_message_though_the_one_before_came_late() -> None:
    early = datetime(2024, 4, 15, 7, tzinfo=UTC)  # the bot is back two hours before the second one
    change = fire(incident(item()), at=early, policy=policy())
    assert when(change.incident, policy()) == datetime(2024, 4, 22, 9, tzinfo=UTC)


def test_what_one_person_has_comes_in_one_message_and_each_person_has_their_own() -> None:
    of = incident(item(1), item(2), item(3, owner="U0OTHER"))
    change = fire(of, at=when(of, policy()) or ADDED, policy=policy())
    assert [(news.facts["to"], news.facts["n"]) for news in change.news] == [(OWNER, 1), ("U0OTHER", 2)]


def test_whoever_cannot_be_told_is_stood_in_for() -> None:
    """Deactivated, or outside of a private incident: the postmortem's owner, the commander, at last nobody."""
    at = datetime(2024, 4, 13, 9, tzinfo=UTC)

    def reader(**fields: object) -> object:
        (news,) = fire(incident(item(), **fields), at=at, policy=policy()).news
        return news.facts["to"]

    assert reader() == OWNER
    assert reader(absent=(OWNER,)) == LEAD
    assert reader(absent=(OWNER,), postmortem_owner="U0WRITER") == "U0WRITER"
    assert reader(private=True, members=(LEAD,)) == LEAD
    assert reader(private=True, members=("U0WRITER", LEAD), postmortem_owner="U0WRITER") == "U0WRITER"
    assert reader(absent=(OWNER, LEAD)) == ""


def test_names_of_an_imported_record_are_told_nothing() -> None:
    of = incident(item(owner=None, written={"owner": "Robert Kim"}), header={"people": []})
    assert when(of, policy()) is None
    assert when(incident(item(owner=None, due=None, state=State.PROPOSED), header={"x": 1}), policy()) is None


def test_it_runs_in_every_status_but_the_two_that_are_silent() -> None:
    assert set(Status) - RUNS_IN[TimerKind.FOLLOWUP] == {Status.CANCELLED, Status.MERGED}


# What lacks an owner or a date


def test_whoever_sees_to_the_postmortem_is_asked_thrice_for_what_is_missing() -> None:
    """R-AI-5, DR-22: weekly, and then never again."""
    of = incident(item(due=None, state=State.PROPOSED), item(2, owner=None, state=State.PROPOSED))
    told = said(of, datetime(2024, 12, 1, tzinfo=UTC))
    asked = [f"{at:%m-%d %H:%M}" for what, to, at in told if what == "lacks" and to == LEAD]
    assert asked == ["03-22 09:00", "03-29 09:00", "04-05 09:00"]
    assert {what for what, _, _ in told} == {"lacks"}


# Further up


def test_the_cto_hears_of_what_is_blocked_for_longer_than_seven_days_not_just_as_long() -> None:
    """R-AI-1, replay F: blocked on 1 May at 10:00."""
    blocked = datetime(2024, 5, 1, 10, tzinfo=UTC)
    of = incident(item(due=date(2024, 9, 1), state=State.BLOCKED, blocked_at=blocked))
    assert fire(of, at=blocked + 7 * DAY, policy=policy()).news == ()
    told = said(of, blocked + 22 * DAY)
    assert [(what, at) for what, _, at in told] == [
        ("blocked", blocked + weeks * 7 * DAY + datetime.resolution) for weeks in (1, 2, 3)
    ]


def test_what_comes_late_to_the_cto_is_not_said_again_within_the_hour() -> None:
    """R-AI-1, DR-24: the bot was away until an hour before the next weekly time."""
    blocked = datetime(2024, 5, 1, 10, tzinfo=UTC)
    of = incident(item(due=date(2024, 9, 1), state=State.BLOCKED, blocked_at=blocked))
    told = fire(of, at=blocked + 28 * DAY - timedelta(hours=1), policy=policy()).incident
    assert when(told, policy()) == blocked + 35 * DAY + datetime.resolution
    told = fire(of, at=blocked + 26 * DAY, policy=policy()).incident
    assert when(told, policy()) == blocked + 28 * DAY + datetime.resolution


def test_a_block_that_begins_anew_is_counted_anew() -> None:
    blocked = datetime(2024, 5, 1, 10, tzinfo=UTC)
    of = incident(item(due=date(2024, 9, 1), state=State.BLOCKED, blocked_at=blocked))
    told = fire(of, at=blocked + 8 * DAY, policy=policy()).incident
    again = replace(told.followups[0], blocked_at=blocked + 9 * DAY)
    assert when(replace(told, followups=(again,)), policy()) == blocked + 16 * DAY + datetime.resolution


def test_the_cfo_is_asked_at_once_and_then_weekly_until_it_is_decided() -> None:
    """R-AI-2."""
    at = datetime(2024, 5, 2, 14, tzinfo=UTC)
    asked = Request(n=1, what="budget", by=OWNER, at=at, before="$12,000/month", after="$13,201/month")
    of = incident(item(due=date(2024, 9, 1), state=State.AWAITING, requests=(asked,)))
    assert [when for _, _, when in said(of, at + 8 * DAY)] == [at, at + 7 * DAY]
    decided = replace(asked, outcome="approved")
    settled = incident(item(due=date(2024, 9, 1), requests=(decided,)))
    assert when(settled, policy()) == datetime(2024, 8, 30, 9, tzinfo=UTC)


def test_another_scope_is_brought_to_whoever_sees_to_the_postmortem() -> None:
    """R-AI-4."""
    at = datetime(2024, 5, 2, 14, tzinfo=UTC)
    asked = Request(n=1, what="scope", by=OWNER, at=at, before="all", after="half")
    of = incident(item(due=date(2024, 9, 1), state=State.AWAITING, requests=(asked,)))
    assert said(of, at + 8 * DAY) == [("scope", LEAD, at), ("scope", LEAD, at + 7 * DAY)]


def moved(*dates: date) -> FollowUp:
    """One that was due on the first of *dates*, and moved to each of the others, a day apart each."""
    at = [ADDED + n * DAY for n in range(1, len(dates))]
    steps = zip(dates, dates[1:], at, strict=False)
    redates = tuple(Redate(before=a, after=b, by=OWNER, at=when, reason="parts") for a, b, when in steps)
    return item(due=dates[-1], first_due_on=dates[0], redates=redates)


FIRST = date(2024, 4, 15)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((14,), []),  # just fourteen days: nobody hears
        ((15,), [1]),
        ((10, 20), [2]),  # counted from the first date, not from the one before
        ((15, 16), [1, 2]),  # further
        ((20, 15), [1]),  # back, still late: known already
        ((20, 15, 18), [1]),
        ((20, 10, 18), [1, 3]),  # crosses again
        ((20, 10), [1]),
    ],
)
def test_the_executives_hear_of_each_date_that_crosses_the_line_or_goes_further(
    days: tuple[int, ...], told: list[int]
) -> None:
    """R-AI-3."""
    of, heard = incident(), []
    for step in range(1, len(days) + 1):
        now = moved(FIRST, *(FIRST + n * DAY for n in days[:step]))
        known = of.followups[0].told if of.followups else ()
        of = incident(replace(now, told=known))
        change = fire(of, at=now.redates[-1].at, policy=policy())
        heard += [step for news in change.news if news.facts["what"] is Notice.LATE]
        of = change.incident
    assert heard == told


def test_of_several_moves_in_an_outage_the_executives_read_one_message() -> None:
    of = incident(moved(FIRST, FIRST + 15 * DAY, FIRST + 16 * DAY))
    change = fire(of, at=ADDED + 5 * DAY, policy=policy())
    assert [news.facts["what"] for news in change.news] == [Notice.LATE]


# On its way to Slack


def test_a_message_is_dropped_once_nothing_of_it_holds() -> None:
    """DR-1."""
    rules = policy()
    now = fire(incident(item(1), item(2)), at=datetime(2024, 4, 13, 9, tzinfo=UTC), policy=rules).incident
    key = f"followup-due:{now.ref}:1:{OWNER}"
    assert is_wanted(now, key, rules)

    def with_(*changed: FollowUp) -> Incident:
        return replace(now, followups=changed)

    one, two = now.followups
    assert is_wanted(with_(replace(one, state=State.DONE), two), key, rules)
    assert not is_wanted(with_(replace(one, state=State.DONE), replace(two, owner=LEAD)), key, rules)
    assert not is_wanted(with_(replace(one, due_on=FIRST + DAY)), key, rules)
    assert not is_wanted(with_(one), f"followup-due:{now.ref}:2:{OWNER}", rules)


# Whatever happens


@given(
    due=st.dates(date(2024, 3, 1), date(2024, 12, 31)),
    zone=st.sampled_from(["Etc/UTC", "Europe/Madrid", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
    delays=st.lists(st.integers(0, 40 * 24), max_size=12),
    clock=st.sampled_from(["00:00", "02:30", "09:00", "23:59"]),
)
def test_no_reminder_is_missing_or_said_twice_however_late_the_ticks_are(
    due: date, zone: str, delays: list[int], clock: str
) -> None:
    """Counted by hand: of the mornings that were passed since the last message there is one message, and the next
    comes at the first morning of a later day."""
    rules = policy(f'[organisation]\ntimezone = "{zone}"\n[followups]\nremind_at = "{clock}"\n')
    of, place, last, day = incident(item(due=due)), ZoneInfo(zone), ADDED, None
    hour = time.fromisoformat(clock)
    days = [due - 2 * DAY, due, *(due + weeks * 7 * DAY for weeks in range(1, 120))]
    times = [(one, datetime.combine(one, hour, place).astimezone(UTC)) for one in days]
    for delay in delays:
        expected = next(at for one, at in times if at > last and (day is None or one > day))
        assert when(of, rules) == expected
        last = expected + timedelta(hours=delay)
        day = last.astimezone(place).date()
        change = fire(of, at=last, policy=rules)
        assert len(change.news) == 1
        of = change.incident
