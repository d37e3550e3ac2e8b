"""A reminder of the calendar becomes a message: under a key of its period, so that it is said once."""

from datetime import datetime

from bot import render
from bot.call import Call, metadata
from bot.domain.calendar import Occurrence
from bot.domain.mrkdwn import escaped
from bot.domain.policy import Policy, Reminder
from bot.slack import blocks


def reminder_call(reminder: Reminder, due: Occurrence, *, policy: Policy, at: datetime) -> Call:
    """The message, in the reminder's own channel, else where incidents are announced."""
    key = f"calendar:{reminder.name}:{due.period}"
    text = render.slack("calendar", {"text": escaped(reminder.text), "late": due.late(at)}, policy.command)
    args = {
        "channel": reminder.channel or policy.announce, "text": text, "blocks": blocks.sections(text),
        "metadata": metadata(key), "unfurl_links": False,
    }  # fmt: skip
    return Call(key=key, method="chat.postMessage", args=args, stream="calendar")
