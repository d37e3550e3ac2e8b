"""Channels that are out of reach, or were renamed; people who are no longer there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("renamed", sa.String(length=80)))
    op.add_column("incidents", sa.Column("out_of_reach", sa.String(length=40)))
    op.add_column("incidents", sa.Column("out_of_reach_since", sa.DateTime(timezone=True)))
    op.add_column("incidents", sa.Column("reach_checked_at", sa.DateTime(timezone=True)))
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("absent", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for column in ("absent", "reach_checked_at", "out_of_reach_since", "out_of_reach", "renamed"):
        op.drop_column("incidents", column)
