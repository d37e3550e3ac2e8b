"""The reference of what is typed in Slack: each verb with what help says, and what comes of its example.

The examples are typed into the small Slack of the tests, each in an incident of its own: what the reference shows as
said is what the bot said.
"""  # noqa: INP001 - part of a script, no package

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app import SHORTCUTS
from bot.clock import Clock
from bot.domain.policy_file import keys
from bot.playbook_files import read_playbooks
from bot.sandbox import Message, Person, Workspace
from bot.sandbox.server import SandboxServer
from bot.store.migrate import migrate
from bot.store.store import Store
from handlers import ROUTES
from handlers.help import TITLES
from handlers.routes import Situation, Verb
from tests.world import World

AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BOOKS = Path(__file__).resolve().parent.parent / "bot" / "sandbox_playbooks"
MINUTES = 20
"""Since the incident was declared, when the example is typed."""
POLICY = """
[organisation]
name = "Example Inc."

[severity.P0]
inform = []

[target.executives]
channel = "exec-updates"

[sla]
legal = ["@ana"]
"""
BEFORE: Mapping[str, tuple[str, ...]] = {
    "resume": ("sev sev3 it is quiet", "pause 2h the vendor delivers at noon"),
    "pause": ("sev sev3 it is quiet",),
    "close": ("resolve all is well",),
    "reopen": ("resolve all is well",),
    "undo": ("sev sev2 a slip of the hand",),
    "lead": ("role ic @ben",),
    "unsubscribe": ("subscribe",),
    "list": ("declare sev1 checkout is down", "declare sev3 a report is late"),
    "metrics": ("declare sev1 checkout is down",),
}
"""What is typed before the example where it needs more than an incident that is open."""
OPEN_FOR = {"long": 120}
"""Minutes, where the example needs an incident that is open for longer."""
PLACES = {"message": "the menu of a message, *More actions*", "global": "the menu of shortcuts"}
"""Where Slack shows an entry, by the type that a manifest names."""
LONGEST = 12
"""Lines of what was said that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What came of an example."""

    answer: str
    form: str
    channel: tuple[str, ...]


class Stage:
    """A small Slack in which one example after the other is played."""

    def __init__(self, server: SandboxServer, folder: Path) -> None:
        """Play at *server*; databases stand in *folder*."""
        self._server, self._folder = server, folder
        self._template = folder / "template.sqlite"
        store = Store(f"sqlite:///{self._template}")
        migrate(store)
        store.close()

    def play(self, verb: Verb) -> Happened:
        """The example of *verb*, typed by ana, who declared the incident unless the verb is one to start with."""
        database = shutil.copy(self._template, self._folder / f"{verb.name}.sqlite")
        world = World(self._server, f"sqlite:///{database}", POLICY, start=AFTERNOON)
        try:
            if verb.name == "playbook":
                world.policy = replace(world.policy, playbooks=read_playbooks(BOOKS))
                world.restart()
            return self._played(world, verb)
        finally:
            world.close()

    def _declared(self, world: World, ana: Person, verb: Verb) -> None:
        """An incident of ana's, open for a while; beside another one where the example names that."""
        if verb.name == "merge":
            ana.commands("/incident declare sev1 the database is slow")
        ana.commands("/incident declare sev1 checkout is down")
        world.tick()
        ana.channel = world.channel().channel
        world.forward(minutes=OPEN_FOR.get(verb.name, MINUTES))

    def _played(self, world: World, verb: Verb) -> Happened:
        ana = world.person("ana", tz="Etc/UTC")
        world.slack.add_channel("exec-updates", bot=True)
        for name in sorted({"ben", *re.findall(r"@(\w+)", verb.example)} - {"ana"}):
            world.person(name)
        if verb.situation is not Situation.START:
            self._declared(world, ana, verb)
        if verb.name == "doctor":
            world.bot.look()
        for line in BEFORE.get(verb.name, ()):
            ana.commands(f"/incident {line}")
            world.tick()
        before = {c.id: len(c.messages) for c in world.slack.channels}
        while ana.modal is not None:
            ana.closes_modal()
        answer = ana.commands(verb.example)
        world.tick()
        said = [
            f"#{channel.name}: {with_buttons(message)}"
            for channel in world.slack.channels
            if channel.name.startswith("inc-") and verb.situation is not Situation.START
            for message in channel.messages[before.get(channel.id, 0) :]
            if message.words and not message.deleted and message.subtype is None
        ]
        title = (ana.modal.body.get("title") or {}).get("text", "") if ana.modal is not None else ""
        names = {user.id: user.name for user in world.slack.users}
        rooms = {channel.id: channel.name for channel in world.slack.channels}
        return Happened(
            answer=read(answer.text, names, rooms),
            form=title,
            channel=tuple(read(words, names, rooms) for words in said),
        )


