"""What cannot be declared: an incident over without its times, a flag that was mistyped."""

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


class FlagNearby(Refusal):
    """Nothing was done: '{given}' looks like --{flag}. If it is a part of the text, put it in quotes."""

    next = "{command}"
    whole = frozenset({"command"})
