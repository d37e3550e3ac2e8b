"""What is refused where a field is to be set."""

from bot.domain.refusal import Refusal


class WhichField(Refusal):
    """Which field is to be set? These can be: {known}."""

    next = "/incident set title …"
    whole = frozenset({"known"})
