"""The tables, written for SQLite and Postgres alike. Times are milliseconds since 1970 (UTC), ids are TypeIDs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects import postgresql

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# Ids sort by their bytes, whatever the language of the database.
Identity = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

UNBOUNDED: dict[str, int | None] = {"max_age_seconds": None, "max_bytes": None}


class Retention(TypeDecorator[dict[str, int | None]]):
    """Bounds on what is kept, each of them there. SQL's NULL where none is set, so that an index finds the others."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: dict[str, int | None] | None, _dialect: Any) -> dict[str, int | None] | None:
        return None if value == UNBOUNDED else value

    def process_result_value(self, value: Any | None, _dialect: Any) -> dict[str, int | None]:
        return {**UNBOUNDED, **(value or {})}


project = Table(
    "project",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("defaults", JSON, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("retention", Retention),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),  # removed, and what it kept is still being deleted
)

key = Table(
    "key",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 in hex: a key has 256 random bits, so no salt
    Column("previous_hash", Text),
    Column("previous_expires_at", BigInteger),
    Column("bootstrap", Boolean, nullable=False),
    Column("expires_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
    Index("ix_key_project", "project_id", "id"),
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("methods", JSON, nullable=False),
    Column("verification", JSON, nullable=False),
    Column("contract_mode", Text, nullable=False),
    Column("replies", JSON, nullable=False),
    Column("max_body_bytes", Integer, nullable=False),
    Column("requests_per_second", Integer),
    Column("cors", JSON, nullable=False),
    Column("dedupe", JSON(none_as_null=True)),
    Column("allow_from", JSON, nullable=False),
    Column("public_docs", Boolean, nullable=False),
    Column("contract_version", Integer),  # the active one
    Column("contract_digest", Text),  # of its document: endpoints that have the same share what is made of it
    Column("retention", Retention),
    Column("paused", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),  # removed, with requests that are still being deleted
    UniqueConstraint("project_id", "name"),
    Index("ix_endpoint_project", "project_id", "id"),
)

# What is removed, and what has bounds, is found without a look at the rest.
for _table, _columns in ((project, (project.c.id,)), (endpoint, (endpoint.c.project_id, endpoint.c.id))):
    _removed, _bounded = _table.c.removed_at.is_not(None), _table.c.retention.is_not(None)
    Index(f"ix_{_table.name}_removed", *_columns, sqlite_where=_removed, postgresql_where=_removed)
    Index(f"ix_{_table.name}_bounded", *_columns, sqlite_where=_bounded, postgresql_where=_bounded)

# Who takes which method where: the unique key decides between two endpoints that want the same.
route = Table(
    "route",
    metadata,
    Column("project_id", Identity, ForeignKey("project.id"), primary_key=True),
    Column("shape", Text, primary_key=True),  # the path with its parameters' names left out
    Column("method", Text, primary_key=True),
    Column("endpoint_id", Identity, ForeignKey("endpoint.id"), nullable=False, index=True),
)

# No foreign keys here: the receiving path pays for each, and requests outlive what they name.
request = Table(
    "request",
    metadata,
    Column("project_id", Identity, primary_key=True),
    Column("id", Identity, primary_key=True),
    Column("endpoint_id", Identity),
    Column("verdict", Text, nullable=False),
    Column("causes", Text, nullable=False),  # this and the other lists are JSON text, written by the receive plane
    Column("contract_version", Integer),
    Column("violations", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("path_parameters", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("remote_address", Text),
    Column("media_type", Text),
    Column("event_type", Text),
    Column("reply_status", SmallInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    Column("body_bytes", BigInteger, nullable=False),
    Column("body_sha256", Text),
    Column("trail", Text, nullable=False),
    Column("credential", LargeBinary),  # sealed: what is masked in headers and query
    Column("body", LargeBinary),  # last, so that lists do not walk over it
    Index("ix_request_endpoint", "endpoint_id", "id"),
)
# Requests that were not accepted are few and bounded, so these two cost the receiving path nothing.
NOT_ACCEPTED = request.c.verdict != "accepted"
Index(
    "ix_request_verdict",
    request.c.project_id,
    request.c.verdict,
    request.c.id,
    sqlite_where=NOT_ACCEPTED,
    postgresql_where=NOT_ACCEPTED,
)
Index(
    "ix_request_verdict_endpoint",
    request.c.project_id,
    request.c.verdict,
    request.c.endpoint_id,
    request.c.id,
    sqlite_where=NOT_ACCEPTED,
    postgresql_where=NOT_ACCEPTED,
)

# Requests that somebody has made of others by editing a body, and of which. Apart from the requests, so that the
# receiving path pays nothing for it. What was accepted has its deliveries from the start: routing passes it by.
edit = Table(
    "edit",
    metadata,
    Column("request_id", Identity, primary_key=True),
    Column("origin_id", Identity, nullable=False, index=True),
    Column("is_routed", Boolean, nullable=False),
)

# Versions of what an endpoint may be sent. They never change; which one is active stands with the endpoint.
contract = Table(
    "contract",
    metadata,
    Column("endpoint_id", Identity, ForeignKey("endpoint.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("id", Identity, nullable=False, unique=True),
    Column("project_id", Identity, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),  # canonical JSON
)

# Who has come with a key of `dedupe` (its digest is kept), and what was answered. Written in the order of its keys, so
# that two processes never wait for each other in a ring. By the request it is found when that is erased.
dedupe = Table(
    "dedupe",
    metadata,
    Column("endpoint_id", Identity, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("request_id", Identity, nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("reply", LargeBinary, nullable=False),
)

# Work on many requests that goes on in the background, page by page: each page is one transaction that also moves
# `cursor`, so that whichever process is there goes on after a crash, and nothing is done twice.
job = Table(
    "job",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, ForeignKey("project.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("plan", JSON, nullable=False),  # what to do, and with which requests
    Column("result", JSON, nullable=False),  # what came of it so far
    Column("cursor", Identity),  # the last request that was looked at
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Index("ix_job_project", "project_id", "kind", "id"),
    Index("ix_job_updated_at", "updated_at"),
)
RUNNING = job.c.status == "running"
Index("ix_job_running", job.c.id, sqlite_where=RUNNING, postgresql_where=RUNNING)

# How many body bytes an endpoint keeps, as a sum over slots: each serving process counts in a row of its own, so that
# their commits do not wait for each other. A single row may be negative.
usage = Table(
    "usage",
    metadata,
    Column("project_id", Identity, primary_key=True),
    Column("endpoint_id", Identity, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("bytes", BigInteger, nullable=False),
)

# How many requests came in, by span of time (in milliseconds, like `start`), endpoint (an empty text where nobody
# listens) and verdict; in slots likewise. In this order a commit counts in one place, whatever endpoints it has
# requests of; the index is for one of them alone, and changes only when a span begins. Attempts are counted alike, with
# their destination for the endpoint and their outcome for the verdict.
tally = Table(
    "tally",
    metadata,
    Column("project_id", Identity, primary_key=True),
    Column("span", Integer, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("endpoint_id", Identity, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("requests", BigInteger, nullable=False),
    Index("ix_tally_endpoint", "endpoint_id", "span", "start"),
    sqlite_with_rowid=False,
)

# The outbox: what happened, in commit order. It serves the tail, routing, and the history of verdicts.
journal = Table(
    "journal",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("project", Identity),
    Column("endpoint", Identity),
    Column("request", Identity),
    Column("delivery", Identity),
    Column("who", Text),
    Column("contract_version", Integer),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,  # a sequence is never given twice, not even after the newest was deleted
)

# Literals, since SQLite uses a partial index only where it can see that the query asks for no more.
PASSING = journal.c.kind.in_(
    [literal_column("'refused'"), literal_column("'duplicate'"), literal_column("'quarantined'")]
)
Index("ix_journal_passing", journal.c.request, sqlite_where=PASSING, postgresql_where=PASSING)
# What somebody has done with a request later on: its history, without a cost for those that nobody touches.
DONE_BY_SOMEBODY = journal.c.who.is_not(None)
Index("ix_journal_history", journal.c.request, sqlite_where=DONE_BY_SOMEBODY, postgresql_where=DONE_BY_SOMEBODY)

idempotency = Table(
    "idempotency",
    metadata,
    Column("project_id", Identity, ForeignKey("project.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # sealed: it may hold a secret that is shown once
    Column("created_at", BigInteger, nullable=False, index=True),
)

# Small facts about the store itself: the last write of a readiness probe, the seal that shows a secret key is right.
marker = Table(
    "marker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
