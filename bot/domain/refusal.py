"""Refusal: every "no" that a person can get, with the next command to run (DR-16).

A refusal is a value as much as an exception: its class is the reason, its keyword arguments are the facts,
and its docstring's first line is the sentence. All text here is plain; escaping for Slack happens where it is
rendered.
"""

from typing import ClassVar

from bot.domain.command import COMMAND, named
from bot.domain.signs import cut_between

LONGEST_FACT = 80


class Refusal(Exception):
    """Something was asked for that cannot be done.

    Subclasses write their sentence, with `{fields}`, as the first line of their docstring, and the command
    that leads on as `next` (may be empty). Text facts are put on one line and shortened to 80 characters,
    except those named in `whole`: lists of ours, or words that must not be lost.
    """

    next: ClassVar[str] = ""
    whole: ClassVar[frozenset[str]] = frozenset()
    field: str | None = None
    """The field of a form that it is about; None where it came by command or is about the whole."""
    also: tuple["Refusal", ...] = ()
    """What else is refused of the same form, each with its field: people see all of it at once."""

    def __init__(self, **facts: object) -> None:
        """Fill in the sentence at once: a missing field is found (KeyError) where the refusal is raised."""
        self._facts = facts
        self._filled = {name: self._shown(name, value) for name, value in facts.items()}
        super().__init__(self.sentence, self.next_step)

    @classmethod
    def _shown(cls, name: str, value: object) -> object:
        return shorten(value) if isinstance(value, str) and name not in cls.whole else value

    def in_words(self, command: str) -> tuple[str, str]:
        """The sentence in plain text, and the command to run next ("" where there is none), called *command*."""
        lines = (_first_line(type(self)), type(self).next)
        sentence, next_step = (named(line, command).format_map(self._filled) for line in lines)
        return sentence, next_step.rstrip()

    @property
    def sentence(self) -> str:
        """What is the matter, in plain text."""
        return self.in_words(COMMAND)[0]

    @property
    def next_step(self) -> str:
        """The command to run next, without code marks; "" where there is none."""
        return self.in_words(COMMAND)[1]

    @property
    def facts(self) -> dict[str, object]:
        """The constructor's keyword arguments, unshortened."""
        return dict(self._facts)

    def __str__(self) -> str:
        """The sentence and, where there is one, the next step between code marks."""
        sentence, next_step = self.in_words(COMMAND)
        return f"{sentence} Next: `{next_step}`" if next_step else sentence


def shorten(text: str, longest: int = LONGEST_FACT) -> str:
    """`text` on one line and at most `longest` code points, the last being "…" where something was left off.

    What people see as one character (letter and accents, a flag, a joined emoji) is kept whole or left off
    whole.
    """
    line = " ".join(text[: 20 * longest].split())
    if len(line) <= longest and len(text) <= 20 * longest:
        return line
    return line[: cut_between(line, longest - 1)].rstrip() + "…"


def _first_line(kind: type[Refusal]) -> str:
    return (kind.__doc__ or kind.__name__).strip().partition("\n")[0].strip()


# Durations and times of day


class UnknownDuration(Refusal):
    """'{given}' is not a duration. Write it like 20m, 1h, 1h30m or 2d."""


class DurationNotPositive(Refusal):
    """'{given}' is not longer than zero. Write a duration like 20m or 1h30m."""


class DurationTooLong(Refusal):
    """'{given}' is too long. The longest duration is {most}."""


class NegativeSpan(Refusal):
    """The end comes before the beginning by {by}. Please correct one of the two times."""


class UnknownTime(Refusal):
    """'{given}' is not a time. Write -10m, 09:23, 09:23:15 UTC, 2024-03-15 09:23 or now."""


class DateInOtherOrder(Refusal):
    """'{given}' could be several days. Write it like 2024-03-15 09:23: year, month and day."""


class DateWithoutTime(Refusal):
    """'{given}' is a date without a time of day. Write it like {given} 09:23."""


class UnknownZone(Refusal):
    """Unknown time zone '{given}'. Use a name like Europe/Berlin, UTC, PST, or an offset like +02:00."""


class ZoneWithoutPlace(Refusal):
    """'{given}' is an offset, and documents need a place, for its summer time. Name one, like Europe/Berlin."""


class FutureTime(Refusal):
    """That time is in the future: {clock}. Now it is {now}. Write a time that has passed."""


class NoSuchLocalTime(Refusal):
    """There was no {given} on {date}: clocks went from {before} to {after}. Write a time outside that gap."""


# Words


class UnknownReference(Refusal):
    """'{given}' is not an incident. Write INC-2025-1108-001, its number of today (001), or its #channel."""

    next = "/incident list"


class UnknownPerson(Refusal):
    """'{given}' is not a person. Write @name or me."""


class NotANumber(Refusal):
    """'{key}' needs a number, not '{given}'. Write it like 1847, 1,847, 2.3M or ~52,000."""


# Incidents


class UnknownSeverity(Refusal):
    """Unknown severity '{given}'. Use sev1–sev4 (p0–p3)."""

    next = "/incident declare sev1"


class SeverityFirst(Refusal):
    """Write sev1, sev2, sev3 or sev4 first: that text has {length} characters, too many for a button to carry."""

    next = "/incident declare sev1 …"


class WhichSeverity(Refusal):
    """Which severity should {ref} have? Write sev1, sev2, sev3 or sev4."""

    next = "/incident sev sev2"


