"""A bot on a database of its own and on our small Slack, with one open incident: what the benchmarks work on."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import Bot, build, settle_memory
from bot.clock import Clock
from bot.domain.policy import Policy
from bot.domain.policy_file import read_policy
from bot.sandbox import Channel, HttpDoor, Person, Workspace
from bot.sandbox.server import SandboxServer
from bot.settings import DEFAULT_POLICY, Settings
from bot.store.migrate import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Bot, small Slack, and the server between them."""

    bot: Bot
    slack: Workspace
    server: SandboxServer
    folder: Path

    def deliver(self) -> None:
        """Make every call that waits."""
        while self.bot.outbox.deliver():
            pass

    def unfinished(self) -> int:
        """Calls that are still to be made."""
        with self.bot.store.read() as tx:
            return tx.outbox.unfinished()


def responder(here: Place) -> Person:
    """Ana, who stands where incidents are announced."""
    here.slack.add_user("ana")
    ana = here.slack.person("ana")
    ana.joins("incidents")
    ana.channel = here.slack.channel("incidents")
    return ana


def declared(here: Place) -> Channel:
    """The channel of an incident that ana declared, once everything stands in it."""
    responder(here).commands("/incident declare sev1 checkout is down")
    here.deliver()
    here.slack.pump()
    here.deliver()
    return next(one for one in here.slack.channels if one.name.startswith("inc-"))


def policy() -> Policy:
    """The built-in policy."""
    return read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), None)


def settings(slack: Workspace, server: SandboxServer, folder: Path) -> Settings:
    """A bot of *slack* with a SQLite file in *folder*."""
    return Settings(
        bot_token=slack.bot_token,
        signing_secret=slack.signing_secret,
        app_token="",
        slack_api_url=server.api_url,
        database_url=f"sqlite:///{folder / 'bench.db'}",
        policy=policy(),
        host="127.0.0.1",
        port=0,
        log_level="ERROR",
        log_format="text",
    )


@contextmanager
def place(*, clock: Clock | None = None, lag: Callable[[str], float] | None = None) -> Iterator[Place]:
    """A bot that nobody has spoken to yet. *lag*: seconds that Slack takes for a call of a method."""
    time = clock or Clock()
    logging.getLogger().setLevel(logging.ERROR)
    slack = Workspace(time=lambda: time.now().timestamp(), machine=time.machine, seed="BENCH")
    server = SandboxServer(slack, lag=lag)
    server.start()
    slack.add_channel("incidents", bot=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        bot = build(settings(slack, server, folder), time)
        migrate(bot.store)
        bot.identity.learn()
        settle_memory()
        slack.door = HttpDoor(lambda _, body, headers: _answer(bot, body, headers))
        try:
            yield Place(bot=bot, slack=slack, server=server, folder=folder)
        finally:
            bot.store.close()
            server.stop()


def _answer(bot: Bot, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    status, answered, text = bot.dispatch(body, headers)
    return status, answered, text.encode()
