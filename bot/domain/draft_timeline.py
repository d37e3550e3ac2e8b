"""The timeline of a draft: rows before, during and after the incident, and the long texts below them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.draft_record import Record, is_late, is_log, kind_words, print_date
from bot.domain.gaps import SAYS, Gap
from bot.domain.mrkdwn import Segment, plain, segments
from bot.domain.points import whole
from bot.domain.refusal import shorten
from bot.domain.timeline import Entry, Kind, Precision
from bot.domain.times import print_duration

LONGEST_ROW = 280
"""Characters of a message that a row shows; what is longer, or has several lines, stands below the table."""
_SHORTENED = 200
_MARK_ALONE = "the time was set; there is no entry of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline. All of it is plain text; what is not known is ""."""

    date: str
    """Set where the date is another than in the row before."""
    clock: str
    since_start: str
    since_before: str
    kind: str
    who: str
    """The author, with the role where the name stands for the first time."""
    text: str
    whole: int | None
    """The number of the text below the table, where the row shows its beginning only."""
    points: tuple[str, ...]
    """What this row is the moment of: start of impact, mitigation, end of impact."""
    notes: tuple[str, ...]
    link: str | None
    files: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText:
    """A message that does not fit a row, word for word."""

    number: int
    clock: str
    who: str
    parts: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogText:
    """Log lines that people put into the record, apart from the table: they would drown what was done."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of the timeline under its own heading."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The blocks that have rows, the long texts, and what is said about zone and layer."""

    zone: str
    """Empty where all that is known are dates."""
    layer: str
    gaps: tuple[str, ...]
    """What is known to be missing in the log, a sentence each."""
    blocks: tuple[Block, ...]
    texts: tuple[LongText, ...]
    logs: tuple[LogText, ...]
    logs_note: str
    """How many log lines stand apart; "" where there are none."""


def timeline(record: Record) -> Timeline:
    """The rows of *record* in order of occurrence; each with its time since the start and the last one."""
    writer = _Writer(record)
    last = whole(record.incident.closed_at) or record.end
    parts: dict[str, list[Entry | tuple[datetime, str]]] = {"Before": [], "During": [], "After": []}
    for item in _with_marks(record):
        at = _when(item).replace(microsecond=0)
        name = "Before" if at < record.start else "After" if last and at > last else "During"
        parts[name].append(item)
    blocks = [
        Block(name=name, rows=tuple(writer.row(item) for item in items)) for name, items in parts.items()
    ]
    return Timeline(
        zone=zone_line(record) if any(e.precision is not Precision.DAY for e in record.shown) else "",
        layer=_layer(record),
        gaps=tuple(_gap(record, gap) for gap in record.gaps),
        blocks=tuple(block for block in blocks if block.rows),
        texts=tuple(writer.texts),
        logs=_logs(record),
        logs_note=_logs_note(record),
    )


def _logs(record: Record) -> tuple[LogText, ...]:
    """Log lines by their blocks; those that stand in an attached log word for word are not said twice."""
    pasted = [
        item["content"] for item in record.incident.facts.get("artifacts", ()) if item.get("kind") == "log"
    ]
    groups: dict[str, list[str]] = {}
    for entry in record.shown:
        said = record.said(entry).strip()
        if is_log(entry) and not any(said in content for content in pasted):
            at = f"{print_date(record.day(entry.at))} {record.clock(entry.at, entry.precision)}"
            groups.setdefault(entry.group or "Log", []).append(f"{at} {said}")
    return tuple(LogText(name=name, text="\n".join(lines)) for name, lines in groups.items())


def _logs_note(record: Record) -> str:
    count = sum(map(is_log, record.shown))
    lines = "1 line of a log stands" if count == 1 else f"{count:,} lines of logs stand"
    return f"{lines} apart, below." if count else ""


def zone_line(record: Record) -> str:
    """``UTC (UTC+00:00)``; both abbreviations on a night when clocks change (rule 3)."""
    return ", then ".join(f"{label} ({offset})" for label, offset in record.labels.items())


def _layer(record: Record) -> str:
    talk = sum(entry.kind is Kind.MESSAGE and not entry.marks for entry in record.entries)
    if record.shows_log and talk:
        return (
            "Fewer than five entries were marked for the timeline, so every message of the channel is shown."
        )
    if talk:
        more = "1 more message" if talk == 1 else f"{talk:,} more messages"
        return f"What people marked, and every change of state. The log holds {more}."
    return ""


def _gap(record: Record, gap: Gap) -> str:
    """``The log may be incomplete from 14:02 to 14:30: …``."""
    end = f"to {record.stamp(gap.end)}" if gap.end else "on"
    return f"The log may be incomplete from {record.stamp(gap.start)} {end}: {SAYS[gap.why]}."


def _when(item: Entry | tuple[datetime, str]) -> datetime:
    return item.at if isinstance(item, Entry) else item[0]


