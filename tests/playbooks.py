"""What stories about playbooks share: a folder with two of them, posting one, ticking, the record."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.timeline import Entry
from bot.playbook_files import read_playbooks
from bot.sandbox import Message, Person, forms, interactions
from tests.world import Room, World, said

INC = "INC-2026-0302-001"
DATABASE = """\
---
services: database, Orders DB
words: postgres, connection pool
---
# Database outage

Stay *calm*: see [the runbook](https://wiki.example.com/db?a=1&b=2).

## Look

- [ ] Is it **really** the database? Ask `<!channel>` & <@U123> nothing
- [ ] Count the connections
  of each service

## Act

1. [ ] Fail over
"""
TEXT = "# Whom to call\n\nDana, +1 555 0100\n"


def folder_in(tmp_path: Path, world: World) -> Path:
    """A folder with two playbooks, which the bot has read."""
    (tmp_path / "database.md").write_text(DATABASE, encoding="utf-8")
    (tmp_path / "contacts.md").write_text(TEXT, encoding="utf-8")
    reads(world, tmp_path)
    return tmp_path


def reads(world: World, folder: Path) -> None:
    """The bot starts anew, and reads *folder*."""
    world.policy = replace(world.policy, playbooks=read_playbooks(folder))
    world.restart()


def posted(world: World, person: Person, name: str = "database") -> Message:
    """The message of the playbook that *person* posts."""
    said(world, person, f"playbook {name}")
    return world.channel().keyed("playbook")[-1]


def shown(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if "text" in block]


def ticks(person: Person, message: Message, step: int) -> None:
    person.clicks(f"playbook_step:{step}", message=message.ts)


def clicks_on_former(room: Room, person: Person, message: Message, block: dict[str, Any]) -> None:
    """*person* still sees *block* as it was, and clicks its button."""
    action = forms.action(block, block["accessory"], None, "1.0")
    interactions.click_in_message(room.world.slack, person.user, room.channel, message, action)


def first_step(message: Message) -> dict[str, Any]:
    """The block of the first step, as it stands now."""
    return next(block for block in message.blocks if block.get("accessory"))


def told_alone(world: World, person: Person, channel: str | None = None) -> str:
    """The last thing that only *person* saw."""
    world.settle()
    return [each for each in person.hears(channel) if each.ephemeral_for == person.id][-1].words


def record(world: World) -> list[Entry]:
    world.settle()
    with world.bot.store.read() as tx:
        return [e for e in tx.entries(INC) if e.data.get("change") == "playbook" and e.deleted_at is None]
