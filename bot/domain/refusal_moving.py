"""What cannot be done with the channel of an incident: made private, adopted."""

from bot.domain.refusal import Refusal, UnknownSeverity


class PrivateAlready(Refusal):
    """{ref} is private already; nothing was changed."""

    next = "/incident status {ref}"


class NoChannelYet(Refusal):
    """The channel of {ref} is not open yet, so there is nothing to make private. Try again in a moment."""

    next = "/incident private {ref}"


class NotAChannel(Refusal):
    """A direct message cannot become the channel of an incident. Type it in a channel, or let one be opened."""

    next = "/incident declare {severity}"


class NotByMention(Refusal):
    """A message that mentions the bot does not tell what kind of channel it is in. Type the command there: `{command} convert {severity}`"""  # noqa: E501 - a refusal is one line


class UnknownConvertSeverity(UnknownSeverity):
    """Unknown severity '{given}'. Use sev1–sev4 (p0–p3); nothing was converted."""

    next = "/incident convert sev1 {title}"
    whole = frozenset({"title"})


class AnnounceChannel(Refusal):
    """Incidents are announced here, so it cannot become the channel of one. Let a channel be opened."""

    next = "/incident declare {severity}"


class ChannelTaken(Refusal):
    """The channel belongs to {ref} already, so no other incident can have it. Type it in another one."""

    next = "/incident status {ref}"
