"""What a draft is made from: the record, read once, with the ways to name its people and its times."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.domain import metrics, windows
from bot.domain.gaps import Gap, is_gap, open_gaps
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names, plain
from bot.domain.points import Point, Span
from bot.domain.policy import Policy, Severity
from bot.domain.refusal import shorten
from bot.domain.replay_states import is_bookkeeping, is_of_document
from bot.domain.timeline import Entry, Kind, Precision, Source
from bot.domain.times import H24, print_clock, print_duration, zone_label
from bot.domain.windows import Window

NOT_RECORDED = "not recorded"
LONGEST_QUOTE = 160
OWNER = "case owner"
"""What the commander of a customer escalation is called."""
_CHANGES = {
    "declared": "Declared", "update": "Update", "severity": "Severity", "role": "Role", "snooze": "Snooze",
    "pause": "Pause", "resume": "Resume", "long": "Long incident",
    "resolved": "Resolved", "closed": "Closed", "reopened": "Reopened",
    "phase": "Phase", "sla_approved": "Credit amounts", "customers_told": "Mail to customers",
    "handoff": "Hand-off", "task": "Task", "undone": "Undone", "level": "Escalated", "tied": "Incident",
    "untied": "Incident",
}  # fmt: skip
_GIVEN = ("role", "handoff", "task", "postmortem_owner")
_KIND_OF_DOCUMENT = re.compile(
    r"(?:\W*\b(?:service|incident|outage|post[- ]?mortem|report|summary|review)\b)+\W*", re.IGNORECASE
)
"""A title that names the kind of the document only."""
_AMOUNT = re.compile(r"\\\$(?=\d)")
LATE = timedelta(minutes=2)
"""An entry written down this much after it happened is marked as late."""


def print_date(day: date) -> str:
    """``November 8, 2025``."""
    return f"{day:%B} {day.day}, {day.year}"


def capital(text: str) -> str:
    """*text* with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def amounts(text: str) -> str:
    r"""*text* with plain amounts: ``\$50`` is how Markdown writes ``$50``, and no word of whoever was quoted."""
    return _AMOUNT.sub("$", text)


def kind_words(entry: Entry) -> str:
    """What an entry is called in a document: its label as typed, its change of state, else its kind."""
    change = _CHANGES.get(entry.data.get("change", ""))
    if entry.data.get("change") == "update" and entry.data.get("audience") == "external":
        change = "update for customers"
    return capital(entry.label or change or entry.kind.value.replace("-", " "))


def _offset(local: datetime) -> str:
    """``UTC+01:00``."""
    written = f"{local:%z}"
    return f"UTC{written[:3]}:{written[3:5]}"


def is_late(entry: Entry) -> bool:
    """Whether it was written down after it happened; a message is always of the time at which it was said."""
    noted = entry.ts is None or entry.source is Source.IMPORT
    return noted and entry.recorded_at - entry.at > LATE


