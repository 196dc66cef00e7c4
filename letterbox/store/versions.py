"""The version of the tables, and how they come to the newest one. Alembic is loaded for that alone: it holds 10 MiB."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*_*.py"))
TABLE = "alembic_version"


class UnknownVersion(Exception):
    """The tables are of a version that this program does not know."""


def version_of(connection: Connection) -> str | None:
    """None for tables that were never made."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {TABLE}").scalar()  # noqa: S608 # a constant


def upgrade(connection: Connection) -> None:
    """Bring the tables to their newest version; does nothing where they are. Raises UnknownVersion."""
    if version_of(connection) == NEWEST:
        return
    from alembic import command  # noqa: PLC0415 # most starts need none of it
    from alembic.config import Config  # noqa: PLC0415 # likewise
    from alembic.util import CommandError  # noqa: PLC0415 # likewise

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    try:
        command.upgrade(configuration, "head")
    except CommandError as reason:
        raise UnknownVersion(str(reason)) from None
