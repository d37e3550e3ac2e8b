"""Slack no longer takes the bot's token: nothing is lost, nothing goes round, and all goes on once it is mended."""

import logging
from collections.abc import Callable

import pytest

from bot.sandbox import Workspace
from tests.world import World, declared, key_of

REF = "INC-2026-0302-001"


@pytest.mark.parametrize("take", [Workspace.revoke_token, Workspace.uninstall])
def test_all_calls_wait_together_for_a_token_that_was_taken(
    world: World, take: Callable[[Workspace], None], caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors("token_revoked", "account_inactive")
    ana, room = declared(world)
    world.settle()
    caplog.set_level(logging.ERROR)
    take(world.slack)
    since = len(world.slack.calls)
    for n in range(10):
        ana.commands(f"/incident update step {n}")
    world.forward(minutes=40)
    tried = [call.method for call in world.slack.calls[since:]]
    assert set(tried) == {"auth.test"}
    assert 10 <= len(tried) <= 81
    assert len([line for line in caplog.records if "SLACK_BOT_TOKEN" in line.getMessage()]) == 1
    world.slack.install_again()
    world.forward(minutes=4.5)
    assert [key_of(message) for message in room.keyed("update")] == [
        f"update:{REF}:{n}" for n in range(1, 11)
    ]
    assert len(room.nudges) == 1, "one late reminder"


def test_a_token_that_is_refused_without_a_word_costs_one_call_and_then_one_try_at_a_time(
    world: World,
) -> None:
    world.expects_errors("token_revoked")
    ana, _ = declared(world)
    world.settle()
    world.slack.token_refused = "token_revoked"
    other = world.another_bot()
    since = len(world.slack.calls)
    ana.commands("/incident update one")
    ana.commands("/incident sev sev2")
    world.settle()
    first = world.slack.calls[since:]
    assert len(first) <= 8, "what was in hand together"
    since = len(world.slack.calls)
    for _ in range(120):
        world.clock.sleep(1)
        world.bot.outbox.deliver()
        other.outbox.deliver()
        other.identity.learn()
    assert [call.method for call in world.slack.calls[since:]] == ["auth.test"] * 4, (
        "of both processes together"
    )
    world.slack.install_again()
    world.forward(minutes=1)
    assert len(world.channel().keyed("update")) == 1


def test_people_are_answered_meanwhile_and_told_that_the_bot_cannot_speak(world: World) -> None:
    world.expects_errors("token_revoked")
    ana, _ = declared(world)
    world.settle()
    assert "does not let the bot speak" not in ana.commands("/incident status").text
    world.slack.revoke_token()
    world.settle()
    for line in ("status", "list", "update on it", "sev sev2", "nonsense"):
        answer = ana.commands(f"/incident {line}")
        assert answer.ok
        assert "Slack does not let the bot speak at the moment (token_revoked" in answer.words, line
    world.slack.install_again()
    world.forward(minutes=1)
    assert "does not let the bot speak" not in ana.commands("/incident status").text


def test_an_operator_sees_it_in_readiness_and_in_metrics(world: World) -> None:
    world.expects_errors("token_revoked")
    declared(world)
    world.settle()
    assert world.bot.unready() == []
    assert b"tocsin_slack_token_good 1.0" in world.bot.meters.text()
    world.slack.revoke_token()
    world.forward(minutes=1)
    (reason,) = world.bot.unready()
    assert reason.startswith("Slack does not accept SLACK_BOT_TOKEN (token_revoked)")
    assert "copy the Bot User OAuth Token anew, and restart" in reason
    assert b"tocsin_slack_token_good 0.0" in world.bot.meters.text()
    world.slack.install_again()
    world.forward(minutes=1)
    assert world.bot.unready() == []
    assert b"tocsin_slack_token_good 1.0" in world.bot.meters.text()


def test_another_token_for_the_same_workspace_goes_on_at_the_restart(world: World) -> None:
    world.expects_errors("invalid_auth", "token_revoked")
    ana, room = declared(world)
    world.settle()
    world.slack.revoke_token()
    ana.commands("/incident update pool is exhausted")
    world.forward(minutes=30)
    world.slack.install_again("xoxb-another")
    world.forward(minutes=5)
    assert room.keyed("update") == []
    world.restart()
    assert len(room.keyed("update")) == 1
    assert world.bot.unready() == []


def test_an_old_word_of_a_revoked_token_stops_nothing(world: World) -> None:
    ana, room = declared(world)
    world.slack.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [world.slack.bot_user_id]}})
    ana.commands("/incident update on it")
    world.settle()
    assert len(room.keyed("update")) == 1
    world.slack.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UANOTHER1"]}})
    since = len(world.slack.calls_of("auth.test"))
    world.settle()
    assert len(world.slack.calls_of("auth.test")) == since


def test_without_the_scope_to_write_nothing_is_given_up_either(world: World) -> None:
    world.expects_errors("missing_scope")
    ana, room = declared(world)
    world.settle()
    world.slack.scopes.remove("chat:write")
    ana.commands("/incident update on it")
    world.forward(minutes=10)
    (reason,) = world.bot.unready()
    assert "lacks the scope chat:write" in reason
    assert len([call for call in world.slack.calls if call.answer.get("error") == "missing_scope"]) <= 8
    world.slack.scopes.add("chat:write")
    world.forward(minutes=5)
    assert len(room.keyed("update")) == 1


def test_a_look_for_a_lost_message_waits_for_the_token_too(world: World) -> None:
    world.expects_errors("token_revoked")
    ana, room = declared(world)
    world.settle()
    world.slack.faults.add("chat.postMessage", "lost_reply")
    ana.commands("/incident update on it")
    world.settle()
    world.slack.token_refused = "token_revoked"
    world.forward(minutes=10)
    world.slack.install_again()
    world.forward(minutes=5)
    assert len(room.keyed("update")) == 1, "said before, and found"
