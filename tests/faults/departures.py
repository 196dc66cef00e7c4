"""Fault 8: callers who leave in the middle of a body are not kept; who leave after it are kept exactly once."""

from __future__ import annotations

import itertools
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable

from tests.faults.check import listed
from tests.faults.framings import CHUNKED
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, post, request_id, whole

TITLE = "callers who leave"
TIMES = 30
PATIENCE_SECONDS = 10
BODY = b"all of it"


def close(_: socket.socket) -> None:
    """Its end of the connection is closed as the block around it ends."""


def half_close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


LEAVE: dict[str, Callable[[socket.socket], None]] = {"close": close, "half-close": half_close, "reset": reset}


def begun(target: bytes) -> dict[str, bytes]:
    """Requests whose body is not whole yet, one byte short at the nearest."""
    return {
        "declared": post(target, b"Content-Length: 1000") + b"half",
        "but one byte": whole(target, BODY)[:-1],
        "chunked": post(target, CHUNKED) + b"4\r\nhalf\r\n",
        "but the last chunk": post(target, CHUNKED) + b"4\r\nhalf\r\n0\r\n",
    }


def done(target: bytes) -> dict[str, bytes]:
    """Whole requests."""
    return {"declared": whole(target, BODY), "chunked": post(target, CHUNKED) + b"9\r\n%b\r\n0\r\n\r\n" % BODY}


def leave(wire: Wire, sent: bytes, way: str) -> None:
    with wire.socket() as connection:
        connection.sendall(sent)
        LEAVE[way](connection)


def run(store: str) -> Outcome:
    """Have callers leave in every way, in the middle and after, and count what is kept of each."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        wire.management.post("/v1/endpoints", json={"path": "/left/{number}"}).raise_for_status()
        numbers = itertools.count()
        early = [one for way in LEAVE for one in depart(wire, begun, way, numbers)]
        late = [one for way in ("close", "half-close") for one in depart(wire, done, way, numbers)]
        kept = kept_by_path(wire, len(late))
        tracebacks = server.tracebacks()
    halves = sum(kept[path] for path in early)
    odd = [path for path in late if kept[path] != 1]
    wrong = [f"{halves} kept of callers who left in the middle"] if halves else []
    wrong += [f"{len(odd)} not kept exactly once, such as {odd[0]}: {kept[odd[0]]}"] if odd else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    return Outcome(
        {"left_amid": len(early), "kept": halves, "left_after": len(late), "kept_once": len(late) - len(odd)}, wrong
    )


def depart(
    wire: Wire, requests: Callable[[bytes], dict[str, bytes]], way: str, numbers: itertools.count[int]
) -> list[str]:
    """Leave so many times in one way; returns the paths, of which each is used once."""
    paths = []
    for kind, _ in itertools.product(requests(b""), range(TIMES)):
        paths.append(f"/left/{next(numbers)}")
        leave(wire, requests(f"/in/default{paths[-1]}".encode())[kind], way)
    return paths


def kept_by_path(wire: Wire, wanted: int) -> Counter[str]:
    """How many are kept at each path, once there are so many and a letter that came after all of them is kept."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        request_id(wire.say(whole(b"/in/default/inbox", b"later")))
        kept = Counter(item["path"] for item in listed(wire.management) if item["path"] != "/inbox")
        if kept.total() >= wanted or time.monotonic() > end:
            return kept
