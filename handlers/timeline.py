"""The record: ``note``, ``timeline``, and every message, edit, deletion, pin and reaction of the channel."""

from collections.abc import Mapping
from typing import Any

from bot.domain.messages import Said
from bot.domain.mrkdwn import plain
from bot.domain.refusal import shorten
from bot.domain.timeline import PREFIXES, Entry, Kind
from bot.domain.times import print_clock, zone_label
from bot.domain.words import split, split_prefix
from handlers.asking import fitting, incident_asked, moment, shown
from handlers.routes import Reply, Request, Routes, Situation, UseCases

routes = Routes()
SHOWN = 40
"""Entries that one answer holds; the rest is in the draft."""
NOISE = frozenset({
    "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
    "channel_unarchive", "channel_convert_to_private", "channel_posting_permissions", "group_join", "group_leave",
    "group_topic", "group_purpose", "group_name", "group_archive", "group_unarchive", "pinned_item",
    "unpinned_item", "reminder_add", "tombstone", "bot_add", "bot_remove", "huddle_thread", "ekm_access_denied",
    "assistant_app_thread",
})  # fmt: skip
"""Message subtypes that say nothing about the incident (https://docs.slack.dev/reference/events/message)."""


@routes.verb(
    "note",
    aliases=("log", "event"),
    usage="[kind:] text [at=time] [link=url]",
    does="Puts a fact on the timeline, also one that happened earlier.",
    example="/incident note decision: fail over to the secondary at=09:27:30",
    situation=Situation.RUN,
)
def note(request: Request, use: UseCases) -> Reply:
    """Note a fact; a word of the kinds before a colon sets its kind."""
    asked = incident_asked(request, use)
    said = split(asked.text, keys=frozenset({"link"}), time_keys=frozenset({"at"}))
    label, rest = split_prefix(said.text.strip(), PREFIXES)
    kind = PREFIXES[label.lower()] if label else Kind.NOTE
    at = moment(said.one("at"), request, use)
    echo = shown(at, use)
    use.incidents.note(
        asked.incident.ref,
        by=request.user,
        kind=kind,
        text=fitting(rest if label else said.text.strip()),
        when=at,
        link=said.one("link"),
        echo=echo,
    )
    return Reply(template="reply_noted", facts={"kind": kind.value, "at": echo, "unknown": said.unknown})


@routes.verb(
    "timeline",
    usage="[--all | --curated]",
    does="Shows the timeline, or with --all every message of the log.",
    example="/incident timeline",
    situation=Situation.RUN,
    changes=False,
)
def timeline(request: Request, use: UseCases) -> Reply:
    """The last entries, oldest first, in the caller's zone."""
    asked = incident_asked(request, use)
    said = split(asked.text, flags=frozenset({"all", "curated"}))
    record = use.incidents.record(asked.incident.ref)
    kept = [one for one in record if one.on_timeline or ("all" in said.flags and _in_log(one))]
    last = kept[-SHOWN:]
    names = use.incidents.words([one.text for one in last], [one.author or "" for one in last])
    zone = use.incidents.zone_of(request.user)
    rows = [
        {
            "n": number,
            "at": print_clock(one.at, zone),
            "day": f"{one.at.astimezone(zone):%Y-%m-%d}",
            "kind": "" if one.kind is Kind.MESSAGE else one.kind.value,
            "text": shorten(plain(one.text, names), 200),
            "author": names.person(one.author) if one.author else one.author_name or "",
        }
        for number, one in enumerate(last, len(kept) - len(last) + 1)
    ]
    label = zone_label(use.incidents.now(), zone)
    facts = {"ref": asked.incident.ref, "rows": rows, "left_out": len(kept) - len(last), "zone": label}
    return Reply(template="reply_timeline", facts=facts)


def _in_log(entry: Entry) -> bool:
    return entry.arrived and entry.deleted_at is None


# Events


@routes.event("message")
def message(event: Mapping[str, Any], use: UseCases) -> None:
    """A message, its edit or its deletion; the noise of joins and topics is left out."""
    kind = event.get("subtype")
    if kind in NOISE:
        return
    if kind == "message_deleted":
        use.record.deleted(event["channel"], event["deleted_ts"])
    elif kind == "message_changed":
        _changed(event, use)
    elif kind != "message_replied":
        use.record.said(_said(event["channel"], event))


def _changed(event: Mapping[str, Any], use: UseCases) -> None:
    """An edit. A deleted root of a thread comes as a change into a tombstone; unfurls change nothing that was said."""
    now = event["message"]
    if now.get("subtype") == "tombstone":
        use.record.deleted(event["channel"], now["ts"])
    elif now.get("edited") and now.get("subtype") not in NOISE:
        use.record.said(_said(event["channel"], now))


def _said(channel: str, message: Mapping[str, Any]) -> Said:
    profile = message.get("bot_profile") or {}
    return Said(
        channel_id=channel,
        ts=message["ts"],
        text=message.get("text") or "",
        author=message.get("user") or message.get("bot_id"),
        author_name=message.get("username") or profile.get("name"),
        thread_ts=message.get("thread_ts"),
        files=tuple(_file(file) for file in message.get("files", ()) if file.get("mode") != "tombstone"),
        edited_ts=(message.get("edited") or {}).get("ts"),
    )


def _file(file: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": file.get("title") or file.get("name") or file.get("id", "file"),
        "url": file.get("permalink") or file.get("url_private") or "",
    }


@routes.event("reaction_added", "reaction_removed")
def reaction(event: Mapping[str, Any], use: UseCases) -> None:
    """The timeline's emoji on a message."""
    item = event["item"]
    if item.get("type") == "message":
        use.record.reacted(
            item["channel"], item["ts"], emoji=event["reaction"], user=event["user"],
            on=event["type"] == "reaction_added",
        )  # fmt: skip


@routes.event("pin_added", "pin_removed")
def pin(event: Mapping[str, Any], use: UseCases) -> None:
    """A pin on a message, or its removal."""
    item = event.get("item", {})
    ts = item.get("message", {}).get("ts") or item.get("ts")
    if ts:
        channel = event.get("channel_id") or item["channel"]
        use.record.marked(channel, ts, "pin", on=event["type"] == "pin_added")
