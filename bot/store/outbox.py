"""The rows of the outbox: planned calls, who works on them, and what Slack answered (RELIABILITY section 2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.call import Call, references
from bot.store import tables
from bot.store.claimed import CLAIMED, DONE, DROPPED, FAILED, SEEN, SWEPT, UNFINISHED, WAITING, Claimed
from bot.store.claims import HOPELESS, ClaimRows

__all__ = ["DONE", "GIVEN_UP", "Claimed", "OutboxRows"]

GIVEN_UP = (FAILED, DROPPED)
EDITED = ("announce", "announce-edit", "escalation", "escalation-edit", "fyi", "fyi-edit")
"""Kinds of calls which an edit follows where their incident goes private."""
WORDLESS = ("escalation-open", "escalation-group", "fyi-open", "fyi-group")
"""Kinds of calls that lead to a message, and say nothing themselves."""
ASKED_ANEW = ("escalation:", "fyi:", "invite:")
"""What the keys begin with of what is asked for once in an incident's life, and again where it goes private."""
FORGOTTEN = ("respond", "views.publish")
"""Methods whose arguments are not kept once they are made: whoever reads the row could still answer by its address; and
a home is as long as it is soon out of date."""
NOT_MET = "what it needs did not happen"
"""How the reason begins for which a call is dropped that needs another one."""
SAID_TWICE = "said twice, and the double could not be deleted"
"""What is noted of a done call whose double stays."""


_PLANNED = insert(tables.outbox).returning(tables.outbox.c.id)
_PLANNED_IF_NEW = {
    name: upsert(tables.outbox).on_conflict_do_nothing(index_elements=["key"]).returning(tables.outbox.c.id)
    for name, upsert in (("postgresql", upsert_postgres), ("sqlite", upsert_sqlite))
}
_NEEDED = insert(tables.outbox_needs)
_NOT_GIVEN_UP = select(tables.outbox.c.key).where(
    tables.outbox.c.key.in_(bindparam("keys", expanding=True)), tables.outbox.c.state.not_in(GIVEN_UP)
)
_REPLACED = (
    update(tables.outbox)
    .where(
        tables.outbox.c.slot == bindparam("its_slot"),
        tables.outbox.c.state == WAITING,
        tables.outbox.c.ambiguous.is_(False),
    )
    .values(state=DROPPED, error="replaced by a newer call")
    .returning(tables.outbox.c.key)
)
"""Made once: they are asked at each command."""


