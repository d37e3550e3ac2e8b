"""What cannot be shown of the calendar's digests."""

from bot.domain.refusal import Refusal


class UnknownDigest(Refusal):
    """'{given}' is no digest. Write nothing for the follow-ups, month for the last month, or a month like 2026-04."""

    next = "/incident digest month"
