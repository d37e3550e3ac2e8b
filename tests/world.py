"""World: the whole bot on the small Slack, with a clock that a test moves. Tests talk to it as people do."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.app import Bot, build
from bot.checks import OPTIONAL_SCOPES, SCOPES
from bot.clock import Clock
from bot.domain.policy_file import read_policy
from bot.sandbox import Channel, HttpDoor, Message, Person, Workspace
from bot.sandbox.server import SandboxServer
from bot.settings import DEFAULT_POLICY, Settings
from bot.store.migrate import ready
from bot.store.store import Collision
from tests.conforming import Journal

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUNDS = 200
"""More rounds of delivering than any story needs: past that, calls go round in a circle."""
HARMLESS = frozenset({"already_in_channel", "already_pinned", "already_reacted", "cant_invite_self"})
"""Errors of Slack's that only say that things are as they should be."""


class StillClock(Clock):
    """Business and machine time, both moved by the test alone."""

    def __init__(self, now: datetime = START) -> None:
        self.at = now
        self.seconds = now.timestamp()

    def now(self) -> datetime:
        return self.at

    def business(self) -> float:
        """Business time as Slack's stamps want it."""
        return self.at.timestamp()

    def machine(self) -> float:
        return self.seconds

    def shared(self, reading: Callable[[], float] | None) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def move(self, by: timedelta) -> None:
        self.at += by
        self.seconds += by.total_seconds()


class Said(list[Message]):
    """Messages of a channel, asked about by what they say."""

    @property
    def words(self) -> list[str]:
        return [message.words for message in self]


class Room:
    """A channel as a test sees it: what stands in it now."""

    def __init__(self, world: "World", channel: Channel) -> None:
        self.world, self.channel = world, channel
        self.id, self.name = channel.id, channel.name

    @property
    def messages(self) -> Said:
        return Said(m for m in self.channel.messages if not m.deleted and m.subtype is None)

    def keyed(self, kind: str) -> Said:
        """The bot's messages whose key begins with *kind*, in order; each key was used once."""
        found = Said(m for m in self.messages if key_of(m).startswith(f"{kind}:"))
        keys = [key_of(m) for m in found]
        assert len(set(keys)) == len(keys), f"said twice: {keys}"
        return found

    @property
    def nudges(self) -> list[str]:
        return self.keyed("nudge").words

    @property
    def card(self) -> Message:
        (card,) = self.keyed("card")
        return card


def key_of(message: Message) -> str:
    """The key under which the bot posted *message*; empty for people's."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("key", ""))


def declared(world: "World", severity: str = "sev1", who: str = "ana") -> tuple[Person, Room]:
    """An incident, declared by somebody who then stands in its channel."""
    person = world.person(who)
    person.commands(f"/incident declare {severity} checkout is down")
    room = world.channel()
    person.channel = room.channel
    return person, room


def said(world: "World", person: Person, line: str) -> str:
    """The answer to a command, once everything that it leads to has happened."""
    answer = person.commands(f"/incident {line}")
    world.tick()
    return answer.text


def in_channel(world: "World") -> str:
    """Everything that stands in the newest incident's channel."""
    return "\n".join(world.channel().messages.words)


def heads(room: Room) -> list[str]:
    """The first line of each nudge, as it stands now."""
    return [words.splitlines()[0] for words in room.nudges]


def joined(world: "World", name: str) -> Person:
    """Somebody else, who stands in the newest incident's channel."""
    person, room = world.person(name), world.channel()
    person.joins(room.name)
    person.channel = room.channel
    return person


def changed(world: "World", **fields: object) -> None:
    """The newest incident with *fields* as another feature would have left them."""
    with world.bot.store.begin() as tx:
        newest = tx.incidents(open_only=False, limit=1)[0]
        tx.save_incident(replace(newest, **fields))  # type: ignore[arg-type]


def ticks(bot: Bot) -> None:
    """What the ticks of a bot do, which leave to the other what it took first."""
    for work in (bot.due.fire, bot.outbox.deliver):
        try:
            work()
        except Collision:
            continue


