"""What keeps a text inside: the gate that every free text passes before it stands in a draft for customers.

Closed when in doubt: a text that names a person, another customer, a mail address, a channel, an incident of ours, a
credit amount that is not approved, what the company fears, or a mark of confidence stays inside as a whole. Nothing is
cut out of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain import references, sla
from bot.domain.draft_record import Record
from bot.domain.mrkdwn import escaped
from bot.domain.replay_import import BOT

_MAIL = re.compile(r"[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+")
_MENTION = re.compile(r"<[@#!][^<>]*>|(?<![\w.+-])[@#](?=[^\W\d_])\w+|<?\bmailto:", re.IGNORECASE)
_REFERENCE = re.compile(rf"\b{references.ANY}\b", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"\bconfidential\b|\binternal(?:ly)? (?:use|only)\b|\bdo not (?:share|forward)\b", re.IGNORECASE
)
_BUSINESS = re.compile(
    r"\bchurn\w*|\bthreaten\w*|\brevenue\b|\b(?:ARR|MRR|NPS)\b|\bliabilit\w+|\blawsuits?\b|\blitigation\b"
    r"|\bpenalt(?:y|ies)\b|\baccounts? at risk\b|\bcontracts? at risk\b",
    re.IGNORECASE,
)
"""What the company fears or loses."""
_SPLIT = re.compile(r"[,;:()/|\u2013\u2014]|\s-\s")
_SHORTEST = 3
"""Letters from which on a part of a name, written with a capital, counts as the person."""
_TWO_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets texts of one record out, and remembers by name what had to stay inside, and why."""

    record: Record
    kept: list[str] = field(default_factory=list)
    """A sentence each, for the team's own people: never part of a document for customers."""

    def out(self, name: str, text: str | None, *, is_plain: bool = False) -> str:
        """*text* (Slack's encoding, else *is_plain*) as people read it; "" where it stays inside."""
        readable = (text or "").strip() if is_plain else self.record.read(text)
        why = self.why_not(text or "", readable)
        if why and readable:
            self.kept.append(f"{name} is left out, because it {why}")
            return ""
        return readable

    def why_not(self, raw: str, readable: str) -> str:
        """Why a text stays inside; "" where nothing keeps it."""
        ours = self.record.incident.ref
        checks = (
            ("names an amount, and legal and finance have not both approved that", self._is_amount(readable)),
            ("holds a mail address", _MAIL.search(readable)),
            ("mentions somebody or a channel", _MENTION.search(raw) or _MENTION.search(readable)),
            ("names another incident", any(ref.upper() != ours for ref in _REFERENCE.findall(readable))),
            ("speaks of business or of the law", _BUSINESS.search(readable)),
            ("names another customer", self._names_a_customer(readable)),
            ("says that it is for inside", _CONFIDENCE.search(readable) or self._classification(readable)),
            ("names a person", self._names_somebody(readable)),
        )
        return next((why for why, found in checks if found), "")

    def _is_amount(self, readable: str) -> bool:
        """R-SLA-1."""
        return bool(sla.missing(self.record.incident) and sla.amounts(escaped(readable)))

    def _classification(self, readable: str) -> bool:
        told = self.record.read(self.record.incident.classification)
        return bool(told) and told.lower() in readable.lower()

    def _names_a_customer(self, readable: str) -> bool:
        own = self.record.read(self.record.incident.customer).lower()
        named = self.record.incident.facts.get("affected_customers", {}).get("named", ())
        names = (str(each["name"]).lower() for each in named)
        return any(
            re.search(rf"\b{re.escape(name)}\b", readable.lower()) for name in names if name and name != own
        )

    def _names_somebody(self, readable: str) -> bool:
        words = set(re.findall(r"[^\W\d_]+", readable))
        line = " ".join(readable.lower().split())
        return any(
            name.lower() in line or any(part in words for part in _parts(name))
            for name in _people(self.record)
        ) or any(phrase.lower() in line for phrase in _contact(self.record))


def _parts(name: str) -> Iterator[str]:
    """First and last names, as they are written: with a capital, so that a word like *park* is none."""
    for part in re.findall(r"[^\W\d_]+", name):
        if len(part) >= _SHORTEST and part[0] != part[0].lower():
            yield part


def _people(record: Record) -> Iterator[str]:
    """Everybody whom the record knows by name; bots are nobody."""
    people = record.incident.header.get("people", ())
    yield from (person["name"] for person in people if person.get("name") and person["role"] != BOT)
    yield from (name for name in record.names.people.values() if name.strip())


def _contact(record: Record) -> Iterator[str]:
    """What the customer's contact may be called: parts of two words and more, for one alone may be a title."""
    for phrase in _SPLIT.split(record.read(record.incident.customer_contact)):
        if len(phrase.split()) >= _TWO_WORDS:
            yield " ".join(phrase.split())
