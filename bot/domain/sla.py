"""The gate on credit amounts: no text for customers names one before legal and finance have approved (R-SLA-1, 2).

What is looked for: money (``$50``, ``12,000 USD``, ``fifty euros``), and shares that are given back: any share in a
sentence that speaks of credit or refund, ``10% off``, ``10% of your fee``. A share of users or requests is neither.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Change, Incident, moved, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.mrkdwn import plain
from bot.domain.news import News, What
from bot.domain.refusal_customers import AmountsNotApproved, BothSides, UnknownSide
from bot.domain.timeline import Kind

SIDES = ("legal", "finance")
WITHHELD = "[amount withheld]"

_FIGURE = r"\d[\d.,'’]*(?:\ \d{3}(?!\d)){0,4}(?:\ ?(?:k|m|bn|mn|b|thousand|million|billion)\b)?"
_CODES = (
    "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|INR|CNY|RMB|SEK|NOK|DKK|PLN|BRL|MXN|SGD|HKD|ZAR|KRW|CZK|HUF|ILS|AED|THB|TWD"
    "|MYR|IDR|RON|BGN|ISK|RUB|UAH|SAR|QAR|CLP|VND|NGN|KES|EGP|PKR|RSD|(?-i:TRY|COP|ARS)"
)
_WORDS = (
    "dollars?|euros?|pounds?|sterling|francs?|yen|yuan|rupees?|bucks|quid|cents?|pence|pesos?|reais|baht|liras?"
    "|roubles?|rubles?|dirhams?|riyals?|shekels?|kron(?:e|er|a|or)|koruna|zloty(?:s|ch)?|forints?"
    "|K[čc]|kr|zł|(?-i:Ft|Rs|RM)"
)
_BEFORE = r"Kč|kr\.?|zł|(?-i:Rs\.?|RM)"
_SIGNS = "[$¢£¤¥৳฿₠-₿]"
_SIGN = rf"(?:\b(?:US|CA|AU|NZ|HK|S|C|A|R)\ ?(?=\$))?{_SIGNS}"
_NUMBER_WORD = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)"
)
_SPELLED = rf"\b{_NUMBER_WORD}(?:\ (?:and\ )?{_NUMBER_WORD}){{0,6}}"
_MONEY = re.compile(
    rf"""
    {_SIGN}\ ?{_FIGURE}                                  # $50, US$ 1.2M
  | \b(?:{_CODES}|{_BEFORE})\ ?{_FIGURE}                 # USD 12,000, kr 500
  | (?<![\w.,]){_FIGURE}\ ?(?:{_SIGNS}|(?:{_CODES}|{_WORDS})\b)    # 50 €, 12,000 USD, 5k euros
  | {_SPELLED}\ (?:{_CODES}|{_WORDS})\b                  # fifty dollars
""",
    re.IGNORECASE | re.VERBOSE,
)
_SHARE = re.compile(
    rf"""
    (?:(?<![\w.,])\d[\d.,]*(?:\ {{1,3}}(?:(?:to|or|and)\ )?\d[\d.,]*)?|{_SPELLED})
    \ {{0,3}}(?:[%٪‰]|(?:percent|per\ cent|pct)\b)         # 10 %, 10 to 25 %, ten percent
""",
    re.IGNORECASE | re.VERBOSE,
)
_BACK = re.compile(
    r"\b(?:credit(?:s|ed|ing)?(?!\ cards?\b)|refund\w*|rebates?|discount\w*|reimburs\w*|compensat\w+|goodwill"
    r"|waive\w*|waiving|cash\ ?back|money\ back|vouchers?|indemni\w+)\b",
    re.IGNORECASE,
)
"""Words with which any share in their sentence is one that is given back: closed when in doubt."""
_PAID = r"(?:fees?|invoices?|bills?|subscriptions?|charges?|prices?|contract)\b"
_PAID_LESS = re.compile(
    rf"(?=.*\b{_PAID})(?=.*\b(?:off|back|reduc\w+|lower\w*|deduct\w*|forgiv\w+|cheaper|less|minus|knock\w*|cut)\b)",
    re.IGNORECASE,
)
_COUNTED = (
    r"(?:users?|customers?|requests?|traffic|transactions?|orders?|payments?|calls?|sessions?|refunds?|credits?"
    r"|accounts?|tenants?|clients?|people|visitors?|hosts?|servers?|fleet|nodes?|pods?|instances?|queries|jobs"
    r"|messages|e?mails|logins|checkouts|events|writes|reads|errors|capacity)"
)
_NOT_BACK = re.compile(
    rf"\ of\ (?!your\ (?:[^\W\d]+\ )?(?:payments?|orders?|transactions?)\b)(?:[^\W\d]+\ ){{0,2}}{_COUNTED}\b"
    rf"(?!['’]?\ (?:[^\W\d]+\ )?{_PAID})",
    re.IGNORECASE,
)
"""What makes a share one of users or requests, whatever else the sentence says."""
_GIVEN = re.compile(
    rf"""\ {{0,3}}off\b                                    # 10% off
  | (?<!\b100%)(?<!\b100\ %)\ {{0,3}}back\b(?!\ (?:up|online|to\ normal|in\ service)\b)
  | \ of\ (?:your|their|one|each|this|last|next|a|an|monthly|annual|yearly)\ (?:[^\W\d]+\ ){{0,4}}{_PAID}
