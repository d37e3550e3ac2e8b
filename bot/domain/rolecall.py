"""The role call: who takes the roles that the severity wants and nobody has. Asked once, not at every turn."""

from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Change, Incident, rules_of, unchanged
from bot.domain.news import News, What
from bot.domain.parts import RoleCall
from bot.domain.policy import Policy, Role, Severity


def holder(incident: Incident, key: str) -> str | None:
    """Slack user id of whoever has the role *key*; the commander is never missing."""
    return incident.commander if key == "commander" else incident.roles.get(key)


def unclaimed(incident: Incident, policy: Policy) -> tuple[Role, ...]:
    """The roles that the severity wants and nobody has, in the policy's order."""
    wanted = rules_of(incident, policy).roles
    return tuple(policy.roles[key] for key in wanted if holder(incident, key) is None)


def raised(incident: Incident, old: Severity, new: Severity, at: datetime) -> Incident:
    """*incident* after its severity went from *old* to *new*: a raise that brings in roles nobody has asks anew."""
    brought = [key for key in new.roles if key not in old.roles and holder(incident, key) is None]
    if new.rank >= old.rank or not brought:
        return incident
    call = replace(incident.role_call or RoleCall(), since=at)
    return replace(incident, role_call=call, roles_asked=False)


def when(incident: Incident, policy: Policy) -> datetime | None:
    """When people are asked: some minutes after the declaration, the reopening, or a raise that brought roles in."""
    if incident.roles_asked or incident.backfilled or not unclaimed(incident, policy):
        return None
    brought_in = incident.role_call.since if incident.role_call else None
    times = (incident.declared_at, incident.reopened_at, brought_in)
    due = max(at for at in times if at is not None) + policy.unclaimed_after
    return max(due, incident.paused_until or due)


def fire(incident: Incident, *, at: datetime, policy: Policy) -> Change:  # noqa: ARG001 - every timer is told the time
    """The question, with the names of the roles; the former one gives way to it (DR-2)."""
    missing = unclaimed(incident, policy)
    if incident.roles_asked or not missing:
        return unchanged(incident)
    former = incident.role_call or RoleCall()
    call = replace(former, n=former.n + 1, roles=tuple(role.key for role in missing))
    now = replace(incident, roles_asked=True, role_call=call)
    news = News(what=What.ROLES_WANTED, facts={"n": call.n})
    return Change(before=incident, incident=now, news=(news,))
