"""How far each channel was read in Slack's history."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OURS = """
INSERT INTO watermarks (channel_id, incident, floor, read_to, due_at, wanted, fresh, wanted_at, lease_until, attempt,
  failures, forward, whole, gaps)
SELECT channel_id, ref, '0', '0', 0, true, false, 0, 0, 0, 0, '[]', '[]', '{}' FROM incidents
WHERE channel_id IS NOT NULL AND status IN ('triage', 'investigating', 'identified', 'monitoring', 'resolved')
  AND substr(channel_name, 1, length(ref)) = lower(ref)
"""
"""Channels that were opened for their incident; those that were adopted get theirs when the incident is next saved."""


def upgrade() -> None:
    op.create_index("ix_entries_channel_id_thread_ts", "entries", ["channel_id", "thread_ts"])
    op.create_table(
        "watermarks",
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("incident", sa.String(length=40), nullable=False),
        sa.Column("floor", sa.String(length=20), nullable=False),
        sa.Column("read_to", sa.String(length=20), nullable=False),
        sa.Column("ceiling", sa.String(length=20)),
        sa.Column("due_at", sa.Double()),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("wanted_at", sa.Double(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("forward", sa.JSON(), nullable=False),
        sa.Column("whole", sa.JSON(), nullable=False),
        sa.Column("whole_to", sa.String(length=20)),
        sa.Column("whole_at", sa.DateTime(timezone=True)),
        sa.Column("lag_since", sa.DateTime(timezone=True)),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name=op.f("fk_watermarks_incident")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_watermarks")),
    )
    op.create_index("ix_watermarks_incident", "watermarks", ["incident"])
    op.create_index("ix_watermarks_due_at", "watermarks", ["due_at"])
    op.create_index("ix_watermarks_lag_since", "watermarks", ["lag_since"])
    op.execute(_OURS)


def downgrade() -> None:
    op.drop_table("watermarks")
    op.drop_index("ix_entries_channel_id_thread_ts", "entries")
