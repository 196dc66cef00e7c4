"""A backup of a Postgres database by its own pg_dump, in the custom format that pg_restore takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from letterbox.store.drafts import NotCopied

HIDDEN = b"*"  # what libpq says of an option that is not to be shown
END = b"\\.\n"  # what comes after a table's rows
ROWS_OF_REQUEST = re.compile(rb"COPY \S+\.request \(")


def copy(url: str, draft: Path) -> int:
    """Have pg_dump write the draft, then read it all; returns how many requests it has. Raises NotCopied."""
    pg_dump, pg_restore = _program("pg_dump"), _program("pg_restore")
    database, environment = _address(url)
    _run([pg_dump, "--no-password", "--format=custom", f"--file={draft}", f"--dbname={database}"], environment)
    requests = _run([pg_restore, "--file=-", str(draft)], {})
    if requests is None:
        raise NotCopied("the database has no requests and no table for them, so it is no store of this program")
    return requests


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotCopied(f"{name} is not on the PATH, and makes the backups of Postgres; install postgresql-client")
    return found


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Where the database is, and apart from it what nobody may see in a list of processes, as an environment."""
    shown, hidden = {}, {}
    for option in Conninfo.parse(url.encode()):
        if option.val is not None and option.dispchar == HIDDEN and option.envvar is not None:
            hidden[option.envvar.decode()] = option.val.decode()
        elif option.val is not None and option.dispchar != HIDDEN:
            shown[option.keyword.decode()] = option.val.decode()
    return make_conninfo("", **shown), hidden


def _run(command: list[str], environment: dict[str, str]) -> int | None:
    """Run a program to its end, and count the requests in what it prints (None if that has no table of them)."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 # found on the operator's own PATH
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        rows = _rows(iter(process.stdout or ()))
        if process.wait():
            said.seek(0)
            raise NotCopied("; ".join(said.read().decode(errors="replace").splitlines()) or f"{command[0]} failed")
    return rows


def _rows(lines: Iterator[bytes]) -> int | None:
    """The rows of the table `request` in a script of pg_restore, each of them a line."""
    rows = None
    for line in lines:  # to the end, since a program that can't print it all would fail
        if ROWS_OF_REQUEST.match(line):
            rows = sum(1 for _ in iter(lambda: next(lines, END), END))
    return rows
