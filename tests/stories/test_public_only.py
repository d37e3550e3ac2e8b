"""A workspace whose administrators allow the app public channels alone: what works, and what is said of the rest.

No ``groups:*``, no user groups, no e-mail addresses, no canvases, no joining by itself.
"""

import logging

import pytest
import yaml

from bot.app import EVENTS
from bot.checks import OPTIONAL_SCOPES, SCOPES, check_bot, trouble
from bot.cli.manifest import manifest
from bot.findings import State
from bot.sandbox import Person
from tests.world import World, declared, said

REF = "INC-2026-0302-001"


@pytest.fixture
def allowed(world: World) -> World:
    """The bot as it is when its app was made from ``manifest --public-only``."""
    made = yaml.safe_load(manifest(command="/incident", by_socket=True, url="", public_only=True))
    world.slack.scopes = set(made["oauth_config"]["scopes"]["bot"])
    world.restart()
    world.slack.calls.clear()
    return world


def finished(world: World, ana: Person) -> None:
    for line in ("update identified the pool is exhausted", "resolve pool raised", "close"):
        said(world, ana, line)
    world.forward(minutes=1)


def test_a_public_incident_goes_from_declare_to_draft(allowed: World) -> None:
    ana, room = declared(allowed)
    ana.says("Finding: the pool is exhausted")
    root = ana.says("Decision: raise the limit")
    ana.pins(root)
    ben = allowed.person("ben")
    said(allowed, ana, "comms @ben")
    allowed.forward(minutes=16)
    finished(allowed, ana)
    assert [m.words for m in room.keyed("draft")], "a draft"
    assert "canvas" not in room.keyed("draft")[0].words, "nobody asks for one at 3 a.m."
    assert room.keyed("trouble") == []
    assert ben.id in room.channel.members
    assert len(allowed.dm(ben)) == 1
    assert [call.answer for call in allowed.slack.calls if call.answer.get("error") == "missing_scope"] == []


def test_after_a_lost_answer_nothing_is_said_twice(allowed: World) -> None:
    """The look for a message goes by the channel's name, among those that such a token shows."""
    allowed.expects_errors("missing_scope")
    ana = allowed.person("ana")
    incidents = allowed.slack.channel("incidents").id
    allowed.slack.faults.add("chat.postMessage", "lost_reply", channel=incidents)
    ana.commands("/incident declare sev1 checkout is down")
    allowed.forward(minutes=1)
    assert len(allowed.channel("incidents").keyed("announce")) == 1


def test_a_private_incident_is_refused_with_the_reason_and_what_to_do(allowed: World) -> None:
    ana = allowed.person("ana")
    told = ana.commands("/incident declare sev1 --private salaries are exposed").text
    assert "Nothing was declared" in told
    assert "groups:write" in told
    assert "`/incident declare sev1`" in told
    assert "salaries are exposed" in told, "what was typed is given back"
    assert [c.name for c in allowed.slack.channels if c.name.startswith("inc-")] == []
    with allowed.bot.store.read() as tx:
        assert tx.incidents(open_only=False, limit=9) == []
    _, room = declared(allowed)
    assert room.name.startswith(REF.lower()), "no number was lost"


def test_a_public_one_stays_public_and_says_so(allowed: World) -> None:
    ana, room = declared(allowed)
    told = said(allowed, ana, "private")
    assert f"{REF} stays public" in told
    assert "groups:write" in told
    assert allowed.channel().id == room.id


def test_a_private_channel_of_people_is_not_adopted(allowed: World) -> None:
    ana = allowed.person("ana")
    ana.channel = allowed.slack.add_channel("board", private=True, members=["ana"])
    told = said(allowed, ana, "convert sev1 salaries are exposed")
    assert "Nothing was declared" in told
    assert "groups:read" in told


def test_scopes_that_are_added_later_work_without_a_restart(allowed: World) -> None:
    ana = allowed.person("ana")
    allowed.slack.scopes |= {"groups:write", "groups:read", "groups:history"}
    allowed.bot.identity.learn_scopes()
    assert "Declared" in ana.commands("/incident declare sev1 --private salaries are exposed").text
    assert allowed.channel().channel.is_private


def test_check_names_what_works_and_what_does_not_and_stops_nothing(allowed: World) -> None:
    found = check_bot(allowed.settings(), allowed.bot.store, allowed.bot.slack, events=EVENTS)
    state = {each.what: each.state for each in found}
    assert State.WRONG not in state.values()
    assert state["public incidents work, from declare to draft"] is State.GOOD
    assert "private incidents work" not in state
    deaf = next(what for what in state if what.startswith("scope groups:history is missing"))
    assert deaf.endswith("Slack sends none of: message.groups")
    assert all(each.mend for each in found if each.state is State.WARNING)
    lines = [each.what for each in trouble(found) if "scope" in each.what]
    assert len(lines) == 1, "one line in the log, and not one for each"
    assert all(scope in lines[0] for scope in ("groups:write", "canvases:write", "channels:join"))


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_scope_of_the_main_line_that_is_missing_stops_and_is_named(allowed: World, scope: str) -> None:
    allowed.expects_errors("missing_scope")
    allowed.slack.scopes -= {scope}
    found = check_bot(allowed.settings(), allowed.bot.store, allowed.bot.slack, events=EVENTS)
    assert any(each.stops and f"scope {scope} is missing" in each.what for each in found)


@pytest.mark.parametrize("policy", ['[severity.P0]\ninvite = ["@oncall", "cto@example.com"]\n'])
def test_a_policy_that_needs_more_is_warned_about_and_who_was_not_invited_is_said(allowed: World) -> None:
    """Somebody is missing who should be there: that is said aloud (DR-25)."""
    allowed.expects_errors("missing_scope")
    found = check_bot(allowed.settings(), allowed.bot.store, allowed.bot.slack)
    warned = " ".join(each.what for each in found if each.state is State.WARNING)
    assert "usergroups:read" in warned
    assert "users:read.email" in warned
    _, room = declared(allowed)
    allowed.tick()
    assert len(room.keyed("trouble")) == 2


def test_the_log_tells_it_once_at_the_start(allowed: World, caplog: pytest.LogCaptureFixture) -> None:
    from bot.cli.operate import tell_trouble  # noqa: PLC0415 - begins with the command line's logging

    with caplog.at_level(logging.INFO, "bot.cli.operate"):
        tell_trouble(allowed.bot, places=True)
    told = [each for each in caplog.records if each.name == "bot.cli.operate"]
    assert {each.levelname for each in told} == {"WARNING"}
    assert len([each for each in told if "scope" in each.getMessage()]) == 1


def test_the_small_manifest_asks_for_no_more_than_the_main_line() -> None:
    made = yaml.safe_load(manifest(command="/incident", by_socket=True, url="", public_only=True))
    assert set(made["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert not set(made["oauth_config"]["scopes"]["bot"]) & set(OPTIONAL_SCOPES)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert "message.channels" in events
    assert not [each for each in events if each.startswith(("group_", "message.groups", "subteam"))]
