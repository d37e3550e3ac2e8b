"""Budgets of follow-ups: read as people type them, printed as people read them, compared exactly (R-AI-2).

Money once (``$12,000``), money per time (``$12,000/month``) or effort (``4 engineer-weeks``). What is printed reads
back as the same. Decimal throughout: in binary floats 12,000 times 1.1 is more than 13,200.
"""

import re
import unicodedata
from decimal import ROUND_CEILING, Decimal

from bot.domain.followup import Budget
from bot.domain.refusal_followup import (
    AmbiguousAmount,
    BudgetIsRange,
    BudgetTooLarge,
    UnreadableBudget,
)

ONCE = "USD"
"""The currency of an amount that names none."""
MOST = Decimal(10) ** 12
_CENTS = Decimal("0.01")
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_PRINTED = {code: sign for sign, code in SIGNS.items()}
_LONGEST = 60
_EACH = {
    "month": ("month", "months", "mo", "mth", "m", "monthly"),
    "year": ("year", "years", "yr", "y", "annum", "annually", "yearly"),
    "quarter": ("quarter", "quarters", "qtr", "q", "quarterly"),
    "week": ("week", "weeks", "wk", "w", "weekly"),
    "day": ("day", "days", "d", "daily"),
}
_PERIODS = {word: period for period, words in _EACH.items() for word in words}
_WORKERS = ("engineer", "person", "developer", "dev", "people", "staff", "team", "sre", "man")
_SPANS = {
    "h": "hours", "hr": "hours", "hour": "hours", "day": "days", "week": "weeks", "wk": "weeks", "month": "months",
}  # fmt: skip
_SIZES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "": 1}
_FIGURE = (
    r"(?P<digits>\d{1,3}(?:[,'’]\d{3}|\ \d{3}(?!\d))+|\d{1,15})(?P<decimals>\.\d{1,9})?"
    r"(?:\ ?(?P<size>k|mn?|thousand|million)(?![a-z]))?"
)
_SIGN = "[" + "".join(SIGNS) + "]"
_CODE = (
    "(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|INR|CNY|SEK|NOK|DKK|PLN|BRL|MXN|SGD|HKD|ZAR|KRW|CZK|HUF|ILS|AED|THB|TWD|TRY"
    "|MYR|IDR|RON|BGN|ISK|UAH|SAR|CLP|COP|VND|NGN|KES|EGP|PKR|RSD)(?![A-Za-z])"
)
_PERIOD = r"(?:\ ?(?:/|\bper\b|\ban?\b)\ ?(?P<period>[a-z]{1,8})|\ (?P<adverb>[a-z]{1,8}ly))?"
_MONEY = re.compile(
    rf"(?:(?P<sign>(?:US|us)?{_SIGN})\ ?|(?P<code>(?i:{_CODE}))\ ?)?{_FIGURE}"
    rf"(?:\ ?(?P<sign_after>{_SIGN})|\ ?(?P<code_after>(?i:{_CODE})))?{_PERIOD}",
)
_EFFORT = re.compile(
    rf"{_FIGURE}\ ?(?:(?P<worker>{'|'.join(_WORKERS)})s?(?:[-\ ]))?(?P<span>h|hr|hour|day|week|wk|month)s?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"[a-z ]{{0,8}}{_SIGN}?\ ?\d[\d.,]*(?:\ ?[km])?\ ?{_SIGN}?\ ?(?:-|to|or|\.\.|…)\ ?(?:[a-z]{{3}}\ ?)?{_SIGN}?\ ?\d",
    re.IGNORECASE,
)
"""How a range begins: ``$10k-15k``, ``between 4 and 6`` is none of ours and unreadable anyway."""
_TYPED = re.compile(
    rf"\bbudget=(\d[\d.,]{{0,15}}\ (?:{'|'.join(_WORKERS)})s?[-\ ](?:{'|'.join(_SPANS)})s?)\b", re.IGNORECASE
)
_MOST_WORDS = 6
"""Words that a budget may have: ``8 000 EUR a year``."""


