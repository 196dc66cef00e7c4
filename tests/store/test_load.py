"""Loads that are refused: nothing is kept then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from letterbox.config import Settings
from letterbox.store import load, tables
from letterbox.store.drafts import NotCopied
from letterbox.store.store import Store
from tests.conftest import NewDatabase
from tests.store.dumps import EMPTY, dumped, everything_in, first_line_of, furnished, ignore, loaded, look, rewritten

QUERY = [column.name for column in tables.request.columns].index("query")


@pytest.fixture(scope="module")
def original(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The dump of a store with something in each of its tables."""
    target = tmp_path_factory.mktemp("dump") / "original"
    dumped(furnished(new_database()), target)
    return target.read_bytes()


@pytest.fixture
def file(original: bytes, tmp_path: Path) -> Path:
    """It, for a test to change."""
    (tmp_path / "dump").write_bytes(original)
    return tmp_path / "dump"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1],
        lambda content: content[: content.rindex(b"\n", 0, -1) + 1],
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b'"a key"', b'"A key"'),
        lambda content: content + b"\n",
        lambda content: content + content,
        lambda _content: b"",
        lambda _content: b"This is a letter and no dump. " * 100,
    ],
)
def test_a_file_that_was_cut_short_or_altered_is_refused(change: Any, file: Path, fresh: Settings) -> None:
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(NotCopied, match="its checksum is wrong"):
        loaded(fresh, file)
    Store(fresh, ignore).close()
    assert everything_in(fresh) == EMPTY


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[0].update(format=2), "written by another version of this program"),
        (lambda lines: lines[0].update(revision="0000"), "has tables of version 0000, and this program needs"),
        (lambda lines: lines[0]["tables"].pop(), "migrate"),
        (lambda lines: lines[0]["tables"][0]["columns"].reverse(), "migrate"),
        (lambda lines: lines.__setitem__(0, []), "written by another version of this program"),
    ],
)
def test_a_dump_of_another_version_is_refused(change: Any, says: str, file: Path, fresh: Settings) -> None:
    with pytest.raises(NotCopied, match=says):
        loaded(fresh, rewritten(file, change))


def test_a_store_that_has_something_in_it_stays_as_it_is(file: Path, fresh: Settings) -> None:
    Store(fresh, ignore).close()
    look(fresh, lambda connection: connection.execute(insert(tables.marker).values(name="mine", value=b"")))
    before = everything_in(fresh)
    with pytest.raises(NotCopied, match="the store has something in it already"):
        loaded(fresh, file)
    assert everything_in(fresh) == before


def test_a_row_that_cannot_be_kept_is_named_by_its_line_and_nothing_is_kept(file: Path, fresh: Settings) -> None:
    places = []

    def spoil(lines: list[Any]) -> None:
        places.append(first_line_of("request", lines) + 7)
        lines[places[0]][QUERY] = None

    with pytest.raises(NotCopied, match=r"NOT NULL|null value") as refusal:
        loaded(fresh, rewritten(file, spoil))
    assert f"line {places[0] + 1} of the dump (request) can't be kept here: " in str(refusal.value)
    assert everything_in(fresh) == EMPTY


def test_text_that_postgres_cannot_hold_is_named_and_sqlite_holds_it(
    is_sqlite: bool, file: Path, fresh: Settings
) -> None:
    def spoil(lines: list[Any]) -> None:
        lines[first_line_of("request", lines)][QUERY] += "\0"

    rewritten(file, spoil)
    if is_sqlite:
        loaded(fresh, file)
        assert any(r"\x00" in row for row in everything_in(fresh)["request"])
        return
    with pytest.raises(NotCopied, match=r"line \d+ of the dump \(request\) can't be kept here: .*NUL"):
        loaded(fresh, file)
    assert everything_in(fresh) == EMPTY


@pytest.mark.parametrize("table", ["request", "journal", "marker"])
def test_a_table_that_does_not_add_up_afterwards_is_refused_and_nothing_is_kept(
    table: str, file: Path, fresh: Settings
) -> None:
    def add(lines: list[Any]) -> None:
        next(each for each in lines[0]["tables"] if each["name"] == table)["sum"] += 1

    with pytest.raises(NotCopied, match=f"the table {table} holds .* nothing was kept"):
        loaded(fresh, rewritten(file, add))
    assert everything_in(fresh) == EMPTY


def test_what_is_not_approved_is_not_loaded(file: Path, fresh: Settings) -> None:
    def refuse(seal: bytes | None) -> None:
        assert seal
        raise PermissionError

    with pytest.raises(PermissionError):
        load.load(fresh, file, approve=refuse, progress=ignore)
    Store(fresh, ignore).close()
    assert everything_in(fresh) == EMPTY


def test_a_store_in_which_another_process_works_is_not_loaded_into(
    is_sqlite: bool, file: Path, fresh: Settings
) -> None:
    if is_sqlite:
        pytest.skip("SQLite is one process's")
    other = Store(fresh, ignore)
    with other.database.transaction() as connection:
        assert other.database.try_alone(connection)
        with pytest.raises(NotCopied, match="another process works in this store"):
            loaded(fresh, file)
    other.close()
