"""Who is in a user group: the policy may leave some verbs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # nobody until Slack has told, which it does at the next start
    op.add_column("groups", sa.Column("users", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("groups", "users")
