"""The tables of the delivery plane. As in tables.py: times are milliseconds since 1970 (UTC), ids are TypeIDs."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from letterbox.store.tables import Identity, metadata

# Where deliveries go. What is sealed in `secrets` signs them.
destination = Table(
    "destination",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("timeout_seconds", Integer, nullable=False),
    Column("max_in_flight", Integer, nullable=False),
    Column("rate_per_second", Integer),
    Column("retry_schedule_seconds", JSON, nullable=False),
    Column("forward_credentials", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("secrets", JSON, nullable=False),
    Column("disabled_at", BigInteger),  # by the service, which says why
    Column("disabled_reason", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),  # removed, with deliveries that are still being cancelled
    UniqueConstraint("project_id", "name"),
    Index("ix_destination_project", "project_id", "id"),
)
REMOVED_DESTINATION = destination.c.removed_at.is_not(None)
Index(
    "ix_destination_removed", destination.c.id, sqlite_where=REMOVED_DESTINATION, postgresql_where=REMOVED_DESTINATION
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, ForeignKey("project.id"), nullable=False),
    Column("endpoint_id", Identity, ForeignKey("endpoint.id"), nullable=False, index=True),
    Column("destination_id", Identity, ForeignKey("destination.id"), nullable=False, index=True),
    Column("filter", Text),
    Column("transform", Text),
    Column("ordering_key", Text),
    Column("begins_after", BigInteger, nullable=False),  # it takes what the journal notes behind this sequence
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_subscription_project", "project_id", "id"),
)

# One request on its way to one destination. No foreign keys: it is history once it has ended. `due_at` is null while it
# is held behind an earlier one of its ordering key; `sequence` is where the journal notes the request, so it is the
# order of a line.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("project_id", Identity, nullable=False),
    Column("request_id", Identity, nullable=False, index=True),
    Column("endpoint_id", Identity),
    Column("subscription_id", Identity),
    Column("destination_id", Identity, nullable=False),
    Column("replay_id", Identity),
    Column("status", Text, nullable=False),
    Column("queue", SmallInteger, nullable=False),  # 0: fresh, 1: tried before, 2: a replay
    Column("due_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("spent", Integer, nullable=False),  # of the retry schedule
    Column("ordering_key", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("last_error", Text),
    Column("reason", Text),  # why it was cancelled, or has failed without an attempt
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_delivery_project", "project_id", "id"),
    Index("ix_delivery_destination", "destination_id", "id"),
    sqlite_with_rowid=False,
)
# Literals here as well, so that SQLite sees that a query asks for no more.
OPEN = delivery.c.status.in_([literal_column("'waiting'"), literal_column("'sending'")])
DUE = OPEN & delivery.c.due_at.is_not(None)
Index(
    "ix_delivery_due",
    delivery.c.destination_id,
    delivery.c.queue,
    delivery.c.due_at,
    delivery.c.id,
    sqlite_where=DUE,
    postgresql_where=DUE,
)
FAILED = delivery.c.status == literal_column("'failed'")
for _name, _owner in (("", delivery.c.project_id), ("_destination", delivery.c.destination_id)):
    # With the status, so that SQLite takes it for narrower than that of all.
    _columns = (_owner, delivery.c.status, delivery.c.id)
    Index(f"ix_delivery_failed{_name}", *_columns, sqlite_where=FAILED, postgresql_where=FAILED)
IN_LINE = delivery.c.ordering_key.is_not(None) & delivery.c.status.in_(
    [literal_column("'waiting'"), literal_column("'sending'"), literal_column("'failed'")]
)
Index(
    "ix_delivery_line",
    delivery.c.subscription_id,
    delivery.c.ordering_key,
    delivery.c.sequence,
    delivery.c.id,
    sqlite_where=IN_LINE,
    postgresql_where=IN_LINE,
)
OF_REPLAY = delivery.c.replay_id.is_not(None)
Index("ix_delivery_replay", delivery.c.replay_id, delivery.c.status, sqlite_where=OF_REPLAY, postgresql_where=OF_REPLAY)
Index("ix_delivery_of_replay", delivery.c.replay_id, delivery.c.id, sqlite_where=OF_REPLAY, postgresql_where=OF_REPLAY)

attempt = Table(
    "attempt",
    metadata,
    Column("delivery_id", Identity, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Identity, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", SmallInteger),
    Column("error", Text),
    Column("response_headers", Text, nullable=False),  # JSON
    Column("response_body", LargeBinary, nullable=False),
    Column("is_truncated", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# How a destination has answered lately. Apart from its declaration, which this must not seem to change.
health = Table(
    "health",
    metadata,
    Column("destination_id", Identity, primary_key=True),
    Column("failing_since", BigInteger),
    Column("last_success_at", BigInteger),
    Column("last_failure_at", BigInteger),
    Column("last_error", Text),
    Column("opened_until", BigInteger),
)

# Who works for a destination, or routes. Whoever takes it over gives it a greater token, and only the newest settles.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),  # by the clock of the database
)

# Why subscriptions did not take a request that was routed; nothing where all of them have.
routing = Table(
    "routing",
    metadata,
    Column("request_id", Identity, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("notes", JSON, nullable=False),
)
