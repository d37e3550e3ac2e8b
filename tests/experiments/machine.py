"""The moves of the stateful experiment: what people, Slack and the machine may do, and what is looked at, at rest."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.outbox import Places
from bot.sandbox import Channel, HttpDoor, Person
from tests.experiments.model import Line, Modelled
from tests.experiments.resting import database_as_modelled, standing_as_modelled
from tests.experiments.victims import KILLED, Victims
from tests.world import World

QUIET = "escalate = []\ninform = []\nroles = []\ncustomer_mail = false\nnudge_limit = 0\n"
POLICY = '[updates]\nlong_after = "30d"\n' + "".join(f"[severity.P{n}]\n{QUIET}" for n in range(4))
"""Nudges for ever, and nothing else that comes by itself."""
KINDS = ("429", "500", "timeout", "lost_reply", "internal_error", "fatal_error")
DONE = ("500", "internal_error", "fatal_error")
"""Answers after which the call may have been done all the same."""
LEGITIMATE = ("name_taken", "already_in_channel", "already_pinned", "file_not_found")
PEOPLE = ("ana", "ben", "eve")
INCIDENTS = 2
SETTLED = timedelta(minutes=7)
"""Longer than Slack's last redelivery, the longest lease, two looks and the sweep."""

who = st.sampled_from(PEOPLE)
which = st.integers(0, INCIDENTS - 1)
level = st.sampled_from(("P0", "P1", "P2", "P3"))
nth = st.integers(1, 6)
prefix = st.sampled_from(("", "", "Decision: ", "finding: ", "Nobody: "))


