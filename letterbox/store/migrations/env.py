"""What Alembic runs: the store hands over its one writing connection, in a transaction."""

from __future__ import annotations

from alembic import context

from letterbox.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
