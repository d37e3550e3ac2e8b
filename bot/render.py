"""The home of Jinja2: templates become Slack text or documents, in a sandbox (RELIABILITY S4).

Templates call the command ``/incident``; they are loaded with the name that the policy gives it (``named``). A text of
ours that comes as a fact goes through the filter ``ours``.

Slack templates get facts whose free text is made quiet by the filter ``said``: it is shown as names and
addresses, and nothing
in it is active. Documents are escaped as Markdown by the filters ``md``, ``cell`` and ``fence``.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain import markdown
from bot.domain.command import COMMAND, named
from bot.domain.cutting import fitting
from bot.domain.followup_days import print_day
from bot.domain.mrkdwn import NOBODY, quiet
from bot.domain.sizes import print_size
from bot.domain.times import print_duration, slack_date

FAR = timedelta(hours=12)
"""A time of day this far from now could be taken for another day's."""
PIECES = 1_000
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class _Fields(dict[type, frozenset[str]]):
    """The fields of our own dataclasses, by class; none for other classes."""

    def __missing__(self, kind: type) -> frozenset[str]:
        """Look at a class for the first time."""
        names = (field.name for field in fields(kind)) if is_dataclass(kind) else ()
        return self.setdefault(kind, frozenset(names))


_FIELDS = _Fields()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which need not examine a field of our own values each of the 100,000 times that it is read."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field at once; anything else as the sandbox allows it."""
        if attribute in _FIELDS[type(obj)]:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class _Named(FileSystemLoader):
    """Templates as they stand in their files, but with the command's own name."""

    def __init__(self, command: str) -> None:
        super().__init__(TEMPLATES)
        self._command = command

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        return named(source, self._command), path, is_current


@cache
def environment(command: str) -> ImmutableSandboxedEnvironment:
    """Jinja2, with templates that call the slash command *command*."""
    environment = _Sandbox(
        loader=_Named(command),
        undefined=StrictUndefined,
        autoescape=False,
        auto_reload=False,  # they come with the code, and change with it
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "md": markdown.inline,
        "cell": markdown.cell,
        "fence": markdown.fenced,
        "duration": print_duration,
        "size": print_size,
        "cut": fitting,
        "when": _when,
        "day": print_day,
        "said": _said,
        "ours": lambda text: named(text, command),
        "clock": _clock,
    }
    return environment


@pass_context
def _said(context: Context, text: object) -> str:
    """Free text made quiet; ``names`` in the facts tell what ids are called."""
    return quiet(str(text), context.get("names", NOBODY))


def _when(at: datetime) -> str:
    """The date and time in the reader's zone, and in UTC beside it (DR-6)."""
    return f"{slack_date(at, f'{at:%Y-%m-%d %H:%M:%S} UTC')} ({at:%Y-%m-%d %H:%M} UTC)"


@pass_context
def _clock(context: Context, at: datetime) -> str:
    """The time of day in the reader's zone, and in UTC; with the date where it is far from ``now`` of the facts."""
    now = context.get("now")
    far = now is not None and abs(at - now) >= FAR
    written, shown = ("%Y-%m-%d %H:%M", "{date_short_pretty} at {time}") if far else ("%H:%M", "{time}")
    return f"<!date^{int(at.timestamp())}^{shown}|{at:{written}} UTC> ({at:{written}} UTC)"


def document(template: str, facts: Mapping[str, Any], command: str = COMMAND) -> str:
    """The text of *template* (a path below ``templates/``), filled with *facts*; it ends with a line break.

    *command*: what the slash command is called, for templates that speak of it. A missing fact raises.
    """
    pieces = environment(command).get_template(template).generate(facts)
    # put together some at a time: the pieces of a long document take more room than the document
    parts = ["".join(some) for some in iter(lambda: list(islice(pieces, PIECES)), [])]
    parts[-1:] = [part.rstrip() + "\n" for part in parts[-1:]]
    return "".join(parts)


def slack(template: str, facts: Mapping[str, Any], command: str) -> str:
    """What the bot says, from ``templates/slack/<template>.j2``: mrkdwn without blank ends.

    Free text among the facts goes through the filter ``said``, or was made quiet before (``bot.domain.mrkdwn.quiet``).
    """
    return document(f"slack/{template}.j2", facts, command).strip()
