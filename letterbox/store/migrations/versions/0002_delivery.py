"""The tables of the delivery plane."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

Identity = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NEWEST = "SELECT max(sequence) FROM journal"
SKIP = "INSERT INTO marker (name, value) VALUES ('routing', :cursor)"


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("delivery_id", Identity, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Identity, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("response_headers", sa.Text(), nullable=False),
        sa.Column("response_body", sa.LargeBinary(), nullable=False),
        sa.Column("is_truncated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("request_id", Identity, nullable=False),
        sa.Column("endpoint_id", Identity, nullable=True),
        sa.Column("subscription_id", Identity, nullable=True),
        sa.Column("destination_id", Identity, nullable=False),
        sa.Column("replay_id", Identity, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("queue", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("ordering_key", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_destination", "delivery", ["destination_id", "id"], unique=False)
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["destination_id", "queue", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('waiting', 'sending') AND due_at IS NOT NULL"),
        postgresql_where=sa.text("status IN ('waiting', 'sending') AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_failed",
        "delivery",
        ["project_id", "status", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'failed'"),
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.create_index(
        "ix_delivery_failed_destination",
        "delivery",
        ["destination_id", "status", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'failed'"),
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.create_index(
        "ix_delivery_line",
        "delivery",
        ["subscription_id", "ordering_key", "sequence", "id"],
        unique=False,
        sqlite_where=sa.text("ordering_key IS NOT NULL AND status IN ('waiting', 'sending', 'failed')"),
        postgresql_where=sa.text("ordering_key IS NOT NULL AND status IN ('waiting', 'sending', 'failed')"),
    )
    op.create_index(
        "ix_delivery_of_replay",
        "delivery",
        ["replay_id", "id"],
        unique=False,
        sqlite_where=sa.text("replay_id IS NOT NULL"),
        postgresql_where=sa.text("replay_id IS NOT NULL"),
    )
    op.create_index("ix_delivery_project", "delivery", ["project_id", "id"], unique=False)
    op.create_index(
        "ix_delivery_replay",
        "delivery",
        ["replay_id", "status"],
        unique=False,
        sqlite_where=sa.text("replay_id IS NOT NULL"),
        postgresql_where=sa.text("replay_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_delivery_request_id"), "delivery", ["request_id"], unique=False)
    op.create_table(
        "health",
        sa.Column("destination_id", Identity, nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_failure_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("opened_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("destination_id", name=op.f("pk_health")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "routing",
        sa.Column("request_id", Identity, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_routing")),
    )
    op.create_table(
        "destination",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("max_in_flight", sa.Integer(), nullable=False),
        sa.Column("rate_per_second", sa.Integer(), nullable=True),
        sa.Column("retry_schedule_seconds", sa.JSON(), nullable=False),
        sa.Column("forward_credentials", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_destination_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destination")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_destination_project_id_name")),
    )
    op.create_index("ix_destination_project", "destination", ["project_id", "id"], unique=False)
    op.create_index(
        "ix_destination_removed",
        "destination",
        ["id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "subscription",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.Column("destination_id", Identity, nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("transform", sa.Text(), nullable=True),
        sa.Column("ordering_key", sa.Text(), nullable=True),
        sa.Column("begins_after", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["destination_id"], ["destination.id"], name=op.f("fk_subscription_destination_id")),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.id"], name=op.f("fk_subscription_endpoint_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_subscription_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_destination_id"), "subscription", ["destination_id"], unique=False)
    op.create_index(op.f("ix_subscription_endpoint_id"), "subscription", ["endpoint_id"], unique=False)
    op.create_index("ix_subscription_project", "subscription", ["project_id", "id"], unique=False)
    # What came in before there were subscriptions is not looked at again.
    connection = op.get_bind()
    if (newest := connection.execute(sa.text(NEWEST)).scalar()) is not None:
        connection.execute(sa.text(SKIP), {"cursor": str(newest).encode()})
