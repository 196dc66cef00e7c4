"""Backups: of one moment, beside whoever serves, whole or not there; and a service can be started from one."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import warnings
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from letterbox.config import Settings
from letterbox.store import backup
from letterbox.store import requests as stored
from letterbox.store.drafts import NotCopied
from tests import postgres
from tests.conftest import NewDatabase
from tests.faults.check import altered_bodies, compare
from tests.faults.letters import HEADER, PATH, Journal
from tests.faults.load import Callers
from tests.faults.server import TOP, Server
from tests.faults.stores import SECRET_KEY, Postgresql, Sqlite, Store
from tests.store.rows import a_row

LETTERS = 150  # acknowledged before the backup begins
MEBIBYTE = bytes(1_048_576)


def ignore(_done: int, _in_all: int) -> None:
    """Nobody looks on."""


def keep(writing: Engine, *bodies: bytes) -> None:
    with writing.begin() as connection:
        stored.keep(connection, [a_row(body) for body in bodies])


def count_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        count: int = connection.execute("SELECT count(*) FROM request").fetchone()[0]
        return count


# Under load, and started from.


def with_programs(environment: dict[str, str]) -> dict[str, str]:
    """An environment in which the programs of the Postgres under test are found first."""
    return environment | {"PATH": f"{postgres.programs()}{os.pathsep}{environment['PATH']}"}


async def backed_up_under_load(server: Server, target: Path, environment: dict[str, str]) -> Journal:
    """Back up while letters come in; returns those that were acknowledged before."""
    callers = Callers(server.port, rate=200, connections=8, seed=5)
    async with callers.posting():
        await callers.acknowledged(LETTERS, seconds=30)
        before = Journal(callers.journal.acknowledged())
        command = (sys.executable, "-m", "letterbox.cli", "backup", str(target))
        process = await asyncio.create_subprocess_exec(*command, cwd=TOP, env=environment, stdout=subprocess.PIPE)
        printed, _ = await process.communicate()
        assert process.returncode == 0
        assert b"passed its check" in printed
        await callers.acknowledged(len(callers.latencies) + 1, seconds=30)
    assert callers.unexpected() == []
    return before


@pytest.fixture
def restored(is_sqlite: bool, new_database: NewDatabase, request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Where the backup of the next test is put back."""
    if is_sqlite:
        return Sqlite(tmp_path / "letterbox.db")
    return Postgresql(request.getfixturevalue("cluster"), new_database())


def put_back(target: Path, place: Store) -> None:
    """Restore as docs/operating.md says."""
    if isinstance(place, Postgresql):
        command = ["pg_restore", "--no-owner", f"--dbname={place.url}", str(target)]
        subprocess.run(command, env=with_programs(dict(os.environ)), check=True)
    elif isinstance(place, Sqlite):
        target.rename(place.path)


def test_a_service_starts_from_a_backup_under_load_with_all_that_was_acknowledged_before(
    is_sqlite: bool, new_database: NewDatabase, restored: Store, tmp_path: Path
) -> None:
    (tmp_path / "first").mkdir()
    server = Server(tmp_path / "first", database_url=new_database(), secret_key=SECRET_KEY)
    server.start()
    try:
        server.wait_ready()
        environment = server.environment() if is_sqlite else with_programs(server.environment())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the callers just leave
            before = asyncio.run(backed_up_under_load(server, tmp_path / "backup", environment))
            gc.collect()
    finally:
        server.kill()
    put_back(tmp_path / "backup", restored)
    second = Server(tmp_path / "first", **{"secret_key": SECRET_KEY, **restored.settings})
    second.start()
    try:
        second.wait_ready()
        with second.client() as client:
            assert compare(before, client).wrong() == []
            assert altered_bodies(before, client, seed=5) == []
            more = httpx.post(f"{second.url}{PATH}", content=b"more", headers={HEADER: "-1"})
            assert more.status_code == 202
            assert client.get(f"/v1/requests/{more.json()['id']}/body").content == b"more"
        second.stop()
    finally:
        second.kill()
    assert restored.integrity() == "ok"


# SQLite.


def test_a_backup_takes_no_lock_and_leaves_the_write_ahead_log_as_it_is(
    path: Path, settings: Settings, writing: Engine, tmp_path: Path
) -> None:
    keep(writing, b"one", b"two")
    files = [path, path.with_name(f"{path.name}-wal")]
    before = [file.read_bytes() for file in files]
    assert backup.back_up(settings, tmp_path / "backup", ignore).requests == 2
    assert [file.read_bytes() for file in files] == before
    assert before[1]


