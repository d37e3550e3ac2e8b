"""What the outbox has said already, and where: questions to its rows about messages."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select, update

from bot.store import tables
from bot.store.claimed import DONE, DROPPED, FAILED
from bot.store.outbox import GIVEN_UP
from bot.store.questions import Rows


class SaidRows(Rows):
    """Named questions about messages that were posted."""

    def answered_with(self, ref: str, channel_id: str, ts: str) -> bool:
        """Whether a message that stands there is one of ours about the incident."""
        answer = tables.outbox.c.answer
        ours = and_(answer["ts"].as_string() == ts, answer["channel"].as_string() == channel_id)
        # what names a channel in its answer is done; by its state SQLite would read all that was ever done
        posted = and_(tables.outbox.c.incident == ref, tables.outbox.c.method == "chat.postMessage", ours)
        return self._connection.execute(select(exists().where(posted))).scalar_one()

    def said_in(self, ref: str, channel_id: str) -> frozenset[str]:
        """Keys of the messages about the incident that stand in that channel."""
        table = tables.outbox.c
        there = table.answer["channel"].as_string() == channel_id
        posted = and_(table.incident == ref, table.method == "chat.postMessage", there)
        return frozenset(self._connection.execute(select(table.key).where(posted)).scalars())

    def unannounced(self) -> list[str]:
        """References of the incidents whose announcement, or an edit of it, Slack refused."""
        table = tables.outbox.c
        kinds = or_(table.key.startswith("announce:"), table.key.startswith("announce-edit:"))
        query = select(table.incident).where(kinds, table.state == FAILED, table.incident.is_not(None))
        return sorted(set(self._connection.execute(query).scalars()))

    def forget_edits(self, ref: str) -> None:
        """The refused edits of the incident's announcement are made good by a newer one."""
        table = tables.outbox
        refused = and_(
            table.c.incident == ref, table.c.key.startswith("announce-edit:"), table.c.state == FAILED
        )
        self._connection.execute(update(table).where(refused).values(state=DROPPED))

    def said_or_waiting(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of *keys* whose calls were made, or still will be."""
        table = tables.outbox.c
        query = select(table.key).where(table.key.in_(keys), table.state.not_in(GIVEN_UP))
        return frozenset(self._connection.execute(query).scalars()) if keys else frozenset()

    def alarms(self, prefixes: Sequence[str]) -> tuple[str, ...]:
        """Keys, beginning with one of *prefixes*, of what was said or still will be."""
        table = tables.outbox.c
        ours = or_(*(table.key.startswith(each, autoescape=True) for each in prefixes))
        query = select(table.key).where(ours, table.state.not_in(GIVEN_UP)).order_by(table.id)
        return tuple(self._connection.execute(query).scalars())

    def posted_of(self, kind: str, ref: str) -> frozenset[str]:
        """Keys of the messages of that kind that were posted about the incident."""
        table = tables.outbox.c
        there = and_(
            table.incident == ref,
            table.state == DONE,
            table.key.startswith(f"{kind}:{ref}:", autoescape=True),
        )
        return frozenset(self._connection.execute(select(table.key).where(there)).scalars())
