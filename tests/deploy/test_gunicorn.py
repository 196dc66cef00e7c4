"""gunicorn by the configuration that is shipped: one process on SQLite, and on Postgres two."""

from __future__ import annotations

import base64
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import SECRET_KEY, NewDatabase
from tests.deploy.processes import Gunicorn, Kept
from tests.faults.server import READY_SECONDS, Server
from tests.faults.wire import read_answer, whole

BAD_USAGE, APP_LOAD_ERROR = 2, 4


@pytest.fixture(scope="module")
def count(is_sqlite: bool) -> int:
    return 1 if is_sqlite else 2


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase, count: int) -> Iterator[Gunicorn]:
    secret_key = base64.b64encode(SECRET_KEY).decode()
    folder = tmp_path_factory.mktemp("gunicorn")
    server = Gunicorn(folder, count, database_url=new_database(), secret_key=secret_key)
    server.start()
    try:
        server.wait_ready()
        yield server
    finally:
        server.kill()


def sent(server: Server) -> int:
    return httpx.post(f"{server.url}/in/default/inbox", content=b"letter", timeout=READY_SECONDS).status_code


def test_each_process_takes_letters(gunicorn: Gunicorn, count: int) -> None:
    workers = gunicorn.workers()
    assert len(workers) == count
    for worker in workers:
        others = workers - {worker}
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            assert sent(gunicorn) == 202
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)


def test_a_reload_replaces_each_process(gunicorn: Gunicorn, count: int) -> None:
    before = gunicorn.workers()
    gunicorn.reload()
    assert sent(gunicorn) == 202
    assert len(gunicorn.workers() - before) == count


def test_a_process_that_is_killed_is_replaced(gunicorn: Gunicorn, count: int) -> None:
    before = gunicorn.workers()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    gunicorn.wait_until_gone(before)
    assert sent(gunicorn) == 202
    assert len(gunicorn.workers()) == count


def test_all_lines_of_its_log_are_json(gunicorn: Gunicorn) -> None:
    lines = gunicorn.log.read_text().splitlines()
    assert [line for line in lines if not line.startswith('{"level"')] == []


def test_a_bad_setting_ends_it_with_one_line(tmp_path: Path) -> None:
    server = Gunicorn(tmp_path, 2, prot="80")
    server.start()
    assert server.wait(READY_SECONDS) == BAD_USAGE
    assert server.log.read_text() == "letterbox: LETTERBOX_PROT is not a setting; did you mean LETTERBOX_PORT?\n"


def test_a_store_that_cannot_be_opened_ends_it_with_one_line_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "letterbox.db").write_text("no database" * 100)
    server = Gunicorn(tmp_path, 1)
    server.start()
    assert server.wait(READY_SECONDS) == APP_LOAD_ERROR
    said = [line for line in server.log.read_text().splitlines() if not line.startswith("{")]
    assert len(said) == 1
    assert said[0].startswith("letterbox: ")


def test_a_second_process_on_sqlite_ends_it_and_says_what_to_do(tmp_path: Path) -> None:
    server = Gunicorn(tmp_path, 2, lock_seconds="0")
    server.start()
    assert server.wait(READY_SECONDS) == APP_LOAD_ERROR
    assert "is in use by another letterbox process" in server.log.read_text()


def test_who_comes_while_a_kept_socket_has_no_process_is_answered_by_the_next_one(tmp_path: Path) -> None:
    server = Kept(tmp_path)
    server.start()
    try:
        server.wait_ready()
        server.stop()
        with socket.create_connection(("127.0.0.1", server.port), timeout=READY_SECONDS) as caller:
            caller.sendall(whole(b"/in/default/inbox", b"early"))
            server.start()
            assert read_answer(caller).status == 202
    finally:
        server.kill()
