"""conversations.canvases.* and canvases.*: making a channel's canvas, writing into it, finding sections."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.sandbox import canvases
from bot.sandbox.api import method, the_channel
from bot.sandbox.canvases import Canvas
from bot.sandbox.state import Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_WRITE, _READ = ("canvases:write",), ("canvases:read",)
_HEADERS = frozenset({"h1", "h2", "h3"})


def _allowed(ws: "Workspace", *, creates: bool) -> None:
    """What the plan, or an admin, does not let apps do: on the free plan they edit what is there, and make nothing."""
    if ws.canvas_refused and (creates or not ws.canvas_refused.startswith("team_tier")):
        raise SlackError(ws.canvas_refused)


@method("conversations.canvases.create", needs=("channel_id",), tier=2, scopes=_WRITE)
def create(ws: "Workspace", args: Json) -> Json:
    """The channel's own canvas: there is at most one."""
    _allowed(ws, creates=True)
    place = the_channel(ws, args, key="channel_id", member=True, open_=True)
    if canvases.of_channel(ws, place) is not None:
        raise SlackError("channel_canvas_already_exists")
    given = args.get("document_content")
    text = canvases.content_of(given, "channel_canvas_creation_failed") if given else ""
    made = canvases.make(ws, place, title=str(args.get("title") or place.name), text=text, by=ws.bot_user_id)
    return {"canvas_id": made.id}


def _the_canvas(ws: "Workspace", args: Json) -> Canvas:
    found = ws.canvases.get(str(args["canvas_id"]))
    place = ws.find_channel(found.channel) if found else None
    if found is None or place is None or (place.is_private and ws.bot_user_id not in place.members):
        raise SlackError("canvas_not_found")
    return found


@method("canvases.edit", needs=("canvas_id", "changes"), tier=3, scopes=_WRITE)
def edit(ws: "Workspace", args: Json) -> Json:
    """One change; Slack takes no more at a time."""
    _allowed(ws, creates=False)
    found, changes = _the_canvas(ws, args), args["changes"]
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] changes: one at a time"]}
        )
    change = changes[0]
    do = _OPERATIONS.get(str(change.get("operation")))
    if do is None:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] operation"]})
    do(ws, found, change)
    canvases.touched(ws, found, ws.bot_user_id)
    return {}


def _new(ws: "Workspace", change: Json) -> list[canvases.Section]:
    return canvases.sections(ws, canvases.content_of(change.get("document_content"), "canvas_editing_failed"))


def _at(found: Canvas, change: Json) -> int:
    ids = [section.id for section in found.sections]
    if change.get("section_id") not in ids:
        raise SlackError("canvas_editing_failed")
    return ids.index(change["section_id"])


def _start(ws: "Workspace", found: Canvas, change: Json) -> None:
    found.sections[:0] = _new(ws, change)


def _end(ws: "Workspace", found: Canvas, change: Json) -> None:
    found.sections += _new(ws, change)


def _before(ws: "Workspace", found: Canvas, change: Json) -> None:
    at = _at(found, change)
    found.sections[at:at] = _new(ws, change)


def _after(ws: "Workspace", found: Canvas, change: Json) -> None:
    at = _at(found, change) + 1
    found.sections[at:at] = _new(ws, change)


def _replace(ws: "Workspace", found: Canvas, change: Json) -> None:
    """Of one section; without one everything that stands there is replaced, people's words too."""
    if "section_id" not in change:
        found.sections[:] = _new(ws, change)
        return
    at = _at(found, change)
    found.sections[at : at + 1] = _new(ws, change)


def _delete(_ws: "Workspace", found: Canvas, change: Json) -> None:
    del found.sections[_at(found, change)]


_OPERATIONS: dict[str, Callable[["Workspace", Canvas, Json], None]] = {
    "insert_at_start": _start,
    "insert_at_end": _end,
    "insert_before": _before,
    "insert_after": _after,
    "replace": _replace,
    "delete": _delete,
}


@method("canvases.sections.lookup", needs=("canvas_id", "criteria"), tier=3, scopes=_READ, reads=True)
def lookup(ws: "Workspace", args: Json) -> Json:
    """Ids of the sections that are of a type, or hold a text, or both."""
    found, criteria = _the_canvas(ws, args), args["criteria"]
    if not isinstance(criteria, dict) or not criteria:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] criteria"]})
    types = set(criteria.get("section_types") or ())
    wanted = _HEADERS if "any_header" in types else types
    text = str(criteria.get("contains_text") or "")
    hits = [each for each in found.sections if (not wanted or each.kind in wanted) and text in each.markdown]
    return {"sections": [{"id": each.id} for each in hits]}


@method("canvases.delete", needs=("canvas_id",), tier=3, scopes=_WRITE)
def delete(ws: "Workspace", args: Json) -> Json:
    """Take a canvas away."""
    _allowed(ws, creates=False)
    del ws.canvases[_the_canvas(ws, args).id]
    return {}
