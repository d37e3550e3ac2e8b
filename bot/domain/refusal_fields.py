"""What is refused where a field is to be set."""

from bot.domain.refusal import NotANumber, Refusal


class NotAShare(NotANumber):
    """'{key}' is a share of all: it needs a number from 0 to 100, not '{given}'."""


class NoWindow(Refusal):
    """'{given}' is no stretch of time: it needs a start and a later end."""

    next = "/incident impact window=14:02-14:30"
