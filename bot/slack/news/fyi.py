"""Where news for information was posted: by its keys, whatever the severity of the incident is by now."""

from collections.abc import Mapping, Sequence

from bot.domain.escalation import target_of
from bot.domain.policy import Policy
from bot.domain.recipients import is_user, recipients_of


def targets(policy: Policy) -> tuple[str, ...]:
    """The targets that some severity informs at once."""
    return tuple(sorted({name for severity in policy.severities.values() for name in severity.inform}))


def keys(ref: str, policy: Policy, members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The keys of all that may have been posted: to a channel, and to people. *members*: by target, of its group."""
    found = []
    for name in targets(policy):
        people = filter(is_user, recipients_of(target_of(policy, name)))
        about = f"fyi:{ref}:{name}"
        found += [about, *(f"{about}:{who}" for who in (*people, *members.get(name, ())))]
    return tuple(dict.fromkeys(found))
