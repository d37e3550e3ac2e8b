"""Policy: everything an organisation decides for itself, as one value (PRODUCT 1.9, R-COM-5).

``bot.domain.policy_file`` reads it from TOML and refuses a broken file with every mistake in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.contents import Sort
from bot.domain.nearest import nearest
from bot.domain.own_metric import OwnMetric
from bot.domain.playbook_file import Playbook
from bot.domain.policy_cases import CaseRules
from bot.domain.policy_followups import FollowUps
from bot.domain.reactions import FOLLOWUP, TASK, TIMELINE, bare
from bot.domain.refusal import UnknownRole, UnknownSeverity, UnknownTarget
from bot.domain.times import print_duration
from bot.domain.words import severity_word

FORMATS = ("full", "report", "outage", "classic", "escalation", "sre")
"""The formats of documents, as people name them."""
FIRST_THAT_SLEEPS = 2
"""Rank of the first severity whose reminders may keep to working hours: P2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: after this much open time, tell this target (R-ESCL-1 to 3)."""

    after: timedelta
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom an escalation reaches: a channel, people, a user group, or several of them; by hand where it has none."""

    name: str
    label: str
    """``executives``: what it is called in sentences."""
    channel: str | None = None
    users: tuple[str, ...] = ()
    usergroup: str | None = None
    aliases: tuple[str, ...] = ()
    contacts: str = ""
    """How to reach them by hand, as the organisation wrote it: shown where the bot cannot (DR-25)."""
    ready_within: timedelta | None = None
    """How soon they are to be ready once they are told; whoever told them is asked then (R-CUS-3)."""

    @property
    def is_reachable(self) -> bool:
        """Whether the bot has anybody to tell."""
        return bool(self.channel or self.users or self.usergroup)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Working hours: reminders of a severity that keeps to them wait until the next ones begin."""

    zone: str
    days: tuple[int, ...]
    """0 is Monday."""
    start: time
    end: time
    """Later than ``start``, on the same day."""


LONGEST_OUTSIDE = 2_500
"""Characters of a text for customers: it leaves as a whole or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """The pre-approved text of one phase (R-TPL-1)."""

    phase: str
    text: str
    """Empty: the built-in one, ``templates/status/<phase>.j2``."""
    approved_by: str
    approved_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """What customers are owed after an incident (R-CUS-1, R-CUS-2), and who signs for it."""

    mail_within: timedelta
    """After the resolve."""
    remind_before: timedelta
    """Before that time the comms lead is reminded."""
    follow_up_within: timedelta
    """After the mail, somebody reaches out to each of them."""
    signatory: str
    signatory_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """How people are reminded of a postmortem that is to be written, and what a review looks at (DR-23, AD-8)."""

    remind_before: tuple[timedelta, ...]
    """Before it is due its owner is reminded, longest first; and once more when it is due."""
    remind_after: tuple[timedelta, ...]
    """After it was due its owner and the channel are reminded, soonest first."""
    escalate_after: timedelta
    """So long after it was due one line goes to ``escalate_to``."""
    escalate_to: str
    """Name of a target; empty: nobody."""
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something that the organisation is told by the calendar (R-REV-1 to 4, R-DRL-1)."""

    name: str
    every: str
    """``weekly``, or ``monthly``, ``quarterly``, ``yearly``: on the first working day of each, in our zone."""
    days: tuple[int, ...] = ()
    """Of a week, 0 is Monday; none: the first working day."""
    at: time
    channel: str
    """Empty: the announce channel, where ``to`` names nobody either."""
    to: str = ""
    """Name of a target; empty: none."""
    text: str
    shows: str = ""
    """``digest`` (R-REV-1) or ``progress`` (R-REV-2): what stands below the text; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """Which of the files that people share are copied into the record (DR-11). Sizes in bytes."""

    copy: bool
    largest: int
    """One that is larger stays a link."""
    total: int
    """The copies of one incident together; what comes after that stays a link."""
    kinds: frozenset[Sort]


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
    may_pause: bool
    """Whether reminders may rest altogether for a while (PRODUCT 1.5)."""
    hours: Hours | None
    """Reminders keep to them; None: day and night."""
    stale_after: timedelta
    """After this long without a sign of life, people are asked whether it is still going on (DR-22)."""
    expects: tuple[str, ...]
    """Who is expected to take part, one sentence each: shown on the card (R-RES-1, 2)."""
    invite: tuple[str, ...]
    inform: tuple[str, ...]
    """Targets that get the card at once, for their information (PRODUCT 1.4)."""
    escalate: tuple[Rung, ...]
    roles: tuple[str, ...]
    """Roles that somebody should take; the bot asks where nobody does."""
    customer_mail: bool
    """Whether customers are owed a mail after the resolve (R-CUS-1)."""
    format: str
    """The postmortem format that is the default at this severity (PRODUCT 1.8)."""
    postmortem_due: timedelta
    """After the resolve (AD-1)."""
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
        """``15 min``, ``1 h in working hours``: how often an update is due."""
        return print_duration(self.update_every) + (" in working hours" if self.hours else "")

    @property
    def rank(self) -> int:
        """0 is the most severe."""
        return int(self.level[1:])

    @property
    def is_high(self) -> bool:
        """P0 and P1: they never sleep, and may go over to half the pace when they take long (DR-3)."""
        return self.rank < FIRST_THAT_SLEEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Within which time something should happen (R-MET-2, 3, 9, 10)."""

    within: timedelta
    at_the_latest: bool = False
    """True: the very time still counts as met (≤); False: it must be less (<)."""

    def is_met(self, span: timedelta) -> bool:
        """Whether *span* keeps to it."""
        return span < self.within or (self.at_the_latest and span == self.within)

    @property
    def sign(self) -> str:
        """``≤`` or ``<``, as the goal was written."""
        return "≤" if self.at_the_latest else "<"


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
    status: str
    """Name or id of the channel where updates for customers are published; empty: people publish them by hand."""
    command: str
    """What the slash command is called, with its slash."""
    reactions: Mapping[str, tuple[str, ...]]
    """The reactions that do something: names of emoji by what they do (``bot.domain.reactions``)."""
    draft_files: tuple[str, ...]
    """What a draft is put into the channel as: ``md``, ``html``, ``docx``, ``pdf``."""
    paper: str
    """``a4`` or ``us-letter``: what PDF and DOCX are laid out for."""
    clocks: Mapping[str, str]
    """Of each format of documents how it writes times of day: ``24h`` or ``12h`` (R-FMT-4)."""
    reviews: Reviews
    followups: FollowUps
    postmortem_names: str
    """How authors stand in the timeline of a document: ``names``, ``roles`` or ``none`` (BL-1)."""
    postmortem_causes: str
    """``root cause``, or ``contributing factors`` where documents should not look for one (BL-4)."""
    goals: Mapping[str, Goal]
    """By the key of a span; with the level behind it (``resolved.P0``) where each severity has its own."""
    shares: Mapping[str, Decimal]
    """Goals in percent, at least: ``uptime``, ``followups``, ``cadence``."""
    metrics: tuple[OwnMetric, ...]
    """Metrics whose values people enter."""
    counts_backfilled: bool
    """Whether incidents that were written down when they were over count in metrics (MD-5)."""
    responders: int
    """Where nobody noted that the team was assembled, it was when so many people had written (R-MET-9)."""
    severities: Mapping[str, Severity]
    roles: Mapping[str, Role]
    targets: Mapping[str, Target]
    escalation_clock: str
    """What the ladders count from: ``declared`` or ``impact`` (PRODUCT 1.3)."""
    triage_every: timedelta
    """How often an update is wanted in triage, whatever the severity (nudges 6)."""
    long_after: timedelta
    """After this much open time half the pace of updates is offered (DR-3)."""
    first_external: timedelta
    """The first update for customers is wanted within this time of the start of impact (R-MET-10)."""
    unclaimed_after: timedelta
    """After this long the bot asks who takes the roles that nobody has."""
    unclosed_after: timedelta
    """A resolved incident that nobody closes is asked about after this long (DR-22)."""
    recurrence_months: int
    """So many calendar months back an incident is compared with others (AD-6); 0: not at all."""
    archive_after: timedelta
    """The channel is archived this long after the close."""
    status_texts: Mapping[str, StatusText]
    """By phase: ``investigating``, ``identified``, ``monitoring``, ``resolved``."""
    customers: Customers
    cases: CaseRules
    """Of customer escalations that are records of their own."""
    sla_approvers: Mapping[str, tuple[str, ...]]
    """``legal`` and ``finance`` to the user ids or @handles that may approve credit amounts; nobody: nobody may."""
    reminders: tuple[Reminder, ...]
    working_days: tuple[int, ...]
    """0 is Monday: a reminder of the calendar comes on the first of them."""
    files: FileRules
    canvas: bool
    """Whether a draft is written into the channel's canvas too, where Slack's plan allows it."""
    allow: Mapping[str, tuple[str, ...]]
    """Verbs that are left to some: user ids, @handles of people and of user groups. Others are everybody's (DR-19)."""
    playbooks_folder: str
    """Where its playbooks are, seen from the policy file; empty: it has none."""
    notice: str
    """A sentence added to the card, for example that a sandbox has short cadences; usually empty."""
    playbooks: tuple[Playbook, ...] = ()
    """What was read from that folder at the start."""

    @property
    def emoji(self) -> str:
        """The first reaction that puts a message on the timeline; empty where none does."""
        return next(iter(self.reactions[TIMELINE]), "")

    @property
    def star(self) -> str:
        """The first reaction that makes a task of a message; empty where none does."""
        return next(iter(self.reactions[TASK]), "")

    @property
    def repeat(self) -> str:
        """The first reaction that makes a follow-up of a message; empty where none does."""
        return next(iter(self.reactions[FOLLOWUP]), "")

    def reaction(self, name: str) -> str | None:
        """What a reaction does, by the name that Slack gives it: skin tones are the same emoji. None: nothing."""
        return next((purpose for purpose, known in self.reactions.items() if bare(name) in known), None)

    def mark(self, name: str, user: str) -> str:
        """How it is kept that *user* put that reaction on a message: of the first of its kind by the user alone."""
        return user if bare(name) == self.emoji else f"{user}:{bare(name)}"

    def priority_of(self, level: str) -> str:
        """The word for severity *level* of a customer escalation: its priority, else the severity's label."""
        return self.cases.priority_of(level) or self.severities[level].label.lower()

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone: references count per day in it."""
        return ZoneInfo(self.timezone)

    def zone_of(self, timezone: str | None) -> ZoneInfo:
        """The zone *timezone* of an incident's documents; where it has none, the organisation's."""
        return ZoneInfo(timezone) if timezone else self.zone

    def goal(self, span: str, level: str) -> Goal | None:
        """The goal for *span* at severity *level*; None: the organisation has none."""
        return self.goals.get(f"{span}.{level}") or self.goals.get(span)

    def severity(self, spelling: str) -> Severity:
        """The severity that a person's word means. Raises UnknownSeverity."""
        level = severity_word(spelling, self.spellings)
        if level is None:
            raise UnknownSeverity(given=spelling)
        return self.severities[level]

    @property
    def spellings(self) -> dict[str, str]:
        """Every spelling, lower case, to its level; each level spells itself, whatever the policy lists."""
        known = self.severities.values()
        levels = {severity.level.lower(): severity.level for severity in known}
        return levels | {word: severity.level for severity in known for word in severity.spellings}

    def role(self, word: str) -> Role:
        """The role that a person's word means: key, else alias. Raises UnknownRole."""
        names = {alias: role for role in self.roles.values() for alias in role.aliases} | dict(self.roles)
        found = names.get(word.lower())
        if found is None:
            near = nearest(word.lower(), sorted(names))
            raise UnknownRole(given=word, known=", ".join(self.roles), near=near or next(iter(self.roles)))
        return found

    def target(self, word: str) -> Target:
        """The target that a person's word means: name, else alias. Raises UnknownTarget."""
        aliases = ((alias, target) for target in self.targets.values() for alias in target.aliases)
        names = {alias.replace("-", "_"): target for alias, target in aliases} | dict(self.targets)
        found = names.get(word.lower().replace("-", "_"))
        if found is None:
            near = nearest(word.lower(), sorted(names)) or next(iter(self.targets), "")
            raise UnknownTarget(given=word, known=", ".join(self.targets), near=near)
        return found
