"""Imported once by the fork server: what the first bot of a process takes long for is there in each of its forks."""

from bot.app import build
from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY, Settings
from tests.experiments import worker

SETTINGS = Settings(
    bot_token="xoxb-none",
    signing_secret="none",
    app_token="",
    slack_api_url="http://127.0.0.1:1/api/",
    database_url="sqlite://",
    policy=read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), ""),
    host="127.0.0.1",
    port=0,
    log_level="INFO",
    log_format="text",
)

build(SETTINGS).store.close()

__all__ = ["worker"]
