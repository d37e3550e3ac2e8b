"""The Slack app manifest for this configuration (https://docs.slack.dev/reference/app-manifest)."""

from typing import Any

import yaml

from bot.app import EVENTS, SHORTCUTS
from bot.checks import OPTIONAL_SCOPES, SCOPES
from bot.event_scopes import asked_for


def manifest(*, command: str, by_socket: bool, url: str, public_only: bool = False) -> str:
    """The manifest as YAML, with the slash *command*.

    *by_socket*: Socket Mode; else deliveries go to *url* by signed HTTP. *public_only*: with no more scopes than
    public incidents need, from declare to draft.
    """
    address = {} if by_socket else {"request_url": url}
    scopes = sorted(SCOPES if public_only else {*SCOPES, *OPTIONAL_SCOPES})
    asked = asked_for(EVENTS, scopes)
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
            "shortcuts": [
                {
                    "name": one.label,
                    "type": one.place.value,
                    "callback_id": one.callback,
                    "description": one.does,
                }
                for one in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Declare and run incidents",
                    "usage_hint": "declare sev1 what is wrong | help",
                    "should_escape": True,
                    **({} if by_socket else {"url": url}),
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes}},
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