class UnknownNewSeverity(UnknownSeverity):
    """Unknown severity '{given}'. Use sev1–sev4 (p0–p3); nothing was changed."""

    next = "/incident sev sev2"


class UnknownList(Refusal):
    """'{given}' is nothing to list. Write open, mine, all, or a severity such as sev1."""

    next = "/incident list all"


class NobodyNamed(Refusal):
    """Who should it be? Write @name or me."""

    next = "/incident {verb} me"


class UnknownRole(Refusal):
    """Unknown role '{given}'. The roles are: {known}."""

    next = "/incident role {near} @name"
    whole = frozenset({"known"})


class UnknownTarget(Refusal):
    """There is nobody called '{given}' to escalate to. The policy knows: {known}."""

    next = "/incident escalate {near}"
    whole = frozenset({"known"})


class NotPossible(Refusal):
    """{ref} is {status}, so '{verb}' is not possible now."""

    next = "/incident {instead} {ref}"


class UpdatesAreOver(Refusal):
    """{ref} is {status}, so no update was posted. To add a fact to its record, use /incident note."""

    next = "/incident reopen {ref}"


class GoesOnElsewhere(Refusal):
    """{ref} is merged and goes on in {into}, so '{verb}' is not possible in it."""

    next = "/incident status {into}"


class UpdatesGoOnElsewhere(Refusal):
    """{ref} is merged and goes on in {into}, so no update was posted."""

    next = "/incident update {into} …"


class NotResolvedYet(Refusal):
    """{ref} is still {status}. Resolve it before you close it."""

    next = "/incident resolve {ref}"


class ResolvedAlready(Refusal):
    """{ref} is resolved already; nothing was changed."""

    next = "/incident close {ref}"


class ClosedAlready(Refusal):
    """{ref} is closed already; nothing was changed."""

    next = "/incident status {ref}"


class OpenAlready(Refusal):
    """{ref} is open: it is {status}. Nothing was changed."""

    next = "/incident status {ref}"


class UpdateNeedsText(Refusal):
    """An update needs a sentence about where things stand."""

    next = "/incident update identified Root cause found, fix is rolling out"


class TextTooLong(Refusal):
    """That text has {length} characters; at most {most} fit in one piece. Post it as a message or a file."""


class OutOfOrder(Refusal):
    """That cannot be: {later} ({later_at}) would lie before {earlier} ({earlier_at})."""

    next = "/incident set {field} TIME"


class DeclareOutOfOrder(OutOfOrder):
    """Nothing was declared: {later} ({later_at}) would lie before {earlier} ({earlier_at})."""

    next = "/incident declare {severity} {title}"


class ResolveOutOfOrder(OutOfOrder):
    """Nothing was resolved: {later} ({later_at}) would lie before {earlier} ({earlier_at})."""

    next = "/incident resolve"


class UnknownField(Refusal):
    """'{given}' cannot be set. What can: {known}."""

    next = "/incident {instead}"
    whole = frozenset({"known"})


class UnknownMeasure(Refusal):
    """'{given}' is not a measure of impact. The measures are: {known}."""

    next = "/incident impact {near}=…"
    whole = frozenset({"known"})


class OutOfDate(Refusal):
    """That button or form is of another version of the bot, and nothing was changed. Type the command instead."""

    next = "/incident help"


class NoSuchIncident(Refusal):
    """There is no incident {given}."""

    next = "/incident list all"


class NoIncidentHere(Refusal):
    """No incident belongs to this channel. Name the incident, or type the command in its channel."""

    next = "{instead}"
    whole = frozenset({"instead"})


class NobodyThere(Refusal):
    """{given} is a bot or a deactivated account, and would read nothing. Name a person."""


class NobodyCalled(Refusal):
    """Nobody here is called '{given}'. Pick the name from Slack's list as you type it."""


class SeveralCalled(Refusal):
    """Several people are called '{given}': {handles}. Write one of these."""

    whole = frozenset({"handles"})


class NameNearby(Refusal):
    """Nobody here is called '{given}'. Did you mean @{near}?"""


class UnknownFormat(Refusal):
    """'{given}' is not a postmortem format. The formats are: {known}."""

    next = "/incident postmortem draft format={near}"
    whole = frozenset({"known"})


class UnknownPostmortemStep(Refusal):
    """'{given}' is nothing that can be done with a postmortem. Write {known}."""

    next = "/incident postmortem {near}"
    whole = frozenset({"known"})


class UnknownTimelineStep(Refusal):
    """'{given}' is nothing that the timeline can do. It takes --all, since=1h, edit, hide, show and retime."""

    next = "/incident timeline"


class NoteNeedsText(Refusal):
    """A note needs a sentence about what happened."""

    next = "/incident note decision: fail over to the secondary at=09:27"


class NothingToSet(Refusal):
    """What should '{field}' be? Write the value after it."""

    next = "/incident set {field} …"


class NoMeasures(Refusal):
    """Impact is recorded as key=value. The keys are: {known}."""

    next = "/incident impact customers=1847 pct=12 data_loss=none"
    whole = frozenset({"known"})


# The command line


class NoSuchFile(Refusal):
    """{given} cannot be used: {reason}."""


class NoSandbox(Refusal):
    """No sandbox answers at {given}. Start one with make demo, or say where it runs with --url."""


class ReplayStuck(Refusal):
    """The replay could not go on: {reason}."""

    whole = frozenset({"reason"})
