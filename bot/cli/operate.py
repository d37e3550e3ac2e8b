"""Running the bot: ``run``, ``serve``, ``work``, ``migrate``, ``check``."""

import argparse
import logging
import os
import signal
import threading
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import EVENTS, Bot, CannotConnect, build, settle_memory
from bot.checks import check_bot, check_socket, trouble, wrong
from bot.cli.logs import log_crashes, secrets_of, start_logging
from bot.cli.manifest import manifest
from bot.cli.verb import Verb
from bot.findings import Finding, State
from bot.settings import Settings, read_settings
from bot.store.migrate import current_revision, migrate, ready
from bot.store.store import StoreAway
from bot.web import WebServer

log = logging.getLogger(__name__)
REFUSED = 1
LEAVE_WITHIN = 10.0
"""Seconds for everything in hand once the process was told to stop."""


def settings(*, needs_slack: bool = True) -> Settings:
    """Settings of this environment, with logging begun. Raises BadSettings."""
    found = read_settings(os.environ, needs_slack=needs_slack)
    start_logging(found.log_level, found.log_format, secrets_of(found))
    return found


def prepared(found: Settings, *, migrates: bool) -> Bot:
    """A bot whose database is there and current. Raises StoreAway.

    An empty or older SQLite file is migrated, and a PostgreSQL where this one process is all there is (*migrates*).
    Else a migration that is on its way is waited for.
    """
    bot = build(found)
    ready(bot.store, migrates=migrates, sleep=bot.clock.sleep)
    return bot


def on_signal() -> threading.Event:
    """Set by SIGTERM or SIGINT from now on; the next signal after that ends the process at once."""
    stop = threading.Event()

    def told(number: int, _: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, told)
    return stop


def wait_for(stop: threading.Event) -> None:
    """Block until *stop*. From then on the process ends: within ``LEAVE_WITHIN``, or with the next signal.

    What it has in hand by then is nobody's loss: what was not kept Slack delivers again, and calls under a lease go
    to whoever comes next, who looks whether they were made.
    """
    stop.wait()
    log.info("told to stop: what is in hand is finished")
    last = threading.Timer(LEAVE_WITHIN, _leave)
    last.daemon = True
    last.start()


def _leave() -> None:
    """The end, whatever still hangs: a Slack that does not answer must not hold up a restart."""
    log.warning(
        "not everything in hand was finished within %g s; whoever comes next takes over", LEAVE_WITHIN
    )
    logging.shutdown()
    os._exit(0)


def _run(asked: argparse.Namespace) -> int:
    _bind(asked.host)
    return _live(doors=True, works=True)


def _serve(asked: argparse.Namespace) -> int:
    _bind(asked.host)
    return _live(doors=True, works=False)


def _bind(host: str | None) -> None:
    """Where the doors listen, where the command says so."""
    if host:
        os.environ["HOST"] = host


def _work(_: argparse.Namespace) -> int:
    return _live(doors=False, works=True)


def _live(*, doors: bool, works: bool) -> int:
    """Run until told to stop: HTTP doors, or ticks, outbox and Socket Mode, or all of it."""
    found = settings()
    log_crashes()
    bot = prepared(found, migrates=doors and works)
    if wrong_here := bot.identity.refused_by_slack() or bot.identity.belongs_elsewhere():
        log.error("%s", wrong_here)
        return REFUSED
    if works:
        bot.start()
    else:
        bot.heartbeat_only()
    web = _web(bot, doors=doors)
    looking = threading.Thread(
        target=tell_trouble, args=(bot,), kwargs={"places": works}, name="check", daemon=True
    )
    looking.start()
    try:
        if works:
            bot.connect()
        stop = on_signal()  # before anybody reads that it listens: from here on it ends well
        if web is not None:
            log.info("listening on %s", web.start())
        elif works:
            log.info(
                "at work%s",
                ", with Socket Mode" if found.app_token else "; `serve` takes what Slack delivers",
            )
        settle_memory()
        wait_for(stop)
    except (CannotConnect, OSError) as error:
        log.error("%s", error)  # noqa: TRY400 - no trace needed
        return REFUSED
    finally:
        if web is not None:
            web.stop()
        bot.stop()
    return 0


