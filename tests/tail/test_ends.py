"""How a tail of a running service ends: with its key, with a reader who does not read, and with the service."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.faults.server import Server, served

PATIENCE_SECONDS = 30


@contextmanager
def following(server: Server, key: str, **wanted: str) -> Iterator[Iterator[str]]:
    """The lines of a tail, once it has begun."""
    headers = {"authorization": f"Bearer {key}"}
    with httpx.stream("GET", f"{server.url}/v1/tail", params=wanted, headers=headers, timeout=PATIENCE_SECONDS) as tail:
        tail.raise_for_status()
        lines = tail.iter_lines()
        assert next(lines).startswith(": at ")
        yield lines


def a_key(server: Server, name: str) -> dict[str, str]:
    with server.client() as admin:
        made: dict[str, str] = admin.post("/v1/keys", json={"name": name, "scopes": ["read", "write"]}).json()
    return made


@pytest.mark.parametrize("change", ["remove", "rotate"])
def test_a_key_that_is_taken_back_ends_its_tails(service: Server, change: str) -> None:
    key = a_key(service, f"tail-{change}")
    with service.client() as admin, following(service, key["secret"]) as lines:
        if change == "remove":
            admin.delete(f"/v1/keys/{key['id']}").raise_for_status()
        else:
            admin.post(f"/v1/keys/{key['id']}/rotate", json={"overlap_seconds": 0}).raise_for_status()
        assert [line for line in lines if line] == []


def test_a_reader_who_does_not_read_is_dropped(service: Server) -> None:
    """What the kernel holds for it comes on top of what the service does."""
    tracebacks = service.tracebacks()
    key = a_key(service, "tail-slow")["secret"]
    with socket.socket() as slow, service.client() as sender:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(PATIENCE_SECONDS)
        slow.connect(("127.0.0.1", urlsplit(service.url).port))
        slow.sendall(f"GET /v1/tail HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        assert slow.recv(12) == b"HTTP/1.1 200"
        large = {f"x-large-{number}": "x" * 7_000 for number in range(8)}
        while not is_cut(service, slow):
            sender.post("/in/default/inbox", headers=large).raise_for_status()
    assert service.tracebacks() == tracebacks


def is_cut(server: Server, connection: socket.socket) -> bool:
    """Whether the service has let go of its end, as the kernel lists it."""
    ours, theirs = connection.getsockname()[1], urlsplit(server.url).port
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = {(int(row[1].split(":")[1], 16), int(row[2].split(":")[1], 16)) for row in rows if row[3] == "01"}
    return (theirs, ours) not in ends


def test_the_tails_of_a_service_that_stops_are_over_before_it_waits(tmp_path: Path) -> None:
    with served(tmp_path, shutdown_seconds="60") as server, following(server, server.admin_key) as lines:
        server.signal(signal.SIGTERM)
        assert [line for line in lines if line] == []
        server.wait(PATIENCE_SECONDS)
        assert server.tracebacks() == 0


def test_a_caller_with_two_keys_keeps_nobody_elses_tail_open(service: Server) -> None:
    """Whichever of them counts: the next look must come all the same."""
    odd, plain = a_key(service, "tail-odd"), a_key(service, "tail-plain")
    head = f"GET /v1/tail HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {odd['secret']}\r\nAuthorization: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(service.url).port or 80)) as caller, service.client() as admin:
        caller.sendall(head.encode())
        assert caller.recv(12) == b"HTTP/1.1 200"
        with following(service, plain["secret"]) as lines:
            admin.delete(f"/v1/keys/{odd['id']}").raise_for_status()
            admin.delete(f"/v1/keys/{plain['id']}").raise_for_status()
            assert [line for line in lines if line] == []
