"""What each person did last in an incident, so that it can be taken back; and what was asked about roles."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("role_call", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "last_commands",
        sa.Column("incident", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name=op.f("fk_last_commands_incident")),
        sa.PrimaryKeyConstraint("incident", "by", name=op.f("pk_last_commands")),
    )


def downgrade() -> None:
    op.drop_table("last_commands")
    op.drop_column("incidents", "role_call")
