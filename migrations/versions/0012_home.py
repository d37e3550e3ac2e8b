"""Whose home shows which incidents, and who is told of which alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_homes")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("incident", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name=op.f("fk_subscriptions_incident")),
        sa.PrimaryKeyConstraint("incident", "user", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_user", "subscriptions", ["user"])


def downgrade() -> None:
    op.drop_table("subscriptions")
    op.drop_table("homes")
