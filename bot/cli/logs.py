"""Logging for operators: one line an event, as text or JSON, and never a secret in it."""

import json
import logging
import re
import sys

_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")
_QUIET = ("alembic", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn", "websocket")
"""Libraries that say much that operators need not read; their warnings and errors are shown."""


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


def start_logging(level: str, form: str) -> None:
    """Log to standard error at *level*, as ``text`` or ``json``."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Line("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if form == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel("WARNING" if level != "DEBUG" else "INFO")
