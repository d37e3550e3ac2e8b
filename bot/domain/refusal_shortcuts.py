"""What is refused where a shortcut is used on a message."""

from bot.domain.refusal import Refusal


class OutsideIncident(Refusal):
    """Only a message in an incident's channel can be put on a timeline. For this one, note what it says."""

    next = "/incident note {ref} what happened"


class OwnMessage(Refusal):
    """That is the bot's own message: what it tells of is in the record already, with what was decided."""

    next = "/incident timeline"


class SlacksOwnLine(Refusal):
    """That is a line of Slack's own, which nobody said. To put a fact on the timeline, write it down."""

    next = "/incident note what happened"


class MessageGone(Refusal):
    """That message was deleted, and cannot stand on the timeline. To keep the fact, write it down."""

    next = "/incident note what happened"
