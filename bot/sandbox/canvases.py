"""Canvases: the document of a channel, made of sections, which the app and people write into."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import messages
from bot.sandbox.state import Channel, Impossible, Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

LONGEST = 1_048_576
"""Characters of Markdown that one call takes (docs.slack.dev/reference/methods/conversations.canvases.create)."""
MOST_CELLS = 300
"""Cells of a table in a canvas."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,3}) +(.*)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_MENTION = re.compile(r"(?<!\\)!\[[^\]]*\]\(([@#]\w+)\)")


@dataclass(slots=True, kw_only=True)
class Section:
    """One block of a canvas, in Markdown."""

    id: str
    markdown: str

    @property
    def kind(self) -> str:
        """``h1`` to ``h3``; empty for what is no heading."""
        found = _HEADING.match(self.markdown)
        return f"h{len(found[1])}" if found else ""

    @property
    def is_code(self) -> bool:
        """Whether it is a code block, in which nothing is active."""
        return _FENCE.match(self.markdown) is not None


@dataclass(slots=True, kw_only=True)
class Canvas:
    """The canvas of a channel; ``user`` made it."""

    id: str
    channel: str
    title: str
    user: str
    created: int
    updated: int
    last_editor: str
    sections: list[Section] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """All that stands in it."""
        return "\n\n".join(section.markdown for section in self.sections)

    @property
    def mentions(self) -> list[str]:
        """Whom it mentions, who are notified of it: ``@U…``."""
        open_to = [_CODE.sub("", each.markdown) for each in self.sections if not each.is_code]
        return [who for words in open_to for who in _MENTION.findall(words)]


def content_of(given: object, error: str) -> str:
    """The Markdown of a ``document_content``, where Slack would take it."""
    if (
        not isinstance(given, dict)
        or given.get("type") != "markdown"
        or not isinstance(given.get("markdown"), str)
    ):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] document_content"]})
    text: str = given["markdown"]
    if len(text) > LONGEST:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] too long"]})
    if any(_cells(block) > MOST_CELLS for block in blocks(text)):
        raise SlackError(error)
    return text


def _cells(block: str) -> int:
    rows = block.splitlines()
    if not all(row.startswith("|") for row in rows):
        return 0
    return sum(
        len(re.split(r"(?<!\\)\|", row.strip().strip("|")))
        for row in rows
        if not re.fullmatch(r"[|: -]+", row)
    )


def blocks(text: str) -> list[str]:
    """*text* in blocks, as blank lines part them; a code block is one, whatever stands in it."""
    made, block, fence = list[str](), list[str](), ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if found and not fence:
            made, block, fence = [*made, "\n".join(block)], [line], found[1]
        elif fence:
            block.append(line)
            if found and line.strip() == found[1] and found[1].startswith(fence):
                made, block, fence = [*made, "\n".join(block)], [], ""
        elif line.strip() and not _HEADING.match(line):
            block.append(line)
        else:
            made, block = [*made, "\n".join(block), line], []
    return [each for each in [*made, "\n".join(block)] if each.strip()]


def make(ws: "Workspace", channel: Channel, *, title: str, text: str, by: str) -> Canvas:
    """The canvas of *channel*, which has none."""
    now = int(ws.time())
    made = Canvas(
        id=ws.new_id("F"), channel=channel.id, title=title, user=by, created=now, updated=now, last_editor=by,
        sections=sections(ws, text),
    )  # fmt: skip
    ws.canvases[made.id] = made
    ws.touch()
    return made


def sections(ws: "Workspace", text: str) -> list[Section]:
    """New sections for the blocks of *text*."""
    return [Section(id=ws.new_id("temp:C:"), markdown=block) for block in blocks(text)]


def of_channel(ws: "Workspace", channel: Channel) -> Canvas | None:
    """The channel's canvas."""
    return next((each for each in ws.canvases.values() if each.channel == channel.id), None)


def touched(ws: "Workspace", canvas: Canvas, by: str) -> None:
    """Somebody wrote into it; of what people write, Slack posts a line into the channel."""
    canvas.updated, canvas.last_editor = int(ws.time()), by
    place = ws.find_channel(canvas.channel)
    if place is not None and by != ws.bot_user_id:
        text = f"<@{by}> made updates to the channel canvas"
        messages.post(ws, place, text=text, user="USLACKBOT", subtype="channel_canvas_updated")
    ws.touch()


def writes(ws: "Workspace", channel: Channel, by: str, text: str) -> Canvas:
    """Somebody writes below all that stands in the channel's canvas; it is made where there is none."""
    found = of_channel(ws, channel) or make(ws, channel, title=channel.name, text="", by=by)
    found.sections += sections(ws, text)
    touched(ws, found, by)
    return found


def changes(ws: "Workspace", channel: Channel, by: str, old: str, new: str) -> Canvas:
    """Somebody puts *new* in place of the first *old*. Raises Impossible where it is not there."""
    found = of_channel(ws, channel)
    section = next((each for each in found.sections if old in each.markdown), None) if found else None
    if found is None or section is None:
        raise Impossible(f"The canvas of #{channel.name} does not say {old!r}.")
    section.markdown = section.markdown.replace(old, new, 1)
    touched(ws, found, by)
    return found


def info(ws: "Workspace", canvas: Canvas) -> Json:
    """The canvas as a file object."""
    url = f"https://{ws.team_domain}.slack.com/docs/{ws.team_id}/{canvas.id}"
    return {
        "id": canvas.id, "created": canvas.created, "timestamp": canvas.created, "name": "Canvas",
        "title": canvas.title, "mimetype": "application/vnd.slack-docs", "filetype": "quip",
        "pretty_type": "Canvas", "user": canvas.user, "user_team": ws.team_id, "mode": "quip", "editable": True,
        "size": len(canvas.markdown.encode()), "is_external": False, "external_type": "", "is_public": False,
        "public_url_shared": False, "display_as_bot": False, "username": "", "updated": canvas.updated,
        "edit_timestamp": canvas.updated, "last_editor": canvas.last_editor, "url_private": url,
        "url_private_download": url, "permalink": url, "has_rich_preview": False, "is_channel_space": True,
        "linked_channel_id": canvas.channel,
    }  # fmt: skip
