"""Looking for what may have been done: a message is known by the key in its metadata, a file by its name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.looks import SLOW_PAGE
from bot.slack.compound import PAGE, Ask, own_channel
from bot.slack.errors import Rejected


def _nobody(_edge: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How far a look goes, and from where. Times are Slack's, in epoch seconds."""

    since: float
    """Before then the call was not made."""
    slow_since: float = 0.0
    """The same, nearer to the call: for pages that take a minute each."""
    beyond: str = ""
    """The ``ts`` to which a former try saw everything: this one goes on from there."""
    seen: Callable[[str], object] = _nobody
    """Told, after each page, the ``ts`` to which everything was seen."""


def look(ask: Ask, method: str, args: Mapping[str, Any], key: str, way: Way) -> Iterator[dict[str, Any]]:
    """Slack's answers to a call that may have been made before, once or more; each with its channel and ``ts``.

    A channel that the bot is not in cannot be looked into: given by name nothing is found there, given by id Slack
    refuses. Raises what *ask* raises.
    """
    channel = _id_of(args["channel"]) or _id_among_own(ask, args["channel"])
    if channel is None:
        return
    for message in _history(ask, channel, args, way):
        said = {"channel": channel, "ts": message["ts"]}
        metadata = message.get("metadata") or {}
        if method == "upload":
            for file in message.get("files") or ():
                if file.get("name") == args["name"]:  # the name bears the incident and the draft's number
                    yield {"file": file["id"], **said}
        elif metadata.get("event_type") == "tocsin" and metadata.get("event_payload", {}).get("key") == key:
            yield said


def first_of_look(args: Mapping[str, Any]) -> str:
    """The Web API method that a look begins with."""
    return "users.conversations" if _id_of(str(args["channel"])) is None else _method(args)


def _history(ask: Ask, channel: str, args: Mapping[str, Any], way: Way) -> Iterator[dict[str, Any]]:
    """What was said, the newest first; in a thread the oldest first."""
    thread, cursor, edge = args.get("thread_ts"), "", way.beyond
    where: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "oldest": f"{way.since:.6f}"}
    where |= {"ts": thread} if thread else {}
    where |= {"oldest" if thread else "latest": edge} if edge else {}
    while True:
        page = ask(_method(args), limit=PAGE, **where, **({"cursor": cursor} if cursor else {}))
        yield from page["messages"]
        times = [str(message["ts"]) for message in page["messages"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        edge = (max if thread else min)([*times, *([edge] if edge else [])], default="")
        way.seen(edge)
        is_slow = len(times) <= SLOW_PAGE and not thread
        if not cursor or (is_slow and edge and float(edge) < way.slow_since):
            return


def _method(args: Mapping[str, Any]) -> str:
    """What shows the messages among which it would be."""
    return "conversations.replies" if args.get("thread_ts") else "conversations.history"


def _id_of(channel: str) -> str | None:
    """A channel's id where it is given by one; None: by name."""
    return channel if channel[:1] in "CGD" and channel.isupper() else None


def _id_among_own(ask: Ask, name: str) -> str | None:
    """The id of a channel given by name, among those that the bot is in.

    A token without the scope for private channels is in none of them.
    """
    try:
        found = own_channel(ask, name.lstrip("#"), kinds="public_channel,private_channel")
    except Rejected as error:
        if error.error != "missing_scope":
            raise
        found = own_channel(ask, name.lstrip("#"), kinds="public_channel")
    return found["id"] if found is not None else None
