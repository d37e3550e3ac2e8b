"""Which events the bot subscribes to, and the scopes that each comes by (https://docs.slack.dev/reference/events)."""

from collections.abc import Collection, Iterator, Mapping

_CHANNEL_EVENTS = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
)
EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "app_mention": ("app_mentions:read",),
    **dict.fromkeys(_CHANNEL_EVENTS, ("channels:read",)),
    **dict.fromkeys((each.replace("channel", "group") for each in _CHANNEL_EVENTS), ("groups:read",)),
    **dict.fromkeys(
        ("channel_id_changed", "member_joined_channel", "member_left_channel"),
        ("channels:read", "groups:read"),
    ),
    "file_deleted": ("files:read",),
    **dict.fromkeys(("pin_added", "pin_removed"), ("pins:read",)),
    **dict.fromkeys(("reaction_added", "reaction_removed"), ("reactions:read",)),
    **dict.fromkeys(("subteam_created", "subteam_updated"), ("usergroups:read",)),
    **dict.fromkeys(("team_join", "user_change"), ("users:read",)),
}
"""Scopes of which one is needed to subscribe to an event; events that are not here need none."""
EVENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "message": ("message.channels", "message.groups", "message.im"),
}
"""Events that Slack calls by another name when one asks for them."""


def asked_for(events: Collection[str], scopes: Collection[str]) -> list[str]:
    """What to subscribe to for *events* with *scopes*: what could not arrive is not asked for."""
    names = {name for event in events for name in EVENT_TYPES.get(event, (event,))}
    return sorted(name for name in names if not _wants(name, scopes))


def unheard(events: Collection[str], scopes: Collection[str]) -> Iterator[tuple[str, str]]:
    """Events that cannot arrive for want of a scope, each with the scope."""
    for name in sorted({name for event in events for name in EVENT_TYPES.get(event, (event,))}):
        if wanted := _wants(name, scopes):
            yield name, wanted


def _wants(name: str, scopes: Collection[str]) -> str:
    """The scope that is missing for an event; "" where none is."""
    wanted = EVENT_SCOPES.get(name, ())
    return wanted[0] if wanted and not set(wanted) & set(scopes) else ""
