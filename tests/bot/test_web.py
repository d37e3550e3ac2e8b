"""The HTTP doors as a supervisor and Prometheus meet them."""

from datetime import timedelta

import httpx
import pytest

from bot.app import build
from bot.web import WebServer
from tests.stories.conftest import slack_server
from tests.world import World

__all__ = ["slack_server"]


@pytest.fixture
def world(slack_server, database_url):
    made = World(slack_server, database_url)
    yield made
    made.close()


@pytest.fixture
def web(world):
    server = WebServer(world.bot.web(), "127.0.0.1", 0)
    with httpx.Client(base_url=server.start()) as client:
        yield client
    server.stop()


def test_a_bot_with_a_current_database_and_a_good_token_is_healthy_and_ready(web):
    assert web.get("/healthz").json() == {"healthy": True}
    assert web.get("/readyz").json() == {"ready": True, "reasons": []}


def test_without_ticks_it_is_not_healthy(world, web):
    world.clock.move(timedelta(seconds=6))
    assert web.get("/healthz").status_code == 503


def test_a_revoked_token_is_said_at_readyz(slack_server, sqlite_url):
    world = World(slack_server, sqlite_url)
    world.slack.bot_token = "xoxb-another"
    bot = build(world.settings(), world.clock)
    world.slack.bot_token = "xoxb-good"
    (reason,) = bot.unready()
    assert reason.startswith("Slack does not accept SLACK_BOT_TOKEN (invalid_auth)")
    world.close()


def test_prometheus_reads_what_is_open_and_waiting(world, web):
    world.person("ana").commands("/incident declare sev2 slow")
    told = web.get("/metrics").text
    assert "tocsin_incidents_open 1.0" in told
    assert "# HELP tocsin_outbox_calls Slack calls still to be made." in told


def test_a_body_beyond_a_megabyte_is_refused_before_it_is_read_whole(web):
    assert web.post("/slack/events", content=b"x" * 1_000_001).status_code == 413
