"""What goes to the app when a person commands, clicks, submits: the payloads, and what the answers do."""

from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.doors import Outcome
from bot.sandbox.methods_views import MOST_PUSHED, change, checked, make, new_trigger
from bot.sandbox.responding import new_url
from bot.sandbox.state import Answer, Channel, Json, Message, SlackError, User, View

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
TOKEN = "sandbox-verification-token"  # noqa: S105 - Slack's legacy field, checked by nobody


def hand(ws: "Workspace", kind: str, payload: Json) -> Outcome:
    """Hand something to the app and wait; without an app nobody is there."""
    if ws.door is None:
        return Outcome(ok=False, status=503, reason="no_app")
    return ws.door.deliver(ws, kind, payload)


def _trigger(ws: "Workspace", user: User) -> str:
    """A trigger id. It ages from now on, so an app that is about to connect is waited for first."""
    with ws.changed:
        ws.changed.wait_for(lambda: ws.door is not None, timeout=ws.app_within)
    return new_trigger(ws, user.id)


def _common(ws: "Workspace", user: User) -> Json:
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": ws.team_id},
        "team": {"id": ws.team_id, "domain": ws.team_domain},
        "api_app_id": ws.app_id,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": _trigger(ws, user),
    }


def command(ws: "Workspace", user: User, channel: Channel, name: str, text: str) -> Outcome:
    """A slash command: *text* is in Slack's encoding."""
    payload = {
        "token": TOKEN,
        "team_id": ws.team_id,
        "team_domain": ws.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.shown_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": new_url(ws, user.id, channel.id),
        "trigger_id": _trigger(ws, user),
    }
    return hand(ws, "slash_commands", payload)


def click_in_message(
    ws: "Workspace", user: User, channel: Channel, message: Message, action: Json
) -> Outcome:
    """A button or field of a message was used."""
    hidden = message.ephemeral_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": hidden,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        "type": "block_actions",
        **_common(ws, user),
        "container": container,
        "channel": {"id": channel.id, "name": channel.shown_name},
        "state": {"values": message.chosen},
        "response_url": new_url(ws, user.id, channel.id, message),
        "actions": [action],
    }
    if not hidden:
        payload["message"] = payloads.message(ws, message)
    return hand(ws, "interactive", payload)


def click_in_view(ws: "Workspace", user: User, view: View, action: Json) -> Outcome:
    """A button or field of a form or of the home was used."""
    payload = {
        "type": "block_actions",
        **_common(ws, user),
        "container": {"type": "view", "view_id": view.id},
        "view": payloads.view(ws, view),
        "actions": [action],
    }
    return hand(ws, "interactive", payload)


def shortcut(
    ws: "Workspace", user: User, callback_id: str, channel: Channel | None, message: Message | None
) -> Outcome:
    """A shortcut: of a message when there is one, else a global one (which has no response_url)."""
    moment = f"{ws.machine():.6f}"
    payload: Json = {"type": "shortcut", **_common(ws, user), "callback_id": callback_id, "action_ts": moment}
    del payload["api_app_id"]
    if channel is not None and message is not None:
        payload |= {
            "type": "message_action",
            "message_ts": message.ts,
            "response_url": new_url(ws, user.id, channel.id, message),
            "message": payloads.message(ws, message),
            "channel": {"id": channel.id, "name": channel.shown_name},
        }
        payload["user"] = {"id": user.id, "name": user.name, "team_id": ws.team_id}
    else:
        payload["user"] = {"id": user.id, "username": user.name, "team_id": ws.team_id}
    return hand(ws, "interactive", payload)


def close(ws: "Workspace", user: User, view: View) -> Outcome | None:
    """A form was closed; the app hears of it where the form asked so."""
    if not view.body.get("notify_on_close"):
        return None
    payload = {
        "type": "view_closed",
        **_common(ws, user),
        "view": payloads.view(ws, view),
        "is_cleared": False,
    }
    del payload["trigger_id"]
    return hand(ws, "interactive", payload)


def submit(ws: "Workspace", user: User, view: View) -> Answer:
    """A form was submitted; the app's answer closes, changes, covers it, or shows errors in it."""
    payload = {"type": "view_submission", **_common(ws, user), "view": payloads.view(ws, view)}
    outcome = hand(ws, "interactive", payload)
    if not outcome.ok:
        return Answer(status=outcome.status, errors={"": TROUBLE})
    body: Json = outcome.body if isinstance(outcome.body, dict) else {}
    with ws.lock:
        errors = _answered(ws, user, view, body)
        ws.touch()
    return Answer(status=outcome.status, errors=errors, body=body or None)


def _answered(ws: "Workspace", user: User, view: View, body: Json) -> dict[str, str]:
    stack = ws.modals.get(user.id, [])
    what = body.get("response_action")
    try:
        if what == "errors":
            return _errors(view, body)
        if what == "update":
            change(ws, view, checked(body.get("view")))
        elif what == "push" and len(stack) < MOST_PUSHED:
            stack.append(make(ws, user.id, checked(body.get("view")), under=view))
        elif what == "clear":
            ws.modals.pop(user.id, None)
        elif what is None:
            ws.modals[user.id] = [each for each in stack if each is not view]
        else:
            return {"": TROUBLE}
    except SlackError as error:
        lines = error.more.get("response_metadata", {}).get("messages", [error.error])
        return {"": f"{TROUBLE} ({'; '.join(lines)})"}
    return {}


def _errors(view: View, body: Json) -> dict[str, str]:
    errors = body.get("errors")
    known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= known:
        return {"": TROUBLE}
    return {str(key): str(value) for key, value in errors.items()}
