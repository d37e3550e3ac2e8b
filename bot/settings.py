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