def _marks(record: Record) -> list[tuple[datetime, str]]:
    """The moments that a reader looks for."""
    named = (("impact", "Start of impact"), ("mitigated", "Mitigation"), ("resolved", "End of the incident"))
    found = [(record.points[key], words) for key, words in named]
    return [
        (p.at, words) for p, words in found if p.at and not p.day_only and not p.source.startswith("taken")
    ]


def _with_marks(record: Record) -> list[Entry | tuple[datetime, str]]:
    """The entries, and a row of its own for each moment at which there is none."""
    told = [entry for entry in record.shown if not is_log(entry)]
    times = {entry.at.replace(microsecond=0) for entry in told}
    alone = [(at, words) for at, words in _marks(record) if at not in times]
    return sorted([*told, *alone], key=_when)


class _Writer:
    """Writes one row after the other: knows the row before, and who was named already."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.day: date | None = None
        self.before: datetime | None = None
        self.introduced: set[str] = set()
        self.marks = _marks(record)
        self.texts: list[LongText] = []
        self.groups: set[str] = set()
        self.group = ""

    def row(self, item: Entry | tuple[datetime, str]) -> Row:
        if not isinstance(item, Entry):
            return self._mark_row(*item)
        text, whole = self._text(item)
        return replace(
            self._times(item.at, item.precision, approx=item.approx),
            kind=kind_words(item),
            who=self._who(item),
            text=text,
            whole=whole,
            notes=tuple(_notes(self.record, item)),
            link=plain(item.link) if item.link else None,
            files=tuple(f"{file.get('name', 'file')} ({file.get('url', '')})" for file in item.files),
            group=self._group(item),
        )

    def _group(self, entry: Entry) -> str:
        """The heading of the entry's block, where another one stood before."""
        group, before = entry.group or "", self.group
        again = group in self.groups
        self.groups.add(group)
        self.group = group
        if group == before:
            return ""
        return f"{group} (continued)" if group and again else group or "Further entries"

    def _mark_row(self, at: datetime, words: str) -> Row:
        self.marks = [mark for mark in self.marks if mark != (at, words)]
        guessed = (p.source for p in self.record.points.values() if p.at == at and "estimated" in p.source)
        return replace(self._times(at, None), points=(words,), notes=(next(guessed, _MARK_ALONE),))

    def _times(self, at: datetime, precision: Precision | None, *, approx: bool = False) -> Row:
        at = at.replace(microsecond=0)
        day, self.day = self.day, self.record.day(at)
        before, self.before = self.before, at
        vague = approx or precision in (Precision.HOUR, Precision.DAY)
        clock = self.record.clock(at, precision)
        points = tuple(words for mark, words in self.marks if mark == at)
        self.marks = [(mark, words) for mark, words in self.marks if mark != at]
        return Row(
            date=print_date(self.day) if day != self.day else "",
            clock="" if precision is Precision.DAY else f"about {clock}" if vague else clock,
            since_start="" if vague else self.record.since_start(at),
            since_before=f"+{print_duration(at - before)}" if before and at > before and not vague else "",
            kind="", who="", text="", whole=None, points=points, notes=(), link=None, files=(), group="",
        )  # fmt: skip

    def _who(self, entry: Entry) -> str:
        """Full name and role at first use (rule 8)."""
        name = self.record.who(entry)
        if not name or name in self.introduced:
            return name
        self.introduced.add(name)
        named = name == self.record.name(entry.author) and not entry.author_name
        roles = self.record.roles(entry.author or "") if named else []
        return f"{name}, {', '.join(roles)}" if roles else name

    def _text(self, entry: Entry) -> tuple[str, int | None]:
        said = self.record.said(entry).strip()
        if "\n" not in said and "```" not in said and len(said) <= LONGEST_ROW:
            return said, None
        parts = tuple(_parts(said))
        number = len(self.texts) + 1
        clock = self.record.stamp(entry.at)
        self.texts.append(LongText(number=number, clock=clock, who=self.record.who(entry), parts=parts))
        prose = next((part.text.strip() for part in parts if not part.code), "")
        return shorten(prose.splitlines()[0], _SHORTENED) if prose else "(code)", number


def _parts(said: str) -> Iterable[Segment]:
    """Prose and code; prose whose lines are indented is kept as code, or its shape would be lost."""
    for part in segments(said):
        shaped = any(line.startswith(("  ", "\t")) for line in part.text.splitlines())
        yield Segment(text=part.text.strip("\n"), code=part.code or shaped)


def _notes(record: Record, entry: Entry) -> Sequence[str]:
    notes = []
    if entry.until:
        notes.append(f"until {record.stamp(entry.until)}")
    if entry.edited_at:
        notes.append("edited")
    if is_late(entry):
        notes.append(f"written down {record.stamp(entry.recorded_at)}")
    return notes
