"""Escalations: one message in the incident's channel, one to each target, and what is said for information.

Keys: ``rungs:INC-…:n`` in the channel; ``escalation:INC-…:target`` to the target's channel, and with a user's id behind
it to each person; ``fyi:`` likewise (DESIGN section 5). A drill tells nobody outside (R-ESCL-9), and of a private
incident only reference and link go out (DR-28).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.call import Call, Priority, result
from bot.domain.escalation import is_awaited, is_outgrown, target_of
from bot.domain.incident import Incident, severity_of
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.parts import Escalation
from bot.domain.recipients import all_named, channel_of, group_of, is_group, is_person, means, recipients_of
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.news.common import Tellers, echo, said
from bot.slack.room import CHANNEL_MARK, Room

Message = Mapping[str, Any]
_ALARM: Mapping[str, Any] = {"priority": Priority.NUDGE, "guarded": True}
_TO_TARGET: Mapping[str, Any] = {**_ALARM, "anew": True}
"""One that Slack refused may be told again (DR-25)."""


def _escalated(room: Room, news: News) -> Iterator[Call]:
    incident, n = room.incident, news.facts["n"]
    yield from _said_here(room, n, by=news.facts["by"])
    for told in incident.escalations if not incident.drill else ():
        if told.n == n:
            yield from delivered(
                room, "escalation", told.target, told.recipients, to_person=_notice(room, told),
                to_channel=_notice(room, told, mention=_mention(room, told)), **_TO_TARGET,
            )  # fmt: skip


def told_again(room: Room) -> Iterator[Call]:
    """Those who have not answered, in one message in the channel where it goes on; a target hears of it once."""
    incident = room.incident
    waiting = [each for each in incident.escalations if each.is_told and not each.is_settled]
    if waiting and incident.is_open:
        facts = {"n": incident.rungs, "by": waiting[0].by or incident.commander}
        yield from _escalated(room, News(what=What.ESCALATED, facts=facts))


def _said_here(room: Room, n: int, *, by: str | None) -> Iterator[Call]:
    """Message *n* in the incident's channel. Where Slack has opened none by the time of a rung: to the commander."""
    incident = room.incident
    key, message = f"rungs:{incident.ref}:{n}", _rungs(room, n)
    if incident.channel_id or by:
        yield room.say(key, message, **_ALARM)
        return
    opened = f"rungs-open:{incident.ref}:{n}"
    yield room.call(opened, "conversations.open", {"users": incident.commander})
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{incident.commander}", **_ALARM)


def delivered(
    room: Room,
    kind: str,
    target: str,
    recipients: Sequence[str],
    *,
    to_channel: Message,
    to_person: Message,
    **more: Any,
) -> Iterator[Call]:
    """The messages to the channel and the people among *recipients*; members of a group are asked for first."""
    about, channel, group = f"{room.incident.ref}:{target}", channel_of(recipients), group_of(recipients)
    anew = bool(more.get("anew"))
    if channel is not None:
        yield room.post(f"{kind}:{about}", channel, to_channel, stream=f"to:{channel}", once=True, **more)
    elif group is not None:
        yield room.call(f"{kind}-group:{about}", "group_members", {"who": group}, once=True, anew=anew)
    for who in filter(is_person, recipients):
        opened = f"{kind}-open:{about}:{who}"
        yield room.call(opened, "conversations.open", {"users": who.replace("~", "@")}, once=True, anew=anew)
        place = result(opened, "channel.id")
        yield room.post(f"{kind}:{about}:{who}", place, to_person, stream=f"dm:{who}", once=True, **more)


def to_members(room: Room, kind: str, target: str, users: Sequence[str]) -> list[Call]:
    """The direct messages to the members of a target's user group, once Slack has named them."""
    told = next((each for each in room.incident.escalations if each.target == target), None)
    if kind == "fyi" or told is None:
        card = _for_information(room)
        return list(delivered(room, "fyi", target, users, to_channel=card, to_person=card))
    notice = _notice(room, told)
    return list(delivered(room, kind, target, users, to_channel=notice, to_person=notice, **_TO_TARGET))