def with_buttons(message: Message) -> str:
    """What a message says, its buttons in one line below; those beside a line are left out."""
    rows = [block["elements"] for block in message.blocks if block.get("type") == "actions"]
    buttons = [one["text"]["text"] for row in rows for one in row if one.get("type") == "button"]
    beside = {
        one["accessory"]["text"]["text"] for one in message.blocks if "text" in one.get("accessory", {})
    }
    lines = [line for line in message.words.splitlines() if line not in beside]
    while lines and lines[-1] in buttons:
        lines.pop()
    return "\n".join([*lines, " ".join(f"[{label}]" for label in buttons)]).rstrip()


def read(words: str, names: Mapping[str, str], rooms: Mapping[str, str]) -> str:
    """Slack's markup as people read it: names for ids, times in UTC, no escapes."""
    words = re.sub(r"<@(\w+)(?:\|[^>]*)?>", lambda found: f"@{names.get(found[1], found[1])}", words)
    words = re.sub(r"<#(\w+)(?:\|[^>]*)?>", lambda found: f"#{rooms.get(found[1], found[1])}", words)
    words = re.sub(r"<!date\^[^|>]*\|([^>]*)>(?: \(([^)]*)\))?", lambda found: found[2] or found[1], words)
    words = re.sub(r"<(?:https?|mailto)[^|>]*\|([^>]*)>", r"\1", words)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage, until the end of the block."""
    machine = Clock().machine
    server = SandboxServer(Workspace(time=machine, machine=machine))
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Stage(server, Path(folder))
    finally:
        server.stop()


def chat() -> str:
    """All verbs by situation."""
    with stage() as small_slack:
        parts = []
        for situation, title in TITLES.items():
            verbs = [verb for verb in ROUTES.verbs.values() if verb.situation is situation]
            parts += [f"### {title}", *(_verb(verb, small_slack.play(verb)) for verb in verbs)]
        return "\n\n".join(parts)


def shortcuts() -> str:
    """The entries in Slack's own menus."""
    lines = [
        f"| {one.label} | {PLACES.get(one.place.value, one.place.value)} | {one.does} |" for one in SHORTCUTS
    ]
    return "\n".join(["| Entry | Where | Does |", "|---|---|---|", *lines])


def _verb(verb: Verb, happened: Happened) -> str:
    lines = [f"#### `{verb.name}`", verb.does, _usage(verb), _who(verb)]
    if verb.name != "help":
        lines.append(_shown(verb, happened))
    return "\n\n".join(lines)


def _usage(verb: Verb) -> str:
    about = "" if verb.situation is Situation.START or verb.name == "merge" else " [INC-…]"
    ways = verb.usage.split("\n")
    lines = [f"/incident {verb.name}{about} {way}".rstrip() for way in ways]
    return "```text\n" + "\n".join(lines) + "\n```"


def _who(verb: Verb) -> str:
    allow = keys()["allow"]
    meant = verb.stands_for
    who = f"For everybody, unless `{meant}` stands in `[allow]`" if meant in allow else "For everybody"
    also = f"Also: {', '.join(f'`{alias}`' for alias in verb.aliases)}. " if verb.aliases else ""
    return f"{also}{who}."


def _shown(verb: Verb, happened: Happened) -> str:
    """The example, and what was said, the longest of it cut."""
    lines = [verb.example]
    if happened.form:
        lines += ["", f"a form opens: {happened.form}"]
    if happened.answer:
        lines += ["", "to you alone:", *_indented(happened.answer)]
    for words in happened.channel:
        room, _, said = words.partition(": ")
        lines += ["", f"in {room}:", *_indented(said)]
    return "```text\n" + "\n".join(lines).replace("```", "'''") + "\n```"


def _indented(words: str) -> list[str]:
    lines = [f"  {line}".rstrip() for line in words.splitlines()]
    return [*lines[:LONGEST], "  …"] if len(lines) > LONGEST else lines
