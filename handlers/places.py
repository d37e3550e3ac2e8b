"""Where somebody opened a form: carried along in it, so that the answer comes back there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.call import Call, metadata, result
from bot.domain.times import parse_iso

ANSWERABLE = timedelta(minutes=29)
"""Slack takes answers by a response_url for 30 (https://docs.slack.dev/interactivity/handling-user-interaction)."""
HOME = "home"
"""Stands for the channel and the address of what is done in the app's home: no incident's, none of Slack's."""
MOST_CARRIED = 3_000
"""Characters of a view's private_metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the form was opened; without an address, the direct message with the bot."""

    url: str = ""
    """Slack's response_url of the command or click that opened it."""
    opened_at: datetime | None = None
    gives_way: bool = False
    """The form was opened from a message that only this person sees: the answer takes its place."""
    thread: str = ""
    """The thread of the reply on which it was opened: the answer goes there; "": into the channel."""

    @property
    def is_home(self) -> bool:
        """Whether it was opened in the app's home, which shows the answer itself."""
        return self.url == HOME

    def takes_answers(self, now: datetime) -> bool:
        """Whether Slack still takes an answer there."""
        return bool(self.url) and self.opened_at is not None and now - self.opened_at < ANSWERABLE

    def address(self, now: datetime) -> dict[str, str]:
        """Where Slack takes a further answer of the same kind; empty: nowhere."""
        there = {"thread_ts": self.thread} if self.thread else {}
        return {"url": self.url, **there} if self.takes_answers(now) and not self.is_home else {}


def place_of(body: Mapping[str, Any], now: datetime) -> Place:
    """Where the delivery *body* (a command, a click, a shortcut) came from."""
    own = bool((body.get("container") or {}).get("is_ephemeral"))
    here = HOME if is_home(body) else ""
    return Place(url=body.get("response_url") or here, opened_at=now, gives_way=own, thread=_thread_of(body))


def _thread_of(body: Mapping[str, Any]) -> str:
    """The thread in which a shortcut or button of a reply was used; a message that has replies is in none itself."""
    message, container = body.get("message") or {}, body.get("container") or {}
    thread = message.get("thread_ts") or container.get("thread_ts") or ""
    return "" if thread == (message.get("ts") or container.get("message_ts")) else str(thread)


def is_home(body: Mapping[str, Any]) -> bool:
    """Whether that was done in the app's home: there is no channel, no message, and no response_url."""
    return (body.get("view") or {}).get("type") == "home"


def carrying(form: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """*form* with *place* in the first line of its private metadata, where there is room for it."""
    about, line = form.get("private_metadata", ""), ""
    if place.url and place.opened_at is not None:
        line = json.dumps([place.url, place.opened_at.isoformat(), place.gives_way, place.thread])
    whole = f"{line}\n{about}"
    return {**form, "private_metadata": whole if len(whole) <= MOST_CARRIED else f"\n{about}"}


def apart(metadata: str) -> tuple[str, Place]:
    """What a form is about, and where it was opened; one of an earlier version does not say where."""
    line, between, about = metadata.partition("\n")
    if not between:
        return metadata, Place()
    if not line:
        return about, Place()
    url, opened_at, gives_way, *thread = json.loads(line)  # one opened by an earlier version has no thread
    return about, Place(url=url, opened_at=parse_iso(opened_at), gives_way=gives_way, thread="".join(thread))


def answering(
    answer: Mapping[str, Any], place: Place, *, user: str, key: str, now: datetime
) -> tuple[Call, ...]:
    """The calls that say *answer* to *user* alone, under *key*: where the form was opened, else directly."""
    said = {name: answer[name] for name in ("text", "blocks") if name in answer}
    if place.takes_answers(now):
        there = {"thread_ts": place.thread} if place.thread and not place.gives_way else {}
        args = {
            "url": place.url, **said, "response_type": "ephemeral", "replace_original": place.gives_way, **there,
        }  # fmt: skip
        return (Call(key=f"answer:{key}", method="respond", args=args),)
    opened, post = f"answer-open:{key}", f"answer:{key}"
    args = {
        "channel": result(opened, "channel.id"),
        **said,
        "metadata": metadata(post),
        "unfurl_links": False,
    }
    return (
        Call(key=opened, method="conversations.open", args={"users": user}),
        Call(key=post, method="chat.postMessage", args=args, stream=f"dm:{user}"),
    )
