"""The app's home: it is made when somebody opens its tab, and by its own button."""

from collections.abc import Mapping
from typing import Any

from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()


@routes.event("app_home_opened")
def opened(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody opened the home; of the app's messages Slack tells by the same event."""
    if event.get("tab") == "home":
        use.home.opened(event["user"])


@routes.button("home_refresh", verb="list")
def refresh(request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - each click in a home makes it anew
    """The button "Refresh"."""
    return DONE
