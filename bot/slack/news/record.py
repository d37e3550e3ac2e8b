"""What is written down: notes, fields, impact, drafts."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from bot.call import Call, result
from bot.domain.incident import News, What
from bot.domain.timers import MadeFile
from bot.slack.news.common import Tellers, echo
from bot.slack.room import Room, readable


def _field(room: Room, news: News) -> Iterator[Call]:
    """A field set by hand; a new owner of the postmortem hears of it alone too (AD-1)."""
    yield from echo("field_set")(room, news)
    incident = room.incident
    owner = incident.postmortem_owner
    if owner is None or news.facts.get("field") != "Postmortem owner" or owner == news.facts.get("by"):
        return
    if incident.private:
        args = {"channel": room.channel, "users": owner}
        yield room.call(f"invite:{incident.ref}:{owner}:{incident.version}", "conversations.invite", args)
    opened = f"owner-dm-open:{incident.ref}:{incident.version}"
    yield room.call(opened, "conversations.open", {"users": owner})
    message = room.message("owner", **readable(room, news), due=incident.postmortem_due_at)
    key = f"owner-dm:{incident.ref}:{incident.version}"
    yield room.post(key, result(opened, "channel.id"), message, stream=f"dm:{owner}")


def _drafted(room: Room, news: News) -> Iterator[Call]:
    ref, n = room.incident.ref, news.facts["n"]
    upload = f"upload:{ref}:{n}"
    files: Sequence[MadeFile] = news.facts["files"]
    first, *more = [_file(room, file) for file in files]
    args = {"channel": room.channel, **first, **({"more": more} if more else {})}
    yield room.call(upload, "upload", args, stream=room.incident.ref)
    owner = room.incident.postmortem_owner or room.incident.commander
    facts = {
        "prompts": news.facts["prompts"], "owner": f"<@{owner}>", "format": news.facts["format"],
        "due": room.incident.postmortem_due_at, "files": [file.name for file in files],
        "trouble": news.facts["trouble"],
    }  # fmt: skip
    yield room.say(f"draft:{ref}:{n}", room.message("draft", **facts), after=(upload,))
    opened = f"draft-dm-open:{ref}:{n}"
    yield room.call(opened, "conversations.open", {"users": owner})
    yield room.post(
        f"draft-dm:{ref}:{n}", result(opened, "channel.id"), room.message("draft_owner", **facts),
        stream=f"dm:{owner}", after=(f"draft:{ref}:{n}",),
    )  # fmt: skip


def _file(room: Room, file: MadeFile) -> dict[str, Any]:
    """A file as the outbox keeps it: text as text, anything else as base64."""
    told = {"name": file.name, "title": room.marked(file.title)}
    if file.kind == "md":
        return told | {"content": file.content.decode()}
    return told | {"base64": b64encode(file.content).decode()}


TELL: Tellers = {
    What.NOTED: echo("noted"),
    What.FIELD: _field,
    What.IMPACT: echo("impact_recorded"),
    What.DRAFTED: _drafted,
}