def _mention(room: Room, told: Escalation) -> str:
    """The user group called in a target's channel, by its id; where that is not known, its handle as text."""
    group = group_of(told.recipients) or ""
    ids = {f"@{handle}": known for known, handle in room.names.groups.items()}
    known = ids.get(group, "") if group.startswith("@") else group
    return f"<!subteam^{known}>" if known else escaped(group)


def _rungs(room: Room, n: int) -> dict[str, Any]:
    """Message *n* about escalations in the incident's channel, as things stand with each of its targets."""
    told = [each for each in room.incident.escalations if each.n == n]
    rows = [_row(room, each) for each in told]
    again = [each.target for each in room.incident.escalations if str(n) in each.earlier]
    waiting = [each for each in told if is_awaited(room.incident, each, room.policy)]
    buttons = [_buttons(room, each, several=len(told) > 1) for each in waiting]
    by = f"<@{told[0].by}>" if told and told[0].by else ""
    return room.message(
        "rungs", *buttons, rungs=rows, by=by, reason=room.quiet(told[0].reason if told else ""),
        again=[escaped(target_of(room.policy, name).label) for name in again],
    )  # fmt: skip


def _row(room: Room, told: Escalation) -> dict[str, Any]:
    target = target_of(room.policy, told.target)
    return {
        "label": escaped(target.label),
        "after": timedelta(seconds=told.after) if told.after is not None and told.by is None else None,
        "late": timedelta(seconds=told.late) if told.late else None,
        "means": room.quiet(means(told.recipients)),
        "contacts": escaped(target.contacts),
        "ready_within": target.ready_within,
        "settled": not is_awaited(room.incident, told, room.policy),
        "target": told.target,
        "failed": escaped(told.failed),
        "unreached": room.quiet(all_named(told.refused)),
        **_settled(room, told),
    }


def _settled(room: Room, told: Escalation) -> dict[str, Any]:
    """What became of it, for both the channel's and the target's message."""
    return {
        "acknowledged_by": f"<@{told.acknowledged_by}>" if told.acknowledged_by else "",
        "acknowledged_at": told.acknowledged_at,
        "skipped_by": f"<@{told.skipped_by}>" if told.skipped_by else "",
        "skip_reason": room.quiet(told.skip_reason),
        "outgrown": is_outgrown(room.incident, told, room.policy),
        "drill": room.incident.drill,
    }


def _buttons(room: Room, told: Escalation, *, several: bool) -> Block:
    label = target_of(room.policy, told.target).label
    about = f"{room.incident.ref} {told.target}"
    whom = f" {label}" if several else ""
    return blocks.actions(
        blocks.button(f"Acknowledge{whom}", "escalation_ack", about, style="primary"),
        blocks.button(f"Skip{whom}", "escalation_skip_form", about),
    )


def _notice(room: Room, told: Escalation, *, mention: str = "", place: str | None = None) -> dict[str, Any]:
    """What a target is told, as things stand: what it is, where, and the one thing that is asked of them."""
    incident = room.incident
    after = timedelta(seconds=told.after) if told.after is not None and told.by is None else None
    row = []
    if is_awaited(incident, told, room.policy):
        about = f"{incident.ref} {told.target}"
        row = [blocks.actions(blocks.button("Acknowledge", "escalation_ack", about, style="primary"))]
    return room.message(
        "escalation", *row, private=incident.private, after=after, mention=mention,
        channel=_place(incident) if place is None else place,
        by=f"<@{told.by}>" if told.by else "", reason=room.quiet(told.reason), **_settled(room, told),
    )  # fmt: skip


def _place(incident: Incident) -> str:
    """Where people meet: a target is told also where Slack opened no channel, so nothing waits for it."""
    if incident.channel_id:
        return CHANNEL_MARK
    named = f"`#{incident.called}`"
    return "" if incident.private else named  # the name of a private one tells its title