""",
    re.IGNORECASE | re.VERBOSE,
)
"""What follows a share that is given back, in a sentence without any word of _BACK."""
_LEVEL = re.compile(r"\b(?:back|down|up)\ (?:to|at)\ $", re.IGNORECASE)
"""What comes before a share that something went back to."""
_END = re.compile(
    r"(?<!\b\w)(?<!approx)(?<!\bca)(?<!max)(?<!min)(?<!incl)[.!?]+[\"'”’]*\s+(?!\d)|(?<!:)\n\n+"
)
"""Where a sentence ends: "approx. 10%" goes on, and so does a list below "SLA credits:"."""
_MARKS = re.compile(r"[*_~`]")
_SPACE = str.maketrans(dict.fromkeys('()[]{}-\u2010\u2011\u2012\u2013\u2014:/|\n"“”', " "))


def amounts(text: str) -> tuple[str, ...]:
    """The credit amounts that *text* (Slack's encoding) names, as they stand there; none: it may leave."""
    folded = _folded(text)
    return tuple(dict.fromkeys(folded[start:end].strip(" .,") for start, end in _spans(folded)))


def _spans(folded: str) -> list[tuple[int, int]]:
    """Where amounts stand in *folded*, from left to right, none within another."""
    found = [each.span() for each in _MONEY.finditer(folded.translate(_SPACE))]
    begin = 0
    for end in (*(each.end() for each in _END.finditer(folded)), len(folded)):
        found += [
            (begin + first, begin + last) for first, last in _shares(folded[begin:end].translate(_SPACE))
        ]
        begin = end
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _shares(sentence: str) -> Iterator[tuple[int, int]]:
    """Where *sentence* names shares that are given back."""
    back, less = _BACK.search(sentence), _PAID_LESS.match(sentence)
    for share in _SHARE.finditer(sentence):
        start, end = share.span()
        if _NOT_BACK.match(sentence, end):
            continue
        if (
            back
            or _GIVEN.match(sentence, end)
            or (less and not _LEVEL.search(sentence[max(0, start - 9) : start]))
        ):
            yield start, end


def _folded(text: str) -> str:
    """*text* as it is read: no invisible characters and marks of emphasis, one space between words of a line."""
    shown = unicodedata.normalize("NFKC", plain(text))
    visible = "".join(each for each in shown if each == "\n" or unicodedata.category(each) != "Cf")
    return "\n".join(" ".join(line.split()) for line in _MARKS.sub("", visible).split("\n"))


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
    """*text* (readable), amounts withheld while they are not approved; lines without any stay as they are."""
    while missing(incident) and amounts(text):
        text = _withheld(text)
    return text


def _withheld(text: str) -> str:
    folded = cut = _folded(text)
    for start, end in reversed(_spans(folded)):
        cut = cut[:start] + WITHHELD + cut[end:]
    lines = zip(text.split("\n"), folded.split("\n"), cut.split("\n"), strict=False)
    if not text.count("\n") == folded.count("\n") == cut.count("\n"):
        return cut
    return "\n".join(line if same == now else now for line, same, now in lines)


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
    """One side approves credit amounts: a timeline entry with the name (R-SLA-2). The same again changes nothing.

    Raises BothSides where the same person approved for the other side: two people are needed.
    """
    now = moved(incident, "sla")
    if side in incident.sla_approvals:
        return unchanged(incident)
    for other, approver in incident.sla_approvals.items():
        if approver == by:
            raise BothSides(side=side, other=other)
    approvals: Mapping[str, str] = {**incident.sla_approvals, side: by}
    now = replace(now, sla_approvals=approvals)
    text = f"Credit amounts in texts for customers approved for {side} by <@{by}>"
    data = {"change": "sla_approved", "side": side}
    entry = state_entry(now, kind=Kind.DECISION, text=text, by=by, at=at, data=data)
    facts = {"by": by, "side": side, "missing": missing(now)}
    return Change(before=incident, incident=now, entries=(entry,), news=(News(what=What.SLA, facts=facts),))
