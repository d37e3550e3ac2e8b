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
    """'{given}' is too far away: a follow-up is due within {most} years. Write a nearer day."""


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


class CriteriaUnconfirmed(Refusal):
    """Follow-up {n} of {ref} has success criteria, and whoever says that it is done confirms them: {criteria}."""

    next = "/incident followup {ref} done {n} confirmed"


class OwnerUnnamed(Refusal):
    """Who should see to follow-up {n}? Write @name or me after its number."""

    next = "/incident followup {ref} owner {n} me"


class DayUnnamed(Refusal):
    """When is follow-up {n} due? Write the day, and why it is another one."""

    next = "/incident followup {ref} due {n} 30d the vendor delivers in May"


class RedateNeedsReason(Refusal):
    """Why is follow-up {n} due later than {before}? People will ask, so it is written down."""

    next = "/incident followup {ref} due {n} {day} the vendor delivers in May"


class BlockNeedsReason(Refusal):
    """What blocks follow-up {n}? Write what it waits for."""

    next = "/incident followup {ref} block {n} no maintenance window before June"


class FieldUnnamed(Refusal):
    """What should the {field} of follow-up {n} be? Write it after the number."""

    next = "/incident followup {ref} {field} {n} …"


# What needs an approval


class RequestWaits(Refusal):
    """A change of the {what} of follow-up {n} still waits for approval: it is decided or withdrawn before the end."""

    next = "/incident followup {ref} withdraw {n}"


class AmountUnnamed(Refusal):
    """How much is it? Write the amount after the number."""

    next = "/incident followup {ref} {step} {n} $12,000/month"


class MixedUnits(Refusal):
    """Follow-up {n} has a budget of {approved}, and {given} is of another unit: only the same units are compared."""

    next = "/incident followup {ref} show {n}"


class ForecastTooEarly(Refusal):
    """Follow-up {n} is still proposed, so its budget is not approved yet: change the budget itself."""

    next = "/incident followup {ref} budget {n} {amount}"


class ForecastOfNothing(Refusal):
    """Follow-up {n} has no budget that a forecast could be compared with. Give it one first."""

    next = "/incident followup {ref} budget {n} {amount}"


class ScopeUnnamed(Refusal):
    """What is follow-up {n} about now? Write it after the number, and why behind "because"."""

    next = "/incident followup {ref} scope {n} … because …"


class ScopeNeedsReason(Refusal):
    """Follow-up {n} is accepted, so another scope needs a reason and an approval. Write why behind "because"."""

    next = "/incident followup {ref} scope {n} {scope} because …"


class NothingToDecide(Refusal):
    """No change of follow-up {n} of {ref} waits for approval."""

    next = "/incident followup {ref} show {n}"


class NobodyMayApproveBudget(Refusal):
    """Nobody may approve budgets: the policy names no people under [target.cfo]. Its keeper can, or it is withdrawn."""

    next = "/incident followup {ref} withdraw {n}"


class MayNotDecide(Refusal):
    """The {what} of follow-up {n} is left to {who}, and you are not among them."""

    next = "/incident followup {ref} show {n}"
    whole = frozenset({"who"})


class OwnRequest(Refusal):
    """You asked for this change of the {what} yourself, so somebody else approves it: {who}."""

    next = "/incident followup {ref} withdraw {n}"
    whole = frozenset({"who"})


class MayNotWithdraw(Refusal):
    """Only whoever asked for the change, the owner or the commander may withdraw it: {who}."""

    next = "/incident followup {ref} show {n}"
    whole = frozenset({"who"})
