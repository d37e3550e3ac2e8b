"""A draft in the channel's canvas: made where there is none, else put above what stands there.

Nothing that stands in a canvas is ever changed or taken away: people write there (AD-8). Each step looks first what
is there, so that after a lost reply, or a restart, none is done twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from bot.crash import crash
from bot.domain.canvas import without_tables
from bot.slack.compound import Ask
from bot.slack.errors import Rejected

METHOD = "canvas"
EXISTS = frozenset({"channel_canvas_already_exists", "free_team_canvas_tab_already_exists"})
REFUSALS: Mapping[str, str] = {
    "team_tier_cannot_create_channel_canvases": "plan",
    "free_teams_cannot_create_non_tabbed_canvases": "plan",
    "free_teams_cannot_edit_standalone_canvases": "plan",
    "free_team_not_allowed": "plan",
    "free_team_canvas_tab_already_exists": "plan",
    "canvas_disabled_user_team": "disabled",
    "canvas_disabled_file_team": "disabled",
    "canvas_globally_disabled": "disabled",
    "restricted_action": "disabled",
    "missing_scope": "scope",
    "no_permission": "scope",
    "not_allowed_token_type": "scope",
    "channel_canvas_already_exists": "people",
    "canvas_not_found": "failed",
    "not_visible": "people",
    "file_not_found": "failed",
    "canvas_creation_failed": "failed",
    "canvas_tab_creation_failed": "failed",
    "channel_canvas_creation_failed": "failed",
    "canvas_editing_failed": "failed",
    "canvas_deleted": "failed",
    "file_deleted": "failed",
    "invalid_arguments": "failed",
    "unknown_method": "failed",
    "method_deprecated": "failed",
}
"""What Slack says where there is no draft in a canvas, and what people are told of it; nothing is tried again."""
DISLIKED = frozenset({"canvas_creation_failed", "channel_canvas_creation_failed", "canvas_editing_failed"})
"""What Slack says of content, most often of a table: it is tried once without any."""
OUTCOMES = ("made", "added", *dict.fromkeys(REFUSALS.values()))
"""What comes of it: each has its half sentence in ``templates/slack/canvas.j2``."""
RESTS: Mapping[str, int] = {"plan": 7, "disabled": 7, "scope": 1}
"""For so many days no canvas is asked for after that outcome: all others of the workspace would be refused too."""


def canvas(ask: Ask, args: Mapping[str, Any]) -> dict[str, Any]:
    """Write the draft; gives the ``canvas``'s id where it stands there, the ``outcome``, and what is ``said`` of it.

    The file that people get beside it does not depend on it: what Slack refuses is an outcome too.
    """
    try:
        outcome, found = _written(ask, args)
    except Rejected as error:
        if error.error not in REFUSALS:
            raise
        outcome, found = REFUSALS[error.error], ""
    return {"canvas": found, "outcome": outcome, "said": args["says"][outcome]}


def _written(ask: Ask, args: Mapping[str, Any]) -> tuple[str, str]:
    about = _about(ask, args["channel"])
    if not about.get("file_id"):
        create = partial(
            ask, "conversations.canvases.create", channel_id=args["channel"], title=args["title"]
        )
        try:
            made = _liked(lambda content: create(document_content=content), _texts(ask, args))
        except Rejected as error:
            about = _about(ask, args["channel"]) if error.error in EXISTS else {}
            if not about.get("file_id"):
                raise
        else:
            crash("canvas created")
            return "made", str(made["canvas_id"])
    return _added(ask, args, str(about["file_id"]), is_empty=bool(about.get("is_empty")))


def _about(ask: Ask, channel: str) -> dict[str, Any]:
    """What the channel tells of its canvas; nothing where it has none."""
    properties = ask("conversations.info", channel=channel)["channel"].get("properties") or {}
    return dict(properties.get("canvas") or {})


def _added(ask: Ask, args: Mapping[str, Any], found: str, *, is_empty: bool) -> tuple[str, str]:
    """The draft above all that stands in a canvas that the bot made, or that is empty; once."""
    if not is_empty:
        if ask("files.info", file=found)["file"].get("user") != ask("auth.test")["user_id"]:
            return "people", ""
        if _stands(ask, found, args["head"]):
            return ("made" if args["number"] == 1 else "added"), found
    earlier = not is_empty and args["number"] > 1

    def put(content: Mapping[str, str]) -> dict[str, Any]:
        change = {"operation": "insert_at_start", "document_content": content}
        return ask("canvases.edit", canvas_id=found, changes=[change])

    _liked(put, _texts(ask, args))
    crash("canvas written")
    return ("added" if earlier else "made"), found


def _texts(ask: Ask, args: Mapping[str, Any]) -> Iterator[str]:
    """What to write: with the picture of the timeline, then without, then without tables either.

    A file's address where a picture stands in Markdown makes Slack show the file ("file unfurl"):
    https://docs.slack.dev/surfaces/canvases
    """
    markdown = args["markdown"]
    if address := _address(ask, args.get("picture") or ""):
        head, _, rest = markdown.partition("\n\n")
        yield f"{head}\n\n![]({address})\n\n{rest}"
    yield markdown
    yield without_tables(markdown)


def _address(ask: Ask, picture: str) -> str:
    """Where Slack shows the file; "" where it does not know it any more: people may have deleted it."""
    if not picture:
        return ""
    try:
        return str(ask("files.info", file=picture)["file"].get("permalink") or "")
    except Rejected:
        return ""


def _liked(write: Callable[[Mapping[str, str]], dict[str, Any]], texts: Iterable[str]) -> dict[str, Any]:
    """What Slack answers to *write* with the first of *texts* that it likes."""
    left = list(texts)
    for text in left[:-1]:
        try:
            return write({"type": "markdown", "markdown": text})
        except Rejected as error:
            if error.error not in DISLIKED:
                raise
    return write({"type": "markdown", "markdown": left[-1]})


def _stands(ask: Ask, found: str, head: str) -> bool:
    """Whether a draft of that *head* stands there."""
    criteria = {"section_types": ["h1"], "contains_text": head}
    return bool(ask("canvases.sections.lookup", canvas_id=found, criteria=criteria)["sections"])
