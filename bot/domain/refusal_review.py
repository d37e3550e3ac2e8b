"""What cannot be done with a postmortem, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class UnknownStage(Refusal):
    """'{given}' is no state of a postmortem. It is draft, in-review, reviewed or closed."""

    next = "/incident postmortem status in-review"


class ReviewNotBegun(Refusal):
    """{ref} is {status}, and no postmortem of it was begun: the close begins one, unless none was wanted."""

    next = "/incident {instead} {ref}"


class ReviewedFirst(Refusal):
    """The state of the postmortem of {ref} is {stage}: it is closed once it is reviewed."""

    next = "/incident postmortem status {ref} reviewed"


class PointsOpen(Refusal):
    """Nothing was changed: open on the checklist of {ref}: {points}. Tick them (`/incident postmortem checklist {ref}`), or say why it is reviewed all the same."""  # noqa: E501 - one sentence

    next = "/incident postmortem status {ref} reviewed --anyway the reason"
    whole = frozenset({"points"})


class AnywayNeedsReason(Refusal):
    """Why is it reviewed with points open? Write the reason after --anyway: it stays on the record."""

    next = "/incident postmortem status {ref} reviewed --anyway the last point needs the vendor"


class ReviewIsDone(Refusal):
    """The postmortem of {ref} is {stage}; nothing was changed. To go on with it, take it back first."""

    next = "/incident postmortem status {ref} in-review"


class DueNeedsTime(Refusal):
    """Until when? Write a day or a time to come, and why it needs more time."""

    next = "/incident postmortem due {ref} tomorrow 17:00 waiting for the vendor's analysis"


class DueNeedsReason(Refusal):
    """Why is the postmortem due at another time? Write the reason behind the time: it stays on the record."""

    next = "/incident postmortem due {ref} {until} waiting for the vendor's analysis"


class NoChecklist(Refusal):
    """The policy has no checklist for postmortems ([postmortem] checklist), so there is nothing to tick."""

    next = "/incident postmortem status {ref}"


class UnknownChecklistStep(Refusal):
    """'{given}' is nothing that can be done with the checklist. Write done or open, and numbers."""

    next = "/incident postmortem checklist {ref} done 1"


class NoSuchPoint(Refusal):
    """'{given}' is no point of the checklist. It has the points 1 to {most}."""

    next = "/incident postmortem checklist {ref} done 1"


class ReviewersUnnamed(Refusal):
    """Who should review it? Name one person or several."""

    next = "/incident postmortem review {ref} @name"


class NotAReviewer(Refusal):
    """You are not asked to review the postmortem of {ref}, so there is nothing to approve."""

    next = "/incident postmortem review {ref} me"


class NotInReview(Refusal):
    """The postmortem of {ref} is a draft that is still written: it is approved once it is in review."""

    next = "/incident postmortem status {ref} in-review"


class TooLateToPutOff(Refusal):
    """The postmortem of {ref} is overdue, and its reminder stays. If it needs more time, say until when."""

    next = "/incident postmortem due {ref} tomorrow 17:00 why"
