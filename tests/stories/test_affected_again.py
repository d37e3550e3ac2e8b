"""Customers affected more than once: a reopened incident, windows that people enter, a hypothesis that was wrong."""

from tests.stories.test_postmortem import files, text
from tests.world import World, declared, said


def closed_again(world: World):
    """Resolved after half an hour, reopened ten minutes later, resolved again after another twenty, and closed."""
    ana, room = declared(world)
    world.forward(minutes=20)
    ana.commands("/incident set restored now")
    world.forward(minutes=10)
    ana.commands("/incident resolve all good")
    world.forward(minutes=10)
    ana.commands("/incident reopen it is back")
    world.forward(minutes=20)
    ana.commands("/incident resolve really good")
    ana.commands("/incident close")
    world.tick()
    return ana, room


def test_a_reopened_incident_adds_up_the_time_affected_and_tells_what_it_rests_on(world: World) -> None:
    """PRODUCT 5.4: the sum of the windows; MD-3: both resolves; the restoration before the reopening is not lost."""
    _, room = closed_again(world)
    made = text(files(room)[-1])
    assert "**Customers were affected 2 times, 40 minutes in all**" in made
    assert "- 20 minutes: start of impact" in made
    assert "(estimated from the reopening)" in made
    assert "| First resolved | 30 minutes |" in made
    assert "| Resolved | 1 hour " in made
    assert "/incident impact window=14:02-14:30" in made


def test_windows_that_people_enter_count_and_can_be_taken_away_again(world: World) -> None:
    ana, room = closed_again(world)
    reply = said(world, ana, "impact window=09:00-09:25 window=09:40-09:45")
    assert "Impact recorded" in reply
    (echo,) = room.keyed("echo").words[-1:]
    assert "window=2026-03-02 09:00 to 09:25 UTC; window=2026-03-02 09:40 to 09:45 UTC" in echo
    assert "+00:00" not in said(world, ana, "timeline --all")
    ana.commands("/incident postmortem draft")
    world.tick()
    made = text(files(room)[-1])
    assert "**Customers were affected 2 times, 30 minutes in all**" in made
    ana.commands("/incident impact window=none")
    ana.commands("/incident postmortem draft")
    world.tick()
    assert "40 minutes in all" in text(files(room)[-1])


def test_a_window_that_ends_before_it_begins_is_refused_with_the_form_to_write(world: World) -> None:
    ana, _ = declared(world)
    for wrong in ("window=09:25", "window=now-now", 'window="09:30 to 09:25"'):
        reply = said(world, ana, f"impact {wrong}")
        assert "no stretch of time" in reply, wrong
        assert "/incident impact window=14:02-14:30" in reply


def test_a_hypothesis_that_was_wrong_is_kept_as_one_and_not_as_a_mistake(world: World) -> None:
    """R-SIMPLE-1: no judging word, and the debrief lists it among the surprises."""
    ana, room = declared(world)
    ana.commands("/incident note hypothesis: a database bottleneck outcome=rejected")
    ana.commands("/incident resolve all good")
    ana.commands("/incident close")
    world.tick()
    made = text(files(room)[-1])
    assert "a database bottleneck (rejected)" in made
    assert "**Surprises**" in made
    assert "Words that judge" not in made
