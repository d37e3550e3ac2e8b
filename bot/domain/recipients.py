"""Whom a target of an escalation reaches, and by what means, in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.mrkdwn import escaped
from bot.domain.policy import Policy, Target

_USER = re.compile(r"[UW][A-Z0-9]{5,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{5,}")
_GROUP = re.compile(r"S[A-Z0-9]{5,}")
NAMED_AT_MOST = 5
"""More people than this are counted, not named."""


def recipients_of(target: Target) -> tuple[str, ...]:
    """Its channel, its people and its user group, as the policy names them.

    A group's handle is kept with ``@``, a person's with ``~`` until it is known whose it is (``found``).
    """
    group = target.usergroup or ""
    named = group if not group or is_group(group) else f"@{group}"
    people = (who if is_user(who) else f"~{_handle(who)}" for who in target.users)
    return tuple(each for each in (target.channel or "", *people, named) if each)


def handles_of(policy: Policy) -> dict[str, str]:
    """People whom targets name by their handle (without ``@``), and the name of the target."""
    return {
        _handle(who): target.name
        for target in policy.targets.values()
        for who in target.users
        if not is_user(who)
    }


def with_people(policy: Policy, ids: Mapping[str, str]) -> Policy:
    """*policy* with ids in place of those handles of people that *ids* knows."""

    def known(target: Target) -> Target:
        users = tuple(who if is_user(who) else ids.get(_handle(who), who) for who in target.users)
        return replace(target, users=users)

    return replace(policy, targets={name: known(target) for name, target in policy.targets.items()})


def found(recipients: Sequence[str], ids: Mapping[str, str]) -> tuple[str, ...]:
    """*recipients* with ids in place of those handles of people that *ids* knows; the others stay, and are refused."""
    return tuple(dict.fromkeys(ids.get(who[1:], who) if is_by_handle(who) else who for who in recipients))


def _handle(who: str) -> str:
    return who.removeprefix("@").lower()


def is_by_handle(who: str) -> bool:
    """Whether it is a person of whom no more than the handle is known."""
    return who.startswith("~")


def is_person(who: str) -> bool:
    """Whether it is one person, by id or by handle."""
    return is_user(who) or is_by_handle(who)


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
    return next((who for who in recipients if not is_person(who) and not is_group(who)), None)


def group_of(recipients: Iterable[str]) -> str | None:
    """The user group among *recipients*."""
    return next((who for who in recipients if is_group(who)), None)


def means(recipients: Sequence[str]) -> str:
    """How *recipients* are told, in Slack's encoding: "message in #exec-updates; direct message to <@U1>"."""
    channel, group = channel_of(recipients), group_of(recipients)
    users = [who for who in recipients if is_person(who)]
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
    return _named(recipient) if is_person(recipient) or is_group(recipient) else place(recipient)


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
    if is_by_handle(who):
        return f"@{escaped(who[1:])}"
    return f"<!subteam^{who}>" if _GROUP.fullmatch(who) else escaped(who)
