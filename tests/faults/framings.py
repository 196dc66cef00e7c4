"""Fault 9: bodies as they seldom come, a byte a chunk, after `100 Continue`, or by HTTP/1.0, are kept as they were."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Answer, Wire, chunks, post, read_answer, request_id, whole

TITLE = "odd framings"
CHUNKED = b"Transfer-Encoding: chunked"
EVERY_BYTE = bytes(range(256))
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TRAILERS = (b"X-Trailer: late", b"X-Hub-Signature: forged")
RANDOM_BODIES = 20

Send = Callable[[Wire, bytes, bytes], Answer]


def by_single_bytes(wire: Wire, target: bytes, body: bytes) -> Answer:
    return wire.say(post(target, CHUNKED), *chunks(body, 1, *TRAILERS))


def after_continue(wire: Wire, target: bytes, body: bytes) -> Answer:
    with wire.socket() as connection:
        connection.sendall(post(target, b"Expect: 100-continue", b"Content-Length: %d" % len(body)))
        if body:  # whoever has no body is not told to send it
            assert connection.recv(len(CONTINUE)) == CONTINUE
        connection.sendall(body)
        return read_answer(connection)


def chunked_after_continue(wire: Wire, target: bytes, body: bytes) -> Answer:
    with wire.socket() as connection:
        connection.sendall(post(target, b"Expect: 100-continue", CHUNKED))
        assert connection.recv(len(CONTINUE)) == CONTINUE
        connection.sendall(b"".join(chunks(body, 100, *TRAILERS)))
        return read_answer(connection)


def by_http_1_0(wire: Wire, target: bytes, body: bytes) -> Answer:
    return wire.say(post(target, b"Content-Length: %d" % len(body), version=b"1.0") + body)


def with_extensions(wire: Wire, target: bytes, body: bytes) -> Answer:
    parts = [b'%X;name="value"\r\n%b\r\n' % (len(part), part) for part in pieces(body, 50)]
    return wire.say(post(target, CHUNKED), *parts, b"000\r\n\r\n")


def by_pieces_of_a_length(wire: Wire, target: bytes, body: bytes) -> Answer:
    return wire.say(*pieces(whole(target, body), 7))


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


FRAMINGS: dict[str, Send] = {
    "a byte a chunk, with trailers": by_single_bytes,
    "Expect": after_continue,
    "Expect and chunks": chunked_after_continue,
    "HTTP/1.0": by_http_1_0,
    "chunk extensions": with_extensions,
    "seven bytes a packet": by_pieces_of_a_length,
}


def run(store: str, seed: int) -> Outcome:
    """Send every byte, nothing and random bodies in every framing, and compare what is kept of each."""
    draw = random.Random(seed)
    bodies = [EVERY_BYTE, b"", *(draw.randbytes(draw.randrange(1000)) for _ in range(RANDOM_BODIES))]
    with started(store) as (server, place):
        wire = Wire(server.url, ADMIN_KEY)
        sent = [
            (name, body, send(wire, b"/in/default/inbox", body)) for name, send in FRAMINGS.items() for body in bodies
        ]
        trailing = [item["id"] for item in wire.kept() if any(n.startswith("x-") for n, _ in item["headers"])]
        server.stop()
        kept = place.bodies()
    altered = [name for name, body, answer in sent if kept.get(request_id(answer)) != body]
    wrong = [f"{len(altered)} were not kept as they were, such as {altered[0]}"] if altered else []
    wrong += [f"{len(trailing)} trailers became headers"] if trailing else []
    wrong += [f"{len(kept)} are kept of {len(sent)}"] if len(kept) != len(sent) else []
    return Outcome({"framings": len(FRAMINGS), "sent": len(sent), "identical": len(sent) - len(altered)}, wrong)
