"""The calendar: each reminder once a month, quarter or year, whatever was down and however many bots tick (R-DRL-1)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY
from tests.world import World, key_of

OWN = """
[organisation]
timezone = "America/Los_Angeles"
[calendar.review]
every = "yearly"
at = "10:30"
channel = "general"
text = "<!channel> The yearly review & more"
"""


@pytest.fixture
def start() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def to(world: World, when: datetime) -> None:
    """Move the clock there and tick the calendar."""
    world.clock.move(when - world.clock.now())
    world.bot.calendar.remind()
    world.settle()


REVIEWS = ("digest", "progress", "assessment", "evaluation")
"""What the calendar tells beside: stories of their own are about them."""


def told(world: World, channel: str = "incidents") -> list[str]:
    found = world.channel(channel).keyed("calendar")
    return [each.words for each in found if key_of(each).split(":")[1] not in REVIEWS]


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_nothing_is_said_of_what_was_due_before_the_first_start(world: World) -> None:
    """R-DRL-1: the training of March was due at the very start."""
    to(world, utc(3, 2, 9))
    to(world, utc(3, 31, 23))
    assert told(world) == []


def test_each_reminder_comes_once_on_the_first_working_day_of_its_period(world: World) -> None:
    """R-DRL-1: training each month, a simulation each quarter."""
    to(world, utc(3, 2, 9))
    to(world, utc(4, 1, 8, 59))
    assert told(world) == []
    to(world, utc(4, 1, 9))
    training, simulation = told(world)
    assert training == "From the calendar: Incident response training is due this month."
    assert "A simulated incident with everybody is due this quarter" in simulation
    for hour in (10, 15, 23):
        to(world, utc(4, 1, hour))
    assert len(told(world)) == 2
    to(world, utc(5, 1, 9))
    assert len(told(world)) == 3
    assert "training" in told(world)[-1]


def test_a_weekend_at_the_beginning_of_a_month_puts_it_off_to_monday(world: World) -> None:
    """R-DRL-1: 1 August 2026 is a Saturday."""
    to(world, utc(7, 31, 9))
    before = len(told(world))
    for day in (1, 2):
        to(world, utc(8, day, 12))
    to(world, utc(8, 3, 8, 59))
    assert len(told(world)) == before
    to(world, utc(8, 3, 9))
    assert len(told(world)) == before + 1


def test_what_was_due_while_the_bot_was_down_is_said_once_and_marked_late(world: World) -> None:
    """R-DRL-1: of three months that were missed only the last one is said."""
    to(world, utc(3, 2, 9))
    world.restart(after=timedelta(days=93, hours=3))  # 3 June, 12:00
    to(world, world.clock.now())
    first, second = sorted(told(world))
    assert "is due this quarter" in first
    assert "late by 63 d 3 h" in first
    assert "training is due this month. (This reminder is late by 2 d 3 h.)" in second


def test_a_reminder_that_is_new_in_the_policy_begins_with_its_next_time(world: World) -> None:
    """R-DRL-1: nobody is late with what was due before it was asked for; those that were there go on."""
    to(world, utc(3, 2, 9))
    name = "the-review-of-everything-that-we-promised-our-customers-in-writing"
    own = f'[calendar.{name}]\nat = "10:00"\ntext = "A review."'
    world.policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), own)
    world.restart(after=timedelta(days=17))
    to(world, utc(3, 31, 23))
    assert told(world) == []
    to(world, utc(4, 1, 10))
    assert len(told(world)) == 3
    assert told(world)[-1] == "From the calendar: A review."


def test_several_bots_that_tick_say_it_once(world: World) -> None:
    """RELIABILITY promise 2: planned under a key of the period."""
    to(world, utc(3, 2, 9))
    other = world.another_bot()
    world.clock.move(utc(4, 1, 9) - world.clock.now())
    for bot in (world.bot, other, world.bot):
        bot.calendar.remind()
    for bot in (other, world.bot):
        bot.outbox.deliver()
    world.settle()
    assert len(told(world)) == 2


@pytest.mark.parametrize("policy", [OWN])
def test_a_reminder_of_ones_own_comes_in_its_channel_in_the_organisations_zone(world: World) -> None:
    """R-DRL-1: 1 January 2027 is a Friday; what the policy says calls nobody."""
    ana = world.person("ana")
    ana.channel = world.slack.channel("general")
    ana.invites("tocsin", "general")
    to(world, utc(3, 2, 9))
    to(world, utc(1, 1, 18, 29, year=2027))
    assert told(world, "general") == []
    to(world, utc(1, 1, 18, 30, year=2027))
    (review,) = told(world, "general")
    assert review == "From the calendar: &lt;!channel&gt; The yearly review &amp; more"


@pytest.mark.parametrize("policy", ['[calendar.games]\nchannel = "nowhere"\ntext = "A game day."'])
def test_a_reminder_whose_channel_does_not_take_it_comes_in_the_announce_channel(world: World) -> None:
    """R-DRL-1, DR-14: once, and nothing goes round in a circle."""
    world.expects_errors("channel_not_found")
    to(world, utc(3, 2, 9))
    to(world, utc(4, 1, 9))
    to(world, utc(4, 1, 10))
    assert [words for words in told(world) if "game day" in words] == ["From the calendar: A game day."]
