"""How far a postmortem is, and what was said about it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Incidents that are closed already have none: nobody is reminded of what was due before this version.
    # The defaults stay: taking them off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("review", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("incidents", sa.Column("reminded", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for column in ("reminded", "review"):
        op.drop_column("incidents", column)
