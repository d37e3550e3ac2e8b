"""The app's home: what waits for one person, what is open, the buttons, and answers that are not lost."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.doors import Outcome
from bot.store.tables import outbox
from tests.homes import opens, running, stands, waits
from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"
NEXT = "INC-2026-0302-002"


def published(world: World) -> list[dict[str, Any]]:
    return [call.args for call in world.slack.calls if call.method == "views.publish"]


# To begin with


def test_the_home_of_a_newcomer_says_how_to_begin(world: World) -> None:
    ana = world.person("ana")
    words = opens(world, ana)
    assert "Nothing waits for you" in words
    assert "No incident is open" in words
    assert "`/incident declare sev1 what is wrong`" in words
    assert "As of <!date^1772442000^" in words
    assert "09:00 UTC)" in words
    for title in ("*To start*", "*While it runs*", "*To finish*"):
        assert title in words


def test_an_incident_is_declared_out_of_the_home(world: World) -> None:
    ana = world.person("ana")
    opens(world, ana)
    ana.clicks("Declare an incident", channel="home")
    assert ana.modal is not None
    assert ana.submits({"severity": "SEV-2 (P1 · High) - updates every 30 min"}).errors == {}
    words = stands(world, ana)
    answer = words.partition("Waiting for you")[0]
    assert f"`{INC}` Untitled SEV-2 incident" in answer, "the answer stands in the home"
    assert not any("Declared" in said for said in world.dm(ana).words)
    assert "*SEV-2 (P1 · High)* · Untitled SEV-2 incident" in running(words)
    world.tick()
    assert "Open incidents: 1" in opens(world, ana)


def test_ten_openings_at_once_make_one_home(world: World) -> None:
    """DR-2: the newest says all that the others would have said."""
    ana = world.person("ana")
    for _ in range(10):
        ana.opens_home()
    world.settle()
    assert len(published(world)) == 1
    opens(world, ana)
    assert len(published(world)) == 2


def test_the_apps_messages_are_no_home(world: World) -> None:
    ana = world.person("ana")
    channel = world.slack.direct(ana.id).id
    world.sends({"type": "app_home_opened", "user": ana.id, "tab": "messages", "channel": channel})
    world.settle()
    assert published(world) == []


# What is open


def test_the_home_lists_what_is_open_with_due_times_and_the_way_there(world: World) -> None:
    ana, room = declared(world)
    ben = world.person("ben")
    words = opens(world, ben)
    assert "Nothing waits for you" in words
    assert f"`{INC}` is *investigating*, open for 0 min · <#{room.id}> · commander <@{ana.id}>" in words
    assert "Next update due" in running(words)
    assert "(09:15 UTC)" in running(words)
    world.forward(minutes=16)
    assert "Update *overdue* since" in running(opens(world, ben))
    said(world, ana, "resolve over")
    assert "No incident is open" in opens(world, ben)


def test_the_most_severe_come_first_and_of_these_the_newest(world: World) -> None:
    ana, _ = declared(world, "sev3")
    for line in ("sev1 login is down", "sev3 search is slow"):
        ana.commands(f"/incident declare {line}", channel="general")
        world.settle()
    words = running(opens(world, ana))
    assert words.index("login is down") < words.index("search is slow") < words.index("checkout is down")


def test_each_incident_leads_to_its_status_and_to_an_update(world: World) -> None:
    _, room = declared(world)
    ben = world.person("ben")
    opens(world, ben)
    ben.clicks("Status", channel="home")
    words = stands(world, ben)
    status = words.partition("Open incidents: 1")[2].partition("How it goes")[0]
    assert "No update was posted yet." in status, "the answer stands below the incident that it is about"
    assert f"`/incident update {INC} --external`" in status, "the next command names it: this is no channel"
    ben.clicks("Post update", channel="home", value=INC)
    assert ben.modal is not None
    assert ben.submits({"text": "the pool is exhausted"}).errors == {}
    world.settle()
    assert "the pool is exhausted" in room.keyed("update").words[0]
    assert "No update was posted yet" not in stands(world, ben)


def test_what_a_form_did_shows_in_a_home_that_was_looked_at(world: World) -> None:
    ana, _ = declared(world)
    world.forward(minutes=5)
    assert "(09:15 UTC)" in waits(opens(world, ana))
    ana.clicks("Post update", channel="home", value=INC)
    ana.submits({"text": "all is known", "next": "20m"})
    assert "(09:25 UTC)" in waits(stands(world, ana))
    ana.commands("/incident update")
    ana.submits({"text": "sooner after all", "next": "8m"})
    assert "(09:13 UTC)" in waits(stands(world, ana)), "also a form that was opened elsewhere"
    before = len(published(world))
    world.forward(minutes=11)
    ana.commands("/incident update")
    ana.submits({"text": "nothing new"})
    world.settle()
    assert len(published(world)) == before, "one that was opened a while ago is left alone"


def test_help_and_lists_stand_where_was_clicked(world: World) -> None:
    ana, _ = declared(world)
    opens(world, ana)
    ana.clicks("To finish", channel="home")
    assert "`/incident reopen errors are back`" in stands(world, ana).partition("How it goes")[2]
    ana.clicks("List all", channel="home")
    words = stands(world, ana)
    assert "`/incident reopen errors are back`" not in words
    assert f"• `{INC}` *SEV-1 (P0 · Critical)*" in words.partition("Waiting for you")[0]
    ana.clicks("Refresh", channel="home")
    assert f"• `{INC}`" not in stands(world, ana)


def test_thirty_incidents_fit_and_the_rest_is_counted(world: World) -> None:
    """Block Kit: at most a hundred blocks."""
    ana = world.person("ana")
    for n in range(30):
        ana.commands(f"/incident declare sev3 trouble number {n} " + "<&> " * 100)
        world.settle()
    words = opens(world, ana)
    assert "Waiting for you: 30" in words
    assert "And 14 more. Your incidents: `/incident list mine`" in words
    assert "Open incidents: 30" in words
    assert "And 14 more: `/incident list`" in words
    assert "trouble number 29 " in running(words), "the newest comes first"
    ana.clicks("List all", channel="home")
    assert "And 20 more." in stands(world, ana)
    assert "*To finish*" in stands(world, ana)


# Who sees what


def test_a_private_incident_is_in_the_home_of_its_members_alone(world: World) -> None:
    """DR-28."""
    world.expects_errors("name_taken")
    ana, _ = declared(world)
    ben, cy = joined(world, "ben"), world.person("cy")
    assert "checkout is down" in opens(world, cy)
    said(world, ana, "private")
    world.tick()
    assert "checkout" not in stands(world, cy), "nobody had to open it again"
    assert "checkout is down" in opens(world, ben)
    assert " · private" in stands(world, ben)
    ben.leaves(world.channel().channel)
    assert "checkout" not in stands(world, ben)
    assert "checkout" not in opens(world, ben)
    assert "checkout is down" in opens(world, ana)


def test_an_old_button_of_a_private_incident_tells_nothing(world: World) -> None:
    """DR-28: the home that was seen before it went private."""
    world.expects_errors("name_taken")
    ana, _ = declared(world)
    cy = world.person("cy")
    opens(world, cy)
    old = world.slack.homes[cy.id].body
    said(world, ana, "private")
    world.tick()
    world.slack.homes[cy.id].body = old
    for button in ("Status", "Post update", "Subscribe"):
        world.slack.homes[cy.id].body = old
        cy.clicks(button, channel="home")
        words = stands(world, cy)
        assert f"There is no incident {INC}" in words, button
        assert "checkout" not in words
    assert cy.modal is None


def test_a_drill_says_so(world: World) -> None:
    """R-DRL-2."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout is down --drill")
    world.tick()
    words = opens(world, ana)
    assert "· DRILL: checkout is down" in waits(words)
    assert "· DRILL: checkout is down" in running(words)
    assert "Subscribe" not in running(words)


