"""Slack's message JSON as the record wants it: one reading for events and for history."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.history import Shown
from bot.domain.messages import Said
from bot.domain.policy import Policy
from bot.domain.reactions import FOLLOWUP, TASK, TIMELINE

NOISE = frozenset({
    "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
    "channel_unarchive", "channel_convert_to_private", "channel_posting_permissions", "group_join", "group_leave",
    "group_topic", "group_purpose", "group_name", "group_archive", "group_unarchive", "pinned_item",
    "unpinned_item", "reminder_add", "tombstone", "bot_add", "bot_remove", "huddle_thread", "ekm_access_denied",
    "assistant_app_thread", "channel_canvas_updated", "tabbed_canvas_updated",
})  # fmt: skip
"""Message subtypes that say nothing about the incident (https://docs.slack.dev/reference/events/message)."""

LARGEST = 2**53
"""Bytes beyond which nothing is a file's size."""


def differ(now: Mapping[str, Any], former: Mapping[str, Any]) -> bool:
    """Whether other words or files stand there now: bots' edits with blocks bear no sign of an edit."""
    return bool(former) and (words_of(now), now.get("files")) != (words_of(former), former.get("files"))


def read_message(channel: str, message: Mapping[str, Any], *, changed_ts: str | None = None) -> Said:
    """*message* as the record wants it; *changed_ts*: when Slack told of the change, for an edit without a time."""
    profile = message.get("bot_profile") or {}
    edited_ts = (message.get("edited") or {}).get("ts")
    return Said(
        channel_id=channel,
        ts=message["ts"],
        text=words_of(message),
        author=message.get("user") or message.get("bot_id"),
        author_name=message.get("username") or profile.get("name"),
        thread_ts=message.get("thread_ts"),
        files=tuple(_file(file) for file in message.get("files", ()) if file.get("mode") != "tombstone"),
        edited_ts=changed_ts if changed_ts and (message.get("bot_id") or not edited_ts) else edited_ts,
    )


def words_of(message: Mapping[str, Any]) -> str:
    """What a message says: its text, else its blocks', and the attachments of other bots (unfurled links are not)."""
    lines = [message.get("text") or "\n".join(_block_words(message.get("blocks", ())))]
    for attachment in message.get("attachments", ()):
        if "from_url" not in attachment and "original_url" not in attachment:
            lines += [line for line in _attachment_words(attachment) if line not in lines[0]]
    return "\n".join(line for line in lines if line)


def _attachment_words(attachment: Mapping[str, Any]) -> list[str]:
    title, link = attachment.get("title"), attachment.get("title_link")
    fields = (f"{field.get('title', '')}: {field.get('value', '')}" for field in attachment.get("fields", ()))
    said = [
        attachment.get("pretext"), f"<{link}|{title}>" if title and link else title, attachment.get("text"), *fields,
        *_block_words(attachment.get("blocks", ())),
    ]  # fmt: skip
    return [line for line in said if line] or [attachment.get("fallback", "")]


def _block_words(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """The texts of sections, headers, fields and contexts, in order."""
    pieces = []
    for block in told:
        for piece in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())):
            words = piece.get("text") if isinstance(piece, Mapping) else None
            if isinstance(words, str) and words and block.get("type") != "actions":
                pieces.append(words)
    return pieces


def _file(file: Mapping[str, Any]) -> dict[str, str]:
    """What is told of a file: its name and link, and for its copy its id, where its bytes are, and of what kind.

    Of a file from elsewhere (Slack Connect, ``file_access: check_file_info``) no more may stand there than the id.
    """
    told = {
        "name": file.get("title") or file.get("name") or file.get("id", "file"),
        "url": file.get("permalink") or file.get("url_private") or "",
        "id": file.get("id"),
        "mime": file.get("mimetype"),
        "size": size if isinstance(size := file.get("size"), int) and 0 <= size < LARGEST else None,
        "mode": file.get("mode"),
        "bytes": file.get("url_private_download") or file.get("url_private"),
        "file": file.get("name"),
    }
    return {name: str(value) for name, value in told.items() if value or name in ("name", "url")}


def shown(channel: str, message: Mapping[str, Any], policy: Policy) -> Shown:
    """*message* of *channel* as a page of history shows it; *policy* says of a reaction what it does."""
    every = [(policy.reaction(r["name"]), r) for r in message.get("reactions") or ()]
    reactions = [r for purpose, r in every if purpose == TIMELINE]
    users = {policy.mark(r["name"], user) for r in reactions for user in r.get("users") or ()}
    starred, repeated = (
        [user for purpose, r in every if purpose == wanted for user in r.get("users") or ()]
        for wanted in (TASK, FOLLOWUP)
    )
    is_root = message.get("thread_ts") == message["ts"] and bool(message.get("reply_count"))
    return Shown(
        said=None if message.get("subtype") in NOISE else read_message(channel, message),
        ts=message["ts"],
        is_tombstone=message.get("subtype") == "tombstone",
        by_bot=message.get("bot_id") is not None,
        reacted=frozenset(users),
        knows_all=all(len(r.get("users") or ()) >= r.get("count", 0) for r in reactions),
        starred_by=next(iter(starred), None),
        repeated_by=next(iter(repeated), None),
        pinned=channel in (message.get("pinned_to") or ()),
        replies=message["reply_count"] if is_root else 0,
        latest_reply=message.get("latest_reply") if is_root else None,
    )