def _moves(incident: Incident) -> bool:
    """Whether Slack is still to make the channel in which it goes on."""
    return incident.channel_id is None and incident.former_channel_id is not None


# For information


def _for_information(room: Room, **facts: Any) -> dict[str, Any]:
    return room.message("fyi", private=room.incident.private, **facts)


def informed(room: Room) -> Iterator[Call]:
    """The announcement for targets that are to know at once; nothing is asked of them (PRODUCT 1.4, R-RES-1)."""
    incident = room.incident
    if incident.drill or incident.backfilled:
        return
    for name in severity_of(incident, room.policy).inform:
        recipients = recipients_of(target_of(room.policy, name))
        card = _for_information(room, **({"channel": ""} if _moves(incident) else {}))
        yield from delivered(room, "fyi", name, recipients, to_channel=card, to_person=card)


def invitations(room: Room, *, after: tuple[str, ...] = ()) -> Iterator[Call]:
    """The people and groups that the severity brings in (R-RES-3); who was invited before is left out."""
    for invitee in severity_of(room.incident, room.policy).invite:
        args = {"channel": room.channel, "who": invitee}
        key = f"invite:{room.incident.ref}:{invitee}"
        yield room.call(key, "invite_named", args, priority=Priority.DECLARING, once=True, after=after)


# Edits


def edits(room: Room, before: Incident, *, shown: bool) -> Iterator[Call]:
    """The messages about escalations, where what they show is new: acknowledged, skipped, over, or not asked any more.

    *shown*: what a target's message shows of the incident is new. One that is told again has an earlier one
    behind it; one that moved with its incident into another channel has a new number alone.
    """
    now, policy = room.incident, room.policy
    known = {(each.target, each.earlier): each for each in before.escalations if each.is_told}
    turned, rated = before.is_open != now.is_open, before.severity != now.severity
    stood = [each for each in now.escalations if each.is_told and (each.target, each.earlier) in known]
    changed = [
        each for each in stood
        if known[each.target, each.earlier] != each or (turned and not each.is_settled)
        or (rated and not each.is_settled and any(is_outgrown(one, each, policy) for one in (before, now)))
    ]  # fmt: skip
    kept = {(each.target, each.earlier) for each in now.escalations}
    again = {each.n for each in known.values() if (each.target, each.earlier) not in kept}
    for n in sorted(({each.n for each in changed} & {each.n for each in known.values()}) | again):
        key = f"rungs:{now.ref}:{n}"
        yield room.edit(f"rungs-edit:{now.ref}:{n}:{now.version}", key, _rungs(room, n), slot=key)
    for each in () if now.drill else stood if shown else changed:
        if not each.failed:  # nothing stands there
            yield from _notice_edits(room, each)


def _notice_edits(room: Room, told: Escalation) -> Iterator[Call]:
    message = _notice(room, told, place=CHANNEL_MARK if _moves(room.incident) else None)
    for who in (who for who in told.recipients if not is_group(who) and who not in told.refused):
        about = f"{room.incident.ref}:{told.target}" + (f":{who}" if is_person(who) else "")
        key = f"escalation-edit:{about}:{room.incident.version}"
        yield room.edit(key, f"escalation:{about}", message, slot=f"escalation:{about}")


def fyi_edits(room: Room, posted: Iterable[str]) -> Iterator[Call]:
    """What was posted for information, whatever the severity is by now, kept as true as the announcement is.

    *posted*: the keys of these messages.
    """
    for key in sorted(posted):
        edit = f"fyi-edit:{key.removeprefix('fyi:')}:{room.incident.version}"
        yield room.edit(edit, key, _for_information(room), slot=key)


TELL: Tellers = {
    What.ESCALATED: _escalated,
    What.ACKNOWLEDGED: echo("escalation_acknowledged"),
    What.SKIPPED: said("escalation_skipped"),
}
