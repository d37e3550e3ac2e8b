"""What the calendar says becomes messages, under keys of its period, so that each is said once.

Keys: ``calendar:NAME:PERIOD`` in a channel, with a user's id behind it to one person.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import render
from bot.call import Call, metadata, result
from bot.domain.calendar import Occurrence
from bot.domain.mrkdwn import escaped
from bot.domain.policy import Policy, Reminder
from bot.domain.recipients import channel_of, group_of, is_person, is_user, recipients_of
from bot.slack import blocks
from bot.slack.cutting import fitting
from bot.slack.unsaid import AGAIN

STREAM = "calendar"
FALLBACK = 3_000
"""Characters of a message's text for notifications; its blocks say all of it."""
Message = Mapping[str, Any]


def key_of(reminder: Reminder, due: Occurrence) -> str:
    """Unique for ever: it is said once in its period."""
    return f"calendar:{reminder.name}:{due.period}"


def reminder_text(reminder: Reminder, due: Occurrence, *, policy: Policy, at: datetime) -> str:
    """A reminder that is nothing but its own text."""
    facts = {"text": escaped(reminder.text), "late": due.late(at), "nobody": nobody(reminder, policy)}
    return render.slack("calendar", facts, policy.command)


def nobody(reminder: Reminder, policy: Policy) -> str:
    """The name of its target where the policy names nobody for it: then it is said where people see it, with that."""
    target = policy.targets.get(reminder.to)
    return "" if target is None or target.is_reachable or reminder.channel else target.name


def message(text: str, *rows: blocks.Block) -> dict[str, Any]:
    """*text* as a message, with *rows* of buttons below."""
    return {"text": fitting(text, FALLBACK), "blocks": [*blocks.sections(text), *rows], "unfurl_links": False}


def calls(reminder: Reminder, due: Occurrence, said: Message, *, policy: Policy) -> Iterator[Call]:
    """*said* in the reminder's channel, else to its target, else where incidents are announced."""
    key, target = key_of(reminder, due), policy.targets.get(reminder.to)
    recipients = recipients_of(target) if target and not reminder.channel else ()
    channel, group = channel_of(recipients) or reminder.channel, group_of(recipients)
    if channel or not recipients:
        yield _post(key, channel or policy.announce, said)
    elif group:
        args = {"who": group, "message": said}
        yield Call(key=f"calendar-group:{reminder.name}:{due.period}", method="group_members", args=args)
    yield from alone(key, list(filter(is_person, recipients)), said)


def alone(key: str, people: Sequence[str], said: Message) -> Iterator[Call]:
    """*said* to each of *people*, in a direct message."""
    for who in dict.fromkeys(people):
        opened = f"calendar-open:{key.partition(':')[2]}:{who}"
        args = {"users": who.replace("~", "@")}
        yield Call(key=opened, method="conversations.open", args=args)
        yield _post(f"{key}:{who}", result(opened, "channel.id"), said, stream=f"dm:{who}")


def _post(key: str, channel: Any, said: Message, stream: str = STREAM) -> Call:
    args = {"channel": channel, **said, "metadata": metadata(key)}
    return Call(key=key, method="chat.postMessage", args=args, stream=stream)


def elsewhere(key: str, args: Mapping[str, Any], error: str, policy: Policy) -> list[Call]:
    """What Slack refused stands where incidents are announced, once; of one person that they were not told.

    Nothing goes round in a circle: what was refused there already is left.
    """
    kind, _, rest = key.partition(":")
    about, _, who = rest.rpartition(":")
    if key.endswith(AGAIN) or args.get("channel") == policy.announce:
        return []
    if kind == "calendar-open" or is_person(who):
        facts = {
            "who": escaped(who.replace("~", "@")) if not is_user(who) else f"<@{who}>",
            "error": escaped(error),
        }
        said: Message = message(render.slack("calendar_untold", facts, policy.command))
    elif kind == "calendar-group":
        about, said = rest, args["message"]
    else:
        about, said = rest, {name: args[name] for name in ("text", "blocks", "unfurl_links")}
    return [_post(f"calendar:{about}{AGAIN}", policy.announce, said)]
