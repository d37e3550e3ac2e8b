"""Looking for what may have been done: a message is known by the key in its metadata, a file by its name."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.compound import Ask, own_channel, pages


def look(
    ask: Ask, method: str, args: Mapping[str, Any], key: str, *, since: float
) -> Iterator[dict[str, Any]]:
    """Slack's answers to a call that may have been made before, once or more; each with its channel and ``ts``.

    *since*: Slack's time (epoch seconds) before which it was not made. A channel that the bot is not in cannot be
    looked into: given by name nothing is found there, given by id Slack refuses. Raises what *ask* raises.
    """
    channel = _id_of(args["channel"]) or _id_among_own(ask, args["channel"])
    if channel is None:
        return
    for message in _history(ask, channel, args, since):
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


def _history(ask: Ask, channel: str, args: Mapping[str, Any], since: float) -> Iterator[dict[str, Any]]:
    where: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "oldest": f"{since:.6f}"}
    if args.get("thread_ts"):
        where["ts"] = args["thread_ts"]
    return pages(ask, _method(args), "messages", **where)


def _method(args: Mapping[str, Any]) -> str:
    """What shows the messages among which it would be."""
    return "conversations.replies" if args.get("thread_ts") else "conversations.history"


def _id_of(channel: str) -> str | None:
    """A channel's id where it is given by one; None: by name."""
    return channel if channel[:1] in "CGD" and channel.isupper() else None


def _id_among_own(ask: Ask, name: str) -> str | None:
    """The id of a channel given by name, among those that the bot is in."""
    found = own_channel(ask, name.lstrip("#"), kinds="public_channel,private_channel")
    return found["id"] if found is not None else None
