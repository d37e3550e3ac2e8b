"""Whom and what texts in Slack's encoding mention: their names, and the calls that ask for those not known yet."""

import re
from collections.abc import Iterable, Iterator

from bot.call import Call
from bot.domain.mrkdwn import Names
from bot.store.directory import DirectoryRows

_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)|<!subteam\^(S[A-Z0-9]+)|<#([CG][A-Z0-9]+)")
_NAMELESS = re.compile(r"<#([CG][A-Z0-9]+)\|?>")
"""A mention of a channel that does not bear its name."""


def names(
    directory: DirectoryRows, texts: Iterable[str], people: Iterable[str] = (), *, all_groups: bool = False
) -> Names:
    """What the ids in *texts*, and those of *people*, are called; with *all_groups* all user groups too."""
    found = [match for text in texts for match in _MENTIONED.finditer(text)]
    ids = sorted({match[1] for match in found if match[1]} | set(people))
    channels = sorted({match[3] for match in found if match[3]})
    groups = directory.groups() if all_groups or any(match[2] for match in found) else []
    return Names(
        people=directory.names(ids) if ids else {},
        groups={group.id: group.handle for group in groups},
        channels=directory.channels(channels) if channels else {},
    )


def unknown_people(directory: DirectoryRows, users: Iterable[str]) -> Iterator[Call]:
    """A question about each of *users* whose name and zone are not known."""
    for user in sorted(users):
        if user.startswith(("U", "W")) and directory.person(user) is None:
            yield Call(key=f"person:{user}", method="users.info", args={"user": user})


def unknown_channels(directory: DirectoryRows, texts: Iterable[str]) -> Iterator[Call]:
    """A question about each channel that *texts* mention without its name."""
    ids = sorted({match[1] for text in texts for match in _NAMELESS.finditer(text)})
    known = directory.channels(ids) if ids else {}
    for channel in ids:
        if channel not in known:
            yield Call(key=f"place:{channel}", method="conversations.info", args={"channel": channel})
