"""A follow-up that came from an emoji is taken back by taking that off at once: a slip of the hand is nobody's work."""

from dataclasses import replace
from datetime import datetime

from bot.domain.followup import FollowUp
from bot.domain.followup_change import changed
from bot.domain.incident import Change, Incident, unchanged
from bot.domain.undo import REACH


def taken_back(incident: Incident, n: int, *, by: str, at: datetime) -> Change:
    """Follow-up *n* is taken back where *by* added it within the reach of ``undo``, and nobody touched it since.

    Else nothing changes: others rely on it by now, and can drop it with a reason.
    """
    item = next((each for each in incident.followups if each.n == n), None)
    if item is None or item.by != by or at - item.added_at > REACH or not _is_fresh(item):
        return unchanged(incident)
    return changed(incident, replace(item, taken_back=True), "taken back", by=by, at=at)


def _is_fresh(item: FollowUp) -> bool:
    """Whether it stands as it was added from a message."""
    added = FollowUp(
        n=item.n, text=item.text, action=item.action, by=item.by, added_at=item.added_at, since=item.added_at,
        owner=item.owner, link=item.link,
    )  # fmt: skip
    return item == added
