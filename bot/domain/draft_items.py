"""What a draft shows of each follow-up: its item in a file's words, and where it stands by now in words.

Beside the keys of ``followup_items`` an item has ``stands`` (one or two words, which are counted), ``state`` (the same
with since when and why), ``who`` (its owner as this document names people, BL-1), ``contact`` (with the address),
``note`` (on its date), ``costs``,
``asked`` (changes of budget or scope, with what came of them) and ``result``.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain import followup_items
from bot.domain.draft_record import NOT_RECORDED, Record, print_date
from bot.domain.followup import FollowUp, Priority, Request, State
from bot.domain.followup_money import print_budget
from bot.domain.horizons import HORIZONS

Item = Mapping[str, Any]
KEPT_BACK = "named in the record"
"""An owner in a document that names nobody, or by their roles, where they have none."""
NO_STATUS = f"status {NOT_RECORDED}"


def items(record: Record) -> list[Item]:
    """The follow-ups that the document shows, in its order."""
    return [_item(record, one) for one in _ordered(followup_items.here(record.incident))]


def _ordered(told: tuple[FollowUp, ...]) -> list[FollowUp]:
    """By horizon and priority, where all have horizons of ours or none; else as added: a record has an order."""
    horizons, priorities = [*HORIZONS, ""], [*Priority, None]
    if any(one.written or one.horizon not in horizons for one in told):
        return list(told)
    return sorted(told, key=lambda one: (horizons.index(one.horizon), priorities.index(one.priority), one.n))


def wanted(record: Record) -> list[Item]:
    """The same without those that people decided against: nothing is missing of them."""
    return [item for item in items(record) if item["stands"] != State.NOT_DOING]


def _item(record: Record, one: FollowUp) -> Item:
    told = followup_items.item(record.incident, one, record.names)
    stands = NO_STATUS if followup_items.is_unknown(one) else one.state.value
    return told | {
        "stands": stands,
        "state": stands + _since(record, one),
        "who": (who := _who(record, one, told)),
        "contact": _contact(record, who, told),
        "note": _moved(one),
        "costs": _costs(one),
        "asked": "; ".join(_asked(record, request) for request in one.requests),
        "result": record.read(one.result) if one.state is State.DONE else "",
    }


def _since(record: Record, one: FollowUp) -> str:
    """`` since March 3, 2026: waiting for the vendor``."""
    if one.state is State.BLOCKED:
        since = f" since {print_date(record.day(one.blocked_at))}" if one.blocked_at else ""
        return since + (f": {record.read(one.blocked_by)}" if one.blocked_by else "")
    if one.state is State.DONE and one.done_at:
        return f" on {print_date(record.day(one.done_at))}"
    return f": {record.read(one.result)}" if one.state is State.NOT_DOING and one.result else ""


def _who(record: Record, one: FollowUp, told: Item) -> str:
    """The name, or the role, or only that somebody is named (BL-1); "" where nobody is."""
    if not told["owner"]:
        return ""
    rule = record.policy.postmortem_names
    if rule == "names":
        return record.name(one.owner) or str(told["owner"])
    roles = record.roles(one.owner or _id(record, told["owner"])) if rule == "roles" else []
    return ", ".join(roles) or KEPT_BACK


def _contact(record: Record, who: str, told: Item) -> str:
    email = told.get("email") if record.policy.postmortem_names == "names" else None
    return f"{who} ({email})" if who and email else who or email or ""


def _id(record: Record, name: str | None) -> str:
    """The id of a person of an imported record, whose owners are names; "" where nobody there is called so."""
    return next((who for who, known in record.names.people.items() if known == name), "")


def _moved(one: FollowUp) -> str:
    """``first due April 15, 2024, moved twice``: a later date hides nothing (R-AI-3)."""
    if one.first_due_on is None or one.first_due_on == one.due_on:
        return ""
    times = {0: "", 1: ", moved once", 2: ", moved twice"}.get(
        len(one.redates), f", moved {len(one.redates)} times"
    )
    return f"first due {print_date(one.first_due_on)}{times}"


def _costs(one: FollowUp) -> str:
    """``by now $13,201/month``: what it will cost, where that is not what was approved (R-AI-2)."""
    if one.forecast is None or one.forecast == one.budget:
        return ""
    return f"by now {print_budget(one.forecast)}"


def _asked(record: Record, request: Request) -> str:
    """``budget, $12,000/month to $13,201/month, May 1, 2024: approved May 2, 2024``."""
    what = f"{request.what}, {record.read(request.before)} to {record.read(request.after)}"
    why = f" ({record.read(request.reason)})" if request.reason else ""
    when = print_date(record.day(request.at))
    decided = f" {print_date(record.day(request.decided_at))}" if request.decided_at else ""
    return f"{what}{why}, {when}: {request.outcome or 'not decided yet'}{decided}"
