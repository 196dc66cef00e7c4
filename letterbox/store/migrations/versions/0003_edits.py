"""Requests that were made of others by editing a body."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

Identity = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "edit",
        sa.Column("request_id", Identity, nullable=False),
        sa.Column("origin_id", Identity, nullable=False),
        sa.Column("is_routed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_edit")),
    )
    op.create_index(op.f("ix_edit_origin_id"), "edit", ["origin_id"], unique=False)
