"""What is wrong in a policy between keys that are each right: names that are not there, words that mean two things.

The docstring of a rule is a line of docs/policy.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.calendar import WEEKLY
from bot.domain.policy import LONGEST_OUTSIDE, Hours, Policy, Role, Severity, Target
from bot.domain.policy_calendar import PROGRESS

LONG_AT_LEAST = timedelta(hours=1)
"""Half the pace of updates is never offered before (DR-3)."""
SHORTEST = timedelta(seconds=1)
DAY_AT_LEAST = timedelta(days=1)
"""People are reminded of a follow-up once a day at the most."""
RESERVED = frozenset({"ack", "acked", "acknowledge", "acknowledged", "list", "skip"})
"""Words that mean something else after ``escalate``: no target can be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One such mistake."""

    keys: tuple[str, ...]
    """Whole paths of the keys that it rests on; the sentence begins with the first."""
    says: str


def conflicts(policy: Policy, hours: Hours) -> Iterator[Conflict]:
    """All of them; *hours* are the working hours as written, whether a severity keeps to them or not."""
    yield from _spellings(policy)
    for severity in policy.severities.values():
        yield from _people(severity, policy)
        yield from _pace(severity)
    yield from _aliases("target", policy.targets.values(), lambda target: target.name)
    yield from _reserved(policy)
    yield from _reactions(policy)
    yield from _aliases("role", policy.roles.values(), lambda role: role.key)
    yield from _spans(policy, hours)
    yield from _reviews(policy)
    yield from _followups(policy)
    yield from _calendar(policy)
    yield from _texts(policy)


def _one(key: str, says: str, *others: str) -> Conflict:
    return Conflict(keys=(key, *others), says=says)


def _texts(policy: Policy) -> Iterator[Conflict]:
    """A text for customers has at most 2,500 characters."""
    for phase, own in policy.status_texts.items():
        if len(own.text) > LONGEST_OUTSIDE:
            says = f" has {len(own.text):,} characters; at most {LONGEST_OUTSIDE:,} may leave"
            yield _one(f"status.{phase}.text", says)


def _spellings(policy: Policy) -> Iterator[Conflict]:
    """A spelling means one severity only."""
    owner = {level.lower(): level for level in policy.severities}
    for severity in policy.severities.values():
        for spelling in severity.spellings:
            first = owner.setdefault(spelling, severity.level)
            if first != severity.level:
                keys = [f"severity.{level}.spellings" for level in (severity.level, first)]
                yield _one(keys[0], f": {spelling!r} already means {first}", keys[1])


def _people(severity: Severity, policy: Policy) -> Iterator[Conflict]:
    """Targets and roles that a severity names must be there, and a ladder tells each target once."""
    where = f"severity.{severity.level}"
    told = [rung.to for rung in severity.escalate]
    for name in told:
        if name not in policy.targets:
            yield _one(f"{where}.escalate", f": there is no [target.{name}]")
    for name in sorted({name for name in told if told.count(name) > 1}):
        yield _one(f"{where}.escalate", f": {name} stands there twice; each target is told once")
    for name in severity.inform:
        if name not in policy.targets:
            yield _one(f"{where}.inform", f": there is no [target.{name}]")
    for name in severity.roles:
        if name not in policy.roles:
            yield _one(f"{where}.roles", f": there is no [role.{name}]")


def _pace(severity: Severity) -> Iterator[Conflict]:
    """P0 and P1 never sleep and are never paused; update_every is a second at least."""
    where = f"severity.{severity.level}"
    if severity.update_every < SHORTEST:
        yield _one(f"{where}.update_every", " is too short")
    if severity.is_high and severity.hours is not None:
        yield _one(f"{where}.working_hours", ": P0 and P1 never sleep")
    if severity.is_high and severity.may_pause:
        yield _one(f"{where}.may_pause", ": P0 and P1 are never paused")


def _aliases(table: str, known: Iterable[Target | Role], name_of: Callable[..., str]) -> Iterator[Conflict]:
    """An alias means one target, or one role. One that is another's name is left to that one: a name comes first."""
    owner: dict[str, str] = {}
    for name, aliases in [(name_of(one), one.aliases) for one in known]:
        for alias in aliases:
            first = owner.setdefault(alias, name)
            if first != name:
                keys = [f"{table}.{each}.aliases" for each in (name, first)]
                yield _one(keys[0], f": {alias!r} already means {first}", keys[1])


def _reserved(policy: Policy) -> Iterator[Conflict]:
    """No target is called ack, acked, acknowledge, acknowledged, list or skip: they mean something behind escalate."""
    command = policy.command
    says = f"means something else after `{command} escalate`; choose another word"
    for name, target in policy.targets.items():
        if name in RESERVED:
            yield _one(f"target.{name}", f": {name} {says}")
        for alias in sorted(RESERVED.intersection(target.aliases)):
            yield _one(f"target.{name}.aliases", f": {alias!r} {says}")


def _reactions(policy: Policy) -> Iterator[Conflict]:
    """An emoji does one thing: it stands under one key of [emoji] only."""
    owner: dict[str, str] = {}
    for purpose, known in policy.reactions.items():
        for name in known:
            first = owner.setdefault(name, purpose)
            if first != purpose:
                says = f": {name!r} stands under emoji.{first} too; each does one thing"
                yield _one(f"emoji.{purpose}", says, f"emoji.{first}")


def _reviews(policy: Policy) -> Iterator[Conflict]:
    """escalate_to of postmortem is a target, and escalate_after is longer than each of remind_after."""
    rules = policy.reviews
    if rules.escalate_to and rules.escalate_to not in policy.targets:
        yield _one("postmortem.escalate_to", f": there is no [target.{rules.escalate_to}]")
    if rules.remind_after and rules.remind_after[-1] >= rules.escalate_after:
        says = " should be longer than each of remind_after"
        yield _one("postmortem.escalate_after", says, "postmortem.remind_after")


def _followups(policy: Policy) -> Iterator[Conflict]:
    """remind_every of followups is 1d or more."""
    if policy.followups.remind_every < DAY_AT_LEAST:
        yield _one("followups.remind_every", " should be 1d or more")


def _calendar(policy: Policy) -> Iterator[Conflict]:
    """To of calendar is a target; days are for what comes weekly, and a report of progress is not weekly."""
    for each in policy.reminders:
        where = f"calendar.{each.name}"
        if each.to and each.to not in policy.targets:
            yield _one(f"{where}.to", f": there is no [target.{each.to}]")
        if each.days and each.every != WEEKLY:
            yield _one(
                f"{where}.days",
                ': is for every = "weekly"; others come on the first working day',
                f"{where}.every",
            )
        if each.shows == PROGRESS and each.every == WEEKLY:
            yield _one(f"{where}.shows", ": progress is told monthly, quarterly or yearly", f"{where}.every")


def _spans(policy: Policy, hours: Hours) -> Iterator[Conflict]:
    """Spans fit: to is later than from, remind_before is shorter than mail_within, long_after is 1h or more."""
    if hours.start >= hours.end:
        yield _one("working_hours.to", " should be later than from", "working_hours.from")
    if policy.customers.remind_before >= policy.customers.mail_within:
        yield _one("customers.remind_before", " should be shorter than mail_within", "customers.mail_within")
    if policy.long_after < LONG_AT_LEAST:
        yield _one("updates.long_after", " should be 1h or more: half the pace is never offered earlier")
