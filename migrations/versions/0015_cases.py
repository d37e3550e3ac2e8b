"""Customer escalations that are records of their own: how far up each was taken, and to which incident it belongs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("tied_to", sa.String(length=40)))
    op.create_index("ix_incidents_tied_to", "incidents", ["tied_to"])


def downgrade() -> None:
    op.drop_index("ix_incidents_tied_to", "incidents")
    for column in ("tied_to", "level"):
        op.drop_column("incidents", column)
