"""Logging for operators: one line an event, as text or JSON, with what it is about and never a secret in it."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote, unquote, urlsplit

from bot.context import told
from bot.settings import Settings

HIDDEN = "[secret]"
_SECRETS = re.compile(
    r"""
      xox[a-z]+(?:\.xox[a-z]+)?-[\w.%-]+        # bot, user, refresh and rotated tokens
    | xapp-[\w-]+                               # app-level tokens
    | (?<=://)[^/@\s:"']*:[^/\s"']+(?=@)        # user and password of an address; a password may hold an @
    | (?<=://)hooks\.slack\.com/[^\s"'<>)]+     # response_urls and webhooks
    | (?<=://)files\.slack\.com/upload/[^\s"'<>)]+
    | (?<=/response/)[\w-]+                     # response_urls of our small Slack
    | (?<=/upload/)[\w-]+                       # its addresses for files
    | (?<=[?&]ticket=)[^\s"'&]+                 # Socket Mode's own address
    | (?<=\bpassword=)[^\s"'&]+                 # libpq's way to say it
    | (?<=\btoken=)[^\s"'&]+
    | (?<=\bBearer[ ])[\w.~+/=-]+
    | (?<=\bBasic[ ])[A-Za-z0-9+/=]{8,}
    | (?<=v0=)[0-9a-f]{64}                      # a signature
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHORTEST = 6
"""Characters from which on a value is blanked as such: shorter ones stand in too much that is no secret."""
_QUIET = {
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,  # that a tick is still at it when its next turn comes: health knows better
    "slack_bolt": logging.ERROR,  # its warnings are about how it is set up, which is ours
    "slack_sdk": logging.CRITICAL,  # what goes wrong is sorted, and told, by our own client
    "uvicorn": logging.WARNING,
    "websocket": logging.CRITICAL,  # a cut is told by our own connection
}
"""Libraries that say much that operators need not read, and from which level on they are heard."""
ABOUT = ("incident", "delivery", "call", "timer", "tick")
"""What a line is about, in this order; see ``bot.context``."""


class Blank:
    """Takes secrets out of texts: known values, and whatever has the form of one."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """Blank the values *known* too, however they are quoted in an address or in JSON."""
        written = {
            form for value in known for form in (value, quote(value, safe=""), json.dumps(value)[1:-1])
        }
        values = sorted((one for one in written if len(one) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, values))) if values else None

    def __call__(self, text: str) -> str:
        """*text* without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SECRETS.sub(HIDDEN, text)


def secrets_of(settings: Settings) -> list[str]:
    """The values that must not get into any log: tokens, signing secret, the database's password."""
    password = urlsplit(settings.database_url).password or ""
    return [
        *filter(None, (settings.bot_token, settings.app_token, settings.signing_secret)),
        *filter(None, {password, unquote(password)}),
    ]


class _About(logging.Filter):
    """Notes on each record what its thread is busy with, while that is still so."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line."""
        now = told()
        record.about = {name: now[name] for name in ABOUT if name in now}
        return True


class _Line(logging.Formatter):
    """One line of text, with what it is about behind it; a trace follows in lines of its own."""

    def __init__(self, blank: Blank) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(behind)s")
        self._blank = blank

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what went wrong behind it."""
        about = getattr(record, "about", {})
        record.behind = f" [{' '.join(f'{name}={value}' for name, value in about.items())}]" if about else ""
        return self._blank(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The message in one line, whatever somebody wrote into it."""
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)


class _Json(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, blank: Blank) -> None:
        super().__init__()
        self._blank = blank

    def format(self, record: logging.LogRecord) -> str:
        """The object as text."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._blank(record.getMessage()),
            **getattr(record, "about", {}),
        }
        if record.exc_info:
            line["error"] = self._blank(self.formatException(record.exc_info))
        return self._blank(json.dumps(line, ensure_ascii=False))


def _is_for_operators(record: logging.LogRecord) -> bool:
    """Whether a line is more than a library's talk."""
    library = record.name.partition(".")[0]
    return library not in _QUIET or record.levelno >= _QUIET[library]


def start_logging(level: str, form: str, secrets: Iterable[str] = ()) -> None:
    """Log to standard error at *level*, as ``text`` or ``json``, without *secrets* and all that looks like some."""
    handler = logging.StreamHandler(sys.stderr)
    blank = Blank(secrets)
    handler.setFormatter(_Json(blank) if form == "json" else _Line(blank))
    handler.addFilter(_About())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    if level != "DEBUG":
        handler.addFilter(_is_for_operators)


def log_crashes() -> None:
    """What nobody caught goes to the log too, where secrets are blanked."""

    def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
            logging.getLogger(__name__).critical("nobody caught this", exc_info=(kind, error, trace))

    sys.excepthook = uncaught
    threading.excepthook = lambda args: uncaught(args.exc_type, args.exc_value, args.exc_traceback)
