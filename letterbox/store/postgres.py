"""Postgres: one connection that writes, some that read, in as many processes as there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from letterbox.store.bulk import SIZES
from letterbox.store.database import StoreFailed, UnsafeStore

CHANNEL = "letterbox"
MIGRATING, WORKING = 0x6C657474, 0x6C657475  # numbers of advisory locks, unlikely to be anybody else's
HEARTBEAT_SECONDS = 1.0
RETRY_SECONDS = 0.25
CONNECT_SECONDS = 2
FATE_SECONDS = 1.0  # how long to ask what became of a commit; whoever waits for it is told within two
# Who follows other processes' changes, the writer after it made some itself, the caretaker, the tail, two who catch up
# with it, and three of the dispatcher.
EXTRA_READERS = 9
# A process that is stopped in the middle of a transaction must not hold up the others for ever; a statement that waits
# for a lock, or a server that went away without a word, must not hold up the writer. Few rows are asked for at once, by
# their index: with the estimate for disks that turn, all of a table of some megabytes is read instead, for every batch.
SESSION = {
    "application_name": "letterbox",
    "lock_timeout": "2s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "10s",
    "random_page_cost": "1.1",
    "TimeZone": "UTC",
}
TRANSPORT: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
PREPARED_STATEMENTS = 100 + 5 * len(SIZES)  # the receiving path has four tables, each with a statement per size
# A crash may have a transaction's number be given to another one, which says nothing of ours. What Postgres counts
# begins anew with a crash, and that moment tells one era from the next.
ERA = "SELECT stats_reset::text FROM pg_stat_bgwriter"
FATE = f"SELECT CASE WHEN ({ERA}) = %s THEN pg_xact_status(%s::xid8) END"  # our own words
DURABLE = ("on", "remote_apply")  # each waits until the commit is on the disk of this server
AT_FAULT = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)


class Postgres:
    """A database that several processes serve from. See database.Database."""

    is_shared = True

    def __init__(self, url: str, *, readers: int) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self.writing = self._engine(pool_size=1, pool_reset_on_return=None, isolation_level="READ COMMITTED")
        event.listen(self.writing, "connect", _note_era)
        self.reading = self._engine(
            pool_size=readers + EXTRA_READERS, pool_pre_ping=True, isolation_level="REPEATABLE READ"
        ).execution_options(postgresql_readonly=True)

    @property
    def name(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._connected() as connection:
            try:
                number = connection.exec_driver_sql("SELECT pg_current_xact_id()::text").scalar_one()
                era = connection.info.get("era")  # now: a connection that has ended tells nothing of itself
                yield connection
                self._commit(connection, number, era)
            except Exception as failure:
                if not self.is_at_fault(failure) or isinstance(failure, StoreFailed):
                    raise
                connection.invalidate()  # whatever is wrong, the next transaction begins on a new connection
                raise StoreFailed(self.words(failure), is_worth_another_try=True) from failure

    def commit_unread(self, write: Callable[[Connection], None]) -> None:
        """All statements and the commit travel together, and so without a number to ask by for what became of it."""
        with self._connected() as connection:
            driver: Any = connection.connection.driver_connection
            try:
                with driver.pipeline():
                    write(connection)
                    # Not by commit(), which waits for an answer although a large body may not have left yet.
                    driver.execute("COMMIT")
            except Exception as failure:
                if not self.is_at_fault(failure):
                    driver.rollback()
                    raise
                connection.invalidate()
                raise StoreFailed(self.words(failure), may_be_kept=True, is_worth_another_try=True) from failure

    def is_there_already(self, failure: Exception) -> bool:
        found = getattr(failure, "orig", failure)
        return isinstance(found, psycopg.errors.UniqueViolation) and found.diag.constraint_name == "pk_request"

    def is_at_fault(self, failure: Exception) -> bool:
        return isinstance(getattr(failure, "orig", failure), (*AT_FAULT, StoreFailed))

    def try_alone(self, connection: Connection) -> bool:
        return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({WORKING})").scalar())

    def migrate_alone(self, connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")

    def announce(self, connection: Connection, messages: list[str]) -> None:
        for message in messages:
            connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, message))

    def listen(self, begun: Callable[[], None], hear: Callable[[str], None], stopping: Callable[[], bool]) -> None:
        with self._listening() as connection:
            begun()
            while not stopping():
                hear("")
                for notification in connection.notifies(timeout=HEARTBEAT_SECONDS):
                    hear(notification.payload)
                connection.execute("SELECT 1")  # fails on a connection that went away without a word

    def words(self, failure: Exception) -> str:
        """Without the detail, in which a server tells what was sent."""
        found = getattr(failure, "orig", failure)
        primary = found.diag.message_primary if isinstance(found, psycopg.Error) else None
        return f"{type(found).__name__}: {primary or str(found).partition(chr(10))[0]}"

    def forget_detail(self, failure: Exception) -> None:
        for each in _led_to(failure):
            if isinstance(each, (psycopg.Error, DBAPIError)):
                each.args = (self.words(each),)

    def require_durable(self, connection: Connection) -> None:
        for name, wanted in (("fsync", ("on",)), ("full_page_writes", ("on",)), ("synchronous_commit", DURABLE)):
            found = connection.exec_driver_sql(f"SHOW {name}").scalar()
            if found not in wanted:
                raise UnsafeStore(f"Postgres answers {name} = {found}, and needs {wanted[0]}.")

    def close(self) -> None:
        self.reading.dispose()
        self.writing.dispose()

    def _engine(self, **options: Any) -> Engine:
        engine = create_engine(
            self._url,
            connect_args={**TRANSPORT, "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items())},
            max_overflow=0,
            hide_parameters=True,  # what was sent is no part of an error's text, and so of no log
            json_serializer=lambda thing: orjson.dumps(thing).decode(),
            json_deserializer=orjson.loads,
            **options,
        )
        event.listen(engine, "connect", _prepare_more)
        return engine

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            connection = self.writing.connect()
        except DBAPIError as failure:
            raise StoreFailed(self.words(failure)) from failure
        with connection:
            yield connection

    @contextmanager
    def _listening(self) -> Iterator[psycopg.Connection[Any]]:
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, **TRANSPORT) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            yield connection

    def _commit(self, connection: Connection, number: str, era: object) -> None:
        try:
            connection.commit()
        except DBAPIError as failure:
            connection.invalidate()  # so that it ends where it has not ended yet
            if not self._was_committed(number, era, time.monotonic() + FATE_SECONDS):
                raise StoreFailed(self.words(failure), is_worth_another_try=True) from failure

    def _was_committed(self, number: str, era: object, deadline: float) -> bool:
        """What became of a transaction whose commit was not answered. Raises StoreFailed if that can't be found out."""
        while time.monotonic() < deadline:
            fate = self._fate(number, era)
            if fate in ("committed", "aborted"):
                return fate == "committed"
            time.sleep(RETRY_SECONDS)
        raise StoreFailed("the database does not say whether a commit succeeded", may_be_kept=True)

    def _fate(self, number: str, era: object) -> str | None:
        try:
            with self.reading.connect() as connection:
                return connection.exec_driver_sql(FATE, (era, number)).scalar()
        except DBAPIError:
            return None  # it is not back yet


def _led_to(failure: BaseException | None) -> Iterator[Exception]:
    """A failure and those before it, which a traceback shows as well."""
    waiting, seen = [failure], set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, Exception) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, getattr(each, "orig", None)]


def _prepare_more(driver: psycopg.Connection[Any], _record: object) -> None:
    driver.prepared_max = PREPARED_STATEMENTS


def _note_era(connection: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
    found = connection.execute(ERA).fetchone()
    record.info["era"] = found[0] if found else None
    connection.rollback()