class WholeBot(RuleBasedStateMachine):
    """People and machine at work; ``model`` says what must come of it."""

    def __init__(
        self, worlds: Callable[[], AbstractContextManager[World]], victims: Victims, counted: Counter[str]
    ) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.victims, self.counted = victims, counted
        self.world: World = self.stack.enter_context(worlds())
        self.world.expects_errors(*LEGITIMATE)
        self.people: dict[str, Person] = {name: self.world.person(name) for name in PEOPLE}
        self.models: dict[str, Modelled] = {}
        """By reference, in the order of declaration."""
        self.n = 0
        self.well = True
        self.other = self.world.another_bot()
        counted["examples"] += 1

    # ---- helpers

    def begins(self, what: str = "moves", seconds: int = 1) -> None:
        """A move: time goes on a little, so that no two things have one stamp."""
        self.well = False
        self.counted[what] += 1
        self.n += 1
        self.world.clock.move(timedelta(seconds=seconds))

    @invariant()
    def went_well(self) -> None:
        """The move before raised nothing: at the end there is a rest to look at."""
        self.well = True

    def one(self, index: int) -> tuple[Modelled, Channel]:
        """One of the incidents that there are, and its channel."""
        ref = list(self.models)[index % len(self.models)]
        return self.models[ref], self.world.slack.channel(self.rooms[ref])

    @property
    def rooms(self) -> dict[str, str]:
        listed = self.world.bot.lookup.listed(open_only=False)
        return {each.ref: str(each.channel_id) for each in listed}

    def types(self, name: str, line: str, index: int, expected: Callable[[Modelled], bool]) -> None:
        """A command in an incident's channel, and what the model makes of it."""
        self.begins()
        model, room = self.one(index)
        answer = self.people[name].commands(f"/incident {line}", room)
        assert answer.status == 200, line
        assert "on our side" not in answer.text, answer.text
        expected(model)
        self.agree()

    def agree(self) -> None:
        """What is kept in the database is known at once, whatever Slack does."""
        with self.world.bot.store.read() as tx:
            for ref, model in self.models.items():
                now = tx.incident(ref)
                assert now is not None
                database_as_modelled(now, model)

    @property
    def now(self) -> Any:
        return self.world.clock.now()

    def ticks(self) -> None:
        self.world.tick()
        for model in self.models.values():
            model.tick(self.now)

    # ---- people

    @initialize(name=who, severity=level)
    def begins_with_one(self, name: str, severity: str) -> None:
        """Without an incident there is nothing to look at."""
        self.declares(name, severity, None, 1, None)

    @precondition(lambda self: len(self.models) < INCIDENTS)
    @rule(name=who, severity=level, kind=st.sampled_from((None, *KINDS)), place=nth, killed=nth | st.none())
    def declares(self, name: str, severity: str, kind: str | None, place: int, killed: int | None) -> None:
        """An incident is declared; Slack may be in trouble meanwhile, and a process may be killed."""
        self.begins()
        title = f"service {self.n} is down"
        if kind is not None:
            self.world.slack.faults.add("*", kind, nth=place, retry_after=3)
        at = self.now
        answer = self.people[name].commands(f"/incident declare {severity.lower()} {title}", "general")
        assert answer.status == 200
        ref = max(self.rooms)
        self.models[ref] = Modelled(title=title, severity=severity, commander=self.people[name].id, anchor=at)
        if killed is not None:
            self.dies_in_the_middle(killed)
        self.forward(SETTLED)
        for person in self.people.values():
            person.joins(self.rooms[ref])

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, phase=st.sampled_from((None, "identified", "monitoring")))
    def updates(self, name: str, index: int, phase: str | None) -> None:
        self.types(
            name,
            f"update {phase or ''} all is being done {self.n}",
            index,
            lambda m: m.update(phase, self.now),
        )

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, minutes=st.sampled_from((5, 20, 90)))
    def snoozes(self, name: str, index: int, minutes: int) -> None:
        span = timedelta(minutes=minutes)
        self.types(name, f"snooze {minutes}m waiting", index, lambda m: m.snooze(span, self.now))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which)
    def wakes(self, name: str, index: int) -> None:
        self.types(name, "snooze off", index, lambda m: m.wake(self.now))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, minutes=st.sampled_from((10, 45)))
    def pauses(self, name: str, index: int, minutes: int) -> None:
        span = timedelta(minutes=minutes)
        self.types(name, f"pause {minutes}m the vendor", index, lambda m: m.pause(span, self.now))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which)
    def resumes(self, name: str, index: int) -> None:
        self.types(name, "resume", index, lambda m: m.resume(self.now))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, severity=level)
    def rates(self, name: str, index: int, severity: str) -> None:
        self.types(name, f"sev {severity.lower()} as it is", index, lambda m: m.rate(severity, self.now))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, role=st.sampled_from(("lead", "comms")), to=who)
    def gives(self, name: str, index: int, role: str, to: str) -> None:
        self.types(name, f"{role} @{to}", index, lambda m: m.give(role, self.people[to].id))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which)
    def names(self, name: str, index: int) -> None:
        title = f"title {self.n}"
        self.types(name, f"set title {title}", index, lambda m: m.name(title))

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, verb=st.sampled_from(("resolve", "resolve", "close", "reopen")))
    def ends(self, name: str, index: int, verb: str) -> None:
        self.types(name, verb, index, lambda m: getattr(m, verb)(self.now))

    # ---- what is said

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, label=prefix)
    def says(self, name: str, index: int, label: str) -> None:
        self.begins()
        model, room = self.one(index)
        text = f"{label}line {self.n}"
        ts = self.people[name].says(text, room)
        model.log[ts] = Line(author=self.people[name].id, texts=[text])

    def lines(self, index: int, pick: int, *, mine: str | None = None) -> tuple[Channel, str, Line] | None:
        """One of the messages that still stand, said by *mine* where that is asked."""
        model, room = self.one(index)
        found = [
            (ts, line) for ts, line in model.log.items()
            if not line.gone and (mine is None or line.author == self.people[mine].id)
        ]  # fmt: skip
        return (room, *found[pick % len(found)]) if found else None

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, pick=st.integers(0, 50), label=prefix)
    def edits(self, name: str, index: int, pick: int, label: str) -> None:
        if found := self.lines(index, pick, mine=name):
            self.begins()
            room, ts, line = found
            line.texts.append(f"{label}line {self.n}")
            self.people[name].edits(ts, line.texts[-1], room)

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, pick=st.integers(0, 50))
    def deletes(self, name: str, index: int, pick: int) -> None:
        if found := self.lines(index, pick, mine=name):
            self.begins()
            room, ts, line = found
            line.gone = True
            self.people[name].deletes(ts, room)

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, pick=st.integers(0, 50))
    def replies(self, name: str, index: int, pick: int) -> None:
        if found := self.lines(index, pick):
            self.begins()
            room, root, line = found
            text = f"line {self.n}"
            ts = self.people[name].says(text, room, thread=root)
            model, _ = self.one(index)
            model.log[ts] = Line(author=self.people[name].id, texts=[text], root=line.root or root)

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, pick=st.integers(0, 50))
    def pins(self, name: str, index: int, pick: int) -> None:
        """A pin is put on, or taken off."""
        if found := self.lines(index, pick):
            self.begins()
            room, ts, line = found
            line.pinned = not line.pinned
            (self.people[name].pins if line.pinned else self.people[name].unpins)(ts, room)

    @precondition(lambda self: self.models)
    @rule(name=who, index=which, pick=st.integers(0, 50))
    def reacts(self, name: str, index: int, pick: int) -> None:
        """The timeline's emoji is put on, or taken off."""
        if found := self.lines(index, pick):
            self.begins()
            room, ts, line = found
            person = self.people[name]
            (person.unreacts if person.id in line.emoji else person.reacts)(ts, "pushpin", room)
            line.emoji ^= {person.id}

    # ---- what goes wrong

    @rule(kind=st.sampled_from(KINDS), place=nth, wait=st.integers(1, 20), done=st.booleans())
    def fails(self, kind: str, place: int, wait: int, done: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        """One of Slack's next calls goes wrong."""
        self.begins("faults", 0)
        self.world.slack.faults.add("*", kind, nth=place, retry_after=wait, done=done and kind in DONE)

    @rule(order=st.randoms(use_true_random=False))
    def events_come_in_any_order(self, order: random.Random) -> None:
        self.begins("out_of_order", 0)
        waiting = self.world.slack.deliveries._waiting  # noqa: SLF001 - Slack's own queue keeps order
        order.shuffle(waiting)
        self.world.slack.pump()

    @rule(pick=st.integers(0, 30))
    def an_event_comes_again(self, pick: int) -> None:
        known, door = self.world.slack.deliveries.delivered, self.world.slack.door
        if known and door is not None:
            self.begins("delivered_again", 0)
            payload = known[-1 - pick % len(known)]
            assert door.deliver(self.world.slack, "events_api", payload, attempt=1, reason="http_timeout").ok

    @rule()
    def the_other_worker_takes_over(self) -> None:
        self.world.bot, self.other = self.other, self.world.bot

    @rule(claimed=st.integers(0, 4))
    def the_process_dies(self, claimed: int) -> None:
        """With so many calls in hand, of which nobody knows whether they were made."""
        self.begins("deaths", 0)
        if claimed:
            self.world.bot.outbox._claim(claimed, Places(()))  # noqa: SLF001 - and never heard of again
        self.world.bot.store.close()
        self.world.start()
        self.world.bot.identity.learn()

    @rule(place=nth)
    def dies_in_the_middle(self, place: int) -> None:
        """A process that makes calls is killed at one of its places."""
        self.begins("killed_at_work", 0)
        world = self.world
        self.victims.begin(self.victims.life(world, crash_at=place, policy=POLICY))
        (end,) = self.victims.heard()["ended"]
        assert end in (0, KILLED)

    @precondition(lambda self: self.world.slack.deliveries.waiting)
    @rule(place=st.integers(1, 3))
    def dies_while_recording(self, place: int) -> None:
        """The process that gets the next event is killed; Slack delivers again."""
        self.begins("killed_recording", 0)
        tried: list[int] = []

        def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            tried.append(1)
            if len(tried) > 1:
                return self.world._post(path, body, headers)  # noqa: SLF001 - the usual door
            life = self.victims.life(
                self.world,
                crash_at=place,
                policy=POLICY,
                body=body.decode(),
                headers=headers,
                only_answer=True,
            )
            self.victims.begin(life)
            heard = self.victims.heard()
            if "status" not in heard:
                raise ConnectionResetError
            self.victims.heard()
            return heard["status"], heard["headers"], heard["body"].encode()

        usual, self.world.slack.door = self.world.slack.door, HttpDoor(post)
        self.world.slack.pump()
        self.world.slack.door = usual

    # ---- time

    def forward(self, by: timedelta) -> None:
        """Time passes; the model stops where something is due by itself."""
        self.ticks()
        end = self.now + by
        self.world.forward(seconds=by.total_seconds())
        for model in self.models.values():
            while (due := model.next()) is not None and due < end:
                model.tick(due)
            model.tick(end)

    @rule(minutes=st.sampled_from((1, 5, 16, 31, 62)))
    def time_passes(self, minutes: int) -> None:
        self.begins()
        self.forward(timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from((3, 20, 95)))
    def nobody_is_there(self, minutes: int) -> None:
        """No process runs for a while; what is due is done once, late."""
        self.begins()
        self.world.clock.move(timedelta(minutes=minutes))
        self.ticks()

    @rule()
    def settles(self) -> None:
        self.begins()
        self.ticks()

    @rule()
    def rests(self) -> None:
        """Everything is delivered, leases have run out, the sweep is done: all three are the same."""
        self.begins("rests")
        self.world.slack.faults.clear()
        self.forward(SETTLED)
        self.world.bot.outbox.tidy()
        self.forward(timedelta(minutes=1))
        self.world.bot.outbox.tidy()
        self.ticks()
        for model in self.models.values():
            model.rested()
        standing_as_modelled(self.world, self.models, self.people)

    def teardown(self) -> None:
        with self.stack:
            self.stack.callback(self.other.store.close)
            if self.well:
                self.rests()
                self.world.finish()
