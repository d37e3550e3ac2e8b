"""A bot in a process of its own that is killed at the n-th place it comes by. Started by ``victims`` of the tests.

Importing the bot takes most of a second, so it is done once: each line on standard input is one life, lived in a
fork. A life may answer a delivery of Slack's and fire what is due, then makes the calls that wait, as long as there
are any.
"""

import json
import os
import sys
from datetime import datetime
from typing import Any

from bot import crash
from bot.app import Bot, build
from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY, Settings
from bot.store.migrate import migrate
from tests.world import StillClock


def bot_of(life: dict[str, Any]) -> Bot:
    settings = Settings(
        bot_token=life["token"],
        signing_secret=life["secret"],
        app_token="",
        slack_api_url=life["api_url"],
        database_url=life["database_url"],
        policy=read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), life["policy"]),
        host="127.0.0.1",
        port=0,
        log_level="INFO",
        log_format="text",
    )
    return build(settings, StillClock(datetime.fromisoformat(life["at"])))


def tell(**what: Any) -> None:
    """One line for the test, in one write: nothing of it waits in a buffer when the process is killed."""
    os.write(1, (json.dumps(what) + "\n").encode())


def live(life: dict[str, Any]) -> None:
    bot = bot_of(life)
    crash.arm(life["crash_at"])
    if life.get("migrate"):
        migrate(bot.store)
    if life.get("body"):
        status, headers, body = bot.dispatch(life["body"].encode(), life["headers"])
        tell(status=status, headers=headers, body=body)
    if life.get("fire"):
        bot.due.fire()
    while bot.outbox.deliver():
        pass


def main() -> None:
    for line in sys.stdin:
        lives = json.loads(line)
        children = [os.fork() or _die_after(life) for life in lives]
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        tell(ended=ends)


def _die_after(life: dict[str, Any]) -> int:
    try:
        live(life)
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
