"""Customer escalations: who escalated it, and when they found it resolved; drafts for customers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("customer", sa.Text()))
    op.add_column("incidents", sa.Column("customer_contact", sa.Text()))
    op.add_column("incidents", sa.Column("verified_at", sa.DateTime(timezone=True)))
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column(
        "incidents",
        sa.Column("draft_audience", sa.String(length=40), nullable=False, server_default="internal"),
    )


def downgrade() -> None:
    for column in ("draft_audience", "verified_at", "customer_contact", "customer"):
        op.drop_column("incidents", column)