def at_once(works: Sequence[Callable[[], object]]) -> None:
    """Do all of *works* in threads that begin together; the first error of any is raised."""
    gate, errors = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        gate.wait(timeout=10)
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class World:
    """One workspace, one bot, one database, one clock."""

    def __init__(
        self,
        server: SandboxServer,
        database_url: str,
        policy: str = "",
        start: datetime = START,
        clock: StillClock | None = None,
    ) -> None:
        self.clock = clock or StillClock(start)
        self.expected: set[str] = set(HARMLESS)
        self.started: list[Bot] = []
        self.others: list[Bot] = []
        self.journal = Journal()
        self.defects = False
        """True: this story makes some by hand, for the audit to find."""
        self.drafts: tuple[str, ...] | None = ("md",)
        """The files that a draft is put into the channel as: a PDF takes a process of its own; None: the policy's."""
        self.server = server
        self.database_url = database_url
        self.policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), policy)
        self.slack = Workspace(time=self.clock.business, machine=self.clock.machine)
        self.slack.scopes = {*SCOPES, *OPTIONAL_SCOPES}
        server.workspace = self.slack
        self.slack.door = HttpDoor(self._post)
        self.slack.add_channel("incidents", bot=True)
        self.slack.add_channel("general")
        self.people: dict[str, Person] = {}
        self.bot = self.start()

    def settings(self) -> Settings:
        files = self.policy.draft_files if self.drafts is None else self.drafts
        return Settings(
            bot_token=self.slack.bot_token,
            signing_secret=self.slack.signing_secret,
            app_token="",
            slack_api_url=self.server.api_url,
            database_url=self.database_url,
            policy=replace(self.policy, draft_files=files),
            host="127.0.0.1",
            port=0,
            log_level="INFO",
            log_format="text",
        )

    def start(self) -> Bot:
        """A bot as after a process start."""
        bot = build(self.settings(), self.clock)
        self.started.append(bot)  # closed with the world, also where its start is refused
        ready(bot.store, migrates=True)
        bot.identity.learn()
        bot.directory.refresh()
        bot.backfill.begin()
        self.bot = bot
        self.settle()
        return bot

    def restart(self, *, after: timedelta = timedelta(0)) -> None:
        """Stop the bot, let time pass, and start it again."""
        self.bot.store.close()
        self.clock.move(after)
        self.start()
        self.tick()

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return self._hand(self.bot, path, body, headers)

    def _hand(
        self, bot: Bot, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        assert path == "/slack/events"
        status, answer_headers, answer = bot.dispatch(body, headers)
        self.journal.keep(body, answer.encode())
        return status, answer_headers, answer.encode()

    def deliver_to(self, bot: Bot, payload: dict[str, object]) -> int:
        """An event straight into *bot*, from any thread; the status of its answer."""
        return HttpDoor(partial(self._hand, bot)).deliver(self.slack, "events_api", payload).status

    def person(self, name: str, *, tz: str = "Etc/UTC") -> Person:
        """A person of that name; made, and known to the bot, when new."""
        if name not in self.people:
            self.slack.add_user(name, real_name=name.capitalize(), tz=tz)
            self.people[name] = self.slack.person(name)
            self.people[name].joins("general")
            self.people[name].channel = self.slack.channel("general")
            self.settle()
        return self.people[name]

    def settle(self) -> None:
        """Let everything happen that can happen now: events in, calls out, until nothing is left."""
        for _ in range(ROUNDS):
            delivered = self.slack.pump()
            made = self.bot.outbox.deliver()
            if not delivered and not made:
                return
        raise AssertionError("the bot and Slack never come to rest")

    def tick(self) -> None:
        """What the ticks of a running bot do at this instant."""
        for _ in range(ROUNDS):
            self.settle()
            if not (self.bot.backfill.read() + self.bot.due.fire()):
                break
        self.settle()

    def forward(self, **by: float) -> None:
        """Let time pass, stopping at each instant at which a timer or a waiting call is due."""
        end = self.clock.now() + timedelta(**by)
        while (due := self._next()) is not None and due < end:
            self.clock.move(max(due - self.clock.now(), timedelta(0)))
            self.tick()
        self.clock.move(end - self.clock.now())
        self.tick()

    def next_due(self) -> datetime | None:
        """When a timer or a waiting call is next due."""
        return self._next()

    def _next(self) -> datetime | None:
        with self.bot.store.read() as tx:
            due, again = tx.next_due(), tx.outbox.next_try(self.clock.machine())
        waits = [due] if due is not None and due > self.clock.now() else []
        if again is not None and again > self.clock.machine():
            waits.append(self.clock.now() + timedelta(seconds=again - self.clock.machine()))
        return min(waits, default=None)

    @contextmanager
    def at(self, when: datetime) -> Iterator[None]:
        """Just before the ticks of *when*: what is done inside comes first, then the ticks."""
        almost = when - timedelta(microseconds=1) - self.clock.now()
        self.forward(seconds=almost.total_seconds())
        self.clock.move(timedelta(microseconds=1))
        yield
        self.tick()

    def channel(self, name: str | None = None) -> Room:
        """A channel by name; without one the newest incident's."""
        self.settle()
        if name is not None:
            return Room(self, self.slack.channel(name))
        newest = [channel for channel in self.slack.channels if channel.name.startswith("inc-")][-1]
        return Room(self, newest)

    def dm(self, person: Person) -> Said:
        """What the bot said to *person* alone, in its direct messages."""
        self.settle()
        rooms = [
            c for c in self.slack.channels if c.name == person.id or person.id in getattr(c, "members", [])
        ]
        return Said(m for c in rooms if c.id.startswith("D") for m in c.messages)

    def another_bot(self) -> Bot:
        """A second process on the same database. It does nothing by itself: ``due.fire``, ``deliver``."""
        other = build(self.settings(), self.clock)
        other.identity.learn()
        self.others.append(other)
        return other

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """What Slack delivers inside meets a bot that cannot reach its database."""
        bot, settings = self.bot, self.settings()
        self.bot = build(replace(settings, database_url="sqlite:////nowhere/at/all.sqlite"), self.clock)
        self.others.append(self.bot)
        yield
        self.bot = bot

    def sends(self, event: Mapping[str, object], *, times: int = 1) -> None:
        """An event as Slack sends it, into the bot; *times* with the same event id."""
        self.slack.emit(dict(event))
        payload = self.slack.deliveries.waiting[-1].payload
        self.journal.made_up.add(str(payload["event_id"]))
        self.slack.pump()
        door = self.slack.door
        assert door is not None
        for attempt in range(1, times):
            assert door.deliver(self.slack, "events_api", payload, attempt=attempt, reason="http_timeout").ok

    # The end of a story

    def expects_errors(self, *names: str) -> None:
        """This story means Slack to answer with these errors."""
        self.expected |= set(names)

    def finish(self) -> None:
        """Fails on what nobody expected: something said twice, an error of Slack, calls never made, lost events."""
        for _ in range(ROUNDS):
            self.settle()
            with self.bot.store.read() as tx:
                again = tx.outbox.next_try(self.clock.machine())
            if again is None:
                break
            self.clock.seconds = max(again, self.clock.seconds) + 0.001
        keys = [(c.name, key_of(m)) for c in self.slack.channels for m in c.messages if not m.deleted]
        twice = [(name, key) for name, key in keys if key and keys.count((name, key)) > 1]
        assert twice == [], f"said twice: {twice}"
        errors = [
            (call.method, call.answer["error"], call.args)
            for call in self.slack.calls
            if not call.answer.get("ok") and call.fault is None
        ]
        unexpected = [each for each in errors if each[1] not in self.expected]
        assert unexpected == [], f"Slack refused: {unexpected}"
        with self.bot.store.read() as tx:
            assert tx.outbox.unfinished() == 0, "calls were planned that are never made"
        assert self.slack.deliveries.lost == [], "events were lost"
        assert (faults := self.journal.faults(self.slack)) == [], f"not as Slack or readers want it: {faults}"
        self.audited()

    def audited(self) -> tuple[int, int]:
        """What the audit of a minute later finds: nudges missing, and said twice. A sound story has neither."""
        self.clock.seconds += 61
        found = self.bot.audit.check()
        assert found is not None
        assert self.defects or (found.missing, found.duplicate) == (0, 0), (
            "see the log for what the audit found"
        )
        return found.missing, found.duplicate

    def close(self) -> None:
        for bot in (*self.started, *self.others):
            bot.store.close()
