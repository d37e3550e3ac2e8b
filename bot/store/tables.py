"""The tables. A column bears the name of the dataclass field that it keeps; a test holds them together."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.domain.copies import State
from bot.domain.followup import FollowUp
from bot.domain.incident import Incident, Status
from bot.domain.looks import Look
from bot.domain.parts import (
    Audience,
    Escalation,
    External,
    Loss,
    Offer,
    PlaybookStep,
    Posted,
    Reminded,
    Review,
    RoleCall,
    Task,
)
from bot.domain.schedule import TimerKind
from bot.domain.timeline import Kind, Precision, Source
from bot.store.types import Fields, Items, Number, Part, Parts, Times, UtcTime, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in an INTEGER primary key."""

incidents = Table(
    "incidents",
    metadata,
    Column("ref", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("status", Word(Status), nullable=False, index=True),
    Column("declared_by", String(40), nullable=False),
    Column("declared_at", UtcTime, nullable=False, index=True),
    Column("channel_name", String(80), nullable=False),
    Column("channel_id", String(40), unique=True),
    Column("roles", JSON, nullable=False),
    Column("services", Items, nullable=False),
    Column("causes", Items, nullable=False),
    Column("summary", Text),
    Column("root_cause", Text),
    Column("resolution", Text),
    Column("classification", Text),
    Column("timezone", String(64)),
    Column("customer", Text),
    Column("customer_contact", Text),
    Column("verified_at", UtcTime),
    Column("level", Integer, nullable=False),
    Column("tied_to", String(40), index=True),
    Column("impact_started_at", UtcTime),
    Column("detected_at", UtcTime),
    Column("identified_at", UtcTime),
    Column("mitigated_at", UtcTime),
    Column("restored_at", UtcTime),
    Column("resolved_at", UtcTime),
    Column("first_resolved_at", UtcTime),
    Column("reopened_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("last_update_at", UtcTime),
    Column("last_update", Text),
    Column("update_due_at", UtcTime),
    Column("nudge_due_at", UtcTime),
    Column("snoozed_until", UtcTime),
    Column("updates", Integer, nullable=False),
    Column("nudges", Integer, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("live_nudge", Integer),
    Column("drafts", Integer, nullable=False),
    Column("draft_due_at", UtcTime),
    Column("draft_format", String(20)),
    Column("draft_files", Items, nullable=False),
    Column("draft_audience", Word(Audience), nullable=False),
    Column("postmortem_owner", String(40)),
    Column("postmortem_due_at", UtcTime),
    Column("review", Part(Review), nullable=False),
    Column("reminded", Part(Reminded), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("members", Items, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("backfilled", Boolean, nullable=False),
    Column("merged_into", String(40), index=True),
    Column("ended_at", UtcTime),
    Column("archived_at", UtcTime),
    Column("archive_after", UtcTime),
    Column("channels", Integer, nullable=False),
    Column("former_channel_id", String(40)),
    Column("renamed", String(80)),
    Column("out_of_reach", Word(Loss)),
    Column("out_of_reach_since", UtcTime),
    Column("reach_checked_at", UtcTime),
    Column("absent", Items, nullable=False),
    Column("due", Times, nullable=False),
    Column("paused_at", UtcTime),
    Column("paused_until", UtcTime),
    Column("resumed_at", UtcTime),
    Column("paused_seconds", Integer, nullable=False),
    Column("shut_seconds", Integer, nullable=False),
    Column("long", Boolean, nullable=False),
    Column("stale_prompts", Integer, nullable=False),
    Column("external_updates", Integer, nullable=False),
    Column("first_external_at", UtcTime),
    Column("external", Part(External), nullable=False),
    Column("externals", Integer, nullable=False),
    Column("sla_approvals", JSON, nullable=False),
    Column("mail_prompts", Integer, nullable=False),
    Column("customers_told_at", UtcTime),
    Column("escalations", Parts(Escalation), nullable=False),
    Column("rungs", Integer, nullable=False),
    Column("offers", Parts(Offer), nullable=False),
    Column("handoffs", Integer, nullable=False),
    Column("roles_asked", Boolean, nullable=False),
    Column("role_call", Part(RoleCall), nullable=False),
    Column("tasks", Parts(Task), nullable=False),
    Column("followups", Parts(FollowUp), nullable=False),
    Column("playbooks", Parts(Posted), nullable=False),
    Column("playbook_steps", Parts(PlaybookStep), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("header", JSON, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("tag", String(120), primary_key=True),
    Column("words", Text, nullable=False),
    Column("at", UtcTime, nullable=False),  # when the incident was declared
    Index("ix_tags_tag_at", "tag", "at"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("incident", String(40), ForeignKey("incidents.ref"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("kind", Word(Kind), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Word(Source), nullable=False),
    Column("until", UtcTime),
    Column("precision", Word(Precision), nullable=False),
    Column("approx", Boolean, nullable=False),
    Column("label", Text),
    Column("group", Text),
    Column("author", String(40)),
    Column("author_name", Text),
    Column("channel_id", String(40)),
    Column("ts", String(20)),
    Column("thread_ts", String(20)),
    Column("link", Text),
    Column("files", Items, nullable=False),
    Column("data", JSON, nullable=False),
    Column("marks", Items, nullable=False),
    Column("edited_at", UtcTime),
    Column("deleted_at", UtcTime),
    Column("versions", Items, nullable=False),
    Column("arrived", Boolean, nullable=False),
    Column(
        "saves", Integer, nullable=False, server_default="0", onupdate=literal_column("entries.saves + 1")
    ),
    UniqueConstraint("channel_id", "ts"),
    Index("ix_entries_incident_at", "incident", "at", "id"),
    Index("ix_entries_channel_id_thread_ts", "channel_id", "thread_ts"),
    Index("ix_entries_incident_saves", "incident", "saves"),
)

files = Table(
    "files",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("file", String(40), primary_key=True, index=True),
    Column("name", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Word(State), nullable=False),
    Column("why", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary),
    Column("asked", Integer, nullable=False),
    Column("taken_at", UtcTime),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("channel_id", String(40), primary_key=True),
    Column("incident", String(40), ForeignKey("incidents.ref"), nullable=False, index=True),
    Column("floor", String(20), nullable=False),
    Column("read_to", String(20), nullable=False),
    Column("ceiling", String(20)),
    Column("due_at", Double, index=True),  # machine time; null: nothing more is to be read
    Column("wanted", Boolean, nullable=False),
    Column("fresh", Boolean, nullable=False),
    Column("wanted_at", Double, nullable=False),  # machine time
    Column("lease_until", Double, nullable=False),  # machine time
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("forward", Part(Look), nullable=False),
    Column("whole", Part(Look), nullable=False),
    Column("whole_to", String(20)),
    Column("whole_at", UtcTime),
    Column("lag_since", UtcTime, index=True),
    Column("gaps", JSON, nullable=False),
    Column("keep_until", UtcTime),
)

last_commands = Table(
    "last_commands",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("by", String(40), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("change", String(40), nullable=False),
    Column("before", Fields(Incident), nullable=False),
    Column("after", Fields(Incident), nullable=False),
    Column("entries", Items, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("kind", Word(TimerKind), primary_key=True),
    Column("due_at", UtcTime, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("incident", String(40), index=True),
    Column("method", String(60), nullable=False),
    Column("args", JSON, nullable=False),
    Column("stream", String(80)),
    Column("slot", String(120)),
    Column("priority", Integer, nullable=False),
    Column("guarded", Boolean, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, claimed, done, failed, dropped
    Column("attempt", Integer, nullable=False),
    Column("lease_until", Double, nullable=False),  # machine time, seconds since the epoch
    Column("not_before", Double, nullable=False),  # machine time
    Column("ambiguous", Boolean, nullable=False),
    Column("lookups", Integer, nullable=False),
    Column("answer", JSON),
    Column("error", Text),
    Column("planned_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Index("ix_outbox_state_not_before", "state", "not_before"),
    Index("ix_outbox_stream_state", "stream", "state", "id"),
    Index("ix_outbox_slot_state", "slot", "state"),
)

outbox_needs = Table(
    "outbox_needs",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("needs", String(255), primary_key=True, index=True),
)

throttles = Table(
    "throttles",
    metadata,
    Column("scope", String(200), primary_key=True),  # a method, or a method and a stream
    Column("until", Double, nullable=False),  # machine time
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("reply", JSON, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("n", Integer, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("handle", String(80), nullable=False, index=True),
    Column("zone", String(64)),
    Column("is_bot", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("handle", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("users", Items, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

homes = Table(
    "homes",
    metadata,
    Column("user", String(40), primary_key=True),
    Column("made", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("shown", Items, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("user", String(40), primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
)

measured = Table(
    "measured",
    metadata,
    Column("incident", String(40), ForeignKey("incidents.ref"), primary_key=True),
    Column("definitions", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("saves", Integer, nullable=False),
    Column("told", JSON, nullable=False),
)

entered = Table(
    "entered",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # out of the counters
    Column("metric", String(40), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("value", Number),
    Column("note", Text, nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
)

OF_WORKSPACE = (deliveries, people, groups, channels, timers, watermarks, homes, subscriptions)
"""What means nothing any more once its Slack is gone."""
