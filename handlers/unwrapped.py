"""What a person did, out of Slack's envelope (https://docs.slack.dev/reference/interaction-payloads)."""

from collections.abc import Mapping
from typing import Any

from handlers.places import HOME, is_home
from handlers.routes import Request


def by_click(body: Mapping[str, Any], verb: str) -> Request:
    """A click on a button that stands for *verb*."""
    action, channel = body["actions"][0], body.get("channel") or {}
    return Request(
        user=body["user"]["id"],
        channel=HOME if is_home(body) else channel.get("id", ""),
        channel_name=channel.get("name", ""),
        value=action.get("value") or "",
        event={"action_id": action["action_id"]},
        verb=verb,
        answer_to={"url": body["response_url"]} if body.get("response_url") else {},
    )


def by_shortcut(body: Mapping[str, Any], verb: str) -> Request:
    """A shortcut that stands for *verb*: on a message, or a global one, which has neither message nor channel."""
    channel = body.get("channel") or {}
    return Request(
        user=body["user"]["id"],
        channel=channel.get("id", ""),
        channel_name=channel.get("name", ""),
        message=body.get("message") or {},
        home=(body.get("team") or {}).get("domain", ""),
        verb=verb,
    )
