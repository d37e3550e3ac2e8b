"""What is written down: notes, fields, impact, drafts."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from bot.call import Call, result
from bot.domain.incident import Status
from bot.domain.mrkdwn import escaped
from bot.domain.news import News, What
from bot.domain.reach import takes_nothing
from bot.domain.timers import MadeFile
from bot.slack import blocks
from bot.slack.cutting import fitting
from bot.slack.news.canvas import in_canvas
from bot.slack.news.common import Tellers, alone, echo, in_thread, is_outside
from bot.slack.news.review import ways_on
from bot.slack.room import Room, readable

ALT_LIMIT = 1_000
"""Characters that Slack takes as the words of a picture (https://docs.slack.dev/reference/methods/files.getUploadURLExternal)."""


def _field(room: Room, news: News) -> Iterator[Call]:
    """A field set by hand; a new owner of the postmortem hears of it alone too (AD-1)."""
    incident, is_owner = room.incident, news.facts.get("field") == "Postmortem owner"
    if not (is_owner and incident.archived_at):  # both hear of it alone
        yield from echo("field_set")(room, news)
    owner, former = incident.postmortem_owner, news.facts.get("former")
    if (
        former
        and former not in (news.facts.get("by"), owner)
        and not incident.drill
        and not is_outside(room, former)
    ):
        key = f"owner-former:{incident.ref}:{incident.version}"
        yield from alone(room, key, former, "owner_former", **readable(room, news))
    if owner is None or not is_owner or owner == news.facts.get("by"):
        return
    if incident.private:
        args = {"channel": room.channel, "users": owner}
        yield room.call(f"invite:{incident.ref}:{owner}:{incident.version}", "conversations.invite", args)
    opened = f"owner-dm-open:{incident.ref}:{incident.version}"
    yield room.call(opened, "conversations.open", {"users": owner})
    message = room.message("owner", **readable(room, news), due=incident.postmortem_due_at)
    key = f"owner-dm:{incident.ref}:{incident.version}"
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{owner}")


def _recurs(room: Room, news: News) -> Iterator[Call]:
    """Below the card, when it is found first: the card names it from here on (AD-6)."""
    key = f"recurs:{room.incident.ref}:{room.incident.version}"
    yield in_thread(room, key, room.message("recurs", again=room.recurring(news.facts["again"])))


def _written(room: Room, news: News) -> Iterator[Call]:
    """Below the card, while its channel is one; whoever wrote was told anyway."""
    if room.incident.archived_at is None:
        yield from echo("written")(room, news)


def _drafted(room: Room, news: News) -> Iterator[Call]:
    ref, n = room.incident.ref, news.facts["n"]
    upload = f"upload:{ref}:{n}"
    files: Sequence[MadeFile] = news.facts["files"]
    first, *more = [_file(room, file) for file in files]
    owner = room.incident.postmortem_owner or room.incident.commander
    reader, opened = _reader(room, owner), f"draft-dm-open:{ref}:{n}"
    channel, stream = (result(opened, "channel.id"), f"dm:{reader}") if reader else (room.channel, ref)
    if reader:
        yield room.call(opened, "conversations.open", {"users": reader})
    args = {"channel": channel, **first, **({"more": more} if more else {})}
    yield room.call(upload, "upload", args, stream=stream)
    if news.facts["external"]:
        yield room.post(f"draft:{ref}:{n}", channel, _outside(room, news), stream=stream, after=(upload,))
        return
    review = room.incident.review if room.incident.status is Status.CLOSED else None
    facts: dict[str, Any] = {
        "canvas": "",
        "prompts": news.facts["prompts"], "owner": f"<@{owner}>", "format": news.facts["format"],
        "due": None if review and review.is_done else room.incident.postmortem_due_at, "file": files[0].name,
        "files": [file.name for file in files if not file.alt], "trouble": news.facts["trouble"], "external": False,
    }  # fmt: skip
    row = blocks.draft_row(ref, ways_on(room, snooze=False) if review else None, is_draft=True)
    facts["stage"] = review.stage.value if review else ""
    said = room.message("draft", row, **facts)
    yield room.post(f"draft:{ref}:{n}", channel, said, stream=stream, after=(upload,))
    if reader:
        return
    yield room.call(opened, "conversations.open", {"users": owner})
    told = room.message("draft_owner", blocks.draft_row(ref, None, is_draft=True), **facts)
    yield room.post(
        f"draft-dm:{ref}:{n}", result(opened, "channel.id"), told,
        stream=f"dm:{owner}", after=(f"draft:{ref}:{n}",),
    )  # fmt: skip
    if room.policy.canvas and news.facts["canvas"]:
        yield from in_canvas(room, news, lambda said: room.message("draft", row, **{**facts, "canvas": said}))


def _reader(room: Room, owner: str) -> str | None:
    """Who gets a draft alone, for nothing can be put into its channel any more; None: the channel does."""
    incident = room.incident
    if not takes_nothing(incident):
        return None
    return next((user for user in (owner, incident.commander) if user and not is_outside(room, user)), None)


def _outside(room: Room, news: News) -> dict[str, Any]:
    """A draft for customers is read over by the people of this channel: it goes nowhere else from here."""
    remarks = [room.quiet(escaped(remark)) for remark in news.facts["remarks"]]
    facts = {
        "prompts": news.facts["prompts"], "remarks": remarks, "trouble": news.facts["trouble"], "external": True,
        "files": [file.name for file in news.facts["files"]],
    }  # fmt: skip
    return room.message("draft_external", **facts)


def _file(room: Room, file: MadeFile) -> dict[str, Any]:
    """A file as the outbox keeps it: text as text, anything else as base64."""
    told = {"name": file.name, "title": room.marked(file.title)}
    if file.kind == "md":
        return told | {"content": file.content.decode()}
    alt = {"alt": fitting(file.alt, ALT_LIMIT)} if file.alt else {}
    return told | alt | {"base64": b64encode(file.content).decode()}


TELL: Tellers = {
    What.NOTED: echo("noted"),
    What.CORRECTED: echo("corrected"),
    What.FIELD: _field,
    What.RECURS: _recurs,
    What.IMPACT: echo("impact_recorded"),
    What.WRITTEN: _written,
    What.DRAFTED: _drafted,
}
