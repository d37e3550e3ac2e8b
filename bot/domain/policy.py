"""Policy: everything an organisation decides for itself, as one value (PRODUCT 1.9, R-COM-5).

``bot.domain.policy_file`` reads it from TOML and refuses a broken file with every mistake in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.nearest import nearest
from bot.domain.refusal import UnknownRole, UnknownSeverity
from bot.domain.times import print_duration
from bot.domain.words import severity_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: after this much open time, tell this target (R-ESCL-1 to 3)."""

    after: timedelta
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom an escalation reaches: a channel, people, a user group, or several of them."""

    name: str
    channel: str | None = None
    users: tuple[str, ...] = ()
    usergroup: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """One severity level: what it is called, how often it wants an update, whom it brings in."""

    level: str
    """``P0`` … ``P3``; the key under which incidents keep it."""
    name: str
    label: str
    spellings: tuple[str, ...]
    update_every: timedelta
    nudge_limit: int
    """Reminders in a row before they stop; 0: as long as the incident is open."""
    snooze_limit: int
    """A snooze may last this many times ``update_every``; 0: no limit."""
    invite: tuple[str, ...]
    escalate: tuple[Rung, ...]
    format: str
    """The postmortem format that is the default at this severity (PRODUCT 1.8)."""
    classification: str | None

    @property
    def spelled(self) -> str:
        """``SEV-1 (P0 · Critical)``: the echo of what was understood (PRODUCT 1.1)."""
        return f"{self.name} ({self.level} · {self.label})"

    @property
    def written(self) -> str:
        """``SEV-1 (Critical)``: the form that documents use."""
        return f"{self.name} ({self.label})"

    @property
    def cadence(self) -> str:
        """``15 min``: how often an update is due."""
        return print_duration(self.update_every)

    @property
    def rank(self) -> int:
        """0 is the most severe."""
        return int(self.level[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that people take in an incident, with the words given to whoever takes it."""

    key: str
    label: str
    aliases: tuple[str, ...]
    instructions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The organisation's rules. Levels are ordered from the most severe."""

    organisation: str
    timezone: str
    announce: str
    """Name or id of the channel where incidents are announced."""
    emoji: str
    postmortem_due: timedelta
    severities: Mapping[str, Severity]
    roles: Mapping[str, Role]
    targets: Mapping[str, Target]
    notice: str
    """A sentence added to the card, for example that a sandbox has short cadences; usually empty."""

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone: references count per day in it."""
        return ZoneInfo(self.timezone)

    def severity(self, spelling: str) -> Severity:
        """The severity that a person's word means. Raises UnknownSeverity."""
        level = severity_word(spelling, self.spellings)
        if level is None:
            raise UnknownSeverity(given=spelling)
        return self.severities[level]

    @property
    def spellings(self) -> dict[str, str]:
        """Every spelling, lower case, to its level."""
        return {word: severity.level for severity in self.severities.values() for word in severity.spellings}

    def role(self, word: str) -> Role:
        """The role that a person's word means: key or alias. Raises UnknownRole."""
        names = {name: role for role in self.roles.values() for name in (role.key, *role.aliases)}
        found = names.get(word.lower())
        if found is None:
            near = nearest(word.lower(), sorted(names))
            raise UnknownRole(given=word, known=", ".join(self.roles), near=near or next(iter(self.roles)))
        return found
