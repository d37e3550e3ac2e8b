"""Where an incident is, and who is there: ``private``; people who come and go."""

from collections.abc import Mapping
from typing import Any

from handlers.asking import incident_alone
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "private",
    does="Goes on in a private channel: its people are invited, and nothing more is announced.",
    example="/incident private",
    situation=Situation.RUN,
)
def private(request: Request, use: UseCases) -> Reply:
    """Make it private."""
    incident = incident_alone(request, use)
    use.moving.go_private(incident.ref, by=request.user)
    return Reply(template="reply_private", facts={"ref": incident.ref})


@routes.event("member_joined_channel")
def joined(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody came into a channel; the bot itself too."""
    use.moving.joined(event["channel"], event["user"])


@routes.event("member_left_channel")
def left(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody left a channel."""
    use.moving.left(event["channel"], event["user"])
