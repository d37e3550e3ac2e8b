"""The gate on credit amounts: no text for customers names one before legal and finance have approved (R-SLA-1, 2).

What is looked for: money in figures (``$50``, ``12,000 USD``, ``5k euros``) and percentages that are given back
(``10% credit``, ``a refund of 10 %``). A share of users or requests is neither.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Change, Incident, News, What, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import plain
from bot.domain.refusal_customers import AmountsNotApproved, UnknownSide
from bot.domain.timeline import Kind

SIDES = ("legal", "finance")
WITHHELD = "[amount withheld]"

_FIGURE = r"\d[\d.,'’]*(?:\ ?(?:k|m|bn|mn|b|thousand|million|billion)\b)?"
_CODES = "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|INR|CNY|RMB|SEK|NOK|DKK|PLN|BRL|MXN|SGD|HKD|ZAR|KRW|CZK|HUF|ILS|AED"
_WORDS = "dollars?|euros?|pounds?|sterling|francs?|yen|yuan|rupees?|bucks|quid|cents?"
_SIGN = r"(?:\b(?:US|CA|AU|NZ|HK|S|C|A)\ ?(?=\$))?[$€£¥₹₩₽₪₺]"
_MONEY = rf"""
    {_SIGN}\ ?{_FIGURE}                                  # $50, US$ 1.2M
  | \b(?:{_CODES})\ ?{_FIGURE}                           # USD 12,000
  | (?<![\w.,]){_FIGURE}\ ?(?:[$€£¥₹₩₽₪₺]|(?:{_CODES}|{_WORDS})\b)   # 50 €, 12,000 USD, 5k euros
"""
_SHARE = r"(?<![\w.,])\d[\d.,]*\ ?(?:%|percent\b|per\ cent\b|pct\b)"
_BACK = (
    r"(?:credit(?:s|ed|ing)?(?!\ cards?\b)|refund(?:s|ed|ing)?|rebates?|discount(?:s|ed)?|reimburse\w*"
    r"|compensat\w+)"
)
_PAID = r"(?:fees?|invoices?|bills?|subscriptions?|charges?|price|contract)"
_COUNTED = r"(?:users?|customers?|requests?|traffic|transactions?|orders?|payments?|calls?|sessions?|refunds?|credits?)"
_NOT_COUNTED = rf"(?!\ of\ (?:[^\W\d]+\ ){{0,2}}{_COUNTED}\b)"
_STEP = r"(?:\ [^\s\d.;:!?%]+)"
_CREDIT = rf"""
    {_SHARE}(?!\ of\b){_STEP}{{0,3}}?\ {_BACK}\b                            # 10% service credit
  | \b{_BACK}{_STEP}{{0,6}}?\ {_SHARE}{_NOT_COUNTED}                        # credit of up to 10 %
  | {_SHARE}\ of{_STEP}{{1,5}}?\ {_PAID}\b(?={_STEP}{{0,6}}?\ {_BACK}\b)     # 10% of your fee is credited
"""
_AMOUNT = re.compile(f"{_MONEY}|{_CREDIT}", re.IGNORECASE | re.VERBOSE)
_MARKS = re.compile(r"[*_~`]")


def amounts(text: str) -> tuple[str, ...]:
    """The credit amounts that *text* (Slack's encoding) names, as they stand there; none: it may leave."""
    return tuple(dict.fromkeys(match[0].strip(" .,") for match in _AMOUNT.finditer(_folded(text))))


def _folded(text: str) -> str:
    """*text* as it is read: no invisible characters and marks of emphasis, one space between words."""
    shown = unicodedata.normalize("NFKC", plain(text))
    visible = "".join(each for each in shown if unicodedata.category(each) != "Cf")
    return " ".join(_MARKS.sub("", visible).split())


def missing(incident: Incident) -> tuple[str, ...]:
    """Which sides have not approved credit amounts yet."""
    return tuple(side for side in SIDES if side not in incident.sla_approvals)


def check(incident: Incident, *texts: str) -> None:
    """Raise AmountsNotApproved where one of *texts* for customers names an amount before both sides approve."""
    found = [each for text in texts for each in amounts(text)]
    if found and (lacking := missing(incident)):
        shown = ", ".join(f"“{each}”" for each in found)
        raise AmountsNotApproved(ref=incident.ref, found=shown, missing=" and ".join(lacking))


def redacted(text: str, incident: Incident) -> str:
    """*text* (readable) line by line, amounts withheld while they are not approved."""
    if not missing(incident):
        return text
    return "\n".join(_withheld(line) for line in text.split("\n"))


def _withheld(line: str) -> str:
    return _AMOUNT.sub(WITHHELD, _folded(line)) if amounts(line) else line


def side_of(word: str) -> str:
    """``legal`` or ``finance``. Raises UnknownSide."""
    side = word.strip().lower()
    if side not in SIDES:
        raise UnknownSide(given=word)
    return side


def may_approve(named: Collection[str], known_as: Collection[str]) -> bool:
    """Whether the policy's list *named* holds a person who is *known_as* that: ids, and @handles in any case."""
    handles = {each.lower() for each in known_as if each.startswith("@")}
    return any(each in known_as or (each.startswith("@") and each.lower() in handles) for each in named)


def approve(incident: Incident, side: str, *, by: str, at: datetime) -> Change:
    """One side approves credit amounts: a timeline entry with the name (R-SLA-2). The same again changes nothing."""
    now = moved(incident, "sla")
    if side in incident.sla_approvals:
        return unchanged(incident)
    approvals: Mapping[str, str] = {**incident.sla_approvals, side: by}
    now = replace(now, sla_approvals=approvals)
    text = f"Credit amounts in texts for customers approved for {side} by <@{by}>"
    data = {"change": "sla_approved", "side": side}
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    facts = {"by": by, "side": side, "missing": missing(now)}
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.SLA, facts=facts),))
