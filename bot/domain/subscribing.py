"""Who wants to hear of an incident alone: what they are told of, and what cannot be subscribed to."""

from bot.domain.incident import Incident, Status
from bot.domain.news import News, What
from bot.domain.refusal_subscribing import SubscribeToDrill, SubscribeToMerged, SubscribeToOver

TOLD = frozenset({
    What.UPDATED, What.SEVERITY, What.MITIGATED, What.RESOLVED, What.REOPENED, What.CLOSED, What.CANCELLED, What.MERGED,
})  # fmt: skip
"""What subscribers hear of: how things stand, never a reminder or talk."""
TAKEN_BACK = frozenset({"severity", "mitigated", "resolved"})
"""Changes that subscribers were told of: they hear too that one was taken back."""
ENDS = frozenset({What.CLOSED, What.CANCELLED, What.MERGED})
"""After these nothing more is told, unless it is reopened."""


def is_told(news: News) -> bool:
    """Whether subscribers hear of it."""
    return news.what in TOLD or (news.what is What.UNDONE and news.facts["change"] in TAKEN_BACK)


def can_subscribe(incident: Incident) -> bool:
    """Whether there is something to hear of it outside of its channel."""
    return not incident.drill and (incident.is_open or incident.status is Status.RESOLVED)


def check(incident: Incident) -> None:
    """Raise the refusal where there is nothing to subscribe to: a drill stays in its channel (R-DRL-2)."""
    if incident.drill:
        where = f"<#{incident.channel_id}>" if incident.channel_id else f"#{incident.called}"
        raise SubscribeToDrill(ref=incident.ref, where=where)
    if incident.merged_into:
        raise SubscribeToMerged(ref=incident.ref, into=incident.merged_into)
    if incident.status in (Status.CLOSED, Status.CANCELLED):
        raise SubscribeToOver(ref=incident.ref, status=incident.status.value)
