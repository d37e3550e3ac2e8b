"""Answers to messages that ask something of the bot: to whoever wrote them alone, where they wrote."""

from collections.abc import Mapping
from typing import Any

from bot import render
from bot.call import Call, metadata, result
from bot.domain.addressed import is_direct, key_of
from bot.domain.mrkdwn import Names
from bot.slack import blocks
from bot.slack.cutting import fitting

SHOWN = 1_000
"""Characters of a message that is given back."""


def answer(channel: str, ts: str, user: str, thread: str | None, said: Mapping[str, Any]) -> Call:
    """*said* (``text``, ``blocks``) to *user* alone, in the *thread* of the message where it stands in one.

    In their direct message with the bot nobody else reads along: there it stays to be read again.
    """
    key, args = key_of(channel, ts), {"channel": channel, **said, **({"thread_ts": thread} if thread else {})}
    if not is_direct(channel):
        return Call(key=key, method="chat.postEphemeral", args={**args, "user": user})
    args |= {"metadata": metadata(key), "unfurl_links": False}
    return Call(key=key, method="chat.postMessage", args=args, stream=f"dm:{user}")


def not_done(
    channel: str, ts: str, user: str, thread: str | None, *, text: str, command: str, names: Names
) -> Call:
    """That the message came while the bot was away, and was not done."""
    facts = {"text": fitting(text, SHOWN), "names": names}
    shown = render.slack("mention_late", facts, command)
    return answer(channel, ts, user, thread, {"text": shown, "blocks": blocks.sections(shown)})


def alone(key: str, args: Mapping[str, Any], command: str) -> tuple[Call, Call]:
    """The same answer as a direct message, where Slack does not show it in the channel.

    It is never said aloud there: what one person may see others may not (DR-28).
    """
    opened, own = f"open-{key}", f"dm-{key}"
    said = render.slack("mention_alone", {"channel": args["channel"]}, command)
    shown = [blocks.context(said), *(args.get("blocks") or blocks.sections(args["text"]))]
    message = {
        "channel": result(opened, "channel.id"), "text": f"{said}\n{args['text']}", "blocks": shown,
        "metadata": metadata(own), "unfurl_links": False,
    }  # fmt: skip
    return (
        Call(key=opened, method="conversations.open", args={"users": args["user"]}),
        Call(key=own, method="chat.postMessage", args=message, stream=f"dm:{args['user']}"),
    )
