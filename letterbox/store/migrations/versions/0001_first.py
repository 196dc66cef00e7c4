"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

Identity = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project", Identity, nullable=True),
        sa.Column("request", Identity, nullable=True),
        sa.Column("delivery", Identity, nullable=True),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("contract_version", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_journal_passing",
        "journal",
        ["request"],
        unique=False,
        sqlite_where=sa.text("kind IN ('refused', 'duplicate', 'quarantined')"),
        postgresql_where=sa.text("kind IN ('refused', 'duplicate', 'quarantined')"),
    )
    op.create_index(
        "ix_journal_history",
        "journal",
        ["request"],
        unique=False,
        sqlite_where=sa.text("who IS NOT NULL"),
        postgresql_where=sa.text("who IS NOT NULL"),
    )
    op.create_table(
        "marker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marker")),
    )
    op.create_table(
        "project",
        sa.Column("id", Identity, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("retention", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
    )
    op.create_index(
        "ix_project_bounded",
        "project",
        ["id"],
        unique=False,
        sqlite_where=sa.text("retention IS NOT NULL"),
        postgresql_where=sa.text("retention IS NOT NULL"),
    )
    op.create_index(
        "ix_project_removed",
        "project",
        ["id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "request",
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("id", Identity, nullable=False),
        sa.Column("endpoint_id", Identity, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("contract_version", sa.Integer(), nullable=True),
        sa.Column("violations", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("path_parameters", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("remote_address", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("event_type", sa.Text(), nullable=True),
        sa.Column("reply_status", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("body_bytes", sa.BigInteger(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=True),
        sa.Column("trail", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_endpoint", "request", ["endpoint_id", "id"], unique=False)
    op.create_index(
        "ix_request_verdict",
        "request",
        ["project_id", "verdict", "id"],
        unique=False,
        sqlite_where=sa.text("verdict != 'accepted'"),
        postgresql_where=sa.text("verdict != 'accepted'"),
    )
    op.create_index(
        "ix_request_verdict_endpoint",
        "request",
        ["project_id", "verdict", "endpoint_id", "id"],
        unique=False,
        sqlite_where=sa.text("verdict != 'accepted'"),
        postgresql_where=sa.text("verdict != 'accepted'"),
    )
    op.create_table(
        "tally",
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "span", "start", "endpoint_id", "verdict", "slot", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tally_endpoint", "tally", ["endpoint_id", "span", "start"], unique=False)
    op.create_table(
        "usage",
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "endpoint_id", "slot", name=op.f("pk_usage")),
    )
    op.create_table(
        "endpoint",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("verification", sa.JSON(), nullable=False),
        sa.Column("contract_mode", sa.Text(), nullable=False),
        sa.Column("replies", sa.JSON(), nullable=False),
        sa.Column("max_body_bytes", sa.Integer(), nullable=False),
        sa.Column("requests_per_second", sa.Integer(), nullable=True),
        sa.Column("cors", sa.JSON(), nullable=False),
        sa.Column("dedupe", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("allow_from", sa.JSON(), nullable=False),
        sa.Column("public_docs", sa.Boolean(), nullable=False),
        sa.Column("contract_version", sa.Integer(), nullable=True),
        sa.Column("contract_digest", sa.Text(), nullable=True),
        sa.Column("retention", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_endpoint_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_endpoint_project_id_name")),
    )
    op.create_index(
        "ix_endpoint_bounded",
        "endpoint",
        ["project_id", "id"],
        unique=False,
        sqlite_where=sa.text("retention IS NOT NULL"),
        postgresql_where=sa.text("retention IS NOT NULL"),
    )
    op.create_index("ix_endpoint_project", "endpoint", ["project_id", "id"], unique=False)
    op.create_index(
        "ix_endpoint_removed",
        "endpoint",
        ["project_id", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "idempotency",
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_idempotency_project_id")),
        sa.PrimaryKeyConstraint("project_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "key",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=True),
        sa.Column("previous_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("bootstrap", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_key_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_key_hash")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_key_project_id_name")),
    )
    op.create_index("ix_key_project", "key", ["project_id", "id"], unique=False)
    op.create_table(
        "route",
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.id"], name=op.f("fk_route_endpoint_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_route_project_id")),
        sa.PrimaryKeyConstraint("project_id", "shape", "method", name=op.f("pk_route")),
    )
    op.create_index(op.f("ix_route_endpoint_id"), "route", ["endpoint_id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.id"], name=op.f("fk_contract_endpoint_id")),
        sa.PrimaryKeyConstraint("endpoint_id", "version", name=op.f("pk_contract")),
        sa.UniqueConstraint("id", name=op.f("uq_contract_id")),
    )
    op.create_table(
        "dedupe",
        sa.Column("endpoint_id", Identity, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_id", Identity, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", "key", name=op.f("pk_dedupe")),
    )
    op.create_index(op.f("ix_dedupe_expires_at"), "dedupe", ["expires_at"], unique=False)
    op.create_index(op.f("ix_dedupe_request_id"), "dedupe", ["request_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", Identity, nullable=False),
        sa.Column("project_id", Identity, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("cursor", Identity, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_job_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_project", "job", ["project_id", "kind", "id"], unique=False)
    op.create_index("ix_job_updated_at", "job", ["updated_at"], unique=False)
    op.create_index(
        "ix_job_running",
        "job",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
