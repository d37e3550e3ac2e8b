"""A text for customers that waits: who may approve or withdraw it, and what comes of it (R-TPL-2)."""

from dataclasses import replace
from datetime import datetime

from bot.domain import external
from bot.domain.incident import Change, Incident, Status, moved
from bot.domain.lifecycle import state_entry
from bot.domain.news import News, What
from bot.domain.parts import External
from bot.domain.policy import Policy
from bot.domain.refusal_customers import (
    NotAnApprover,
    NotYoursToDiscard,
    OutOfPhase,
    PublishedAlready,
    WaitsNoMore,
)
from bot.domain.timeline import Kind

PUBLISHED, DISCARDED = "published", "discarded"


def wait(incident: Incident, *, phase: Status, text: str, by: str, at: datetime, inside: bool) -> Change:
    """An edited text is shown in the channel and waits; a newer one takes the place of one that waits.

    *inside*: it was posted in the channel as an update already.
    """
    n = incident.externals + 1
    waiting = External(n=n, phase=phase.value, text=text, by=by, at=at, inside=inside)
    now = replace(incident, externals=n, external=waiting)
    data = {"change": "external_written", "phase": phase.value, "n": n}
    entry = state_entry(
        now,
        kind=Kind.NOTE,
        text=f"For customers, to be approved: {text}",
        by=by,
        at=at,
        data=data,
        on_timeline=False,
    )
    news: tuple[News, ...] = (
        News(what=What.PREVIEW, facts={"by": by, "n": n, "phase": phase.value, "text": text}),
    )
    former = incident.external
    if former is not None and not former.outcome:
        news = (external.settled(former, external.REPLACED, by), *news)
    return Change(before=incident, incident=now, entries=(entry,), news=news)


def approvers(incident: Incident) -> tuple[str, ...]:
    """Slack user ids of those who may approve: the comms lead and the commander."""
    return tuple(dict.fromkeys((*filter(None, [incident.roles.get("comms")]), incident.commander)))


def _who(incident: Incident) -> str:
    comms = incident.roles.get("comms")
    named = [f"the comms lead (<@{comms}>)"] if comms else []
    return " or ".join([*named, f"the commander (<@{incident.commander}>)"])


def waiting(incident: Incident, n: int) -> External:
    """Text *n*, which waits for approval. Raises PublishedAlready, WaitsNoMore."""
    last = incident.external
    if last is not None and last.n == n and last.outcome == PUBLISHED:
        raise PublishedAlready(who=f"<@{last.decided_by}>")
    if last is None or last.n != n or last.outcome:
        raise WaitsNoMore(ref=incident.ref)
    return last


def approve(incident: Incident, n: int, *, by: str, at: datetime, policy: Policy) -> Change:
    """Publish text *n*: only the comms lead or the commander may (R-TPL-2)."""
    text = waiting(incident, n)
    if by not in approvers(incident):
        raise NotAnApprover(ref=incident.ref, who=_who(incident))
    moved(incident, "external")
    if (text.phase == Status.RESOLVED.value) is incident.is_open:
        raise OutOfPhase(ref=incident.ref, phase=text.phase, status=external.phase_of(incident).value)
    decided = replace(incident, external=replace(text, outcome=PUBLISHED, decided_by=by))
    change = external.publish(
        decided, phase=Status(text.phase), text=text.text, by=by, at=at, policy=policy, approved=text
    )
    return replace(change, before=incident, news=(*change.news, external.settled(text, PUBLISHED, by)))


def discard(incident: Incident, n: int, *, by: str, at: datetime) -> Change:
    """Withdraw text *n*: its author, the comms lead or the commander may."""
    text = waiting(incident, n)
    if by not in (text.by, *approvers(incident)):
        raise NotYoursToDiscard(ref=incident.ref, who=_who(incident))
    return withdraw(incident, text, by=by, at=at)


def withdraw(incident: Incident, text: External, *, by: str, at: datetime) -> Change:
    """*text*, which waits, is not published; also because its incident is over (cancelled, merged)."""
    now = replace(incident, external=replace(text, outcome=DISCARDED, decided_by=by))
    data = {"change": "external_withdrawn", "phase": text.phase, "n": text.n}
    entry = state_entry(
        now, kind=Kind.NOTE, text="Text for customers withdrawn", by=by, at=at, data=data, on_timeline=False
    )
    return Change(
        before=incident, incident=now, entries=(entry,), news=(external.settled(text, DISCARDED, by),)
    )
