"""What the two databases have in common for the rest of the store, and how one of them is opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

from letterbox.config import Settings


class UnsafeStore(Exception):
    """The database does not promise what the service promises."""


class Database(Protocol):
    """One process's connections to its database: one that writes, some that read."""

    writing: Engine
    is_shared: bool  # whether other processes may serve from it at the same time

    @property
    def reading(self) -> Engine:
        """The engine of the connections that only read."""

    @property
    def name(self) -> str:
        """What an operator calls it; no password in it."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction of the writing connection, on stable storage once the block has ended.

        What the block raises rolls it back and is raised again. Raises StoreFailed when the store is at fault, and only
        when nothing of it was kept or when nobody can tell.
        """

    def commit_unread(self, write: Callable[[Connection], None]) -> None:
        """Commit what `write` does by bulk.insert alone. It can't read, so all of it may travel at once.

        Raises like `transaction`. When StoreFailed says that it may be kept, it can be written again: what was kept the
        first time then fails, see is_there_already.
        """

    def is_there_already(self, failure: Exception) -> bool:
        """Whether a row was refused because one of the same key is there."""

    def is_at_fault(self, failure: Exception) -> bool:
        """Whether the store failed, and not what it was given: everything in the transaction fails with it."""

    def try_alone(self, connection: Connection) -> bool:
        """Have no unit of work of another process run until this transaction ends; False if one does now."""

    def migrate_alone(self, connection: Connection) -> None:
        """Wait until no other process changes the tables, and keep it so until this transaction ends."""

    def announce(self, connection: Connection, messages: list[str]) -> None:
        """Tell other processes, once this transaction is committed."""

    def listen(self, begun: Callable[[], None], hear: Callable[[str], None], stopping: Callable[[], bool]) -> None:
        """Hear what other processes announce, and about each second an empty message, until told to stop.

        `begun` is called once nothing more can be missed.
        """

    def words(self, failure: Exception) -> str:
        """What an operator may read of a failure: nothing in it is of what was sent."""

    def forget_detail(self, failure: Exception) -> None:
        """Leave nothing in a failure's text, or in that of what led to it, that an operator may not read."""

    def require_durable(self, connection: Connection) -> None:
        """Raise UnsafeStore unless each commit is on stable storage before it is acknowledged."""

    def close(self) -> None: ...


def unusable(name: str, words: str) -> UnsafeStore:
    return UnsafeStore(f"{name} can't be used as a database: {words}")


class StoreFailed(Exception):
    """The store is at fault. `may_be_kept` says whether the transaction may be committed all the same."""

    def __init__(self, words: str, *, may_be_kept: bool = False, is_worth_another_try: bool = False) -> None:
        super().__init__(words)
        self.may_be_kept, self.is_worth_another_try = may_be_kept, is_worth_another_try


def opened(settings: Settings) -> Database:
    """The database that the settings name. Raises UnsafeStore and StoreInUse."""
    # Each brings a driver of its own, and only one of them is needed.
    if settings.is_sqlite:
        from letterbox.store.sqlite import SQLite  # noqa: PLC0415

        return SQLite(settings.database_path, readers=settings.threads, patience_seconds=settings.lock_seconds)
    from letterbox.store.postgres import Postgres  # noqa: PLC0415

    return Postgres(settings.database_url, readers=settings.threads)