def read_budget(text: str) -> Budget:
    """The budget that *text* is, as a whole: ``12000``, ``$12k/month``, ``8 000 EUR a year``, ``4 engineer-weeks``.

    Raises UnreadableBudget, BudgetIsRange, AmbiguousAmount, BudgetTooLarge.
    """
    plain = _one_line(text)
    if len(plain) <= _LONGEST:
        found = _effort(_EFFORT.fullmatch(plain), text) or _money(_MONEY.fullmatch(plain), text)
        if found is not None:
            return found
    if _RANGE.match(plain[: 2 * _LONGEST]):
        raise BudgetIsRange(given=text)
    raise UnreadableBudget(given=text)


def effort_quoted(text: str) -> str:
    """*text* with an effort behind ``budget=`` in quotes: ``budget=4 engineer-weeks`` is no four dollars."""
    return _TYPED.sub(r'budget="\1"', text)


def budget_first(text: str) -> tuple[Budget, str]:
    """The budget that *text* begins with, as many words of it as make one, and what follows.

    Raises what ``read_budget`` raises.
    """
    words, wrong = text.split(), UnreadableBudget(given=text)
    if _RANGE.match(_one_line(text[: 2 * _LONGEST])):
        raise BudgetIsRange(given=text)
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        try:
            return read_budget(" ".join(words[:count])), " ".join(words[count:])
        except (AmbiguousAmount, BudgetTooLarge):
            raise
        except UnreadableBudget:
            continue
    raise wrong


def print_budget(budget: Budget) -> str:
    """*budget* as people read it: ``$12,000/month``, ``CHF 12.50``, ``1 engineer-week``; ``read_budget`` reads it."""
    number = _number(budget.amount)
    currency, _, period = budget.unit.partition("/")
    if not is_money(budget):
        return f"{number} {budget.unit.removesuffix('s') if budget.amount == 1 else budget.unit}"
    sign = _PRINTED.get(currency)
    shown = f"{sign}{number}" if sign else f"{currency} {number}"
    return f"{shown}/{period}" if period else shown


def is_money(budget: Budget) -> bool:
    """Whether it is money, once or per time; False: effort."""
    return budget.unit[:1].isupper()


def is_over(asked: Budget, approved: Budget, tolerated: Decimal) -> bool:
    """Whether *asked* is over *approved*, of the same unit, by more than that share: just so much passes (R-AI-2)."""
    return asked.amount > approved.amount * (1 + tolerated)


def share_over(asked: Budget, approved: Budget) -> str:
    """By how many per cent *asked* is over *approved*, never rounded down to a share that would pass: ``10.01 %``."""
    if not approved.amount:
        return "all of it"
    share = (asked.amount - approved.amount) / approved.amount * 100
    return f"{_number(share.quantize(_CENTS, ROUND_CEILING))} %"


def _one_line(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    for dash in "\u2010\u2011\u2012\u2013\u2014":
        folded = folded.replace(dash, "-")
    return " ".join(folded.split()).rstrip(".,;")


def _effort(found: re.Match[str] | None, given: str) -> Budget | None:
    if found is None:
        return None
    worker = (found["worker"] or "person").lower()
    named = {"dev": "developer", "people": "person", "staff": "person", "man": "person"}.get(worker, worker)
    return Budget(amount=_amount(found, given), unit=f"{named}-{_SPANS[found['span'].lower()]}")


def _money(found: re.Match[str] | None, given: str) -> Budget | None:
    if found is None:
        return None
    marks = [mark for mark in found.group("sign", "code", "sign_after", "code_after") if mark]
    word = (found["period"] or found["adverb"] or "").lower()
    if len(marks) > 1 or (word and word not in _PERIODS):
        return None
    currency = SIGNS.get(marks[0][-1], marks[0].upper()) if marks else ONCE
    unit = f"{currency}/{_PERIODS[word]}" if word else currency
    return Budget(amount=_amount(found, given), unit=unit)


def _amount(found: re.Match[str], given: str) -> Decimal:
    decimals, size = found["decimals"] or "", (found["size"] or "").lower()
    if len(decimals) == len(".000") and not size:
        raise AmbiguousAmount(given=given)
    amount = Decimal(re.sub(r"\D", "", found["digits"]) + decimals) * _SIZES[size]
    if amount >= MOST or amount != amount.quantize(_CENTS):
        raise BudgetTooLarge(given=given)
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount.quantize(_CENTS)


def _number(amount: Decimal) -> str:
    """``12,000`` or ``12.50``: no decimals where there are none."""
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}" if whole else f"{amount:,.2f}"