class OutboxRows(ClaimRows):
    """Named questions to tables ``outbox``, ``outbox_needs`` and ``throttles``. Times are machine time."""

    def __init__(self, connection: Connection) -> None:
        """Ask through *connection*."""
        super().__init__(connection)
        self.planned = 0
        """Calls planned in this transaction."""
        self.freed = 0
        """Waiting calls that need not wait any more for one that ended in this transaction."""

    def plan(self, calls: Iterable[Call], at: datetime, *, if_new: bool = False) -> None:
        """Keep *calls*, in this order.

        A key that is there already is a mistake of ours and raises IntegrityError; with *if_new*, and where the call
        itself is to be made ``once``, it is left out, also where another process plans it at this moment.

        A call that needs one that was given up, or that nobody ever planned, can never be made: it is dropped.
        """
        needing = [(call, sorted({*call.after, *references(call.args)})) for call in calls]
        hopeful = self._not_given_up(sorted({key for _, keys in needing for key in keys}))
        needed, hopeless = list[dict[str, str]](), list[str]()
        for call, keys in needing:
            if call.slot is not None:
                hopeful -= self._replace_in_slot(call.slot)
            if call.anew:
                self.forget([call.key])
            missing = [key for key in keys if key not in hopeful]
            if not self._insert(call, at, missing, if_new=if_new or call.once):
                continue
            needed += [{"key": call.key, "needs": key} for key in keys]
            if missing:
                hopeless.append(call.key)
            else:
                hopeful.add(call.key)
            self.planned += 1
        if needed:
            self._connection.execute(_NEEDED, needed)
        if hopeless:
            self._drop_dependents(hopeless)

    def _insert(self, call: Call, at: datetime, missing: Sequence[str], *, if_new: bool) -> bool:
        """Whether the call is kept: False only with *if_new*, where its key is there."""
        row = {
            "key": call.key, "incident": call.incident, "method": call.method, "args": call.args, "stream": call.stream,
            "slot": call.slot, "priority": int(call.priority), "guarded": call.guarded, "attempt": 0,
            "lease_until": 0.0, "not_before": 0.0, "ambiguous": False, "lookups": 0, "planned_at": at,
            "state": DROPPED if missing else WAITING, "error": _unmet(missing) if missing else None,
        }  # fmt: skip
        planned = _PLANNED if not if_new else _PLANNED_IF_NEW[self._connection.dialect.name]
        return self._connection.execute(planned, row).first() is not None

    def plan_anew(self, call: Call, at: datetime) -> None:
        """Keep *call* in place of one of the same key that was given up: nothing was said under it."""
        self.forget([call.key])
        self.plan([call], at)

    def _not_given_up(self, keys: Sequence[str]) -> set[str]:
        """Which of *keys* are planned or done; what needs others is hopeless."""
        return set(self._connection.execute(_NOT_GIVEN_UP, {"keys": keys}).scalars()) if keys else set()

    def _replace_in_slot(self, slot: str) -> set[str]:
        """Drop waiting calls of *slot* that were certainly not made: a newer one says all that they would have said.

        One that is under way, or may be, is not overtaken: it holds its stream. Gives the keys of those dropped.
        """
        return set(self._connection.execute(_REPLACED, {"its_slot": slot}).scalars())

    def has(self, key: str) -> bool:
        """Whether a call of that key was ever planned."""
        return self._connection.execute(select(exists().where(tables.outbox.c.key == key))).scalar_one()

    def gave_up(self, key: str) -> bool:
        """Whether the call of that key was refused for good, or dropped."""
        given_up = and_(tables.outbox.c.key == key, tables.outbox.c.state.in_(GIVEN_UP))
        return self._connection.execute(select(exists().where(given_up))).scalar_one()

    def done(self, call: Claimed, at: datetime, *, sweep_at: float = 0.0) -> bool:
        """Slack did it; False where the lease was lost and another worker has the call.

        *sweep_at*: machine time at which to look for a double of it; 0: not at all.
        """
        return self._finish(call, state=DONE, answer={}, finished_at=at, not_before=sweep_at, lookups=0)

    def keep_answer(self, call: Claimed, answer: Mapping[str, Any]) -> None:
        """What of Slack's answer to a done call is worth keeping."""
        table = tables.outbox
        self._connection.execute(update(table).where(table.c.id == call.id).values(answer=dict(answer)))

    def answered_anew(self, key: str, answer: Mapping[str, Any]) -> None:
        """The message of *key* stands elsewhere by now: edits of it go there."""
        kept = {"channel": answer["channel"], "ts": answer["ts"]}
        self._connection.execute(update(tables.outbox).where(tables.outbox.c.key == key).values(answer=kept))

    def failed(self, call: Claimed, error: str, at: datetime) -> bool:
        """Slack refused for good. What needs this call is dropped; False where the lease was lost."""
        kept = self._finish(call, state=FAILED, error=error, finished_at=at)
        if kept:
            self._drop_dependents([call.key])
        return kept

    def drop(self, call: Claimed, why: str, at: datetime) -> bool:
        """The call is no longer wanted. What needs it is dropped too."""
        kept = self._finish(call, state=DROPPED, error=why, finished_at=at)
        if kept:
            self._drop_dependents([call.key])
        return kept

    def again(
        self, call: Claimed, *, not_before: float, ambiguous: bool, lookups: int, error: str, seen: str = ""
    ) -> bool:
        """Give the call back, to be tried from *not_before* on; *seen* as in ``Claimed``."""
        return self._finish(
            call, state=WAITING, not_before=not_before, ambiguous=ambiguous, lookups=lookups, error=error,
            answer={SEEN: seen} if seen else null(),
        )  # fmt: skip

    def _finish(self, call: Claimed, **values: Any) -> bool:
        table = tables.outbox
        mine = and_(table.c.id == call.id, table.c.state == CLAIMED, table.c.attempt == call.attempt)
        if call.method in FORGOTTEN and values["state"] != WAITING:
            values["args"] = {}
        kept = self._connection.execute(update(table).where(mine).values(**values)).rowcount == 1
        if kept and values["state"] != WAITING and self._is_postgres:
            self.freed += self._waiting_for(call)
        return kept

    def _waiting_for(self, call: Claimed) -> int:
        """How many calls waited for this one to end: those that need it, and the next of its stream."""
        table, needs = tables.outbox.c, tables.outbox_needs.c
        needed = select(func.count()).select_from(tables.outbox_needs).where(needs.needs == call.key)
        behind = exists().where(
            table.stream == call.stream, table.state == WAITING, table.id > call.id, table.stream.is_not(None)
        )
        count, more = self._connection.execute(select(needed.scalar_subquery(), behind)).one()
        return int(count) + int(more)

    def withdraw(self, keys: Sequence[str], why: str) -> None:
        """Drop waiting calls of *keys* that were certainly not made, and what needs them."""
        if not keys:
            return
        table = tables.outbox
        untried = and_(table.c.key.in_(keys), table.c.state == WAITING, table.c.ambiguous.is_(False))
        gone = [
            row.key for row in self._connection.execute(select(table.c.key).where(untried).with_for_update())
        ]
        if gone:
            self._connection.execute(
                update(table).where(table.c.key.in_(gone)).values(state=DROPPED, error=why)
            )
            self._drop_dependents(gone)

    def doubt(self) -> int:
        """Whatever waits may have been made, by a bot that went on after this copy was taken; how many that are."""
        waiting = tables.outbox.c.state == WAITING
        doubted = update(tables.outbox).where(waiting).values(ambiguous=True, lookups=0, not_before=0.0)
        return int(self._connection.execute(doubted).rowcount)

    def hush(self, ref: str) -> None:
        """Drop whatever of the incident's calls is not done, also what is under way: it may not be said again.

        An announcement, or a message to a target, that may be out already stays: an edit follows it. What somebody
        wrote for customers stays too, for it counts as published. What is asked for once in an incident's life, and
        was dropped here, is forgotten: it may be planned anew, in the words of a private one.
        """
        table = tables.outbox.c
        edited = or_(*(table.key.startswith(f"{kind}:{ref}") for kind in EDITED))
        under_way = and_(edited, or_(table.state == CLAIMED, table.ambiguous.is_(True)))
        wordless = or_(*(table.key.startswith(f"{kind}:{ref}") for kind in WORDLESS))
        outside = and_(table.key.startswith("external:"), table.stream == f"external:{ref}")
        meant = and_(not_(under_way), not_(wordless), not_(func.coalesce(outside, false())))
        pending = and_(table.incident == ref, table.state.in_(UNFINISHED), meant)
        dropped = update(tables.outbox).where(pending).values(state=DROPPED, error="it left public places")
        gone = self._connection.execute(dropped.returning(table.key)).scalars()
        self.forget([key for key in gone if key.startswith(ASKED_ANEW)])

    def forget(self, keys: Sequence[str]) -> None:
        """Let those of *keys* that were given up be planned anew."""
        table, needs = tables.outbox, tables.outbox_needs
        given_up = and_(table.c.key.in_(keys), table.c.state.in_(GIVEN_UP))
        gone = list(self._connection.execute(select(table.c.key).where(given_up)).scalars())
        if gone:
            self._connection.execute(delete(needs).where(needs.c.key.in_(gone)))
            self._connection.execute(delete(table).where(table.c.key.in_(gone)))

    def _drop_dependents(self, keys: Sequence[str]) -> None:
        needs, table = tables.outbox_needs, tables.outbox
        query = select(table.c.key).join(needs, needs.c.key == table.c.key)
        found = query.where(needs.c.needs.in_(keys), table.c.state == WAITING)
        dependents = [row.key for row in self._connection.execute(found)]
        if dependents:
            self._connection.execute(
                update(table).where(table.c.key.in_(dependents)).values(state=DROPPED, error=_unmet(keys))
            )
            self._drop_dependents(dependents)

    def drop_hopeless(self) -> list[str]:
        """Drop waiting calls that need one which was given up just as they were planned; their keys."""
        table = tables.outbox
        keys = sorted(set(self._connection.execute(HOPELESS).scalars()))
        if keys:
            gone = update(table).where(table.c.key.in_(keys), table.c.state == WAITING)
            self._connection.execute(gone.values(state=DROPPED, error=NOT_MET))
            self._drop_dependents(keys)
        return keys

    def long_done(self, before: datetime, limit: int) -> list[int]:
        """Calls that were made before then, and still hold what they said; none of which a double is looked for."""
        table = tables.outbox.c
        holds = func.length(cast(table.args, Text)) > len("{}")
        old = and_(table.state == DONE, table.not_before == 0, table.finished_at < before, holds)
        return list(self._connection.execute(select(table.id).where(old).limit(limit)).scalars())

    def forget_args(self, ids: Sequence[int]) -> None:
        """Empty what these done calls said. Nobody reads it: keys tell what was said, and answers where it stands."""
        table = tables.outbox
        self._connection.execute(
            update(table).where(table.c.id.in_(ids), table.c.state == DONE).values(args={})
        )

    def keep_sweep(self, call_id: int, so_far: Mapping[str, Any]) -> None:
        """Keep what a sweep of a done call saw until Slack made it wait; nothing: it has ended."""
        table = tables.outbox
        row = select(table.c.answer).where(table.c.id == call_id).with_for_update()
        answer = self._connection.execute(row).scalar_one() or {}
        kept = {name: value for name, value in answer.items() if name != SWEPT}
        kept |= {SWEPT: dict(so_far)} if so_far else {}
        if kept != answer:
            self._connection.execute(update(table).where(table.c.id == call_id).values(answer=kept))

    def stays_double(self, call_id: int) -> None:
        """Note of a done call that a double of its message could not be deleted: the audit counts it."""
        table = tables.outbox
        self._connection.execute(update(table).where(table.c.id == call_id).values(error=SAID_TWICE))


def _unmet(keys: Sequence[str]) -> str:
    return f"{NOT_MET}: {', '.join(sorted(keys))[:200]}"
