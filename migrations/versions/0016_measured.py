"""Metrics over many incidents: what each contributes, what people enter, and how often an entry was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table.
    op.add_column("entries", sa.Column("saves", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_entries_incident_saves", "entries", ["incident", "saves"])
    op.create_table(
        "measured",
        sa.Column("incident", sa.String(length=40), nullable=False),
        sa.Column("definitions", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name="fk_measured_incident"),
        sa.PrimaryKeyConstraint("incident", name="pk_measured"),
    )
    op.create_table(
        "entered",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entered"),
    )
    op.create_index("ix_entered_metric", "entered", ["metric"])


def downgrade() -> None:
    op.drop_index("ix_entered_metric", table_name="entered")
    op.drop_table("entered")
    op.drop_table("measured")
    op.drop_index("ix_entries_incident_saves", table_name="entries")
    op.drop_column("entries", "saves")
