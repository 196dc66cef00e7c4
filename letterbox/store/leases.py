"""Leases: who works for a destination, or routes. At most one process does, and only its newest token settles.

On Postgres a lease ends by the clock of the database unless it is renewed. A SQLite database is one process's alone, so
there every lease of another holder is of a process that has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Boolean, Connection, TextClause, bindparam, delete, literal_column, select, text, update

from letterbox.store.delivery_tables import lease

SECONDS = 15
ROUTING = "routing"
PROCESS = "process "  # before the name of each process that delivers

_CLOCK = {"postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", "sqlite": "0"}
_TAKE = """
INSERT INTO lease (name, holder, token, expires_at) VALUES (:name, :holder, 1, {clock} + :milliseconds)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1, expires_at = excluded.expires_at
WHERE lease.holder IN ('', excluded.holder) OR {is_over} RETURNING token
"""
_HELD = "SELECT 1 FROM lease WHERE name = :name AND holder <> :nobody AND expires_at > {clock}"
_IS_OVER = {"postgresql": "lease.expires_at <= {clock}", "sqlite": "lease.holder <> excluded.holder"}
_RENEW = "UPDATE lease SET expires_at = {clock} + :milliseconds WHERE holder = :holder RETURNING name, token"


def take(connection: Connection, names: Iterable[str], holder: str, seconds: float = SECONDS) -> dict[str, int]:
    """Take those of these that nobody else has; their tokens, by name."""
    asked = {"holder": holder, "milliseconds": int(seconds * 1000)}
    statement, taken = _spelled(connection, _TAKE), {}
    for name in names:
        token = connection.execute(statement, {"name": name, **asked}).scalar()
        if token is not None:
            taken[name] = int(token)
    return taken


def renew(connection: Connection, holder: str, seconds: float = SECONDS) -> dict[str, int]:
    """Hold on to all that is ours; the tokens that still are, by name."""
    asked = {"holder": holder, "milliseconds": int(seconds * 1000)}
    return {row.name: row.token for row in connection.execute(_spelled(connection, _RENEW), asked)}


def give_back(connection: Connection, holder: str, names: Collection[str] | None = None) -> None:
    """Let others have what is ours at once; all of it, unless it is named."""
    ours = update(lease).where(lease.c.holder == holder).values(holder="", expires_at=0)
    connection.execute(ours if names is None else ours.where(lease.c.name.in_(names)))


class Work(NamedTuple):
    """How many processes deliver now, and for how many destinations."""

    processes: int
    destinations: int

    def share(self, more: int = 0) -> int:
        """How many destinations each process should have, with so many more of them."""
        return -(-(self.destinations + more) // max(1, self.processes))


def work(connection: Connection) -> Work:
    live = f"holder <> '' AND expires_at >= {_clock(connection)}"
    counts = f"""SELECT count(CASE WHEN name LIKE 'process %' THEN 1 END),
    count(CASE WHEN name LIKE 'dst_%' THEN 1 END) FROM lease WHERE {live}"""  # noqa: S608 # our own words
    return Work(*connection.execute(text(counts)).one())


def is_free(connection: Connection, name: str) -> bool:
    """Whether anybody may take this now."""
    return connection.execute(_spelled(connection, _HELD), {"name": name, "nobody": ""}).first() is None


def held_by_others(connection: Connection, names: Collection[str], holder: str) -> set[str]:
    """Which of these another process has now."""
    others = lease.c.name.in_(names) & lease.c.holder.not_in(("", holder))
    alive = literal_column(f"expires_at > {_clock(connection)}", Boolean())
    return set(connection.execute(select(lease.c.name).where(others, alive)).scalars())


def forget_processes(connection: Connection) -> None:
    """Forget processes that have ended."""
    over = literal_column(f"expires_at < {_clock(connection)}", Boolean())
    connection.execute(delete(lease).where(lease.c.name.startswith(PROCESS), over))


def tokens_of(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """The newest token of each; in a unit of work, since leases change in none but those."""
    query = select(lease.c.name, lease.c.token).where(lease.c.name.in_(bindparam("names", expanding=True)))
    return {row.name: row.token for row in connection.execute(query, {"names": list(names)})}


def _spelled(connection: Connection, statement: str) -> TextClause:
    is_over = _IS_OVER[connection.dialect.name].format(clock=_clock(connection))
    return text(statement.format(clock=_clock(connection), is_over=is_over))


def _clock(connection: Connection) -> str:
    return _CLOCK[connection.dialect.name]
