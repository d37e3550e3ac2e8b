"""Who and what Slack's ids stand for: people with their zones, user groups, channels."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the workspace. A column of table ``people`` bears the name of each field."""

    id: str
    name: str
    """The name that documents show: the real name, else the display name."""
    handle: str
    """What people type after ``@``, lower case."""
    zone: str | None
    """IANA name out of the Slack profile."""
    is_bot: bool = False
    gone: bool = False
    """True once deactivated."""
    seen_at: datetime
    """When Slack told us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group. A column of table ``groups`` bears the name of each field."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()
    """Slack user ids of its members, as they were when Slack was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel that somebody mentioned. A column of table ``channels`` bears the name of each field."""

    id: str
    name: str
    """Without ``#``, as it was when Slack was asked."""
