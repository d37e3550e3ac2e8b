"""Status updates, and the nudges that ask for them."""

from collections.abc import Iterator

from bot.call import DUE, Call, Priority
from bot.domain.news import News, What
from bot.slack import blocks
from bot.slack.news.common import Tellers, said
from bot.slack.news.escalations import informed, invitations
from bot.slack.news.pace import long_offer
from bot.slack.room import Room


def _updated(room: Room, news: News) -> Iterator[Call]:
    text = room.quiet(news.facts["text"])
    moved = news.facts["was"] != room.incident.status.value
    offer = [blocks.actions(*buttons)] if (buttons := long_offer(room)) else []
    message = room.message(
        "updated", *offer, by=f"<@{news.facts['by']}>", said=text, was=news.facts["was"], moved=moved,
        capped=news.facts["capped"],
        outside=news.facts.get("outside"),
    )  # fmt: skip
    yield room.say(f"update:{room.incident.ref}:{news.facts['n']}", message)


def _nudged(room: Room, news: News) -> Iterator[Call]:
    ref, n, former = room.incident.ref, news.facts["n"], news.facts["former"]
    row = blocks.actions(
        blocks.button("Post update", "update_form", ref, style="primary"),
        *(blocks.button(f"Snooze {minutes} min", f"snooze_{minutes}", ref) for minutes in (5, 10, 15, 30)),
        *long_offer(room),
    )
    to = " ".join(f"<@{user}>" for user in news.facts["to"])
    message = room.message("nudge", row, **{**news.facts, "to": to})
    message[DUE] = news.facts["due"].isoformat()
    yield room.say(f"nudge:{ref}:{n}", message, priority=Priority.NUDGE, guarded=True)
    if former is not None:
        yield shrunk(room, former, "nudge_repeated", how="repeated")


def _severity(room: Room, news: News) -> Iterator[Call]:
    """A new severity; a raised one brings in whom it wants (R-RES-1, R-RES-3)."""
    yield from said("severity_changed")(room, news)
    if news.facts.get("raised"):
        yield from invitations(room)
        yield from informed(room)


def shrunk(room: Room, n: int, template: str, *, how: str) -> Call:
    """Nudge *n*, edited down to one line: at most one live nudge stands in a channel (DR-2)."""
    ref = room.incident.ref
    return room.edit(f"nudge-past:{ref}:{n}", f"nudge:{ref}:{n}", room.line(template, how=how))


TELL: Tellers = {
    What.UPDATED: _updated,
    What.SEVERITY: _severity,
    What.SNOOZED: said("snoozed"),
    What.NUDGED: _nudged,
}
