"""What escalating, acknowledging and skipping can be refused for."""

from bot.domain.refusal import Refusal


class ToldAlready(Refusal):
    """{label}: told already, by {who} at {at}; each target is told once per incident."""

    next = "/incident escalate {instead}"


class NotToldYet(Refusal):
    """{label}: not told yet, so there is nothing to acknowledge."""

    next = "/incident escalate {ref} {target}"


class AcknowledgedAlready(Refusal):
    """{label}: {who} acknowledged already, at {at}. Nothing is left to do there."""

    next = "/incident escalate {ref} list"


class SkippedAlready(Refusal):
    """{label}: skipped already, by {who} at {at} ({reason})."""

    next = "/incident escalate {ref} list"


class SkipNeedsReason(Refusal):
    """Skipping the escalation to {label} needs a reason: people will ask later."""

    next = "/incident escalate {ref} skip {target} why"


class NothingToSkip(Refusal):
    """{label}: no escalation to them is to come at this severity, so there is nothing to skip."""

    next = "/incident escalate {ref} list"


class SkipWhom(Refusal):
    """Who is meant? {known}."""

    next = "/incident escalate {ref} {verb} {near}"
    whole = frozenset({"known"})


class NobodyToTell(Refusal):
    """The policy names nobody to escalate to. Tell people by hand, and write down that you did."""

    next = "/incident note escalation: whom you told"