def tell_trouble(bot: Bot, *, places: bool) -> None:
    """Say in the log what ``check`` finds, beside the work: a slow Slack must not hold up a start.

    *places*: channels and people too; those who only serve leave that to the worker, as it takes many calls.
    """
    try:
        found = (
            bot.look()
            if places
            else check_bot(bot.settings, bot.store, bot.slack, events=EVENTS, places=False)
        )
    except StoreAway as error:
        log.debug("nothing could be checked: %s", error)  # the store has said it
        return
    for each in trouble(found):
        log.log(logging.ERROR if each.stops else logging.WARNING, "%s (to mend it: %s)", each.what, each.mend)


def _web(bot: Bot, *, doors: bool) -> WebServer | None:
    """The HTTP server of this process: all doors, or health and metrics alone where the operator gave a port."""
    found = bot.settings
    if doors:
        return WebServer(bot.web(), found.host, found.port)
    if found.metrics_port is None:
        return None
    return WebServer(bot.web(deliveries=False), found.host, found.metrics_port)


def _migrate(_: argparse.Namespace) -> int:
    bot = build(settings(needs_slack=False))
    migrate(bot.store)
    Console().print(f"The database is at revision {current_revision(bot.store)}.")
    return 0


def _check(_: argparse.Namespace) -> int:
    """Print what is missing and how to mend it; 1 only for what stops declaring, recording or drafting."""
    found = settings()
    if found.log_level != "DEBUG":
        start_logging("CRITICAL", found.log_format)  # what would be logged stands in the table
    bot = build(found)
    findings = check_bot(bot.settings, bot.store, bot.slack, events=EVENTS)
    if found.app_token:
        findings.append(check_socket(bot.socket_address))
    try:
        if mismatch := bot.identity.belongs_elsewhere():
            findings.append(wrong(mismatch))
    except StoreAway as error:
        log.debug("whose database it is cannot be read: %s", error)  # that it is away stands in the table
    Console().print(shown(findings))
    stopped = any(finding.stops for finding in findings)
    print(
        "What is WRONG stops declaring, recording or drafting."
        if stopped
        else "It can declare, record and draft."
    )
    return REFUSED if stopped else 0


def shown(findings: Collection[Finding]) -> Table:
    """*findings* as a table: what works first, then what does not, the worst last, where one looks."""
    table = Table("", "what", "how to mend it", box=None)
    order = list(State)
    for finding in sorted(findings, key=lambda each: order.index(each.state)):
        style = {State.WRONG: "bold red", State.WARNING: "yellow"}.get(finding.state, "")
        table.add_row(Text(finding.state.value, style), Text(finding.what), Text(finding.mend))
    return table


def _manifest(asked: argparse.Namespace) -> int:
    by_socket = asked.url is None
    command = settings(needs_slack=False).policy.command
    made = manifest(command=command, by_socket=by_socket, url=asked.url or "", public_only=asked.public_only)
    print(made, end="")
    return 0


def _address(given: str) -> str:
    """An address at which Slack can deliver: HTTPS, with a path. Raises ArgumentTypeError."""
    parts = urlsplit(given)
    if parts.scheme != "https" or not parts.hostname or parts.path in {"", "/"}:
        raise argparse.ArgumentTypeError(
            f"should be like https://bot.example.com/slack/events, not {given!r}"
        )
    return given


HOST = (("--host",), {"help": "address to bind; the default is HOST, else 127.0.0.1"})


def _verb(name: str, does: str, run: Callable[[argparse.Namespace], int], example: str = "") -> Verb:
    return Verb(name=name, does=does, example=example or name, run=run)


OPERATE = (
    Verb(
        name="run",
        does="Everything in one process: the door, the ticks, the outbox.",
        example="run",
        run=_run,
        arguments=(HOST,),
    ),
    Verb(
        name="serve",
        does="Only the HTTP door.",
        example="serve --host 0.0.0.0",
        run=_serve,
        arguments=(HOST,),
    ),
    _verb("work", "Only ticks and outbox and, with an app token, Socket Mode.", _work),
    _verb("migrate", "Brings the database to this version's tables.", _migrate),
    Verb(
        name="manifest",
        does="Prints the Slack app manifest (YAML): Socket Mode, or HTTP with --url.",
        example="manifest > manifest.yaml",
        run=_manifest,
        arguments=(
            (
                ("--url",),
                {
                    "type": _address,
                    "help": "where Slack delivers by HTTP, like https://bot.example.com/slack/events",
                },
            ),
            (
                ("--public-only",),
                {
                    "action": "store_true",
                    "help": "only the scopes that public incidents need; check says what is lost",
                },
            ),
        ),
    ),
    _verb("check", "Says what is missing and how to mend it; exit 1 for what stops the bot.", _check),
)
