"""What was told to whom: inside, in updates for customers, and in letters. Word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import metrics, windows
from bot.domain.draft_facts import Fact
from bot.domain.draft_record import NOT_RECORDED, Record, amounts, capital, kind_words, print_date
from bot.domain.timeline import Entry, Kind
from bot.domain.times import parse_iso, print_clock, print_duration, zone_label

EXTERNAL = "external"
Block = tuple[str | None, datetime]
"""A heading of the timeline, and one moment under it."""
_ANSWERS = ("acknowledged", "not_told", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message inside: to whom, by which way, its words, and what came of it."""

    clock: str
    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One update for customers."""

    clock: str
    since_start: str
    name: str
    text: str
    facts: tuple[Fact, ...]
    """Status, services affected, when it was last updated; of the last one how long it took."""
    kept: bool
    """False: the record only tells of it, its text was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail or a briefing as it was sent."""

    subject: str
    facts: tuple[Fact, ...]
    lines: tuple[str, ...]
    cut: bool
    """True where its text breaks off: it is never completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """All that was told, by whom it was for."""

    inside: tuple[Told, ...]
    published: tuple[Published, ...]
    letters: tuple[Letter, ...]
    """To customers."""
    briefings: tuple[Letter, ...]
    """For people inside, without a time."""

    @property
    def count(self) -> int:
        """The updates for customers whose text was kept."""
        return sum(update.kept for update in self.published)


def messages(record: Record) -> Messages:
    """All that the record holds of messages sent."""
    sent = record.incident.facts.get("communications_sent", ())
    dated = [item for item in sent if item.get("at") and item.get("phase")]
    letters = [item for item in sent if item not in dated]
    return Messages(
        inside=_inside(record),
        published=_published(record, [item for item in dated if item["audience"] == EXTERNAL]),
        letters=tuple(_letter(record, item) for item in letters if item["audience"] == EXTERNAL),
        briefings=tuple(_letter(record, item) for item in sent if item["audience"] != EXTERNAL),
    )


def _inside(record: Record) -> tuple[Told, ...]:
    """Messages and updates inside and escalations, in order."""
    blocks: dict[Block, list[Entry]] = {}
    for entry in record.entries:
        blocks.setdefault((entry.group, entry.at), []).append(entry)
    return tuple(
        _escalated(record, entry)
        if entry.data.get("change") == "escalated"
        else _told(record, entry, blocks[entry.group, entry.at])
        for entry in record.entries
        if _is_inside(entry) or entry.data.get("change") == "escalated"
    )


def _is_inside(entry: Entry) -> bool:
    if entry.data.get("change") == "update":
        return entry.data.get("audience") != EXTERNAL
    return entry.kind is Kind.COMMS_INTERNAL


def _told(record: Record, entry: Entry, block: Sequence[Entry]) -> Told:
    """A message with what stands behind it in its block at the same moment: response, decision, task."""
    comm = entry.data.get("comm") or {}
    label = kind_words(entry) if entry.label else "Message"
    facts = [*_way(comm), Fact(name=label, value=record.said(entry))]
    facts += [Fact(name=kind_words(each), value=record.said(each)) for each in _behind(entry, block)]
    name = entry.group or (kind_words(entry) if not entry.label else "")
    return Told(clock=record.stamp(entry.at, entry.precision), name=name, facts=tuple(facts))


def _behind(entry: Entry, block: Sequence[Entry]) -> Sequence[Entry]:
    """What was recorded after *entry* in its block, up to the next message."""
    if not entry.group:
        return ()
    after = block[next(n for n, each in enumerate(block) if each is entry) + 1 :]
    end = next((n for n, each in enumerate(after) if _is_inside(each)), len(after))
    return after[:end]


def _way(comm: Mapping[str, Any]) -> list[Fact]:
    told = [("Channel", comm.get("channel")), ("Recipients", ", ".join(comm.get("recipients") or ()))]
    return [Fact(name=name, value=value) for name, value in told if value]


