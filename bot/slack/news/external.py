"""What customers and executives are told, and what the channel hears of it: publishing, approving, mails."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot import render
from bot.call import Call
from bot.domain import approval, external
from bot.domain.incident import Status
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.parts import External
from bot.slack import blocks
from bot.slack.news.common import Tellers, alone, echo, said
from bot.slack.room import Room, readable


def written(room: Room, *, phase: str, text: str, at: datetime) -> str:
    """The block that customers read, nothing active in it (R-TPL-3)."""
    around = external.block(room.incident, phase=Status(phase), at=at, policy=room.policy)
    services = [room.quiet(service) for service in room.incident.services]
    return render.document(
        "status/external.j2", {**around, "text": room.quiet(text), "services": services}, room.policy.command
    ).strip()


def quoted(text: str) -> str:
    """*text* as a quotation: what is to be copied stands apart from what the bot says about it."""
    return "\n".join(f"&gt; {line}" for line in text.split("\n"))


def _published(room: Room, news: News) -> Iterator[Call]:
    """Into the status channel; where there is none, and in a drill, into the incident's own."""
    ref, n = room.incident.ref, news.facts["n"]
    text = written(room, phase=news.facts["phase"], text=news.facts["text"], at=room.at)
    key = f"external:{ref}:{n}"
    if room.policy.status and not room.incident.drill:
        message = {"text": text, "blocks": blocks.sections(text)}
        yield room.post(key, room.policy.status, message, stream=f"external:{ref}")
    else:
        yield room.say(key, room.message("external_by_hand", quoted=quoted(text)))


def _preview(room: Room, news: News) -> Iterator[Call]:
    """The text that waits, with who may approve it."""
    incident, n = room.incident, news.facts["n"]
    text = written(room, phase=news.facts["phase"], text=news.facts["text"], at=room.at)
    row = blocks.approval(incident.ref, n)
    facts = {
        "by": f"<@{news.facts['by']}>", "quoted": quoted(text), "hints": external.hints(incident, news.facts["text"]),
        "share": escaped(external.share(incident)),
        "approvers": " or ".join(f"<@{user}>" for user in approval.approvers(incident)),
    }  # fmt: skip
    yield room.say(f"preview:{incident.ref}:{n}", room.message("external_preview", row, **facts))


def shown_again(room: Room, text: External) -> Iterator[Call]:
    """The text that waits, in the channel where its incident goes on."""
    facts = {"by": text.by, "n": text.n, "phase": text.phase, "text": text.text}
    yield from _preview(room, News(what=What.PREVIEW, facts=facts))


def _settled(room: Room, news: News) -> Iterator[Call]:
    """The preview, edited down to one line: its buttons are gone."""
    ref, n = room.incident.ref, news.facts["n"]
    text = render.slack("external_settled", room.facts(**readable(room, news)), room.policy.command)
    message: dict[str, Any] = {"text": text, "blocks": [blocks.context(text)]}
    yield room.edit(f"preview-past:{ref}:{n}", f"preview:{ref}:{n}", message)


def _executives(room: Room, news: News) -> Iterator[Call]:
    ref, channel = room.incident.ref, room.executives_channel
    if channel:
        message = room.message("executives_updated", **readable(room, news))
        yield room.post(f"exec:{ref}:{room.incident.version}", channel, message, stream=f"exec:{ref}")


def hidden(room: Room, posted: Iterable[str]) -> Iterator[Call]:
    """What executives read before it went private (*posted*: the keys) shrinks to the link (DR-28)."""
    message = room.message("executives_updated", text="")
    for key in sorted(posted):
        yield room.edit(f"exec-edit:{key.removeprefix('exec:')}", key, message)


def _mail_due(room: Room, news: News) -> Iterator[Call]:
    """The reminder, to the comms lead alone."""
    key = f"mail-dm:{room.incident.ref}:{room.incident.version}"
    yield from alone(room, key, news.facts["to"], "mail_due", **readable(room, news))


def _told(room: Room, news: News) -> Iterator[Call]:
    owned = {**news.facts, "owner": f"<@{news.facts['owner']}>"}
    yield from echo("customers_told")(room, News(what=news.what, facts=owned))


TELL: Tellers = {
    What.PHASE: said("phase_changed"),
    What.EXTERNAL: _published,
    What.PREVIEW: _preview,
    What.PREVIEW_SETTLED: _settled,
    What.EXECUTIVES: _executives,
    What.SLA: echo("sla_approved"),
    What.MAIL_DUE: _mail_due,
    What.MAIL_OVERDUE: said("mail_overdue"),
    What.CUSTOMERS_TOLD: _told,
}
