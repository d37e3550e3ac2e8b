"""Whom a target of an escalation reaches, and by what means, in words."""

import re
from collections.abc import Iterable, Sequence

from bot.domain.mrkdwn import escaped
from bot.domain.policy import Target

_USER = re.compile(r"[UW][A-Z0-9]{5,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{5,}")
_GROUP = re.compile(r"S[A-Z0-9]{5,}")
NAMED_AT_MOST = 5
"""More people than this are counted, not named."""


def recipients_of(target: Target) -> tuple[str, ...]:
    """Its channel, its people and its user group, as the policy names them; a group's handle with ``@``."""
    group = target.usergroup or ""
    named = group if not group or is_group(group) else f"@{group}"
    return tuple(each for each in (target.channel or "", *target.users, named) if each)


def is_user(who: str) -> bool:
    """Whether it is the Slack id of a person."""
    return _USER.fullmatch(who) is not None


def is_group(who: str) -> bool:
    """Whether it is a user group, by id or by ``@handle``."""
    return who.startswith("@") or _GROUP.fullmatch(who) is not None


def is_handle(group: str) -> bool:
    """Whether a user group is given by its handle, not by its id."""
    return _GROUP.fullmatch(group) is None


def channel_of(recipients: Iterable[str]) -> str | None:
    """The channel among *recipients*, by name or id."""
    return next((who for who in recipients if not is_user(who) and not is_group(who)), None)


def group_of(recipients: Iterable[str]) -> str | None:
    """The user group among *recipients*."""
    return next((who for who in recipients if is_group(who)), None)


def means(recipients: Sequence[str]) -> str:
    """How *recipients* are told, in Slack's encoding: "message in #exec-updates; direct message to <@U1>"."""
    channel, group = channel_of(recipients), group_of(recipients)
    users = [who for who in recipients if is_user(who)]
    said = []
    if channel is not None:
        said.append(f"message in {place(channel)}" + (f" that mentions {_named(group)}" if group else ""))
    if users:
        listed = f"{len(users)} people" if len(users) > NAMED_AT_MOST else ", ".join(map(_named, users))
        said.append(f"direct message to {listed}")
    elif group is not None and channel is None:
        said.append(f"direct messages to the members of {_named(group)}")
    return "; ".join(said)


def ways(recipients: Sequence[str]) -> tuple[str, ...]:
    """Those of *recipients* to whom a message goes: a group that is called in a channel gets none of its own."""
    channel, group = channel_of(recipients), group_of(recipients)
    return tuple(who for who in recipients if who != group or channel is None)


def named(recipient: str) -> str:
    """One of the recipients, as a text in Slack's encoding names it."""
    return _named(recipient) if is_user(recipient) or is_group(recipient) else place(recipient)


def all_named(recipients: Sequence[str]) -> str:
    """All of the recipients, or how many they are, in Slack's encoding."""
    if len(recipients) > NAMED_AT_MOST:
        return f"{len(recipients)} people"
    return ", ".join(map(named, recipients))


def place(channel: str) -> str:
    """A channel as a text in Slack's encoding names it."""
    return f"<#{channel}>" if _CHANNEL.fullmatch(channel) else f"#{escaped(channel)}"


def _named(who: str) -> str:
    if is_user(who):
        return f"<@{who}>"
    return f"<!subteam^{who}>" if _GROUP.fullmatch(who) else escaped(who)
