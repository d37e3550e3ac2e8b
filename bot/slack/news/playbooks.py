"""Playbooks: posted with a button for each step, so that several people tick at once; the message shows how it stands.

A long one goes on in its thread. Whatever changes a step, its message is edited: a click, a command, an undo.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot import render
from bot.call import Call, result
from bot.domain.incident import Incident
from bot.domain.news import News, What
from bot.domain.parts import Line, PlaybookStep, Posted
from bot.domain.playbooks import standing, steps_of
from bot.domain.signs import set_apart
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.cutting import fitting
from bot.slack.news.common import Tellers
from bot.slack.room import Room

MOST_BLOCKS = 42
"""Blocks of one message: a phone shows them all, and Slack takes 50."""
FALLBACK = 3_000
"""Characters of what is read aloud, and shown where blocks are not."""
ROOM_OF_TICK = 150
"""Characters that a step has around its words, at most: its number, who ticked it and when."""


def _posted(room: Room, news: News) -> Iterator[Call]:
    yield from shown(room, next(each for each in room.incident.playbooks if each.n == news.facts["n"]))


def shown(room: Room, posted: Posted) -> Iterator[Call]:
    """*posted* in the channel, in as many messages as it needs: the second one and later are in its thread."""
    first = _key(room, posted, 1)
    for page, message in _pages(room, posted):
        more = {} if page == 1 else {"thread_ts": result(first, "ts")}
        yield room.say(_key(room, posted, page), {**message, **more})


def posted_again(room: Room) -> Iterator[Call]:
    """What stands in a channel that the incident has left, in its new one: there its boxes work (DR-15)."""
    for posted in standing(room.incident):
        yield from shown(room, posted)


def edits(room: Room, before: Incident) -> Iterator[Call]:
    """The messages of the playbooks in which something is new."""
    former = {each.n: each for each in before.playbooks}
    for posted in room.incident.playbooks:
        was = former.get(posted.n)
        if was is None or (was, steps_of(before, posted)) == (posted, steps_of(room.incident, posted)):
            continue
        old = dict(_pages(room, was, before))
        for page, message in _pages(room, posted) if not posted.taken_back else _gone(room, posted, old):
            key = _key(room, posted, page)
            if old.get(page) != message:
                yield room.edit(f"playbook-edit:{key.partition(':')[2]}:{page}:{room.incident.version}", key, message,
                                slot=key)  # fmt: skip


def _key(room: Room, posted: Posted, page: int) -> str:
    """The key of a message of *posted* in the channel that the incident has now."""
    ref, channels = room.incident.ref, room.incident.channels
    name = f"playbook:{ref}:{posted.n}" if page == 1 else f"playbook-page:{ref}:{posted.n}:{page}"
    return name + (f":in{channels}" if channels > 1 else "")


def _gone(room: Room, posted: Posted, pages: Mapping[int, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for page in pages:
        yield page, room.line("playbook_taken_back", playbook=set_apart(posted.title))


def _pages(
    room: Room, posted: Posted, incident: Incident | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The messages of *posted*, numbered from 1."""
    steps = {step.number: step for step in steps_of(incident or room.incident, posted)}
    said = [one for line in posted.lines for one in _blocks(room, posted, line, steps.get(line.step))]
    pages = list(_packed(said))
    done = sum(step.is_done for step in steps.values())
    facts = {
        "playbook": set_apart(posted.title), "by": f"<@{posted.by}>", "steps": len(steps), "done": done,
        "pages": len(pages),
    }  # fmt: skip
    for page, made in enumerate(pages, 1):
        text = render.slack("playbook", room.facts(**facts, page=page), room.policy.command)
        whole = "\n".join((text, *(block["text"]["text"] for block in made)))
        yield page, {"text": fitting(whole, FALLBACK), "blocks": [*blocks.sections(text), *made]}


def _packed(said: Sequence[tuple[int, Block]]) -> Iterator[list[Block]]:
    """Blocks by message, within Slack's number and length; each comes with the most characters that it may have."""
    page: list[Block] = []
    left = blocks.TEXT_LIMIT
    for length, block in said:
        if page and (len(page) >= MOST_BLOCKS or length > left):
            yield page
            page, left = [], blocks.TEXT_LIMIT
        page.append(block)
        left -= length
    if page or not said:
        yield page


def _blocks(room: Room, posted: Posted, line: Line, step: PlaybookStep | None) -> Iterator[tuple[int, Block]]:
    """A stretch of *posted*, and the most characters that it has, ticked or not: so the pages stay as they are."""
    if step is None:
        for block in blocks.sections(f"*{line.text}*" if line.heading else line.text):
            yield len(block["text"]["text"]), block
        return
    words = fitting(set_apart(step.text), blocks.SECTION_LIMIT - ROOM_OF_TICK)
    text = render.slack("playbook_step", {"step": step, "text": words, "now": room.at}, room.policy.command)
    block = blocks.step(room.incident.ref, posted.n, step.number, text, done=step.is_done)
    yield len(words) + ROOM_OF_TICK, block


TELL: Tellers = {What.PLAYBOOK: _posted}
