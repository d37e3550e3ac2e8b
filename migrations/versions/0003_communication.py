"""The communication of an incident: escalation, updates outside, hand-offs, tasks, pauses, and how it can end."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_FLAGS = ("private", "drill", "backfilled", "long", "roles_asked")
_COUNTS = (
    "paused_seconds", "shut_seconds", "stale_prompts", "external_updates", "externals", "mail_prompts", "rungs",
    "handoffs",
)  # fmt: skip
_LISTS = ("members", "external", "escalations", "offers", "tasks")
_TABLES = ("due", "sla_approvals")
_TIMES = (
    "ended_at", "archived_at", "archive_after", "paused_at", "paused_until", "resumed_at", "first_external_at",
    "customers_told_at",
)  # fmt: skip
_IDS = ("merged_into", "former_channel_id")
_FILLED: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    **dict.fromkeys(_FLAGS, (sa.Boolean(), "false")),
    **dict.fromkeys(_COUNTS, (sa.Integer(), "0")),
    **dict.fromkeys(_LISTS, (sa.JSON(), "[]")),
    **dict.fromkeys(_TABLES, (sa.JSON(), "{}")),
    "channels": (sa.Integer(), "1"),
}
"""Columns that every incident has: what stands in those that are there already."""


def upgrade() -> None:
    # The defaults stay: taking them off again would make SQLite copy the table away from under its entries.
    for name, (kind, value) in _FILLED.items():
        default = sa.text(value) if value.isalnum() else value
        op.add_column("incidents", sa.Column(name, kind, nullable=False, server_default=default))
    for name in _TIMES:
        op.add_column("incidents", sa.Column(name, sa.DateTime(timezone=True)))
    for name in _IDS:
        op.add_column("incidents", sa.Column(name, sa.String(length=40)))


def downgrade() -> None:
    for name in (*_FILLED, *_TIMES, *_IDS):
        op.drop_column("incidents", name)
