"""Store and Tx: one transaction, and by name every question that is asked of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, Select, delete, exists, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from bot.clock import Clock
from bot.crash import crash
from bot.domain.incident import OPEN, Incident, Status
from bot.domain.opening import Wanted
from bot.domain.schedule import TimerKind
from bot.store import tables
from bot.store.access import AccessRows
from bot.store.auditing import AuditRows
from bot.store.cases import IS_CASE, CaseRows
from bot.store.directory import DirectoryRows
from bot.store.engine import CONNECTIONS, make_engine
from bot.store.files import FileRows
from bot.store.followups import FollowUpRows
from bot.store.homes import HomeRows
from bot.store.notifying import notify
from bot.store.outbox import OutboxRows
from bot.store.patience import ANSWER, within
from bot.store.places import PlaceRows
from bot.store.record import RecordRows
from bot.store.reviews import ReviewRows
from bot.store.rows import (
    BY_REF,
    LEAVING,
    LEFT_BY,
    LOCKED,
    LOCKED_IF_FREE,
    NEW_DELIVERY,
    OF_CHANNEL,
    RECORDING,
    REPLIED,
    SAVED,
    columns_of,
    incident_of,
)
from bot.store.said import SaidRows
from bot.store.scores import ScoreRows
from bot.store.subscriptions import SubscriptionRows
from bot.store.tags import TagRows
from bot.store.timers import TimerRows
from bot.store.trouble import Collision, PerhapsKept, Presence, StaleVersion, StoreAway, committed
from bot.store.unsaid import UnsaidRows
from bot.store.watermarks import WatermarkRows

if TYPE_CHECKING:
    from bot.store.listening import Listener

__all__ = ["Collision", "PerhapsKept", "StaleVersion", "Store", "StoreAway", "Tx"]


class Tx(RecordRows, TimerRows):
    """One open transaction. All of it is kept, or nothing."""

    def __init__(self, connection: Connection) -> None:
        """Ask through *connection*, in which a transaction has begun."""
        super().__init__(connection)
        self.outbox = OutboxRows(connection)
        self.said = SaidRows(connection)
        self.unsaid = UnsaidRows(connection)
        self.access = AccessRows(connection)
        self.places = PlaceRows(connection)
        self.directory = DirectoryRows(connection)
        self.audit = AuditRows(connection)
        self.watermarks = WatermarkRows(connection)
        self.files = FileRows(connection)
        self.homes = HomeRows(connection)
        self.reviews = ReviewRows(connection)
        self.followups = FollowUpRows(connection)
        self.subscriptions = SubscriptionRows(connection)
        self.scores = ScoreRows(connection)
        self.tags = TagRows(connection)
        self.cases = CaseRows(connection)

    def machine(self, clock: Clock) -> float:
        """Machine time as every worker on this database reads it: seconds since the epoch (``Clock.shared``)."""
        return clock.shared(self._database_time if self._is_postgres else None)

    def _database_time(self) -> float:
        return float(
            self._connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
        )

    # Incidents

    def incident(self, ref: str, *, lock: bool = False, if_free: bool = False) -> Incident | None:
        """The incident of that reference; *lock* keeps others from changing it until this transaction ends.

        With *if_free* it does not wait for one that has it locked: None, as where there is no such incident.
        """
        locked = LOCKED_IF_FREE if if_free else LOCKED
        return self._one_incident(locked if lock else BY_REF, ref=ref)

    def incident_of_channel(self, channel_id: str) -> Incident | None:
        """The incident whose channel it is."""
        return self._one_incident(OF_CHANNEL, channel=channel_id)

    def incident_recording(self, channel_id: str) -> Incident | None:
        """The incident that a message or command there is about: the channel's own, or one that is moving out of it."""
        return self.incident_of_channel(channel_id) or self._one_incident(LEAVING, channel=channel_id)

    def ref_recording(self, channel_id: str) -> str | None:
        """The reference of ``incident_recording``: all that the log of a channel needs."""
        for query in (RECORDING, LEFT_BY):
            ref: str | None = self._connection.execute(query, {"channel": channel_id}).scalar()
            if ref is not None:
                return ref
        return None

    def incidents(
        self, *, open_only: bool, limit: int, severity: str | None = None, cases: bool | None = None
    ) -> list[Incident]:
        """Incidents, newest first. *cases*: customer escalations alone, or none of them; None: both."""
        query = select(tables.incidents).order_by(
            tables.incidents.c.declared_at.desc(), tables.incidents.c.ref.desc()
        )
        if open_only:
            query = query.where(tables.incidents.c.status.in_(list(OPEN)))
        if severity:
            query = query.where(tables.incidents.c.severity == severity)
        if cases is not None:
            query = query.where(IS_CASE if cases else ~IS_CASE)
        return [incident_of(row) for row in self._connection.execute(query.limit(limit))]

    def to_be_written(self) -> list[Incident]:
        """Closed incidents of whose postmortem somebody is still to be reminded."""
        waiting = select(tables.timers.c.incident).where(tables.timers.c.kind == TimerKind.POSTMORTEM)
        query = select(tables.incidents).where(tables.incidents.c.ref.in_(waiting))
        return [incident_of(row) for row in self._connection.execute(query.order_by(tables.incidents.c.ref))]

    def same_declare(self, wanted: Wanted, since: datetime) -> Incident | None:
        """An open incident that this person declared in the same words since then (replay I).

        One that was over is the same where its times are, whenever it was written down.
        """
        table = tables.incidents.c
        query = select(tables.incidents).where(
            ~IS_CASE,
            table.declared_by == wanted.by,
            table.title == wanted.shown,
            table.severity == wanted.severity,
            table.drill == wanted.drill,
            table.backfilled == wanted.backfill,
        )
        if wanted.backfill:
            query = query.where(
                table.impact_started_at == wanted.impact_started_at, table.resolved_at == wanted.resolved_at
            )
        else:
            query = query.where(table.declared_at >= since, table.status.in_(list(OPEN)))
        if wanted.channel is not None:
            query = query.where(table.channel_id == wanted.channel.id)
        else:
            query = query.where(table.private == wanted.private)
        return self._one_incident(query.order_by(table.declared_at).limit(1))

    def _one_incident(self, query: Select[Any], **facts: str) -> Incident | None:
        row = self._connection.execute(query, facts).first()
        return incident_of(row) if row is not None else None

    def add_incident(self, incident: Incident) -> Incident:
        """Keep a new incident."""
        new = replace(incident, version=1)
        self._connection.execute(insert(tables.incidents), columns_of(new))
        self.keep_timers(new)
        self.tags.keep(new)
        self.watermarks.follow(new)
        return new

    def save_incident(self, incident: Incident, before: Incident | None = None) -> Incident:
        """Keep a changed incident. Raises StaleVersion where it is no longer the version that was read.

        *before*: as it was read, where that is known: most changes leave its tags as they are.
        """
        new = replace(incident, version=incident.version + 1)
        which = {"its_ref": incident.ref, "its_version": incident.version}
        kept = self._connection.execute(SAVED, columns_of(new) | which)
        if kept.rowcount != 1:
            raise StaleVersion(incident.ref)
        self.keep_timers(new)
        self.tags.keep(new, before)
        self.watermarks.follow(new)
        return new

    def give_back_number(self, name: str) -> None:
        """The number just taken was not needed."""
        table = tables.counters
        self._connection.execute(update(table).where(table.c.name == name).values(n=table.c.n - 1))

    def next_number(self, name: str) -> int:
        """The next number of a counter, beginning with 1; others wait until this transaction ends."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        table = tables.counters
        query = (
            upsert(table)
            .values(name=name, n=1)
            .on_conflict_do_update(index_elements=["name"], set_={"n": table.c.n + 1})
            .returning(table.c.n)
        )
        return int(self._connection.execute(query).scalar_one())

    # Deliveries

    def reply_to(self, key: str) -> dict[str, Any] | None:
        """What was answered to a delivery that was already taken care of."""
        query = select(tables.deliveries.c.reply).where(tables.deliveries.c.key == key)
        reply: dict[str, Any] | None = self._connection.execute(query).scalar_one_or_none()
        return reply

    def take_delivery(self, key: str, at: datetime) -> bool:
        """Be the one that takes care of a delivery; False where it was taken care of. Waits for who is at it."""
        new = NEW_DELIVERY[self._connection.dialect.name]
        return self._connection.execute(new, {"key": key, "at": at, "reply": {}}).first() is not None

    def keep_reply(self, key: str, reply: dict[str, Any]) -> None:
        """Remember the answer to a delivery that was taken."""
        self._connection.execute(REPLIED, {"its_key": key, "reply": reply})

    def has_replies(self, before: datetime) -> bool:
        """Whether there are answers older than *before*."""
        old = select(exists().where(tables.deliveries.c.at < before))
        return self._connection.execute(old).scalar_one()

    def forget_replies(self, before: datetime) -> int:
        """Drop answers older than *before*; Slack delivers nothing that late."""
        table = tables.deliveries
        return self._connection.execute(delete(table).where(table.c.at < before)).rowcount

    # What the bot knows about itself

    def known(self, name: str) -> Any:
        """A remembered JSON value; None where there is none."""
        query = select(tables.meta.c.value).where(tables.meta.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def remember(self, name: str, value: Any) -> None:
        """Remember a JSON value under *name*."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        query = upsert(tables.meta).values(name=name, value=value)
        self._connection.execute(query.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def first_time(self, name: str, at: datetime) -> datetime:
        """The time remembered under *name*: *at*, where there was none. Of several processes the first one counts."""
        upsert = upsert_postgres if self._is_postgres else upsert_sqlite
        query = upsert(tables.meta).values(name=name, value=at.isoformat())
        self._connection.execute(query.on_conflict_do_nothing(index_elements=["name"]))
        return datetime.fromisoformat(self.known(name))

    def forget_workspace(self) -> None:
        """Let go of a Slack that is gone (the sandbox's): its channels, people, deliveries and waiting calls."""
        for each in tables.OF_WORKSPACE:
            self._connection.execute(delete(each))
        table = tables.incidents
        gone: dict[str, Any] = {
            "channel_id": None,
            "nudge_due_at": None,
            "update_due_at": None,
            "draft_due_at": None,
            "due": {},
        }
        self._connection.execute(update(table).values(**gone))
        self._connection.execute(
            update(table).where(table.c.status.in_(list(OPEN))).values(status=Status.CLOSED)
        )
        self._connection.execute(delete(tables.outbox_needs))
        self._connection.execute(delete(tables.outbox))
        self.files.give_up()
        self._connection.execute(delete(tables.meta))


class Store:
    """The database. ``begin`` writes, ``read`` only looks."""

    def __init__(self, url: str, connections: int = CONNECTIONS, clock: Clock | None = None) -> None:
        """Connect lazily to *url* (``sqlite:///…``, or ``postgresql://…`` with at most so many *connections*).

        *clock* times how long it is away.
        """
        self.engine = make_engine(url, connections)
        self._reader = self.engine.execution_options(reading=True)
        self.awake: list[Callable[[], None]] = []
        """Called after a commit that planned calls: the outbox need not wait for a tick."""
        self._name = uuid4().hex
        self._presence = Presence(clock or Clock())

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction that may write; kept when the block ends well. Raises StoreAway and Collision."""
        with (
            self._presence.watched(writes=True),
            self.engine.connect() as connection,
            connection.begin() as transaction,
        ):
            tx = Tx(connection)
            yield tx
            if tx.outbox.planned or tx.outbox.freed > 1:  # whoever ended a call takes the next one anyhow
                notify(connection, self._name)
            crash("before the commit")
            committed(transaction)
        crash("after the commit")
        if tx.outbox.planned:
            for wake in self.awake:
                wake()

    def listen(self, wake: Callable[[], None]) -> "Listener | None":
        """Call *wake* from now on when another process planned calls; None on SQLite, where nobody can tell."""
        if self.engine.dialect.name != "postgresql":
            return None
        from bot.store.listening import Listener  # noqa: PLC0415 - as in bot.store.engine

        return Listener(self.engine.url, wake, own=self._name)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that only looks. Raises StoreAway."""
        with self._presence.watched(writes=False), self._reader.begin() as connection:
            yield Tx(connection)

    def answering(self) -> AbstractContextManager[None]:
        """Somebody waits for the answer: inside, a database that is silent or slow raises StoreAway in time for it."""
        return within(ANSWER)

    def reach(self) -> None:
        """Ask the database for a sign of life. Raises StoreAway."""
        with self.read() as tx:
            tx._connection.execute(text("SELECT 1"))  # noqa: SLF001 - of this module

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()
