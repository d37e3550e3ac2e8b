"""A customer escalation and its incident hear of each other: lines below the incident's card, and what is next.

Keys: ``case:INC-…:CE1012:version`` below the incident's card, ``case-incident:CE1012:INC-…:version`` in the channel of
the customer escalation. What is private is named among its own people alone (DR-28).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.call import Call
from bot.domain.cases import may_be_named
from bot.domain.incident import Incident, Status
from bot.domain.news import News, What
from bot.slack.news.common import in_thread
from bot.slack.room import Room, card, readable

SHOWN = ("status", "title", "customer", "level", "tied_to", "channel_id", "private", "members", "verified_at")
"""Fields of a customer escalation that the card of its incident shows, or that decide whether it does."""
TOLD = frozenset({
    What.DECLARED, What.CASE_TIED, What.CASE_UNTIED, What.CASE_LEVEL, What.RESOLVED, What.CLOSED, What.REOPENED,
    What.CANCELLED,
})  # fmt: skip
"""What of it is worth a line below that card."""
_GONE = frozenset({Status.CANCELLED, Status.MERGED})


def has_turned(before: Incident | None, now: Incident) -> bool:
    """Whether an incident was open and is over, or the other way round; a merge is told of by the tie that moves."""
    return before is not None and before.is_open != now.is_open and now.status is not Status.MERGED


def shown_at(before: Incident | None, now: Incident) -> tuple[str, ...]:
    """The incidents at which the customer escalation *now* shows differently than *before*."""
    if before is not None and all(getattr(before, name) == getattr(now, name) for name in SHOWN):
        return ()
    return tuple(sorted({ref for one in (before, now) if one and (ref := one.tied_to)}))


def in_incident(room: Room, case: Incident, news: Iterable[News]) -> Iterator[Call]:
    """At an incident (*room*): its card, and a line for each piece of *news* of *case*."""
    incident, mark = room.incident, f"{case.ref}:{case.version}"
    edit = f"card-edit:{incident.ref}:{incident.version}:{mark}"
    yield room.edit(edit, room.card_key, card(room), slot=f"card:{incident.ref}")
    if not may_be_named(case, incident) or incident.status is Status.MERGED:
        return
    for each in news:
        if each.what in TOLD:
            facts = {
                **readable(room, each),
                "what": each.what.value,
                "one": room.beside(case),
                "said": _said(each),
            }
            facts["belongs"] = case.tied_to == incident.ref
            yield in_thread(room, f"case:{incident.ref}:{mark}", room.message("case_beside", **facts))
            return


def _said(news: News) -> dict[str, Any]:
    return {"merged": news.facts.get("merged") or "", "was": news.facts.get("was") or 0}


def in_case(room: Room, incident: Incident, news: Iterable[News]) -> Iterator[Call]:
    """In the channel of a customer escalation (*room*): its incident is over, or is not, and what is next."""
    case = room.incident
    if case.status in _GONE or case.archived_at is not None or not may_be_named(incident, case):
        return
    said = next((each for each in news if each.what in (What.RESOLVED, What.REOPENED, What.CANCELLED)), None)
    facts = {**(readable(room, said) if said else {"by": ""}), "one": room.beside(incident)}
    facts |= {
        "cancelled": incident.status is Status.CANCELLED,
        "resolved_here": case.status is Status.RESOLVED,
    }
    facts |= {"words": facts.get("message") or facts.get("reason") or ""}
    key = f"case-incident:{case.ref}:{incident.ref}:{incident.version}"
    yield room.say(key, room.message("case_incident", **facts))
