"""Settings out of the environment, checked as a whole: everything that is wrong is reported at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.policy import Policy
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.playbook_files import BrokenPlaybooks, read_playbooks

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_POLICY = Path(__file__).resolve().parent / "default_policy.toml"
SLACK_API_URL = "https://slack.com/api/"
DATABASE_URL = f"sqlite:///{ROOT / 'tocsin.db'}"
DATABASES = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
PORTS = range(65_536)
CONNECTIONS = range(2, 101)
SOCKETS = range(1, 11)
"""Slack lets one app have ten connections, all its processes together."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the environment, in words: ``.env.example`` and the reference are made of them."""

    name: str
    means: str
    without: str
    """What is so where it is not set."""
    value: str = ""
    """What the example sets it to."""


VARIABLES = (
    Variable(
        name="SLACK_BOT_TOKEN",
        means="the bot's token, `xoxb-…`: in the app's settings, under *OAuth & Permissions*, the Bot User OAuth Token",
        without="the bot does not start",
    ),
    Variable(
        name="SLACK_APP_TOKEN",
        means="the app's token, `xapp-…`, for Socket Mode: under *Basic Information*, *App-Level Tokens*, one with the "
        "scope `connections:write`",
        without="Slack's deliveries come over HTTP, to `/slack/events`",
    ),
    Variable(
        name="SLACK_SIGNING_SECRET",
        means="proves that a delivery over HTTP is Slack's: under *Basic Information*, the Signing Secret",
        without="fine with Socket Mode; needed where there is no app token",
    ),
    Variable(name="SLACK_API_URL", means="another Slack, such as the sandbox's", without="Slack's own"),
    Variable(
        name="DATABASE_URL",
        means="`sqlite:////path/to/tocsin.db`, or `postgresql://user:password@host/name`",
        without="a SQLite file `tocsin.db` in the checkout",
    ),
    Variable(
        name="DATABASE_CONNECTIONS",
        means="connections to PostgreSQL that one process takes at most, 2 to 100, beside one that listens",
        without="10",
        value="10",
    ),
    Variable(
        name="TOCSIN_POLICY",
        means="path of your policy file (TOML), laid over the built-in one",
        without="the built-in policy",
    ),
    Variable(
        name="HOST", means="address at which the HTTP door listens", without="127.0.0.1", value="127.0.0.1"
    ),
    Variable(name="PORT", means="port of the HTTP door; 0: any that is free", without="3000", value="3000"),
    Variable(
        name="METRICS_PORT",
        means="where `work`, which has no HTTP door, tells its health and metrics (at `HOST`)",
        without="nowhere",
    ),
    Variable(
        name="SOCKET_CONNECTIONS",
        means="connections of Socket Mode of each process, 1 to 10; Slack allows ten for all of them together",
        without="2",
        value="2",
    ),
    Variable(name="LOG_LEVEL", means="`debug`, `info`, `warning` or `error`", without="`info`", value="info"),
    Variable(
        name="LOG_FORMAT", means="`text`, or `json` with one object a line", without="`text`", value="text"
    ),
    Variable(
        name="POSTGRES_PASSWORD",
        means="only for `compose.yaml`: the password of the PostgreSQL that it starts, any long word",
        without="`docker compose` says so and stops",
    ),
)


class BadSettings(Exception):
    """The environment cannot be used. ``mistakes`` holds one sentence each; no secret is in any of them."""

    def __init__(self, mistakes: list[str]) -> None:
        """Keep *mistakes*."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator sets (DESIGN section 5)."""

    bot_token: str
    signing_secret: str
    app_token: str
    """Empty: events come by HTTP."""
    slack_api_url: str
    database_url: str
    policy: Policy
    host: str
    port: int
    log_level: str
    log_format: str
    metrics_port: int | None = None
    """Where a process without HTTP doors tells its health and its metrics; None: nowhere."""
    database_connections: int = 10
    """Connections to PostgreSQL that one process takes at most, beside the one that listens."""
    socket_connections: int = 2
    """Connections of Socket Mode that one process holds: one takes over while the other is replaced."""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Settings(slack_api_url={self.slack_api_url!r}, host={self.host!r}, port={self.port})"


