"""The playbooks that were posted in an incident, and which of their steps are done."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    # The defaults stay: taking them off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("playbooks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("incidents", sa.Column("playbook_steps", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("incidents", "playbook_steps")
    op.drop_column("incidents", "playbooks")
