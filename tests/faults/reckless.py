"""The service without its promise, to show that the power cut bites: it does not wait for the disk.

Nothing in the product can be told to be so. Here the question that refuses such a database is left out; SQLite is told
not to sync each commit, and Postgres has been told so by its own settings.
"""

import sqlite3

from sqlalchemy import event
from sqlalchemy.pool import Pool

from letterbox import cli
from letterbox.store.postgres import Postgres
from letterbox.store.sqlite import SQLite


def loosen(connection: object, _record: object, _proxy: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")


def pass_over(_database: object, _connection: object) -> None:
    """Ask nothing."""


if __name__ == "__main__":
    event.listen(Pool, "checkout", loosen)
    for database in (SQLite, Postgres):
        setattr(database, "require_durable", pass_over)  # noqa: B010 # no type fits what is left out
    cli.main(["serve"])