def read_settings(environment: Mapping[str, str], *, needs_slack: bool) -> Settings:
    """Settings from *environment*. Raises BadSettings with everything that is wrong.

    *needs_slack*: False for what works on the database alone (import, export, postmortem, migrate).
    """
    mistakes: list[str] = []
    given = {name: value.strip() for name, value in environment.items()}
    if needs_slack:
        mistakes += _missing_secrets(given)
    port = _number("PORT", given.get("PORT") or "3000", PORTS, mistakes)
    metrics = given.get("METRICS_PORT", "")
    metrics_port = _number("METRICS_PORT", metrics, PORTS, mistakes) if metrics else None
    sockets = _number("SOCKET_CONNECTIONS", given.get("SOCKET_CONNECTIONS") or "2", SOCKETS, mistakes)
    connections = given.get("DATABASE_CONNECTIONS") or "10"
    database = _number("DATABASE_CONNECTIONS", connections, CONNECTIONS, mistakes)
    for name, known, default in (("LOG_LEVEL", LOG_LEVELS, "INFO"), ("LOG_FORMAT", LOG_FORMATS, "text")):
        value = given.get(name) or default
        if value.upper() not in {word.upper() for word in known}:
            mistakes.append(f"{name} should be one of {', '.join(known)}, not {value!r}.")
    api = given.get("SLACK_API_URL") or SLACK_API_URL
    if urlsplit(api).scheme not in {"http", "https"} or not urlsplit(api).netloc:
        mistakes.append(f"SLACK_API_URL should be an address like {SLACK_API_URL}, not {api!r}.")
    mistakes += _bad_database(given.get("DATABASE_URL") or DATABASE_URL)
    policy = _policy(given.get("TOCSIN_POLICY", ""), mistakes)
    if mistakes or policy is None:
        raise BadSettings(mistakes)
    return Settings(
        bot_token=given.get("SLACK_BOT_TOKEN", ""),
        signing_secret=given.get("SLACK_SIGNING_SECRET", ""),
        app_token=given.get("SLACK_APP_TOKEN", ""),
        slack_api_url=api if api.endswith("/") else f"{api}/",
        database_url=given.get("DATABASE_URL") or DATABASE_URL,
        policy=policy,
        host=given.get("HOST") or "127.0.0.1",
        port=port,
        metrics_port=metrics_port,
        database_connections=database,
        socket_connections=sockets,
        log_level=(given.get("LOG_LEVEL") or "INFO").upper(),
        log_format=(given.get("LOG_FORMAT") or "text").lower(),
    )


def _number(name: str, given: str, known: range, mistakes: list[str]) -> int:
    """*given* as one of the *known* numbers; what is none is a mistake."""
    if given.isascii() and given.isdigit() and int(given) in known:
        return int(given)
    mistakes.append(f"{name} should be a number from {known[0]} to {known[-1]}, not {given!r}.")
    return known[0]


def _missing_secrets(given: Mapping[str, str]) -> list[str]:
    mistakes = []
    token, app = given.get("SLACK_BOT_TOKEN", ""), given.get("SLACK_APP_TOKEN", "")
    if not token:
        mistakes.append("SLACK_BOT_TOKEN is missing: the bot token (xoxb-…) of your Slack app, in .env.")
    elif not token.startswith("xoxb-"):
        mistakes.append("SLACK_BOT_TOKEN should begin with xoxb-; another kind of token was given.")
    if app and not app.startswith("xapp-"):
        mistakes.append("SLACK_APP_TOKEN should begin with xapp-; another kind of token was given.")
    if not app and not given.get("SLACK_SIGNING_SECRET"):
        mistakes.append(
            "SLACK_SIGNING_SECRET is missing: without SLACK_APP_TOKEN, events come by HTTP and are signed."
        )
    return mistakes


def _bad_database(url: str) -> list[str]:
    """What is wrong with a DATABASE_URL. It may hold a password and is not shown."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in DATABASES and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    shapes = "sqlite:////path/to/tocsin.db or postgresql://user:password@host/database"
    return [] if known else [f"DATABASE_URL should look like {shapes}."]


def where_it_is(environment: Mapping[str, str], trouble: str) -> str:
    """What to look at where the database cannot be used for that *trouble*, if anything; a password is not shown."""
    url = environment.get("DATABASE_URL", "").strip()
    if any(words in trouble for words in ("newer version", "not migrated")):
        return ""  # it is there, and the trouble itself says the next step
    if not any(words in trouble for words in ("unable to open", "readonly")) or "sqlite" not in (
        url or DATABASE_URL
    ):
        return "Check DATABASE_URL."
    whose = "DATABASE_URL names" if url else "DATABASE_URL is not set, which means"
    file = (url or DATABASE_URL).partition(":///")[2]
    return f"{whose} {file}: its folder must be there, and this user must be able to write there."


def _policy(path: str, mistakes: list[str]) -> Policy | None:
    try:
        return with_playbooks(Path(path)) if path else read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"))
    except BrokenPlaybooks as error:
        mistakes += [f"{mistake}." for mistake in error.mistakes]
    except BrokenPolicy as error:
        ended = (each if each.endswith("?") else f"{each}." for each in error.mistakes)
        mistakes += [f"The policy file {path}: {mistake}" for mistake in ended]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        mistakes.append(f"The policy file {path} cannot be read: {reason}.")
    return None


def with_playbooks(path: Path) -> Policy:
    """The policy in the file *path* laid over the built-in one, with the playbooks of the folder that it names.

    Raises BrokenPolicy, BrokenPlaybooks, and what reading the file raises.
    """
    policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), path.read_text(encoding="utf-8"))
    if not policy.playbooks_folder:
        return policy
    return replace(policy, playbooks=read_playbooks(path.parent / policy.playbooks_folder))
