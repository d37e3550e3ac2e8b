"""What kinds of files a draft was asked for as."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # The default stays: taking it off again would make SQLite copy the table away from under its entries.
    op.add_column("incidents", sa.Column("draft_files", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("incidents", "draft_files")