# In trouble


def test_a_click_that_comes_too_late_is_answered_in_the_home(world: World) -> None:
    ana, _ = declared(world)
    ben = world.person("ben")
    opens(world, ben)
    said(world, ana, "resolve over")
    ben.clicks("Post update", channel="home")
    words = stands(world, ben)
    assert f"{INC} is resolved" in words
    assert "Next: `/incident" in words
    assert "No incident is open" in words
    assert ben.modal is None


def test_the_same_click_again_does_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """DR-10."""
    ana, _ = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "task add restart the pods @ben in=10m")
    opens(world, ben)
    door, clicks = world.slack.door, []
    assert door is not None
    deliver = door.deliver

    def twice(ws: Any, kind: str, payload: Any, **more: Any) -> Outcome:
        clicks.append(payload)
        deliver(ws, kind, payload, **more)
        return deliver(ws, kind, payload, **more)

    monkeypatch.setattr(door, "deliver", twice)
    ben.clicks("+10 min", channel="home")
    monkeypatch.setattr(door, "deliver", deliver)
    assert len(clicks) == 1
    assert "(09:10 UTC)" in waits(stands(world, ben)), "ten minutes from now, not twenty"


def test_a_home_that_slack_refuses_is_logged_once_and_never_tried_in_a_circle(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors("not_enabled")
    ana = world.person("ana")
    world.slack.faults.add("views.publish", "not_enabled")
    with caplog.at_level(logging.WARNING):
        ana.opens_home()
        world.settle()
        world.forward(hours=1)
    assert [record.getMessage() for record in caplog.records if "home:" in record.getMessage()] == [
        f"Slack refused home:{ana.id}:1 (views.publish): not_enabled"
    ]
    assert len(published(world)) == 1
    assert "Nothing waits for you" in opens(world, ana)


def test_what_waited_while_slack_was_away_gives_way_to_the_newest(world: World) -> None:
    ana = world.person("ana")
    world.slack.faults.add("views.publish", "429", times=1, retry_after=30)
    opens_first = len(published(world))
    ana.opens_home()
    world.settle()
    ana.commands("/incident declare sev1 checkout is down")
    ana.opens_home()
    world.settle()
    assert ana.id not in world.slack.homes
    world.forward(seconds=31)
    assert "checkout is down" in stands(world, ana)
    assert len(published(world)) == opens_first + 2, "the refused one, and the newest"


def test_a_click_while_the_database_is_away_is_answered_at_once(world: World) -> None:
    declared(world)
    ben = world.person("ben")
    opens(world, ben)
    with world.without_database():
        ben.clicks("Status", channel="home")
        words = world.slack.homes[ben.id].words
    assert "cannot be reached just now: nothing was recorded" in words
    assert "Refresh" in words
    ben.clicks("Refresh", channel="home")
    assert "checkout is down" in running(stands(world, ben))


def test_a_home_is_made_by_whichever_process_hears_of_it(world: World) -> None:
    declared(world)
    ben = world.person("ben")
    opens(world, ben)
    world.restart(after=timedelta(minutes=5))
    assert "open for 5 min" in opens(world, ben)
    ben.clicks("Refresh", channel="home")
    assert "checkout is down" in stands(world, ben)


def test_the_outbox_keeps_no_home_once_it_is_published(world: World) -> None:
    declared(world)
    opens(world, world.person("ben"))
    with world.bot.store.engine.connect() as connection:
        rows = connection.execute(outbox.select().where(outbox.c.method == "views.publish")).all()
    assert [(row.state, row.args) for row in rows] == [("done", {})]
