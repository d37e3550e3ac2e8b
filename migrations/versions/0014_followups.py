"""What will be changed after an incident: its follow-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("followups", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("incidents", "followups")
