"""The Slack app manifest for this configuration (https://docs.slack.dev/reference/app-manifest)."""

from collections.abc import Mapping
from typing import Any

import yaml

from bot.app import EVENTS
from bot.checks import OPTIONAL_SCOPES, SCOPES

EVENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "message": ("message.channels", "message.groups"),
}
"""Events that Slack calls by another name when one asks for them."""


def manifest(*, by_socket: bool, url: str) -> str:
    """The manifest as YAML. *by_socket*: Socket Mode; else deliveries go to *url* by signed HTTP."""
    address = {} if by_socket else {"request_url": url}
    asked = sorted(name for event in EVENTS for name in EVENT_TYPES.get(event, (event,)))
    made: dict[str, Any] = {
        "display_information": {
            "name": "Tocsin",
            "description": "Live incidents: a channel, a timeline, reminders, a postmortem draft",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "tocsin", "always_online": True},
            "slash_commands": [
                {
                    "command": "/incident",
                    "description": "Declare and run incidents",
                    "usage_hint": "declare sev1 what is wrong | help",
                    "should_escape": True,
                    **({} if by_socket else {"url": url}),
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted({*SCOPES, *OPTIONAL_SCOPES})}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": asked},
            "interactivity": {"is_enabled": True, **address},
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": False,
            "org_deploy_enabled": False,
        },
    }
    text: str = yaml.safe_dump(made, sort_keys=False, allow_unicode=True)
    return text
