"""What cannot be done at the end of an incident: mitigate, close, cancel, merge."""

from bot.domain.refusal import OutOfOrder, Refusal


class MitigatedAlready(Refusal):
    """{ref} was mitigated at {at}; nothing was changed. A wrong time can be corrected."""

    next = "/incident set {ref} mitigated TIME"


class MitigateOutOfOrder(OutOfOrder):
    """Nothing was recorded: {later} ({later_at}) would lie before {earlier} ({earlier_at})."""

    next = "/incident mitigate"


class NoPostmortemNeedsReason(Refusal):
    """Why is no postmortem wanted? Write the reason: it stays on the record."""

    next = "/incident close {ref} --no-postmortem known cause, fixed in the last release"


class NotVerified(Refusal):
    """{ref} is a customer escalation, and {customer} has not verified that it is resolved. Close it after that, or say why not: close --unverified reason."""  # noqa: E501 - one sentence

    next = "/incident customer {ref} verified"


class UnverifiedNeedsReason(Refusal):
    """Why is it closed although the customer has not verified it? Write the reason: it stays on the record."""

    next = "/incident close {ref} --unverified the customer does not answer"


class CancelNeedsReason(Refusal):
    """Why is it no incident? Write the reason: it stays on the record."""

    next = "/incident cancel {ref} the monitoring misfired"


class CancelledAlready(Refusal):
    """{ref} is cancelled already; nothing was changed."""

    next = "/incident reopen {ref}"


class MergeNeedsTarget(Refusal):
    """Into which incident? Name it by its reference, its number of today or its channel."""

    next = "/incident {instead}"


class MergeIntoItself(Refusal):
    """{ref} cannot be merged into itself. Name the incident in which it goes on."""

    next = "/incident list"


class MergedAlready(Refusal):
    """{ref} is merged into {into} already; nothing was changed."""

    next = "/incident status {into}"


class MergeIntoOver(Refusal):
    """{into} is {status}, so nothing can be merged into it. Reopen it, or name one that is open."""

    next = "/incident reopen {into}"


class MergeIntoMerged(Refusal):
    """{into} was itself merged into {on}. Merge into that one."""

    next = "/incident merge {ref} into {on}"


class MergeIntoGone(Refusal):
    """{into} was itself merged into another incident. Name one that is open."""

    next = "/incident list"


class MergeAcross(Refusal):
    """{ref} and {into} cannot be merged: not everybody who may see one of them may see the other."""

    next = "/incident cancel {ref} it goes on elsewhere"


class MergeDrill(Refusal):
    """A drill and a real incident cannot be merged: one of {ref} and {into} is a drill."""

    next = "/incident cancel {ref} it goes on elsewhere"
