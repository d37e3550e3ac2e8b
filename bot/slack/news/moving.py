"""An incident goes on in another channel: made private, or because Slack keeps its own one archived."""

from collections.abc import Iterable, Iterator

from bot.call import Call, Priority, result
from bot.domain.incident import Incident
from bot.domain.moving import Why, asked_roles
from bot.domain.news import News, What
from bot.domain.opening import name_for
from bot.domain.tasks import open_tasks
from bot.slack import afar
from bot.slack.news import escalations, external, playbooks, roles
from bot.slack.news.common import Tellers
from bot.slack.news.opening import furnished
from bot.slack.room import Room, readable


def _moved(room: Room, news: News) -> Iterator[Call]:
    """The new channel first; the old one is told, and archived, once people were brought over."""
    incident, why = room.incident, news.facts["why"]
    ref, n = incident.ref, incident.channels
    args = {
        "name": name_for(incident), "ref": ref, "private": incident.private, "why": why,
        "by": news.facts["by"] or incident.commander,
    }  # fmt: skip
    yield room.call(room.channel_key, "open_channel", args, priority=Priority.DECLARING)
    known = sorted(brought(incident, news.facts.get("spoke", ())))
    invited = f"members:{ref}:{n}"
    args = {"channel": room.channel, "from": incident.former_channel_id, "users": known}
    yield room.call(invited, "move_members", args, priority=Priority.DECLARING)
    yield from furnished(room)
    former = f"<#{incident.former_channel_id}>"
    message = room.message("moved", **{**readable(room, news), "former": former})
    yield room.say(f"moved:{ref}:{n}", message)
    yield from waiting(room)
    yield from playbooks.posted_again(room)
    yield from afar.taken_back(room, news.facts.get("alarms", ()), moved=True, since=None)
    if why == Why.PRIVATE:
        if incident.is_open:  # what was on its way in words that everybody may read was dropped
            yield from escalations.invitations(room)
            yield from escalations.informed(room)
        farewell = f"farewell:{ref}:{n}"
        own = incident.has_own_channel  # one that people made is theirs to archive
        message = room.message("farewell", archived=own)
        yield room.post(farewell, incident.former_channel_id, message, stream=farewell, after=room.opened)
        if own:
            archive = {"channel": incident.former_channel_id}
            yield room.call(
                f"archive-former:{ref}:{n}", "conversations.archive", archive, after=(invited, farewell)
            )


def brought(incident: Incident, spoke: Iterable[str]) -> set[str]:
    """Who comes along for certain: who has a part in it, and who *spoke* there, which alone tells of who was there."""
    part = {incident.commander, incident.declared_by, *incident.roles.values(), *incident.members}
    part |= {offer.to for offer in incident.offers}
    part |= {task.owner for task in open_tasks(incident) if task.owner}
    there = {*part, *spoke} if not incident.private else part & set(incident.members)
    return there - set(incident.absent)


def waiting(room: Room) -> Iterator[Call]:
    """What waits for an answer, with its buttons: its former message is behind, or was never said (DR-28)."""
    incident = room.incident
    yield from escalations.told_again(room)
    for offer in incident.offers:
        yield from roles.offered_again(room, offer)
    if call := asked_roles(incident):
        yield from roles.asked_again(room, call)
    if incident.external is not None and not incident.external.outcome:
        yield from external.shown_again(room, incident.external)


def _stayed(room: Room, news: News) -> Iterator[Call]:
    """Slack refused the new channel: people hear what holds now, and whoever asked hears it alone as well."""
    ref, version, by = room.incident.ref, room.incident.version, news.facts["by"]
    facts = readable(room, news)
    if news.facts["why"] == Why.PRIVATE:
        yield room.say(f"stayed:{ref}:{version}", room.message("stayed", **facts))
        yield from waiting(room)
    opened = f"stayed-dm-open:{ref}:{version}"
    yield room.call(opened, "conversations.open", {"users": by})
    template = "stayed" if news.facts["why"] == Why.PRIVATE else "trouble_unarchive"
    yield room.post(
        f"stayed-dm:{ref}:{version}", result(opened, "channel.id"), room.message(template, **facts), stream=f"dm:{by}"
    )  # fmt: skip


def keys_of_move(room: Room) -> list[str]:
    """The keys under which the move into the incident's present channel was planned."""
    ref, n = room.incident.ref, room.incident.channels
    kinds = ("channel", "members", "card", "pin", "purpose", "moved", "farewell", "archive-former")
    return [*(f"{kind}:{ref}:{n}" for kind in kinds), f"topic:{ref}:0:{n}"]


TELL: Tellers = {What.MOVED: _moved, What.STAYED: _stayed}
