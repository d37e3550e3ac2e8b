"""A long record: whoever goes through it keeps no transaction open meanwhile, which PostgreSQL would end."""

import re

from sqlalchemy import event, insert

from bot.documents import BATCH, whole_record
from bot.domain.messages import Said, recorded
from bot.store import tables
from bot.store.rows import entry_columns
from tests.catching_up import REF
from tests.world import World, declared


def talked_much(world: World, lines: int) -> None:
    """As many messages in the log, of which the last to be kept was the first to be said."""
    ana, room = declared(world)
    stamps = (f"{1_772_441_000 + lines - n}.000100" for n in range(lines))
    messages = (Said(channel_id=room.id, ts=ts, text=f"line of {ts}", author=ana.id) for ts in stamps)
    entries = (recorded(None, said, incident=REF, at=world.clock.now()) for said in messages)
    with world.bot.store.engine.begin() as connection:
        connection.execute(insert(tables.entries), [entry_columns(entry) for entry in entries])


def test_a_long_record_is_read_in_batches_each_in_a_transaction_of_its_own(world: World) -> None:
    talked_much(world, 2 * BATCH + 1)
    steps: list[str] = []

    def asked(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        steps.extend(["entries"] if re.search(r"FROM entries\b", statement) else [])

    def ended(_connection: object) -> None:
        steps.append("ended")

    engine = world.bot.store.engine
    event.listen(engine, "before_cursor_execute", asked)
    event.listen(engine, "commit", ended)
    event.listen(engine, "rollback", ended)
    _, entries, _ = whole_record(world.bot.transactions, REF)
    read = steps[steps.index("entries") :]
    assert read == ["entries", "ended"] * 3 + ["ended"], "the last one is that of the names"
    assert entries == world.bot.lookup.record(REF), "all of them, in order of occurrence"
    assert len(entries) > 2 * BATCH
