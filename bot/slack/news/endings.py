"""The end of an incident: mitigated, resolved, closed, reopened, cancelled, merged."""

from collections.abc import Iterator

from bot.call import Call
from bot.domain.drafting import is_unverified
from bot.domain.news import News, What
from bot.slack import blocks
from bot.slack.cutting import fitting
from bot.slack.news.common import Tellers, said
from bot.slack.room import Room, readable

SHOWN_OF_TASK = 200
"""Characters of a task that the message about a merge shows."""


def _mitigated(room: Room, news: News) -> Iterator[Call]:
    """With a message it is an update, and numbered among them."""
    ref, n = room.incident.ref, news.facts["n"]
    key = f"update:{ref}:{n}" if n else f"mitigated:{ref}:{room.incident.version}"
    yield room.say(key, room.message("mitigated", **readable(room, news)))


def _resolved(room: Room, news: News) -> Iterator[Call]:
    """Of a customer escalation with the button that says that the customer verified it (R-ESC-1)."""
    ref = room.incident.ref
    asked = blocks.actions(blocks.button("Customer verified", "case_verified", ref))
    row = [asked] if is_unverified(room.incident) else []
    yield room.say(
        f"resolved:{ref}:{room.incident.version}", room.message("resolved", *row, **readable(room, news))
    )


def _linked(room: Room, news: News) -> Iterator[Call]:
    """Merged into another incident, or the other way round: each channel names the other."""
    facts = readable(room, news)
    where = news.facts["other_channel"]
    facts |= {"other_title": room.quiet(news.facts["other_title"]), "where": f"<#{where}>" if where else ""}
    facts["tasks"] = [
        {
            "n": task.n, "text": fitting(room.quiet(task.text), SHOWN_OF_TASK), "due_at": task.due_at,
            "owner": f"<@{task.owner}>" if task.owner else "",
        }
        for task in news.facts["tasks"]
    ]  # fmt: skip
    kind = news.what.value
    yield room.say(f"{kind}:{room.incident.ref}:{room.incident.version}", room.message(kind, **facts))


TELL: Tellers = {
    What.MITIGATED: _mitigated,
    What.RESOLVED: _resolved,
    What.CLOSED: said("closed"),
    What.REOPENED: said("reopened"),
    What.CANCELLED: said("cancelled"),
    What.MERGED: _linked,
    What.ABSORBED: _linked,
}
