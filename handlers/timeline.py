"""The record: ``note``, ``timeline``, and every message, edit, deletion, pin and reaction of the channel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.hypothesis import with_outcome
from bot.domain.mrkdwn import Names, escaped, plain
from bot.domain.refusal import UnknownDuration, UnknownTimelineStep, shorten
from bot.domain.timeline import PREFIXES, Entry, Kind
from bot.domain.times import Moment, parse_duration, print_clock, zone_label
from bot.domain.words import split, split_prefix
from bot.slack.messages import NOISE, differ, read_message
from handlers.asking import incident_asked, moment, shown
from handlers.correcting import STEPS, step_in
from handlers.note_form import note_form, noted
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
SHOWN = 40
"""Entries that one answer holds; the rest is in the draft."""
NAMED = frozenset({"channel_name", "group_name"})
"""Message subtypes that tell who gave a channel its name."""


@routes.verb(
    "note",
    aliases=("log", "event"),
    usage="[kind:] text [at=time] [link=url] [outcome=rejected]",
    does="Puts a fact on the timeline, also one that happened earlier.",
    example="/incident note decision: fail over to the secondary at=09:27:30",
    situation=Situation.RUN,
    often=True,
)
def note(request: Request, use: UseCases) -> Reply:
    """Note a fact; a word of the kinds before a colon sets its kind. Without a word it opens a form."""
    asked = incident_asked(request, use)
    if not asked.text:
        return note_form(asked.incident, request, use)
    said = split(asked.text, keys=frozenset({"link", "outcome"}), time_keys=frozenset({"at"}))
    label, rest = split_prefix(said.text.strip(), PREFIXES)
    kind = PREFIXES[label.lower()] if label else Kind.NOTE
    at = moment(said.one("at"), request, use)
    text = rest if label else said.text.strip()
    if outcome := said.one("outcome"):
        text = with_outcome(text, outcome)
    link = said.one("link")
    return noted(asked.incident, request, use, kind=kind, text=text, at=at, link=link, unknown=said.unknown)


@routes.verb(
    "timeline",
    usage="[--all | --curated] [since=1h]\n" + STEPS.usage,
    does="Shows the timeline, or with --all every message of the log; with since= only the latest. Corrects it: an "
    "entry keeps its number, and what it said before is kept for audit.",
    example="/incident timeline",
    situation=Situation.RUN,
)
def timeline(request: Request, use: UseCases) -> Reply:
    """What the first word names (``edit 7 …``), else the last entries, oldest first, in the caller's zone."""
    word, text = step_in(request.text)
    if step := STEPS.find(word):
        return step.run(incident_asked(replace(request, text=text), use), request, use)
    asked = incident_asked(request, use)
    said = split(asked.text, flags=frozenset({"all", "curated"}), time_keys=frozenset({"since"}))
    if said.text.strip():
        raise UnknownTimelineStep(given=said.text.strip())
    since = _since(said.one("since"), request, use)
    n, last = use.lookup.timeline(
        asked.incident.ref, limit=SHOWN, since=since.at if since else None, talk="all" in said.flags
    )
    names = use.lookup.words([one.text for one in last], [one.author or "" for one in last])
    zone = use.lookup.zone_of(request.user)
    numbers = use.correcting.numbers(asked.incident.ref, last)
    labels = list(dict.fromkeys(zone_label(one.at, zone) for one in last))
    rows = [
        {
            "n": numbers[one.id or 0],
            "at": print_clock(one.at, zone) + (f" {zone_label(one.at, zone)}" if len(labels) > 1 else ""),
            "day": f"{one.at.astimezone(zone):%Y-%m-%d}",
            "kind": _kind(one),
            "text": escaped(shorten(_line(one, names), 200)),
            "author": names.person(one.author) if one.author else one.author_name or "",
        }
        for one in last
    ]
    facts = {
        "ref": asked.incident.ref,
        "rows": rows,
        "left_out": n - len(last),
        "zone": " and ".join(labels),
        "since": shown(since, use),
        "emoji": use.lookup.policy.emoji,
    }
    return Reply(template="reply_timeline", facts=facts)


def _kind(entry: Entry) -> str:
    """What is shown before an entry's words: of a status the change that it tells of."""
    if entry.kind is Kind.STATUS and entry.is_state:
        return str(entry.data["change"]).replace("_", " ")
    return "" if entry.kind is Kind.MESSAGE else entry.kind.value


def _since(given: str | None, request: Request, use: UseCases) -> Moment | None:
    """The time that ``since=`` means: a duration (1h) before now, or a time as everywhere. Raises refusals."""
    if given is None:
        return None
    span = given.removeprefix("-")
    try:
        parse_duration(span)
    except UnknownDuration:
        return moment(given, request, use)
    return moment(f"-{span}", request, use)


def _line(entry: Entry, names: Names) -> str:
    """What an entry says, as people read it; of a message without words, the names of its files."""
    return plain(entry.text, names) or ", ".join(file["name"] for file in entry.files)


# Events


@routes.event("message")
def message(event: Mapping[str, Any], use: UseCases) -> None:
    """A message, its edit or its deletion; the noise of joins and topics is left out."""
    kind = event.get("subtype")
    if kind in NAMED and event.get("name"):
        use.reach.renamed(event["channel"], event["name"], by=event.get("user"))
    if kind in NOISE:
        return
    if kind == "message_deleted":
        former = event.get("previous_message") or {}
        use.record.deleted(event["channel"], event["deleted_ts"], author=former.get("user"))
    elif kind == "message_changed":
        _changed(event, use)
    elif kind != "message_replied":
        use.record.said(read_message(event["channel"], event))


def _changed(event: Mapping[str, Any], use: UseCases) -> None:
    """An edit. A deleted root of a thread comes as a change into a tombstone; unfurls change nothing that was said."""
    now, former = event["message"], event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":
        use.record.deleted(event["channel"], now["ts"], author=former.get("user"))
    elif now.get("subtype") not in NOISE and (now.get("edited") or differ(now, former)):
        use.record.said(read_message(event["channel"], now, changed_ts=event.get("event_ts") or event["ts"]))


@routes.event("file_deleted")
def file_deleted(event: Mapping[str, Any], use: UseCases) -> None:
    """A file was deleted in Slack, whoever had shared it where."""
    use.record.file_deleted(event["file_id"])


@routes.event("reaction_added", "reaction_removed")
def reaction(event: Mapping[str, Any], use: UseCases) -> None:
    """A reaction to a message: the policy says what it does."""
    item = event["item"]
    if item.get("type") == "message" and "channel" in item and "ts" in item:
        use.record.reacted(
            item["channel"], item["ts"], emoji=event["reaction"], user=event["user"],
            on=event["type"] == "reaction_added", told_ts=event.get("event_ts"),
        )  # fmt: skip


@routes.event("pin_added", "pin_removed")
def pin(event: Mapping[str, Any], use: UseCases) -> None:
    """A pin on a message, or its removal."""
    item = event.get("item", {})
    ts = item.get("message", {}).get("ts") or item.get("ts")
    channel = event.get("channel_id") or item.get("channel")
    if ts and channel:
        use.record.marked(channel, ts, "pin", on=event["type"] == "pin_added", told_ts=event.get("event_ts"))
