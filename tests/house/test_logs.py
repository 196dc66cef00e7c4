"""Logs: one JSON object a line whatever the input, and nothing in them that was sent."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import event, text
from starlette.testclient import TestClient

import app
from letterbox import logs
from letterbox.config import Settings
from letterbox.service import Service, Unit
from tests.house.canaries import (
    ADMIN_KEY,
    ANSWERS,
    HEADERS,
    INBOX,
    SECRET_KEY,
    call_everything,
    require_silent,
    strictly,
)

Lines = Callable[[], list[str]]
tried = settings(derandomize=True, deadline=None, max_examples=100)
anything = some.text(some.characters(exclude_categories=[]), max_size=40)
numbers = some.integers() | some.floats(allow_nan=False, allow_infinity=False)
jsonlike = some.none() | some.booleans() | numbers | anything | some.binary(max_size=9)


def written(style: str, log: Callable[[logging.Logger], None]) -> str:
    """What is written when something is logged in this style."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, untouched_root():
        patched.setattr("sys.stderr", out)
        logs.configure(style, "debug")
        log(logging.getLogger("letterbox.tests"))
    return out.getvalue()


class untouched_root:  # noqa: N801 # read as a word of a sentence
    """Has the root logger as it was, afterwards."""

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._was = (root.handlers[:], root.level)

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.handlers[:], root.level = self._was
        root.manager._clear_cache()  # type: ignore[attr-defined] # levels are remembered per logger


@tried
@given(anything, some.dictionaries(some.sampled_from(["path", "key", "level", "time"]), jsonlike))
def test_whatever_is_logged_is_one_json_object_on_one_line(message: str, extra: dict[str, Any]) -> None:
    line = written("json", lambda log: log.warning("%s", message, extra=extra))
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert strictly(line)["message"] == message


@tried
@given(anything)
def test_a_failure_is_one_line_with_its_traceback_inside(message: str) -> None:
    def fail(log: logging.Logger) -> None:
        log.error("failed", exc_info=RuntimeError(message))

    line = written("json", fail)
    assert len(line.splitlines()) == 1
    assert "RuntimeError" in strictly(line)["traceback"]


def test_a_line_says_when_how_grave_where_and_what() -> None:
    line = strictly(written("json", lambda log: log.info("hello", extra={"status": 200})))
    assert line.pop("time")
    assert line == {"level": "INFO", "logger": "letterbox.tests", "message": "hello", "status": 200}


@tried
@given(anything, some.dictionaries(some.sampled_from(["path", "key"]), anything))
def test_a_readable_line_is_one_line_too(message: str, extra: dict[str, Any]) -> None:
    line = written("text", lambda log: log.warning("%s", message, extra=extra))
    assert line.count("\n") == 1
    assert "\r" not in line


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """All that the service has logged so far, at level debug and as JSON."""
    out = io.StringIO()
    with untouched_root():
        monkeypatch.setattr("sys.stderr", out)
        logs.configure("json", "debug")
        for ours in ("httpx", "httpcore"):  # the client's side of it
            monkeypatch.setattr(logging.getLogger(ours), "disabled", True)
        yield lambda: out.getvalue().splitlines()


@pytest.fixture
def house(tmp_path: Path, lines: Lines) -> Service:
    assert lines() == []
    url = f"sqlite:///{tmp_path / 'letterbox.db'}"
    return Service(Settings(database_url=url, admin_key=ADMIN_KEY, secret_key=(SECRET_KEY,)))


@pytest.fixture
def caller(house: Service) -> Iterator[httpx.Client]:
    """A client whose every word is a canary."""
    with TestClient(app.create_app(service=house), raise_server_exceptions=False, headers=HEADERS) as client:
        yield client


def test_nothing_that_was_sent_is_in_a_log_even_at_level_debug(caller: httpx.Client, lines: Lines) -> None:
    assert call_everything(caller) == ANSWERS
    assert caller.post(INBOX, content=b"canary", headers={"content-length": "9" * 20}).status_code == 413
    assert [line for line in lines() if strictly(line)["logger"] == "letterbox.access"]
    require_silent(lines())


@contextmanager
def failing(house: Service, statement: str) -> Iterator[None]:
    """The store fails at each such statement."""

    def fail(_connection: object, cursor: Any, sql: str, *_: object) -> None:
        if sql.startswith(statement):
            cursor.execute("SELECT * FROM a_table_that_is_not_there")

    def fail_to_commit(connection: Any) -> None:
        connection.exec_driver_sql("SELECT * FROM a_table_that_is_not_there")

    event_and_act = ("commit", fail_to_commit) if statement == "COMMIT" else ("before_cursor_execute", fail)
    engines = (house.store.database.writing, house.store.database.reading)
    for engine in engines:
        event.listen(engine, *event_and_act)
    yield
    for engine in engines:
        event.remove(engine, *event_and_act)


@contextmanager
def mislaid(house: Service, table: str) -> Iterator[None]:
    """A table is not there: what is inserted in bulk goes past the events of SQLAlchemy."""
    house.run(lambda unit: unit.connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO mislaid"))
    yield
    house.run(lambda unit: unit.connection.exec_driver_sql(f"ALTER TABLE mislaid RENAME TO {table}"))


FAILURES: dict[str, Callable[[Service], AbstractContextManager[None]]] = {
    "INSERT INTO request": partial(mislaid, table="request"),
    "INSERT INTO endpoint": partial(failing, statement="INSERT INTO endpoint"),
    "SELECT": partial(failing, statement="SELECT"),
    "COMMIT": partial(failing, statement="COMMIT"),
}


def test_nothing_that_was_sent_is_in_a_log_when_the_store_fails(
    caller: httpx.Client, house: Service, lines: Lines
) -> None:
    for name, failure in FAILURES.items():
        before = len(lines())
        with failure(house):
            statuses = [
                caller.post("/in/default/inbox?canary", content=b"canary").status_code,
                caller.post("/v1/endpoints", json={"path": "/orders", "replies": [{"body": "canary"}]}).status_code,
                caller.get("/v1/requests?search=canary").status_code,
            ]
        assert [status for status in statuses if status >= 500], name
        assert [line for line in lines()[before:] if "no such table" in strictly(line)["message"]], name
        require_silent(lines())


def test_what_was_sent_is_no_part_of_an_error_of_the_store(house: Service) -> None:
    def insert(unit: Unit) -> None:
        unit.connection.execute(text("INSERT INTO marker (name) VALUES (:name)"), {"name": "canary"})

    house.open()
    with pytest.raises(Exception, match="NOT NULL") as failure:
        house.run(insert)
    house.close()
    assert "canary" not in str(failure.value)
