"""Somebody who has a part in an incident is deactivated in Slack: they read nothing, and somebody must take over."""

from dataclasses import replace
from datetime import datetime

from bot.domain import stages
from bot.domain.followup_steps import open_followups
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.tasks import open_tasks
from bot.domain.timeline import Kind


def gone(incident: Incident, user: str, *, at: datetime) -> Change:
    """*user* is no longer there: said once, with what to hand over. Nothing for one who has no part in it."""
    roles, tasks = roles_of(incident, user), tasks_of(incident, user)
    owns = stages.is_wanted(incident) and incident.postmortem_owner == user
    has_part = roles or tasks or owns or user == incident.declared_by or user in _reminded(incident)
    if user in incident.absent or not has_part:
        return unchanged(incident)
    now = replace(incident, absent=(*incident.absent, user))
    if owns:
        return _passed_on(incident, now, user, at)
    if not (roles or tasks) or not incident.is_open:
        return Change(before=incident, incident=now)
    text, data = f"<@{user}> is no longer in this workspace", {"change": "absent", "who": user}
    entry = state_entry(now, kind=Kind.ASSEMBLY, text=text, by=None, at=at, data=data)
    news = News(what=What.ABSENT, facts={"to": user, "roles": roles, "tasks": tasks})
    return Change(before=incident, incident=now, entries=(entry,), news=(news,))


def _passed_on(before: Incident, now: Incident, user: str, at: datetime) -> Change:
    """The postmortem of whoever is gone goes to the commander; where that one is gone too, nobody has it."""
    owner = now.lead or None
    now = replace(now, postmortem_owner=owner)
    text = f"Postmortem owner: <@{owner}>" if owner else "Postmortem owner: nobody"
    text += f", for <@{user}> is no longer in this workspace"
    data = {"change": "postmortem_owner", "from": user, "to": owner}
    entry = state_entry(now, kind=Kind.NOTE, text=text, by=None, at=at, data=data)
    facts = {"step": "owner", "to": owner, "who": user}
    news = (News(what=What.REVIEW, facts=facts),)
    return Change(before=before, incident=now, entries=(entry,), news=news)


def back(incident: Incident, user: str) -> Change:
    """*user* is there again."""
    if user not in incident.absent:
        return unchanged(incident)
    absent = tuple(each for each in incident.absent if each != user)
    return Change(before=incident, incident=replace(incident, absent=absent))


def roles_of(incident: Incident, user: str) -> tuple[str, ...]:
    """The keys of the roles that *user* has; commander is also whoever declared it, until that is changed."""
    held = {"commander": incident.commander, **incident.roles}
    return tuple(key for key, holder in held.items() if holder == user)


def tasks_of(incident: Incident, user: str) -> tuple[int, ...]:
    """The numbers of the open tasks that *user* owns."""
    return tuple(task.n for task in open_tasks(incident) if task.owner == user)


def _reminded(incident: Incident) -> set[str]:
    """Who is reminded of its open follow-ups: their owners, and whoever sees to the postmortem in place of one."""
    left = open_followups(incident)
    writer = {incident.postmortem_owner} if left and incident.postmortem_owner else set()
    return {item.owner for item in left if item.owner} | writer


def taking_part(incident: Incident) -> set[str]:
    """Everybody of whom it matters: who declared it, has a role, owns an open task or follow-up, or its postmortem."""
    owners = {task.owner for task in open_tasks(incident) if task.owner}
    owners |= {incident.postmortem_owner} if incident.postmortem_owner else set()
    owners |= _reminded(incident)
    return {incident.declared_by, *incident.roles.values(), *owners, *incident.absent}
