"""Copies of the files that people share in an incident's channel."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("incident", sa.String(length=40), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["incident"], ["incidents.ref"], name=op.f("fk_files_incident")),
        sa.PrimaryKeyConstraint("incident", "file", name=op.f("pk_files")),
    )
    op.create_index("ix_files_file", "files", ["file"])


def downgrade() -> None:
    op.drop_table("files")
