"""Slack lets the bot in, or no longer: its token was revoked, or it was uninstalled."""

from collections.abc import Mapping
from typing import Any

from handlers.routes import Routes, UseCases

routes = Routes()


@routes.event("tokens_revoked")
def revoked(event: Mapping[str, Any], use: UseCases) -> None:
    """Tokens were revoked; Slack names them by the ids of their users."""
    if any(use.reach.is_bot(user) for user in event.get("tokens", {}).get("bot") or ()):
        use.access.taken("token_revoked")


@routes.event("app_uninstalled")
def uninstalled(event: Mapping[str, Any], use: UseCases) -> None:  # noqa: ARG001 - it says nothing more
    """The app was uninstalled from the workspace."""
    use.access.taken("app_uninstalled")
