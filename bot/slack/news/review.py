"""The postmortem's life: stages, reminders, checklist, reviewers. Alone first, then the channel (DR-23).

Keys: ``review:INC-…:n`` to the owner, ``review-overdue:INC-…:n`` in the channel, ``digest:INC-…:n`` to the target of
the policy; all else is numbered by the incident's version.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.call import Call, Priority, result
from bot.domain import stages
from bot.domain.escalation import target_of
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.parts import Review, Stage
from bot.domain.recipients import recipients_of
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.news.common import Tellers, alone, echo, in_thread, invited, is_outside
from bot.slack.news.escalations import delivered
from bot.slack.room import Room, readable

_GUARDED: Mapping[str, Any] = {"guarded": True, "priority": Priority.NUDGE}


def _told(room: Room, news: News) -> Iterator[Call]:
    """What people did about it, each step in its own way."""
    yield from _STEPS[news.facts["step"]](room, news)


def _is_shut(room: Room) -> bool:
    """Whether nothing can be said in its channel any more: archived, or out of reach."""
    return room.incident.archived_at is not None or room.incident.out_of_reach is not None


def _review(room: Room) -> Review:
    return room.incident.review or Review(at=room.at)


def _facts(room: Room, news: News) -> dict[str, Any]:
    facts = {**readable(room, news), "by": f"<@{by}>" if (by := news.facts.get("by")) else ""}
    for name in ("points", "was", "stage"):
        facts[name] = escaped(str(news.facts.get(name) or ""))
    return facts


# What people do


def _stage(room: Room, news: News) -> Iterator[Call]:
    """A step on is a line below the card; the review itself, and each step back, is said in the channel."""
    incident, facts = room.incident, _facts(room, news)
    facts["took"] = max(room.at - incident.resolved_at, timedelta()) if incident.resolved_at else None
    loud = news.facts["back"] or news.facts["stage"] == Stage.REVIEWED.value
    key = f"review-state:{incident.ref}:{incident.version}"
    if _is_shut(room):
        owner = stages.owner_of(incident)
        if owner and owner != news.facts["by"] and not incident.drill and not is_outside(room, owner):
            yield from alone(room, key, owner, "review_state", **facts)
        return
    message = room.message("review_state", **{**facts, "whom": ""})
    yield room.say(key, message) if loud else in_thread(room, key, message)


def _below(template: str) -> Callable[[Room, News], Iterator[Call]]:
    """A line below the card; nothing where the channel is archived: the document itself shows it."""

    def tell(room: Room, news: News) -> Iterator[Call]:
        if not _is_shut(room):
            yield from echo(template)(room, news)

    return tell


def _asked(room: Room, news: News) -> Iterator[Call]:
    """Each reviewer alone, with what is asked of them; whoever reviews a private one is let in (DR-28)."""
    incident, facts = room.incident, _facts(room, news)
    users: Sequence[str] = news.facts["users"]
    if not _is_shut(room):
        named = ", ".join(f"<@{user}>" for user in users)
        message = room.message("review_asked", **{**facts, "named": named})
        yield in_thread(room, f"echo:{incident.ref}:{incident.version}", message)
    for user in users:
        if user == news.facts["by"]:
            continue
        if incident.private and not _is_shut(room):
            yield invited(room, user)
        shown = {**facts, "due": incident.postmortem_due_at, "drafts": incident.drafts}
        row = blocks.actions(blocks.button("Approve", "review_approve", incident.ref, style="primary"))
        key = f"review-ask:{incident.ref}:{incident.version}:{user}"
        if not (_is_shut(room) and (incident.drill or is_outside(room, user))):
            yield from alone(room, key, user, "review_asked_alone", row, **shown)


def _approved(room: Room, news: News) -> Iterator[Call]:
    """One line below the card; once all agree, its owner reads what is next."""
    yield from _below("review_approved")(room, news)
    owner = stages.owner_of(room.incident)
    heard = not _is_shut(room) or not (room.incident.drill or is_outside(room, owner))
    if news.facts["suggests"] and owner and heard:
        key = f"review-agreed:{room.incident.ref}:{room.incident.version}"
        yield from alone(room, key, owner, "review_agreed", ways_on(room, snooze=False), **_facts(room, news))


def _owner(room: Room, news: News) -> Iterator[Call]:
    """Whoever had it is no longer there: the commander has it now, else the channel is asked."""
    incident, to, who = room.incident, news.facts["to"], f"<@{news.facts['who']}>"
    facts = {"who": who, "to": f"<@{to}>" if to else "", "due": incident.postmortem_due_at}
    if not _is_shut(room):
        yield room.say(
            f"review-owner:{incident.ref}:{incident.version}", room.message("review_owner", **facts)
        )
    if to and not incident.drill and not is_outside(room, to):
        yield from alone(
            room, f"owner-dm:{incident.ref}:{incident.version}", to, "review_owner_alone", **facts
        )


# Reminders


def ways_on(room: Room, *, snooze: bool) -> Block:
    """The buttons of whoever sees to it: the next step, the checklist, and "tomorrow" where it may wait."""
    has_list = bool(room.policy.reviews.checklist)
    return blocks.review_row(room.incident.ref, _review(room).stage, checklist=has_list, snooze=snooze)


def _wanted(room: Room, news: News) -> Iterator[Call]:
    if news.facts["escalated"]:
        yield from _digest(room, news)
        return
    incident, n, to = room.incident, news.facts["n"], news.facts["to"]
    late, shut = news.facts["late"], _is_shut(room)
    facts = {
        **_facts(room, news), "stage": _review(room).stage.value, "to": f"<@{to}>" if to else "",
        **_apart(room.at, news.facts["due"]), "escalates_to": _escalates_to(room),
        "in_channel": False, "owner": "", "about": f" {incident.ref}",
    }  # fmt: skip
    row = blocks.draft_row(incident.ref, ways_on(room, snooze=not late))
    stays = incident.drill or (to and is_outside(room, to))
    if to and not stays:
        yield from _alone(room, f"review:{incident.ref}:{n}", to, row, facts)
    if (late or stays or not to) and not shut:
        message = room.message("review_wanted", row, **{**facts, "whom": "", "in_channel": True, "about": ""})
        below = {} if late or not to else {"thread_ts": result(room.card_key, "ts")}
        yield room.say(f"review-overdue:{incident.ref}:{n}", {**message, **below}, **_GUARDED)
    elif late and shut and incident.lead not in ("", to):
        yield from _to_lead(room, n, row, {**facts, "owner": facts["to"]})


def _apart(at: datetime, due: datetime) -> dict[str, timedelta | None]:
    """How long it is until *due*, or since then, to the nearest minute; neither within that minute."""
    minutes = round((due - at) / timedelta(minutes=1))
    far = timedelta(minutes=abs(minutes))
    return {"left": far if minutes > 0 else None, "behind": far if minutes < 0 else None}


def _to_lead(room: Room, n: int, row: Block, facts: Mapping[str, Any]) -> Iterator[Call]:
    """The channel is archived: the commander hears what would be said there (DR-15)."""
    incident = room.incident
    if not incident.drill and not is_outside(room, incident.lead):
        key = f"review-overdue:{incident.ref}:{n}"
        yield from _alone(room, key, incident.lead, row, facts)


def _alone(room: Room, key: str, user: str, row: Block, facts: Mapping[str, Any]) -> Iterator[Call]:
    """A direct message that is not sent any more once the postmortem is reviewed."""
    kind, _, rest = key.partition(":")
    opened = f"{kind}-open:{rest}"
    yield room.call(opened, "conversations.open", {"users": user})
    message = room.message("review_wanted", row, **{**facts, "whom": ""})
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{user}", **_GUARDED)


def _escalates_to(room: Room) -> str:
    """What the target is called that hears of it at last; empty where none does."""
    name = room.policy.reviews.escalate_to
    target = target_of(room.policy, name)
    outside = room.incident.private or room.incident.drill
    return escaped(target.label) if name and target.is_reachable and not outside else ""


def _digest(room: Room, news: News) -> Iterator[Call]:
    """One line to the target that the policy names; where it names none, the channel reads why nobody is told."""
    incident, n, name = room.incident, news.facts["n"], room.policy.reviews.escalate_to
    if _escalates_to(room):
        recipients = recipients_of(target_of(room.policy, name))
        line = digest(room)
        yield from delivered(
            room, "digest", f"{n}:{name}", recipients, to_channel=line, to_person=line, **_GUARDED
        )
    elif not _is_shut(room):
        why = "private" if incident.private else "drill" if incident.drill else "nobody"
        facts = {**_facts(room, news), "behind": room.at - news.facts["due"], "why": why, "to": ""}
        if owner := news.facts["to"]:
            facts["to"] = f"<@{owner}>"
        yield room.say(
            f"review-overdue:{incident.ref}:{n}", room.message("review_untold", **facts), **_GUARDED
        )


def to_members(room: Room, target: str, users: Sequence[str]) -> list[Call]:
    """The line to the members of the target's user group, once Slack has named them; *target*: as the key had it."""
    line = digest(room)
    return list(delivered(room, "digest", target, users, to_channel=line, to_person=line, **_GUARDED))


def digest(room: Room) -> dict[str, Any]:
    """The line about a postmortem that is long overdue, for people who are not in its channel."""
    incident, review = room.incident, _review(room)
    owner = stages.owner_of(incident)
    facts = {
        "stage": review.stage.value, "owner": room.quiet(f"<@{owner}>") if owner else "",
        "due": incident.postmortem_due_at, "first_due": review.first_due_at,
        "behind": room.at - (incident.postmortem_due_at or room.at),
    }  # fmt: skip
    return room.message("review_digest", **facts)


_STEPS: Mapping[str, Callable[[Room, News], Iterator[Call]]] = {
    "stage": _stage,
    "due": _below("review_due"),
    "ticked": _below("review_ticked"),
    "asked": _asked,
    "approved": _approved,
    "owner": _owner,
}
TELL: Tellers = {What.REVIEW: _told, What.REVIEW_WANTED: _wanted}
