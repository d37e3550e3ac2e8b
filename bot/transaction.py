"""One transaction around one decision: read, decide, keep the change, its record and its calls, commit."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.call import Call
from bot.clock import Clock
from bot.context import tell
from bot.domain import followup_reminders, privacy, recipients, recurrence, subscribing, timers, undo
from bot.domain.incident import Change, Incident
from bot.domain.moving import Why
from bot.domain.mrkdwn import Names
from bot.domain.news import News, What
from bot.domain.policy import Policy
from bot.domain.privacy import may_see
from bot.domain.recurrence import NOTHING, Recurrence
from bot.domain.refusal import NoSuchIncident
from bot.slack import afar, announce, bounds, subscribed, tied
from bot.slack.news import fyi
from bot.slack.room import NO_TIES, Room, Ties
from bot.store import mentioned
from bot.store.store import Collision, Store, Tx

T = TypeVar("T")

TRIES = 5
"""How often a decision is made again when another process got in between."""


class Transactions:
    """Opens transactions and keeps changes. Shared by the use cases."""

    def __init__(self, store: Store, clock: Clock, policy: Policy) -> None:
        """Use *store*, read the time from *clock*, decide by *policy*."""
        self.store = store
        self.clock = clock
        self.policy = policy
        self._known: set[str] = set()
        """Ids of people whose rows were seen: they never go, so nobody need look again."""
        self._current: ContextVar[Tx | None] = ContextVar("tx", default=None)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction that may write, or the one that this thread is already in."""
        current = self._current.get()
        if current is not None:
            yield current
            return
        with self.store.begin() as tx:
            token = self._current.set(tx)
            try:
                yield tx
            finally:
                self._current.reset(token)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that only looks, or the one that this thread is already in."""
        current = self._current.get()
        if current is not None:
            yield current
            return
        with self.store.read() as tx:
            yield tx

    def once(self, key: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do *work* for the delivery *key* in one transaction and remember its reply.

        The same delivery again gets the same reply and has no second effect. Where another process got in
        between, *work* is done again on what stands then.
        """

        def decide(tx: Tx) -> dict[str, Any]:
            if not tx.take_delivery(key, self.clock.now()):
                tell(outcome="repeated")
                return tx.reply_to(key) or {}
            reply = work()
            tx.keep_reply(key, reply)
            return reply

        return self.until_kept(decide)

    def until_kept(self, work: Callable[[Tx], T]) -> T:
        """Do *work* in one transaction; again, on what stands then, where another process got in between.

        Inside a transaction that is open already, the one who opened it does that. Raises Collision at the last try.
        """
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                with self.begin() as tx:
                    return work(tx)
            except Collision:
                if last or self._current.get() is not None:
                    raise
        raise AssertionError("the last try returns or raises")

    def change(self, ref: str, decide: Callable[[Incident, datetime], Change]) -> Change:
        """Decide on the incident *ref* as it stands at this instant, and keep what was decided.

        Raises NoSuchIncident and refusals.
        """
        tell(incident=ref)

        def made(tx: Tx) -> Change:
            incident = tx.incident(ref, lock=True)
            if incident is None:
                raise NoSuchIncident(given=ref)
            return self.keep(tx, decide(incident, self.clock.now()))

        return self.until_kept(made)

    def change_two(
        self, ref: str, other: str, decide: Callable[[Incident, Incident, datetime], tuple[Change, Change]]
    ) -> tuple[Change, Change]:
        """Decide on two incidents at once. Raises NoSuchIncident and refusals.

        They are locked in the order of their references, so that two who do it crosswise never wait for each other.
        """

        def made(tx: Tx) -> tuple[Change, Change]:
            locked = {name: tx.incident(name, lock=True) for name in sorted({ref, other})}
            first, second = locked[ref], locked[other]
            if first is None or second is None:
                raise NoSuchIncident(given=ref if first is None else other)
            one, two = decide(first, second, self.clock.now())
            return self.keep(tx, one), self.keep(tx, two)

        return self.until_kept(made)

    def keep(self, tx: Tx, change: Change) -> Change:
        """Keep *change*: incident, record, calls. Gives it back with the version that it has now."""
        tell(incident=change.incident.ref)
        if change.is_nothing:
            return change
        called = tx.directory.ids_of(handles) if (handles := recipients.handles_of(self.policy)) else {}
        policy = recipients.with_people(self.policy, called) if called else self.policy
        now = privacy.admitted(change.before, _addressed(change, called) if called else change.incident)
        at = self.clock.now()
        now = followup_reminders.restarted(change.before, now, at=at)
        tell(outcome="kept")
        planned = timers.planned(now, self.policy)
        saved = (
            tx.save_incident(planned, change.before)
            if change.before is not None
            else tx.add_incident(planned)
        )
        kept = replace(change, incident=saved)
        kept = self._with_speakers(tx, kept)
        ids = tx.add_entries(kept.entries)
        command = undo.command(kept, ids, at)
        if command is not None:
            tx.remember_command(command)
        texts = [kept.incident.title, kept.incident.last_update or "", *kept.incident.services]
        texts += [text for news in kept.news for text in _texts(news.facts)]
        escalated = kept.incident.escalations
        named = {*_taking_part(kept.incident), *(who for each in escalated for who in each.recipients)}
        names = mentioned.names(tx.directory, texts, named, all_groups=bool(escalated))
        informed = self._informed(tx, kept.incident.ref, policy) if announce.is_announced_anew(kept) else ()
        updated = tx.said.posted_of("exec", kept.incident.ref) if kept.incident.private else ()
        again, ties = NOTHING, NO_TIES
        if announce.shows_card(kept):
            again, ties = self.recurring(tx, kept.incident), self.ties(tx, kept.incident)
        kept = self._with_found(tx, kept, again)
        plan = announce.plan(
            kept,
            policy=policy,
            names=names,
            at=at,
            informed=informed,
            updated=updated,
            again=again,
            ties=ties,
        )
        tx.outbox.withdraw(plan.withdraw, "no longer wanted")
        if plan.hush:
            tx.outbox.hush(kept.incident.ref)
        calls = list(plan.calls)
        if former := kept.incident.former_channel_id:
            calls = bounds.at_home(calls, said=tx.said.said_in(kept.incident.ref, former))
        if kept.incident.out_of_reach and kept.incident.channel_id:
            calls = self._afar(tx, kept, names, calls, at)
        tx.outbox.plan(calls, at)
        self._tell_subscribers(tx, kept, names, at)
        self.show_beside(tx, kept.before, kept.incident, kept.news)
        self._look_back(tx, kept)
        people = {news.facts["by"] for news in kept.news if isinstance(news.facts.get("by"), str)}
        self.meet_channels(tx, [*texts, *(entry.text for entry in kept.entries)])
        self.meet(tx, people | _taking_part(kept.incident))
        return kept

    def recurring(self, tx: Tx, incident: Incident) -> Recurrence:
        """What happened before of what *incident* is about, as far as it may be told (AD-6)."""
        if not recurrence.is_asked(incident, self.policy):
            return NOTHING
        own = tx.tags.own(incident)
        first = recurrence.since(incident.declared_at, self.policy.recurrence_months, self.policy.zone)
        keys = [tag.key for tag in own]
        past, onward = tx.tags.past(keys, since=first, until=incident.declared_at) if own else ((), {})
        found = recurrence.recurrence(incident, own, past, onward, policy=self.policy)
        return replace(found, at=self.clock.now())

    def _with_found(self, tx: Tx, change: Change, again: Recurrence) -> Change:
        """*change* with the news of what turns out to recur by it. That of a new incident stands on its new card."""
        if change.before is None or not again.before:
            return change
        merged = (news.facts["other"] for news in change.news if news.what is What.ABSORBED)
        taken = {tag.key for ref in merged if (other := tx.incident(ref)) for tag in tx.tags.own(other)}
        now = {tag.key for tag in recurrence.tags(change.incident)} | taken
        found = again.only(*recurrence.By, keys=now - {tag.key for tag in recurrence.tags(change.before)})
        if not found.before:
            return change
        return replace(change, news=(*change.news, News(what=What.RECURS, facts={"again": found})))

    def ties(self, tx: Tx, incident: Incident) -> Ties:
        """What belongs to *incident*: its customer escalations, or the incident of one."""
        if incident.is_case:
            return Ties(incident=tx.incident(incident.tied_to) if incident.tied_to else None)
        return Ties(cases=tuple(tx.cases.tied(incident.ref)))

    def show_beside(self, tx: Tx, before: Incident | None, now: Incident, news: Iterable[News]) -> None:
        """What changed of a customer escalation shows at its incident, and the other way round.

        An incident is locked after its customer escalations, never before: no two wait for each other.
        """
        at = self.clock.now()
        if not now.is_case:
            for case in tx.cases.tied(now.ref) if tied.has_turned(before, now) else ():
                room = self._room_beside(tx, case, now, at)
                tx.outbox.plan(bounds.within(room, tied.in_case(room, now, news)), at)
            return
        for ref in tied.shown_at(before, now):
            incident = tx.incident(ref, lock=True)
            if incident is not None and incident.archived_at is None:
                room = self._room_beside(tx, incident, now, at)
                tx.outbox.plan(bounds.within(room, tied.in_incident(room, now, news)), at)

    def _room_beside(self, tx: Tx, incident: Incident, other: Incident, at: datetime) -> Room:
        names = self.names(
            tx, [other.title, other.customer or ""], _taking_part(incident) | {other.commander}
        )
        ties = self.ties(tx, incident)
        return Room(incident=incident, policy=self.policy, names=names, at=at, ties=ties)

    def _tell_subscribers(self, tx: Tx, kept: Change, names: Names, at: datetime) -> None:
        """Those who asked for it hear of it alone; who reads nothing any more, or may not see it, is dropped."""
        if not any(subscribing.is_told(news) for news in kept.news):
            return
        incident, users = kept.incident, tx.subscriptions.of(kept.incident.ref)
        gone = tx.directory.gone(users) if users else {}
        there = [user for user in users if may_see(incident, user) and not gone.get(user)]
        tx.subscriptions.drop(incident.ref, set(users) - set(there))
        room = Room(incident=incident, policy=self.policy, names=names, at=at)
        tx.outbox.plan(bounds.within(room, subscribed.told(room, kept.news, there)), at)
        if incident.merged_into and any(news.what is What.MERGED for news in kept.news):
            for user in there:
                tx.subscriptions.add(incident.merged_into, user, at)

    def _with_speakers(self, tx: Tx, change: Change) -> Change:
        """Of a channel that was deleted Slack does not tell who was in it: who spoke there comes along.

        What was said about the loss is taken back.
        """
        if all(news.facts.get("why") != Why.DELETED or news.what is not What.MOVED for news in change.news):
            return change
        known = {
            "spoke": tx.speakers(change.incident.ref), "alarms": tx.said.alarms(afar.alarms(change.incident)),
        }  # fmt: skip
        news = (replace(each, facts={**each.facts, **known}) for each in change.news)
        return replace(change, news=tuple(news))

    def _look_back(self, tx: Tx, change: Change) -> None:
        """At its ends, at a reopening and at a move its channel is read once more (RELIABILITY section 2)."""
        before, now = change.before, change.incident
        if before is None:
            return
        if before.channel_id is not None and before.channel_id != now.channel_id:
            tx.watermarks.leave(before.channel_id, self.clock.now(), tx.machine(self.clock))
        elif (
            now.channel_id is not None
            and before.channel_id is not None  # one that was just opened is looked at soon by itself
            and before.status != now.status
            and not (before.is_open and now.is_open)
        ):
            tx.watermarks.want(now.channel_id, tx.machine(self.clock))

    def _afar(self, tx: Tx, kept: Change, names: Names, calls: list[Call], at: datetime) -> list[Call]:
        """*calls* without those into a channel that is out of reach; its commander hears what is not said there."""
        room = Room(incident=kept.incident, policy=self.policy, names=names, at=at)
        ref, channel = kept.incident.ref, kept.incident.channel_id or ""
        elsewhere, here = afar.parted(room, calls, tx.said.said_in(ref, channel))
        said = [
            call for call in here if call.method in bounds.SAYS and not call.key.startswith(afar.LEFT_OUT)
        ]
        tx.unsaid.keep(said, at)
        news = {news.what for news in kept.news}
        if not (afar.cannot_wait(here) or news & {What.OUT_OF_REACH, What.REACH_CHECKED}):
            return elsewhere
        first, pending = What.OUT_OF_REACH in news, tx.unsaid.pending(ref)
        if not first and not pending:
            return elsewhere
        alarm = bounds.within(room, afar.alarm(room)) if first else []
        repeated = [afar.kept(each.key, each.args, room) for each in pending]
        told = bounds.within(room, afar.told(room, repeated, first=first))
        tx.unsaid.told([each.key for each in pending] if told else [])
        new = {call.key for call in said}
        asked = afar.asked(room, [each for each in repeated if first or each.key in new])
        return [*elsewhere, *alarm, *told, *bounds.within(room, asked)]

    def _informed(self, tx: Tx, ref: str, policy: Policy) -> frozenset[str]:
        """The keys of what was posted about the incident for information, at whatever severity that was."""
        groups = {f"fyi-group:{ref}:{name}": name for name in fyi.targets(policy)}
        answers = tx.outbox.answers(groups) if groups else {}
        members = {groups[key]: answer.get("users", ()) for key, answer in answers.items()}
        return tx.said.said_or_waiting(fyi.keys(ref, policy, members))

    def names(self, tx: Tx, texts: Iterable[str], people: Iterable[str] = ()) -> Names:
        """What the ids in *texts* (Slack's encoding), and those of *people*, are called."""
        return mentioned.names(tx.directory, texts, people)

    def names_about(self, tx: Tx, incident: Incident) -> Names:
        """What the ids in all that card and topic show of *incident* are called."""
        texts = [incident.title, incident.last_update or "", *incident.services]
        return self.names(tx, texts, _taking_part(incident))

    def meet(self, tx: Tx, users: Iterable[str]) -> None:
        """Ask Slack once for the name and zone of each of *users* that is not known yet."""
        new = set(users) - self._known
        asked = list(mentioned.unknown_people(tx.directory, new)) if new else []
        if asked:
            tx.outbox.plan(asked, self.clock.now(), if_new=True)
        self._known |= new - {call.args["user"] for call in asked}

    def meet_channels(self, tx: Tx, texts: Iterable[str]) -> None:
        """Ask Slack once for the name of each channel that *texts* mention without it, and that is not known yet."""
        tx.outbox.plan(mentioned.unknown_channels(tx.directory, texts), self.clock.now(), if_new=True)


def _addressed(change: Change, called: Mapping[str, str]) -> Incident:
    """The incident of *change*; its new escalations name people by id where the policy knows no more than handles."""
    before = change.before.escalations if change.before else ()
    told = (
        each if each in before else replace(each, recipients=recipients.found(each.recipients, called))
        for each in change.incident.escalations
    )
    return replace(change.incident, escalations=tuple(told))


def _taking_part(incident: Incident) -> set[str]:
    """Who has a role, a task, a follow-up or the postmortem, or is offered a role."""
    owners = {task.owner for task in incident.tasks if task.owner is not None}
    owners |= {each.owner for each in incident.followups if each.owner is not None}
    owners |= {incident.postmortem_owner} if incident.postmortem_owner else set()
    return {incident.commander, *incident.roles.values(), *owners, *(offer.to for offer in incident.offers)}


def _texts(value: Any) -> Iterator[str]:
    """Every text in the facts of news, however deep: people and channels that it mentions are named."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, tuple | list):
        yield from (text for item in value for text in _texts(item))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (text for each in fields(value) for text in _texts(getattr(value, each.name)))
