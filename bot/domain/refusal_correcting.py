"""What cannot be corrected in the record, and what to do instead (DR-16)."""

from bot.domain.refusal import Refusal


class WhichEntry(Refusal):
    """Which entry? Its number stands before it in the timeline, and stays the same."""

    next = "/incident timeline"


class NoSuchEntry(Refusal):
    """{ref} has no entry {n}."""

    next = "/incident timeline --all"


class IsState(Refusal):
    """Entry {n} of {ref} tells of a change that was made, and stays. Take that back, or change it anew."""

    next = "/incident undo"


class IsMessage(Refusal):
    """Entry {n} of {ref} is a message: its author can edit it in Slack, and its time is Slack's. You can hide it."""

    next = "/incident timeline hide {n}"


class EntryGone(Refusal):
    """Entry {n} of {ref} was deleted or taken back: there is nothing to correct."""

    next = "/incident timeline"


class EntryHidden(Refusal):
    """Entry {n} of {ref} is hidden. Show it first."""

    next = "/incident timeline show {n}"


class EditNeedsText(Refusal):
    """What should entry {n} say?"""

    next = "/incident timeline edit {n} …"


class WhenEntry(Refusal):
    """When did entry {n} happen?"""

    next = "/incident timeline retime {n} 09:27"
