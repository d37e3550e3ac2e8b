"""views.*: forms, and the app's home."""

import json
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.api import method
from bot.sandbox.blockkit import view_faults, with_ids
from bot.sandbox.forms import initial_values
from bot.sandbox.state import Json, SlackError, Trigger, View

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

TRIGGER_LASTS = 3.0
"""Seconds of machine time."""
MOST_PUSHED = 3
LARGEST_VIEW = 250_000


def new_trigger(ws: "Workspace", user: str) -> str:
    """A trigger id for something that *user* (an id) just did."""
    made = f"{ws.new_id('')}.{ws.team_id}.{ws.new_id('t').lower()}"
    with ws.lock:
        ws.triggers[made] = Trigger(user=user, made=ws.machine())
    return made


def exchange(ws: "Workspace", args: Json) -> Trigger:
    """Use a trigger id up: good for 3 seconds, and once."""
    found = ws.triggers.get(str(args.get("trigger_id", "")))
    if found is None:
        raise SlackError("invalid_trigger_id")
    if found.used:
        raise SlackError("exchanged_trigger_id")
    if ws.machine() - found.made > TRIGGER_LASTS:
        raise SlackError("expired_trigger_id")
    found.used = True
    return found


def checked(body: object, kind: str = "modal") -> Json:
    """A view as the app sent it, or Slack's error."""
    found = view_faults(body)
    if not found and isinstance(body, dict) and body["type"] != kind:
        found = [f"[ERROR] must be a {kind} [json-pointer:/view/type]"]
    if found or not isinstance(body, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": found})
    if len(json.dumps(body)) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    return body


def make(ws: "Workspace", user: str, body: Json, *, under: View | None = None) -> View:
    """A new view for *user*, on top of the one *under* it."""
    body = {**body, "blocks": with_ids(ws, body.get("blocks", []))}
    made = ws.new_id("V")
    values = initial_values(body["blocks"])
    root, previous = (under.root_id, under.id) if under else (made, None)
    return View(
        id=made, user=user, body=body, hash=_hash(ws), root_id=root, previous_id=previous, values=values
    )


def change(ws: "Workspace", view: View, body: Json) -> None:
    """Show another body in the same view; what was entered into fields that stay is kept."""
    view.body = {**body, "blocks": with_ids(ws, body.get("blocks", []))}
    fresh = initial_values(view.body["blocks"])
    for block, fields in fresh.items():
        fields.update({key: value for key, value in view.values.get(block, {}).items() if key in fields})
    view.values, view.hash = fresh, _hash(ws)


def _hash(ws: "Workspace") -> str:
    return f"{int(ws.machine())}.{ws.new_id('h')}"


@method("views.open", needs=("trigger_id", "view"), tier=4)
def open_(ws: "Workspace", args: Json) -> Json:
    """Open a form for whoever did something."""
    body = checked(args["view"])
    _unused(ws, body)
    trigger = exchange(ws, args)
    view = make(ws, trigger.user, body)
    ws.modals[trigger.user] = [view]
    return {"view": payloads.view(ws, view)}


@method("views.push", needs=("trigger_id", "view"), tier=4)
def push(ws: "Workspace", args: Json) -> Json:
    """Lay another form over the open one."""
    body = checked(args["view"])
    _unused(ws, body)
    trigger = exchange(ws, args)
    stack = ws.modals.get(trigger.user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MOST_PUSHED:
        raise SlackError("push_limit_reached")
    stack.append(make(ws, trigger.user, body, under=stack[-1]))
    return {"view": payloads.view(ws, stack[-1])}


def _unused(ws: "Workspace", body: Json) -> None:
    wanted = body.get("external_id")
    if wanted and any(
        view.body.get("external_id") == wanted for stack in ws.modals.values() for view in stack
    ):
        raise SlackError("duplicate_external_id")


@method("views.update", needs=("view",), tier=4)
def update(ws: "Workspace", args: Json) -> Json:
    """Change an open form."""
    body = checked(args["view"])
    for view in (view for stack in ws.modals.values() for view in stack):
        if view.id == args.get("view_id") or (
            args.get("external_id") and view.body.get("external_id") == args["external_id"]
        ):
            if args.get("hash") not in (None, view.hash):
                raise SlackError("hash_conflict")
            change(ws, view, body)
            return {"view": payloads.view(ws, view)}
    raise SlackError("not_found")


@method("views.publish", needs=("user_id", "view"), tier=4)
def publish(ws: "Workspace", args: Json) -> Json:
    """Show somebody's home."""
    body = checked(args["view"], "home")
    user = ws.find_user(str(args["user_id"]))
    if user is None:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] unknown user: user_id"]}
        )
    view = ws.homes.get(user.id)
    if view is None:
        view = ws.homes[user.id] = make(ws, user.id, body)
    elif args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    else:
        change(ws, view, body)
    return {"view": payloads.view(ws, view)}
