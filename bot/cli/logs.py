"""Logging for operators: one line an event, as text or JSON, and never a secret in it."""

import json
import logging
import re
import sys

_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")
_QUIET = {
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "slack_bolt": logging.ERROR,  # its warnings are about how it is set up, which is ours
    "slack_sdk": logging.CRITICAL,  # what goes wrong is sorted, and told, by our own client
    "uvicorn": logging.WARNING,
    "websocket": logging.WARNING,
}
"""Libraries that say much that operators need not read, and from which level on they are heard."""


class _Line(logging.Formatter):
    """One line, secrets blanked."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what went wrong behind it."""
        return _SECRET.sub("[secret]", super().format(record))


class _Json(logging.Formatter):
    """One JSON object a line, secrets blanked."""

    def format(self, record: logging.LogRecord) -> str:
        """The object as text."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return _SECRET.sub("[secret]", json.dumps(line, ensure_ascii=False))


def _is_for_operators(record: logging.LogRecord) -> bool:
    """Whether a line is more than a library's talk."""
    library = record.name.partition(".")[0]
    return library not in _QUIET or record.levelno >= _QUIET[library]


def start_logging(level: str, form: str) -> None:
    """Log to standard error at *level*, as ``text`` or ``json``."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Line("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if form == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    if level != "DEBUG":
        handler.addFilter(_is_for_operators)
