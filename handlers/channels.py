"""Where an incident is, and who is there: ``private``; people who come and go, channels that change."""

from collections.abc import Mapping
from typing import Any

from bot.domain.parts import Loss
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
    use.home.hidden(incident.ref)
    return Reply(template="reply_private", facts={"ref": incident.ref})


@routes.event("member_joined_channel")
def joined(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody came into a channel; the bot itself too."""
    use.moving.joined(event["channel"], event["user"])
    if use.reach.is_bot(event["user"]):
        use.reach.regained(event["channel"])
        use.announcing.again()


@routes.event("member_left_channel")
def left(event: Mapping[str, Any], use: UseCases) -> None:
    """Somebody left a channel; the bot itself too, of which Slack tells once more with who did it."""
    if use.reach.is_bot(event["user"]):
        use.reach.lost(event["channel"], Loss.LEFT)
    else:
        use.moving.left(event["channel"], event["user"])
        use.subscriptions.left(event["channel"], event["user"])
        use.home.left(event["channel"])


@routes.event("channel_left", "group_left")
def taken_out(event: Mapping[str, Any], use: UseCases) -> None:
    """The bot was taken out of a channel."""
    by = event.get("actor_id")
    use.reach.lost(event["channel"], Loss.LEFT, by=by if by and not use.reach.is_bot(by) else None)


@routes.event("channel_archive", "group_archive")
def archived(event: Mapping[str, Any], use: UseCases) -> None:
    """A channel was archived."""
    use.reach.lost(event["channel"], Loss.ARCHIVED, by=event.get("user"))


@routes.event("channel_deleted", "group_deleted")
def deleted(event: Mapping[str, Any], use: UseCases) -> None:
    """A channel was deleted for good."""
    use.reach.lost(event["channel"], Loss.DELETED, by=event.get("actor_id"))


@routes.event("channel_unarchive", "group_unarchive")
def unarchived(event: Mapping[str, Any], use: UseCases) -> None:
    """A channel was taken out of the archive; whether the bot is still in it, Slack is asked."""
    use.reach.looked_for(event["channel"])
    use.announcing.again()


@routes.event("channel_rename", "group_rename")
def renamed(event: Mapping[str, Any], use: UseCases) -> None:
    """A channel has another name."""
    use.reach.renamed(event["channel"]["id"], event["channel"]["name"])


@routes.event("channel_id_changed")
def has_new_id(event: Mapping[str, Any], use: UseCases) -> None:
    """A channel has another id."""
    use.reach.has_new_id(event["old_channel_id"], event["new_channel_id"])
