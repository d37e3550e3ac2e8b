"""The safeguards whose loss the experiments must notice: what stands in the code, and what a mutant has instead.

``tests.experiments.mutants`` takes them out one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One place in the code, and what stands there in the mutant."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A safeguard that is missing. *likely*: what pytest -k picks first, the most likely to notice first."""

    name: str
    edits: Sequence[Edit]
    likely: Sequence[str] = ()


def one(file: str, old: str, new: str) -> tuple[Edit]:
    return (Edit(file=file, old=old, new=new),)


OUT, ROWS, CLAIMS = "bot/delivering.py", "bot/store/outbox.py", "bot/store/claims.py"
TABLES = "migrations/versions/0001_first_tables.py"
MUTANTS = (
    Mutant(
        name="no unique key on messages",
        edits=(
            Edit(
                file=TABLES,
                old='        sa.UniqueConstraint("channel_id", "ts", name=op.f("uq_entries_channel_id_ts")),\n',
                new="",
            ),
            Edit(
                file="bot/store/rows.py",
                old='    .on_conflict_do_nothing(index_elements=["channel_id", "ts"])\n',
                new="",
            ),
        ),
        likely=("log_equals and postgres",),
    ),
    Mutant(
        name="no unique key on calls",
        edits=(
            Edit(
                file=TABLES, old='        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),\n', new=""
            ),
            Edit(file=ROWS, old='.on_conflict_do_nothing(index_elements=["key"])', new=""),
        ),
        likely=("log_equals and postgres",),
    ),
    Mutant(
        name="no read-back: sent again at once",
        edits=one(
            OUT, "            self._look(call, args, gate)\n", "            self._make(call, args, gate)\n"
        ),
        likely=("history_shows",),
    ),
    Mutant(
        name="only one look before it is sent again",
        edits=one(OUT, "LOOKS = 2\n", "LOOKS = 1\n"),
        likely=("history_shows",),
    ),
    Mutant(
        name="no fencing: whoever comes keeps its outcome",
        edits=one(
            ROWS,
            "mine = and_(table.c.id == call.id, table.c.state == CLAIMED, table.c.attempt == call.attempt)",
            "mine = table.c.id == call.id",
        ),
        likely=("sends_after_its_lease",),
    ),
    Mutant(
        name="acknowledged before the commit",
        edits=one(
            "handlers/bolt.py",
            "        process_before_response=True,\n",
            "        process_before_response=False,\n",
        ),
        likely=("log_equals",),
    ),
    Mutant(
        name="no lease margin",
        edits=one(
            "bot/holding.py", "short = self._clock.monotonic() - self._taken > LEASE / 2", "short = False"
        ),
        likely=("lease_run_out",),
    ),
    Mutant(
        name="no sweep",
        edits=one(
            "bot/sweep.py", "sum(self._looked_at(call) for call in suspects)", "len(suspects) - len(suspects)"
        ),
        likely=("sends_after_its_lease",),
    ),
    Mutant(
        name="Retry-After is known only to who got it",
        edits=one(
            "bot/holding.py", "            tx.outbox.throttle(scope, until)\n", "            _ = scope\n"
        ),
        likely=("429_of_a_method",),
    ),
    Mutant(
        name="Retry-After is not waited for",
        edits=one(
            "bot/delivering.py",
            "min(self._pauses.keep(tx, call.method, error), tx.machine(self._clock) + LONGEST_HOLD)",
            "tx.machine(self._clock)",
        ),
        likely=("storm_of_429s",),
    ),
    Mutant(
        name="the incident is not read again before a nudge",
        edits=one(
            OUT,
            'if call.guarded and not self._hooks.is_wanted(call.key, call.incident or ""):',
            "if call.attempt < 0:",
        ),
        likely=("after_the_resolve",),
    ),
    Mutant(
        name="the incident is not read again before a nudge that is in hand",
        edits=one(
            OUT,
            'if call.guarded and not self._hooks.is_wanted(call.key, call.incident or ""):',
            'if call.guarded and call.ambiguous and not self._hooks.is_wanted(call.key, call.incident or ""):',
        ),
        likely=("somebodys_hands",),
    ),
    Mutant(
        name="the same delivery is done again",
        edits=one(
            "bot/transaction.py",
            "if not tx.take_delivery(key, self.clock.now()):",
            "if not tx.take_delivery(key, self.clock.now()) and not key:",
        ),
        likely=("command_that_two_workers",),
    ),
    Mutant(
        name="a timer is moved on apart from its message",
        edits=one(
            "bot/due.py",
            "            self._tx.keep(tx, change)\n            return True\n",
            "            moved = tx.save_incident(change.incident)\n"
            "        with self._tx.begin() as tx:\n"
            "            self._tx.keep(tx, replace(change, incident=replace(change.incident, version=moved.version)))\n"
            "            return True\n",
        ),
        likely=("anywhere_around_a_nudge",),
    ),
    Mutant(
        name="given up where nobody knows whether it was said",
        edits=one(
            OUT,
            "if self._slack.is_repeatable(call.method) or self._slack.is_findable(call.method):",
            "if self._slack.is_repeatable(call.method):",
        ),
        likely=("lose_no_nudge",),
    ),
    Mutant(
        name="nobody takes over from the dead",
        edits=one(CLAIMS, "        self._take_back(machine, settle)\n", ""),
        likely=("anywhere_around_a_nudge",),
    ),
    Mutant(
        name="what a dead worker had in hand counts as not sent",
        edits=one(
            CLAIMS,
            "self._set(lost, state=WAITING, ambiguous=True, lookups=0,",
            "self._set(lost, state=WAITING, ambiguous=False, lookups=0,",
        ),
        likely=("anywhere_around_a_nudge",),
    ),
    Mutant(
        name="messages of a channel overtake each other",
        edits=one(
            CLAIMS,
            "_is_over(_OUTBOX.c.not_before), _IN_ORDER, _NEEDS_MET)",
            "_is_over(_OUTBOX.c.not_before), _NEEDS_MET)",
        ),
        likely=("storm_of_429s",),
    ),
    Mutant(
        name="an older edit that comes later wins",
        edits=one("bot/domain/messages.py", "if told_at <= stands_from:", "if told_at == stands_from:"),
        likely=("log_equals",),
    ),
    Mutant(
        name="a deletion that overtakes its message is forgotten",
        edits=one(
            "bot/domain/messages.py",
            "fresh, id=known.id, deleted_at=known.deleted_at, data=known.data",
            "fresh, id=known.id, data=known.data",
        ),
        likely=("log_equals",),
    ),
    Mutant(
        name="a channel that was made already is made again",
        edits=one(
            "bot/slack/compound.py",
            'if found is not None and _is_ours(ask, found, args["ref"]):',
            "if found is None:",
        ),
        likely=("anywhere_in_a_declare",),
    ),
)
