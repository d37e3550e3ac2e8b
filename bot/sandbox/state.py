"""What the small Slack remembers: people, channels, messages, files, views."""

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.words import words_of

Json = dict[str, Any]


class SlackError(Exception):
    """A Web API call that Slack answers with ``ok: false``; *more* is laid beside the error."""

    def __init__(self, error: str, **more: Any) -> None:
        """Name the error as Slack does, for example ``channel_not_found``."""
        super().__init__(error)
        self.error = error
        self.more: Json = more

    def answer(self) -> Json:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.more}


class Impossible(ValueError):
    """What a person cannot do in Slack: its message is a sentence for the person (or the test's author)."""


@dataclass(slots=True, kw_only=True)
class User:
    """A member of the workspace; ``tz`` is an IANA zone name."""

    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    email: str | None = None
    is_bot: bool = False
    bot_id: str | None = None
    deleted: bool = False
    updated: int = 0


@dataclass(slots=True, kw_only=True)
class Group:
    """A user group; ``users`` are ids."""

    id: str
    handle: str
    users: list[str]


@dataclass(slots=True, kw_only=True)
class File:
    """A file: announced (``content`` is None), uploaded, or shared (channel id -> message ts)."""

    id: str
    name: str
    title: str
    user: str
    length: int
    created: int
    content: bytes | None = None
    alt: str = ""
    """What a picture shows, in words."""
    completed: bool = False
    deleted: bool = False
    shares: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Message:
    """A message of a channel; texts are in Slack's encoding (``&lt;``, ``<@U…>``)."""

    ts: str
    channel: str
    text: str = ""
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    files: list[File] = field(default_factory=list)
    edited: Json | None = None
    deleted: bool = False
    """True also for the tombstone which a deleted root with replies leaves (subtype ``tombstone``)."""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    subtype: str | None = None
    ephemeral_for: str | None = None
    broadcast: bool = False
    client_msg_id: str | None = None
    extra: Json = field(default_factory=dict)
    """What a subtype adds: inviter, topic, name …"""
    order: int = 0
    """Counts messages as they came; sorts what has nearly the same ts."""
    posted_at: float = 0.0
    """Machine time; ``Workspace.history_lag`` counts from it."""
    chosen: dict[str, dict[str, Json]] = field(default_factory=dict)
    """What was chosen in the message's fields: block id -> action id -> value."""

    @property
    def words(self) -> str:
        """Everything that can be read: the texts of all blocks, then the text."""
        return words_of(self.text, self.blocks)

    @property
    def visible(self) -> bool:
        """Whether people can still see it (a tombstone can be seen)."""
        return not self.deleted or self.subtype == "tombstone"

    @property
    def is_reply(self) -> bool:
        """Whether it is an answer in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True, kw_only=True)
class Pin:
    """A pinned message, by whom, and when (epoch seconds)."""

    message: Message
    user: str
    created: int


@dataclass(slots=True, kw_only=True)
class Note:
    """A topic or a purpose."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


def _written(us: int) -> str:
    return f"{us // 1_000_000}.{us % 1_000_000:06d}"


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, or a direct message (``is_im``); ``members`` are user ids in the order of joining."""

    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    topic_note: Note = field(default_factory=Note)
    purpose_note: Note = field(default_factory=Note)
    previous_names: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """By ts, oldest first, deleted ones included (``deleted``), ephemeral ones not."""
    ephemerals: list[Message] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)
    base_us: int = 0
    last_us: int = 0

    @property
    def topic(self) -> str:
        """The topic's text."""
        return self.topic_note.value

    @property
    def purpose(self) -> str:
        """The purpose's (description's) text."""
        return self.purpose_note.value

    @property
    def type(self) -> str:
        """As events call it in ``channel_type``."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    @property
    def shown_name(self) -> str:
        """As commands and clicks call it: Slack hides the name of what is not public."""
        return "directmessage" if self.is_im else "privategroup" if self.is_private else self.name

    def next_ts(self, now: float) -> str:
        """A ts for *now* (epoch seconds), unique in this channel.

        Altered only when time stands still: then 0.000100 later than the channel's last one.
        """
        now_us = round(now * 1_000_000)
        if now_us < self.base_us:
            self.base_us = us = now_us
        else:
            still = now_us <= self.last_us
            us = self.last_us + 100 if still else now_us
            self.base_us = self.base_us if still else now_us
        while _written(us) in self.by_ts:
            us += 100
        self.last_us = us
        return _written(us)

    def next_ephemeral_ts(self, now: float) -> str:
        """A ts for a message that is not in the history, and that moves no later message's ts."""
        us = max(round(now * 1_000_000), self.last_us if round(now * 1_000_000) >= self.base_us else 0) + 1
        taken = {each.ts for each in self.ephemerals}
        while _written(us) in taken or _written(us) in self.by_ts:
            us += 1
        return _written(us)

    def keep(self, message: Message) -> None:
        """Put *message* into the channel, at the place of its ts."""
        self.by_ts[message.ts] = message
        if not self.messages or self.messages[-1].ts < message.ts:
            self.messages.append(message)
        else:
            insort(self.messages, message, key=lambda each: each.ts)
        if message.is_reply and message.thread_ts:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def replies(self, ts: str) -> list[Message]:
        """The answers in the thread of *ts* that can be seen, oldest first."""
        return [reply for reply in self.threads.get(ts, ()) if not reply.deleted]

    def pinned(self, ts: str) -> Pin | None:
        """The pin of the message *ts*."""
        return next((pin for pin in self.pins if pin.message.ts == ts), None)


@dataclass(slots=True, kw_only=True)
class View:
    """An open form, or somebody's home; ``body`` is what the app sent, with ids put in where it gave none."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    """What stands in the fields: block id -> action id -> value."""

    @property
    def title(self) -> str:
        """What stands above it."""
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def words(self) -> str:
        """Everything in it that can be read."""
        return words_of(self.title, self.body.get("blocks", []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """What the app has in the menus, as its manifest says: *kind* is ``message`` or ``global``."""

    name: str
    callback_id: str
    kind: str
    about: str = ""


@dataclass(slots=True, kw_only=True)
class Trigger:
    """A trigger id, given to the app with something that a person did; machine time."""

    user: str
    made: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where the app may answer to a command or a click: 5 times within 30 minutes of machine time."""

    user: str
    channel: str
    made: float
    source: Message | None = None
    """The message that was clicked; a command has none."""
    uses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One line of the journal. ``at`` is machine time; ``fault`` names the fault that was played, if any.

    ``retry_after``: seconds that a 429 asked to wait.
    """

    method: str
    args: Json
    at: float
    answer: Json
    fault: str | None = None
    retry_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for what a person did. ``status`` 0: it never left the client (a form not filled in)."""

    status: int
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    response_type: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    """Of a form: block id -> sentence."""
    body: Json | None = None
    """The answer as the app sent it, where it was JSON."""

    @property
    def ok(self) -> bool:
        """Whether the app took it."""
        return self.status in range(200, 300) and not self.errors

    @property
    def words(self) -> str:
        """Everything in it that can be read."""
        return words_of(self.text, self.blocks)