def _escalated(record: Record, entry: Entry) -> Told:
    """Whom an escalation reached, and the first that was heard of it."""
    target = str(entry.data.get("target") or "")
    known = record.policy.targets.get(target)
    answer = next((each for each in record.entries if each.at >= entry.at and _answers(each, target)), None)
    response = NOT_RECORDED
    if answer:
        who = ", ".join(part for part in (record.who(answer), record.stamp(answer.at)) if part)
        response = f"{record.said(answer)} ({who})"
    facts = (Fact(name="Message", value=record.said(entry)), Fact(name="Response", value=response))
    label = known.label if known else target.replace("_", " ")
    return Told(clock=record.stamp(entry.at), name=f"Escalation: {label}", facts=facts)


def _answers(entry: Entry, target: str) -> bool:
    return entry.data.get("change") in _ANSWERS and entry.data.get("target") == target


def _published(record: Record, sent: list[Mapping[str, Any]]) -> tuple[Published, ...]:
    """The updates of the timeline, and those that only the list of messages holds, in order."""
    by_id = {item["id"]: item for item in sent if item.get("id")}
    found = [(entry.at, _update(record, entry, by_id)) for entry in metrics.externals(record.entries)]
    named = {(entry.data.get("comm") or {}).get("template") for entry in metrics.externals(record.entries)}
    alone = [item for item in sent if item.get("id") not in named]
    found += [(parse_iso(item["at"]), _of_item(record, item)) for item in alone]
    return tuple(update for _, update in sorted(found, key=lambda pair: pair[0]))


def _update(record: Record, entry: Entry, by_id: Mapping[str, Mapping[str, Any]]) -> Published:
    comm = entry.data.get("comm") or {}
    item = by_id.get(comm.get("template") or "", {})
    kept = metrics.is_kept(entry)
    phase = item.get("phase") or comm.get("phase") or entry.data.get("phase") or ""
    own = [record.read(name) for name in record.incident.services] if entry.is_state else []
    return Published(
        clock=record.stamp(entry.at, entry.precision),
        since_start=record.since_start(entry.at),
        name=item.get("subject") or (kind_words(entry) if entry.label else "Update for customers"),
        text=amounts(item.get("body") or record.said(entry)),
        facts=_printed(record, phase, item.get("services") or own, entry.at) if kept else (),
        kept=kept,
    )


def _of_item(record: Record, item: Mapping[str, Any]) -> Published:
    at = parse_iso(item["at"])
    return Published(
        clock=record.stamp(at),
        since_start=record.since_start(at),
        name=item.get("subject") or "Update for customers",
        text=amounts(item["body"]),
        facts=_printed(record, item["phase"], item.get("services") or (), at),
        kept=True,
    )


def _printed(record: Record, phase: str, services: Any, at: datetime) -> tuple[Fact, ...]:
    """What stands below the text of an update (R-TPL-3); how long it took is computed, never copied."""
    took = windows.total(record.windows) if phase == "resolved" else None
    ends = f"{record.windows[0].start.name} to {record.windows[-1].end.name}"
    facts = [
        ("Status", capital(phase), ""),
        ("Services Affected", ", ".join(services), ""),
        ("Incident Duration", print_duration(took, long=True) if took else "",
         f"computed, {ends}"),
        ("Last Updated", f"{print_date(record.day(at))} {_minute(record, at)}", ""),
    ]  # fmt: skip
    return tuple(Fact(name=name, value=value, note=note) for name, value, note in facts if value)


def _minute(record: Record, at: datetime) -> str:
    clock = print_clock(at, record.zone, seconds=False, clock=record.hours)
    return f"{clock} {zone_label(at, record.zone)}"


def _letter(record: Record, item: Mapping[str, Any]) -> Letter:
    at = record.stamp(parse_iso(item["at"])) if item.get("at") else f"time {NOT_RECORDED}"
    facts = [Fact(name="Sent", value=at), *_way(item)]
    body = amounts(str(item.get("body") or ""))
    lines = tuple(body.splitlines())
    return Letter(
        subject=item.get("subject") or "", facts=tuple(facts), lines=lines, cut=bool(item.get("truncated"))
    )
