"""Dumps: what is loaded is what was dumped, from each database into each; all of it, or nothing is kept."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from letterbox.config import Settings
from letterbox.store import dump, load, tables
from letterbox.store.drafts import NotCopied
from letterbox.store.dump import BYTES_AT_ONCE, ROWS_AT_ONCE, at_once
from letterbox.store.dump_file import Contents
from letterbox.store.lock import StoreInUse
from letterbox.store.store import Store
from tests.conftest import NewDatabase
from tests.store.dumps import EMPTY, SEAL, dumped, everything_in, furnished, ignore, loaded, look


@pytest.fixture(scope="module")
def source(new_database: NewDatabase) -> Settings:
    """A store with something in each of its tables; nobody changes it."""
    return furnished(new_database())


@pytest.fixture(scope="module")
def original(source: Settings, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Its dump."""
    target = tmp_path_factory.mktemp("dump") / "original"
    dumped(source, target)
    return target.read_bytes()


@pytest.fixture
def file(original: bytes, tmp_path: Path) -> Path:
    """Its dump, for a test to change."""
    (tmp_path / "dump").write_bytes(original)
    return tmp_path / "dump"


# There and back.


def test_there_is_something_to_move_in_each_table(source: Settings) -> None:
    assert [table for table, rows in everything_in(source).items() if not rows] == []


def test_what_is_loaded_is_what_was_dumped(source: Settings, file: Path, fresh: Settings) -> None:
    loaded(fresh, file)
    assert everything_in(fresh) == everything_in(source)


@pytest.mark.usefixtures("cluster")
def test_what_moves_to_the_other_database_and_back_is_as_it_was(
    source: Settings, file: Path, fresh: Settings, tmp_path: Path
) -> None:
    between = Settings(database_url=f"sqlite:///{tmp_path / 'letterbox.db'}")
    loaded(between, file)
    assert everything_in(between) == everything_in(source)
    dumped(between, tmp_path / "second")
    loaded(fresh, tmp_path / "second")
    assert everything_in(fresh) == everything_in(source)


def test_a_dump_of_what_was_loaded_has_the_same_lines(file: Path, fresh: Settings, tmp_path: Path) -> None:
    loaded(fresh, file)
    dumped(fresh, tmp_path / "second")
    lines = [path.read_bytes().splitlines()[:-1] for path in (file, tmp_path / "second")]
    assert sorted(lines[1]) == sorted(lines[0])


def test_what_is_told_of_a_load_is_what_was_told_of_the_dump(source: Settings, fresh: Settings, tmp_path: Path) -> None:
    assert dumped(source, tmp_path / "second") == loaded(fresh, tmp_path / "second")


def test_no_number_of_the_journal_is_given_twice(source: Settings, file: Path, fresh: Settings) -> None:
    """The newest row of the source was deleted: its number must not come back."""
    kept = look(source, lambda connection: connection.execute(select(func.max(tables.journal.c.sequence))).scalar())
    loaded(fresh, file)
    assert look(fresh, next_sequence) == kept + 2


def next_sequence(connection: Connection) -> int:
    made = connection.execute(insert(tables.journal).values(kind="erased", at=0)).inserted_primary_key
    assert made is not None
    return int(made[0])


def test_an_empty_store_can_be_moved_too(fresh: Settings, new_database: NewDatabase, tmp_path: Path) -> None:
    Store(fresh, ignore).close()
    header = dumped(fresh, tmp_path / "dump")
    assert (header.rows, header.seal) == (0, None)
    other = Settings(database_url=new_database())
    loaded(other, tmp_path / "dump")
    assert everything_in(other) == EMPTY


def test_how_far_it_is_is_told(source: Settings, fresh: Settings, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    header = dump.dump(source, tmp_path / "dump", seal_marker=SEAL, progress=lambda *far: told.append(far))
    assert told[-1] == (header.rows, header.rows)
    told.clear()
    load.load(fresh, tmp_path / "dump", approve=ignore, progress=lambda *far: told.append(far))
    assert told[-1] == (header.rows, header.rows)
    assert told == sorted(told)


@pytest.mark.parametrize(("widest", "rows"), [(0, ROWS_AT_ONCE), (BYTES_AT_ONCE // 4, 3), (BYTES_AT_ONCE * 4, 1)])
def test_few_rows_are_in_memory_where_one_may_be_long(widest: int, rows: int) -> None:
    assert at_once(Contents("request", [], 0, 0, widest, 0)) == rows


# What is not dumped.


def test_a_dump_is_for_its_owner_alone(source: Settings, tmp_path: Path) -> None:
    dumped(source, tmp_path / "dump")
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.iterdir()] == [("dump", 0o600)]


def test_a_dump_overwrites_nothing(source: Settings, tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("mine")
    with pytest.raises(NotCopied, match="dump is there already"):
        dumped(source, tmp_path / "dump")
    assert (tmp_path / "dump").read_text() == "mine"


def test_tables_of_another_version_are_not_dumped(fresh: Settings, tmp_path: Path) -> None:
    Store(fresh, ignore).close()
    look(fresh, lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'"))
    with pytest.raises(
        NotCopied, match=r"the tables are at version x, and this program needs \d+; run `letterbox migrate`"
    ):
        dumped(fresh, tmp_path / "dump")
    assert [*tmp_path.iterdir()] == []


def test_where_there_is_no_store_none_is_made(is_sqlite: bool, fresh: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotCopied, match="there is no database" if is_sqlite else "version None"):
        dumped(fresh, tmp_path / "dump")
    assert not is_sqlite or not fresh.database_path.exists()


def test_a_store_that_another_process_holds_is_neither_dumped_nor_loaded_into(
    is_sqlite: bool, file: Path, fresh: Settings, tmp_path: Path
) -> None:
    if not is_sqlite:
        pytest.skip("Postgres is shared")
    store = Store(fresh, ignore)
    with pytest.raises(StoreInUse):
        dumped(fresh, tmp_path / "second")
    with pytest.raises(StoreInUse):
        loaded(fresh, file)
    store.close()
