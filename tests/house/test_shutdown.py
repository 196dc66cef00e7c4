"""Starting and stopping: nobody who was listened to is lost on the way."""

from __future__ import annotations

import shlex
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from letterbox.config import Settings
from letterbox.service import Service
from letterbox.store import lock, requests
from tests.faults.server import READY_SECONDS, Server
from tests.faults.wire import Answer, post, read_answer, request_id, whole

INBOX = b"/in/default/inbox"
STOPPED = (0, -signal.SIGTERM)  # uvicorn gives itself the signal again once all is done


class House(Server):
    """A service that starts from whatever was compiled before."""

    def environment(self) -> dict[str, str]:
        given = super().environment()
        given.pop("PYTHONPYCACHEPREFIX", None)
        return given


class FirstStart(House):
    """A service that nobody gave a key."""

    def environment(self) -> dict[str, str]:
        given = super().environment()
        del given["LETTERBOX_ADMIN_KEY"]
        return given


def connected(server: Server) -> socket.socket:
    """A connection to a service that is about to listen."""
    end = time.monotonic() + READY_SECONDS
    while (connection := tried(server)) is None:
        assert server.process is not None
        assert server.process.poll() is None, server.end_of_log()
        assert time.monotonic() < end, server.end_of_log()
    return connection


def wait_until_deaf(server: Server) -> None:
    """Return once nobody listens at the service's port any more."""
    end = time.monotonic() + READY_SECONDS
    while (connection := tried(server)) is not None:
        connection.close()
        assert time.monotonic() < end, server.end_of_log()


def tried(server: Server) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", server.port), timeout=READY_SECONDS)
    except (ConnectionRefusedError, ConnectionResetError):
        time.sleep(0.01)  # nobody listens; what is waited for needs the processor
        return None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A service that is not started yet, and is gone at the end."""
    server = House(tmp_path)
    yield server
    server.kill()


def test_a_stop_answers_and_keeps_the_request_that_was_under_way(server: Server) -> None:
    server.start()
    body = b"the first half and the second half"
    with connected(server) as caller:
        caller.sendall(post(INBOX, b"Content-Length: %d" % len(body)) + body[:14])
        server.wait_ready()
        server.signal(signal.SIGTERM)
        wait_until_deaf(server)
        caller.sendall(body[14:])
        answer = read_answer(caller)
    assert server.wait(seconds=10) in STOPPED, server.end_of_log()
    assert kept_by(server, answer) == body


def kept_by(server: Server, answer: Answer) -> bytes | None:
    """The body that this answer acknowledged, from the store that the service has left."""
    house = Service(Settings(database_url=f"sqlite:///{server.database}", admin_key=server.admin_key))
    house.open()
    with house.reading() as connection:
        body = requests.body_of(connection, house.default_project_id, request_id(answer))
    house.close()
    return body


def test_a_stop_does_not_wait_for_ever_for_a_request_that_never_ends(tmp_path: Path) -> None:
    server = House(tmp_path, shutdown_seconds="1")
    server.start()
    with connected(server) as caller:
        caller.sendall(post(INBOX, b"Content-Length: 100") + b"never the end")
        server.wait_ready()
        server.signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.wait(seconds=10) in STOPPED
    assert time.monotonic() - began < 8


def test_a_starting_process_takes_callers_while_it_waits_for_another_one_to_leave(server: Server) -> None:
    held = lock.hold(server.database, 0)
    server.start()
    with connected(server) as caller:
        caller.sendall(whole(INBOX, b"early"))
        lock.let_go(held)
        answer = read_answer(caller)
    assert request_id(answer)
    assert server.stop() in STOPPED


def test_a_first_start_prints_a_curl_that_works_and_a_page_that_knows_the_key(tmp_path: Path) -> None:
    server = FirstStart(tmp_path)
    server.start()
    try:
        server.wait_ready()
        said = {line.split()[0]: line.split(maxsplit=1)[1] for line in printed(server) if len(line.split()) > 1}
        sent = curl(said["Send"])
        key = (tmp_path / "admin-key").read_text().strip()
        assert said["Look"] == f"{server.url}/#key={key}"
        with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {key}"}) as reader:
            assert reader.get(f"/v1/requests/{request_id(sent)}/body").json() == {"hello": "letterbox"}
            assert reader.get(said["Docs"]).status_code == 200
            assert "text/html" in reader.get("/").headers["content-type"]
    finally:
        server.kill()


def printed(server: Server) -> list[str]:
    return server.log.read_text().splitlines()


def curl(command: str) -> Answer:
    """What a printed curl would be answered, wherever there is no curl."""
    words = shlex.split(command)
    assert words[0] == "curl"
    options = dict(zip(words[1:-1:2], words[2:-1:2], strict=True))
    assert options.keys() == {"-d", "-H"}
    name, _, value = options["-H"].partition(": ")
    assert urlsplit(words[-1]).scheme == "http"
    answer = httpx.post(words[-1], content=options["-d"], headers={name: value})
    return Answer(answer.status_code, dict(answer.headers), answer.content)