@pytest.mark.usefixtures("path")
def test_a_backup_is_of_the_moment_it_began_whatever_is_written_meanwhile(
    settings: Settings, writing: Engine, tmp_path: Path
) -> None:
    keep(writing, *[MEBIBYTE] * 10)
    steps = []

    def write(done: int, in_all: int) -> None:
        keep(writing, b"later")
        steps.append((done, in_all))
        assert len(steps) < 10, "it begins anew with each write"

    assert backup.back_up(settings, tmp_path / "backup", write).requests == 10
    assert len(steps) == 3
    assert steps[-1][0] == steps[-1][1]


def test_a_backup_of_what_a_crash_left_behind_has_all_of_it_and_changes_nothing(
    path: Path, settings: Settings, writing: Engine, tmp_path: Path
) -> None:
    keep(writing, b"only in the write-ahead log")
    (tmp_path / "left").mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.with_name(name), tmp_path / "left" / name)
    left = replace(settings, database_url=f"sqlite:///{tmp_path / 'left' / path.name}")
    files = [*(tmp_path / "left").iterdir()]
    before = [file.read_bytes() for file in files]
    assert backup.back_up(left, tmp_path / "backup", ignore).requests == 1
    assert [file.read_bytes() for file in files] == before


def test_what_is_not_committed_is_in_no_backup(path: Path, settings: Settings, writing: Engine, tmp_path: Path) -> None:
    keep(writing, b"committed")
    with writing.begin() as connection:
        stored.keep(connection, [a_row()])
        assert backup.back_up(settings, tmp_path / "backup", ignore).requests == 1
    assert count_in(path) == 2


@pytest.mark.usefixtures("path")
def test_a_backup_is_one_file_for_its_owner_alone(settings: Settings, writing: Engine, tmp_path: Path) -> None:
    keep(writing, b"one")
    made = backup.back_up(settings, tmp_path / "backup", ignore)
    assert [file.name for file in tmp_path.iterdir()] == ["backup"]
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert (tmp_path / "backup").stat().st_size == made.size
    assert count_in(tmp_path / "backup") == 1


@pytest.mark.usefixtures("path", "opened")
def test_a_file_that_is_there_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(NotCopied, match="backup is there already"):
        backup.back_up(settings, tmp_path / "backup", ignore)
    assert (tmp_path / "backup").read_text() == "mine"


@pytest.mark.usefixtures("path", "opened")
def test_a_file_that_comes_meanwhile_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotCopied, match="backup is there already"):
        backup.back_up(settings, tmp_path / "backup", lambda _done, _all: (tmp_path / "backup").touch())
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("backup", b"")]


@pytest.mark.usefixtures("path", "opened")
def test_a_backup_has_its_name_where_there_are_no_links(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    backup.back_up(settings, tmp_path / "backup", ignore)
    assert [file.name for file in tmp_path.iterdir()] == ["backup"]


@pytest.mark.usefixtures("path", "opened")
def test_a_backup_that_is_broken_off_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    def break_off(_done: int, _in_all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.back_up(settings, tmp_path / "backup", break_off)
    assert [*tmp_path.iterdir()] == []


def test_a_damaged_database_has_no_backup(is_sqlite: bool, fresh: Settings, tmp_path: Path) -> None:
    if not is_sqlite:
        pytest.skip("this run keeps in Postgres")
    with closing(sqlite3.connect(fresh.database_path)) as connection:
        connection.execute("CREATE TABLE request (id INTEGER PRIMARY KEY, body BLOB)")
        connection.executemany("INSERT INTO request (body) VALUES (?)", [(bytes(1000),)] * 100)
        connection.commit()
    with fresh.database_path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"damage" * 100)
    with pytest.raises(NotCopied, match="damaged"):
        backup.back_up(fresh, tmp_path / "backup", ignore)
    assert [*tmp_path.iterdir()] == []


def test_what_is_no_store_has_no_backup(is_sqlite: bool, fresh: Settings, tmp_path: Path) -> None:
    if not is_sqlite:
        pytest.skip("this run keeps in Postgres")
    with pytest.raises(NotCopied, match="there is no database"):
        backup.back_up(fresh, tmp_path / "backup", ignore)
    assert not fresh.database_path.exists()
    with closing(sqlite3.connect(fresh.database_path)) as connection:
        connection.execute("CREATE TABLE something_else (id INTEGER)")
    with pytest.raises(NotCopied, match="no such table: request"):
        backup.back_up(fresh, tmp_path / "backup", ignore)


@pytest.mark.usefixtures("path")
def test_a_folder_that_is_not_there_is_not_made(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotCopied, match="nowhere is no folder"):
        backup.back_up(settings, tmp_path / "nowhere" / "backup", ignore)
