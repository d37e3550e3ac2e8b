"""What is refused about follow-ups, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal

# Which one, and what it is


class UnknownFollowUpStep(Refusal):
    """'{given}' is nothing that can be done with follow-ups. Write add, list, show, accept, done or another step."""

    next = "/incident followup {instead}"
    whole = frozenset({"instead"})


class FollowUpNeedsText(Refusal):
    """What is to be changed? Write it after add."""

    next = "/incident followup add Isolate the analytics load owner=@name due=30d"


class WhichFollowUp(Refusal):
    """Which follow-up? Write its number."""

    next = "/incident followup {ref} list"


class NoSuchFollowUp(Refusal):
    """{ref} has no follow-up {given}."""

    next = "/incident followup {ref} list"


class FollowUpMoved(Refusal):
    """Follow-up {n} of {ref} goes on as follow-up {m} of {into}."""

    next = "/incident followup {into} show {m}"


class NothingToFollowUp(Refusal):
    """A follow-up belongs to an incident, and there is none that you may see. Declare one first."""

    next = "/incident declare sev3 what happened"


class OwnerIsTeam(Refusal):
    """A follow-up is owned by one person, not by a team: '{given}' is none. Name the person who sees to it."""


class UnknownPriority(Refusal):
    """'{given}' is no priority. Write high, medium or low."""


class UnknownListFile(Refusal):
    """'{given}' is no way to export follow-ups. Write csv or md, and all for those of all incidents."""

    next = "/incident followup export csv"


# Days


class UnknownDay(Refusal):
    """'{given}' is not a day. Write 2026-04-30, 30d, 2w, tomorrow or friday."""


class DayInOtherOrder(Refusal):
    """'{given}' could be several days. Write it like 2026-04-30: year, month and day."""


class DayIsPast(Refusal):
    """{day} is past: today is {today}. Write a day to come."""


class DayTooFar(Refusal):
    """'{given}' is too far away: a follow-up is due within {most} years."""


# Budgets


class UnreadableBudget(Refusal):
    """'{given}' is not a budget. Write 12000, $12,000/month, €8k or "4 engineer-weeks"."""


class BudgetIsRange(Refusal):
    """'{given}' is a range, and a budget is one amount. Write the highest that it may cost."""


class AmbiguousAmount(Refusal):
    """'{given}' could be thousands or a fraction. Write it like 12000 or 12.50."""


class BudgetTooLarge(Refusal):
    """'{given}' is more than a budget can hold here. Write less than a trillion, with at most two decimals."""


# Its life


class FollowUpLacks(Refusal):
    """Follow-up {n} of {ref} has no {lacks} yet, and needs both owner and date before it leaves "proposed"."""

    next = "/incident followup {ref} accept {n} {fill}"
    whole = frozenset({"lacks", "fill"})


class FollowUpIsOver(Refusal):
    """Follow-up {n} of {ref} is {state} since {since}, so that is not possible."""

    next = "/incident followup {ref} reopen {n}"


class FollowUpIsOpen(Refusal):
    """Follow-up {n} of {ref} is not over: it is {state}."""

    next = "/incident followup {ref} show {n}"


class NothingToAccept(Refusal):
    """{ref} has no follow-up that is still proposed."""

    next = "/incident followup {ref} list"


class DropNeedsReason(Refusal):
    """Why is follow-up {n} not done? People will ask, so it is written down."""

    next = "/incident followup {ref} drop {n} the service is switched off in May"
