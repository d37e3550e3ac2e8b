"""What is refused about reminders of follow-ups, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class NothingToPutOff(Refusal):
    """There is nothing left to be reminded of there: each of these follow-ups is over, or has no date."""

    next = "/incident followup {ref} list"
