"""What cannot be declared: an incident written down when it was over, without its times."""

from bot.domain.refusal import OutOfOrder, Refusal

_AGAIN = "/incident declare {severity} {title} --backfill at=TIME resolved=TIME"


class BackfillNeedsTimes(Refusal):
    """Nothing was declared: what is over needs both its start (at=) and its end (resolved=)."""

    next = _AGAIN


class BackfillOutOfOrder(OutOfOrder):
    """Nothing was declared: {later} ({later_at}) would lie before {earlier} ({earlier_at})."""

    next = _AGAIN


class BackfillOnly(Refusal):
    """Nothing was declared: resolved= is for an incident that is over, which is written down with --backfill."""

    next = _AGAIN


class BackfillInTriage(Refusal):
    """Nothing was declared: what is over is in triage no more. Leave out --triage."""

    next = "/incident declare {severity} {title} --backfill at=TIME resolved=TIME"