@dataclass(frozen=True, kw_only=True)
class Record:
    """An incident with its entries: ``entries`` the live ones in order, ``every`` all of them."""

    incident: Incident
    every: Sequence[Entry]
    entries: Sequence[Entry]
    policy: Policy
    names: Names
    gaps: Sequence[Gap] = ()
    """What is known to be missing in the log."""
    hours: str = H24
    """The clock of its document: H24 or H12 (R-FMT-4)."""

    @cached_property
    def points(self) -> dict[str, Point]:
        """The instants that spans lie between."""
        return metrics.points(self.incident, self.entries, responders=self.policy.responders)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Computed once, used everywhere (rule 2 of the layout)."""
        return metrics.spans(self.points, self.entries, responders=self.policy.responders)

    @cached_property
    def windows(self) -> list[Window]:
        """When customers were affected: one window, or several (PRODUCT 5.4)."""
        return windows.windows(self.incident, self.entries, self.points)

    @property
    def start(self) -> datetime:
        """The start of impact, or what it is estimated from."""
        return self.points["impact"].at or self.incident.declared_at

    @property
    def end(self) -> datetime | None:
        """The end of impact: restoration, else resolve; of the last window, where there were several."""
        ends = [window.end.at for window in self.windows]
        return None if None in ends else max(at for at in ends if at)

    @cached_property
    def zone(self) -> tzinfo:
        """The one zone of the document (rule 3)."""
        return ZoneInfo(self.incident.timezone) if self.incident.timezone else self.policy.zone

    @property
    def severity(self) -> Severity:
        """The policy's severity of the incident."""
        return self.policy.severities[self.incident.severity]

    @property
    def is_own_case(self) -> bool:
        """Whether it is a customer escalation that was opened here as a record of its own, not written elsewhere."""
        return self.incident.is_case and "replay" not in self.incident.header

    @property
    def has_title(self) -> bool:
        """Whether it is called anything that tells it from others: ``Postmortem`` does not."""
        return bool(self.incident.title) and not _KIND_OF_DOCUMENT.fullmatch(self.incident.title.strip())

    @property
    def has_severity(self) -> bool:
        """Whether somebody gave it; False where it was set for an imported record that has none."""
        told = self.incident.header.get("severity", {})
        changed = any(entry.data.get("change") == "severity" for entry in self.entries)
        return told.get("basis") != "inferred" or bool(told.get("changes")) or changed

    @cached_property
    def shown(self) -> list[Entry]:
        """What the timeline shows: what was marked, and all talk where they marked little (PRODUCT 1.6)."""
        return [entry for entry in self.entries if entry.on_timeline or (self.shows_log and is_talk(entry))]

    @cached_property
    def shows_log(self) -> bool:
        """True where fewer than five entries were marked, changes of state not counted."""
        return sum(entry.on_timeline and not entry.is_state for entry in self.entries) < 5  # noqa: PLR2004

    @cached_property
    def exact(self) -> bool:
        """True where some time of this record is known to the second; else minutes are all there is to show."""
        told = (entry.at for entry in self.shown if entry.precision is Precision.SECOND)
        return any(at and at.second for at in (*told, *(point.at for point in self.points.values())))

    @cached_property
    def labels(self) -> dict[str, str]:
        """The zone's abbreviations that occur in the timeline, each with its offset, in order."""
        times = [self.start, *(entry.at for entry in self.shown)]
        return {zone_label(at, self.zone): _offset(at.astimezone(self.zone)) for at in times}

    def clock(self, at: datetime, precision: Precision | None = None) -> str:
        """The time of day: seconds where the record has them, the zone where clocks changed."""
        seconds = self.exact and precision in (None, Precision.SECOND)
        label = f" {zone_label(at, self.zone)}" if len(self.labels) > 1 else ""
        return print_clock(at, self.zone, seconds=seconds, clock=self.hours) + label

    @cached_property
    def dates(self) -> frozenset[datetime]:
        """Instants of which the date alone is known: their time of day is a filler, and never shown."""
        vague = {entry.at for entry in self.entries if entry.precision is Precision.DAY}
        vague |= {point.at for point in self.points.values() if point.at and point.day_only}
        return frozenset(vague - {entry.at for entry in self.entries if entry.precision is not Precision.DAY})

    def day(self, at: datetime) -> date:
        """The date on the wall."""
        return at.astimezone(self.zone).date()

    def stamp(self, at: datetime, precision: Precision | None = None) -> str:
        """The time of day, with the date where it is not the day on which impact began; the date where that is all."""
        if precision is Precision.DAY or (precision is None and at in self.dates):
            return print_date(self.day(at))
        clock = self.clock(at, precision)
        return clock if self.day(at) == self.day(self.start) else f"{print_date(self.day(at))}, {clock}"

    def started(self) -> str:
        """When impact began, as exactly as it is known."""
        return self.stamp(self.start, Precision.DAY if self.points["impact"].day_only else None)

    def since_start(self, at: datetime) -> str:
        """``+13 min``, ``17 min before``."""
        span = at.replace(microsecond=0) - self.start
        if span < timedelta():
            return f"{print_duration(-span)} before"
        return f"+{print_duration(span)}" if span else "start"

    def said(self, entry: Entry) -> str:
        """The words of *entry* as people read them; who got a role is named, not called."""
        words = plain(entry.text, self.names)
        name = self.name(entry.data.get("to")) if entry.data.get("change") in _GIVEN else ""
        return words.replace(f"@{name}", name) if name else words

    def read(self, text: str | None) -> str:
        """A text field of the incident as people read it."""
        return plain(text or "", self.names).strip()

    def who(self, entry: Entry) -> str:
        """The author's name, or the role where only that is known, or is to be shown (BL-1); "" where nobody is."""
        role = capital(", ".join(self.roles(entry.author or "")))
        if entry.author_name or self.policy.postmortem_names == "names":
            return self.name(entry.author) or entry.author_name or role
        if self.policy.postmortem_names == "none" or not entry.author:
            return ""
        return role or "A responder"

    def name(self, person: str | None) -> str:
        """The name of a person, "" where it is not known: people of an import may have a role only."""
        if not person:
            return ""
        known = self.names.people.get(person)
        if known and known.lower() in self._titles:
            return ""
        told = person in self._people
        return known or ("" if told else person)

    @cached_property
    def _titles(self) -> set[str]:
        """What roles are called: whoever is known only by such a name has none."""
        told = [person.get("role", "") for person in self._people.values() if person.get("role")]
        return {title.lower() for title in [*told, *(role.label for role in self.policy.roles.values())]}

    def roles(self, person: str) -> list[str]:
        """The roles of a person, in words; nobody has none."""
        if not person:
            return []
        held = {"commander": self.incident.commander, **self.incident.roles}
        labels = {key: role.label for key, role in self.policy.roles.items()}
        labels |= {"commander": OWNER} if self.incident.is_case else {}
        ours = [label for key, label in labels.items() if held.get(key) == person]
        told = self._people.get(person, {}).get("role")
        if told and all(label.lower() in told.lower() for label in ours):
            return [told]
        return [*ours, told] if told else ours

    @cached_property
    def _people(self) -> Mapping[str, Mapping[str, str]]:
        return {person["id"]: person for person in self.incident.header.get("people", [])}

    def cite(self, entry: Entry) -> str:
        """``14:30 (+28 min), finding: “…” (Ana Alvarez)``: for a candidate, never as an answer."""
        who = f" ({self.who(entry)})" if self.who(entry) else ""
        words = shorten(self.said(entry), LONGEST_QUOTE)
        since = "" if entry.precision is Precision.DAY else f" ({self.since_start(entry.at)})"
        at = self.stamp(entry.at, entry.precision)
        return f"{at}{since}, {kind_words(entry).lower()}: “{words}”{who}"


def is_log(entry: Entry) -> bool:
    """Whether people recorded it as a line of a log: by its label."""
    return (entry.label or "").strip().lower() in ("log", "logs")


def is_talk(entry: Entry) -> bool:
    """Whether it is a message that a person wrote, not another bot."""
    return entry.kind is Kind.MESSAGE and bool(entry.text or entry.files) and not entry.author_name


def read_record(
    incident: Incident, entries: Sequence[Entry], *, policy: Policy, names: Names, clock: str = H24
) -> Record:
    """*entries* as the store gives them: in the order of ``at``, then in the order recorded.

    What became of the document itself is no part of what it tells of the incident: it stands at its top.
    """
    told = (entry for entry in entries if entry.arrived and not is_gap(entry))
    every = [entry for entry in told if not is_bookkeeping(entry) and not is_of_document(entry)]
    return Record(
        incident=incident, every=every, entries=metrics.live(every), policy=policy, names=names,
        gaps=open_gaps(entries), hours=clock,
    )  # fmt: skip
