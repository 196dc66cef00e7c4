"""Fault 32: random requests on /in, well-formed and not; none may be answered 5xx, and none may end the service."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, chunks, read_status

TITLE = "noise on /in"
CALLERS = 4
METHODS = [b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"HEAD", b"TRACE", b"QUERY", b"PROPFIND", b"get"]
SEGMENTS = [
    b"default",
    b"inbox",
    b"any",
    b"",
    b".",
    b"..",
    b"%2F",
    b"%00",
    b"%ff",
    b"%zz",
    b"%",
    b"{x}",
    b"\xc3\xbc",
    b"%ed%a0%80",
]
LISTENING = [b"/in/default/inbox", b"/in/default/any/%C3%BC%2F%00/%ff//..", b"/in/default/any/a/b"]
HEADERS = [
    *(
        b"Content-Type: " + value
        for value in (b"application/json", b"APPLICATION/JSON; charset=utf-8", b"", b"/", b"\xff")
    ),
    b"Content-Type: multipart/form-data; boundary=",
    b"Content-Encoding: gzip",
    b"Expect: 100-continue",
    b"Expect: something",
    b"Origin: null",
    b"Origin: https://evil.example",
    b"Access-Control-Request-Method: POST",
    b"Access-Control-Request-Headers: \xe9, x",
    b"X-Forwarded-For: 1.2.3.4, ::1, nonsense",
    b"traceparent: 00-zz-zz-zz",
    b"If-None-Match: *",
    b"Range: bytes=0-1",
    b"Authorization: Basic \xff",
    b"Idempotency-Key: \xff",
    b"Upgrade: websocket",
    b"X-HTTP-Method-Override: DELETE",
]


def run(store: str, count: int, seed: int) -> Outcome:
    """Send so many, each on a connection of its own, and count the answers by status."""
    draw = random.Random(seed)
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        anything = {"path": "/any/{thing}/{rest...}", "methods": ["GET", "POST", "DELETE"], "max_body_bytes": 1000}
        wire.management.post("/v1/endpoints", json=anything).raise_for_status()
        noises = [request(draw) for _ in range(count)]
        with ThreadPoolExecutor(CALLERS) as callers:
            statuses = list(callers.map(partial(status_of, wire), noises))
        alive = wire.management.get("/healthz/ready").status_code == 200
        tracebacks = server.tracebacks()
    worst = [noise for noise, status in zip(noises, statuses, strict=True) if not 100 <= status < 500]
    wrong = [f"{len(worst)} answered 5xx or not at all, such as {worst[0][:300]!r}"] if worst else []
    wrong += [] if alive else ["the service is not ready any more"]
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    return Outcome({"sent": count, "answers": dict(sorted(Counter(statuses).items()))}, wrong)


def status_of(wire: Wire, noise: bytes) -> int:
    with wire.socket() as connection:
        connection.sendall(noise)
        return read_status(connection)


def request(draw: random.Random) -> bytes:
    """A whole request, so that whoever reads it never waits for more."""
    random_target = b"/in/" + b"/".join(draw.choices(SEGMENTS, k=draw.randrange(1, 6)))
    target = draw.choice([*LISTENING, random_target])
    if draw.random() < 0.3:
        target += b"?" + some_bytes(draw, 0x21, 0x7E, 40)
    lines = [
        b"%b %b HTTP/1.%d" % (draw.choice(METHODS), target, draw.random() < 0.95),
        b"Host: a",
        b"Connection: close",
    ]
    lines += draw.sample(HEADERS, draw.randrange(4))
    lines += [b"x-%d: %b" % (number, some_bytes(draw, 0x20, 0xFF, 50)) for number in range(draw.randrange(4))]
    framing, body = draw.choice([declared, chunked])(draw, draw.randbytes(draw.choice([0, 1, 50, 1000, 1001])))
    return b"\r\n".join([*lines, framing]) + b"\r\n\r\n" + body


def declared(_: random.Random, body: bytes) -> tuple[bytes, bytes]:
    return b"Content-Length: %d" % len(body), body


def chunked(draw: random.Random, body: bytes) -> tuple[bytes, bytes]:
    return b"Transfer-Encoding: chunked", b"".join(chunks(body, draw.randrange(1, 500), b"x-trailer: a"))


def some_bytes(draw: random.Random, least: int, most: int, longest: int) -> bytes:
    return bytes(draw.choices([*range(least, 0x7F), *range(0x80, most + 1)], k=draw.randrange(longest)))
