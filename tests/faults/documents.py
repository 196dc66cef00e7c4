"""Fault 30: JSON that breaks parsers is kept as it was sent, in no time; nobody has to parse it to keep it."""

from __future__ import annotations

import gzip
import statistics
import time

from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY, Server
from tests.faults.stores import started
from tests.faults.wire import Wire, read_answer, request_id, whole

TITLE = "hostile JSON"
BAR_SECONDS, TIMES = 0.05, 5  # the bar for what is at most 1 MiB; of so many times the middle one counts
MEBIBYTE = 2**20
MILLION = 1_000_000
JSON = b"Content-Type: application/json"
GZIP = b"Content-Encoding: gzip"


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def keys(count: int) -> bytes:
    return b"{" + b",".join(b'"%x":0' % number for number in range(count)) + b"}"


HOSTILE: dict[str, tuple[bytes, bytes]] = {
    "65 deep": (JSON, deep(65)),
    "1,024 deep": (JSON, deep(1024)),
    "100,000 deep": (JSON, deep(100_000)),
    "1 MiB deep": (JSON, deep(MEBIBYTE // 2)),
    "1 MiB deep, objects": (JSON, (b'{"":' * (MEBIBYTE // 5)) + b"0" + b"}" * (MEBIBYTE // 5)),
    "open brackets": (JSON, b"[" * MEBIBYTE),
    "a million keys": (JSON, keys(MILLION)),
    "1 MiB of keys": (JSON, keys(100_000)),
    "1 MiB of one key": (JSON, b"{" + b",".join([b'"":0'] * (MEBIBYTE // 5)) + b"}"),
    "a number of 5,000 digits": (JSON, b'{"n":' + b"9" * 5000 + b"}"),
    "a number of 1 MiB": (JSON, b"9" * MEBIBYTE),
    "NaN": (JSON, b'{"n":NaN}'),
    "1e400": (JSON, b'{"n":-1e400}'),
    "a lone surrogate": (JSON, b'{"s":"\\ud800","\\udfff":1}'),
    "surrogates as UTF-8": (JSON, b'{"s":"\xed\xa0\x80"}'),
    "a byte order mark": (JSON, b'\xef\xbb\xbf{"a":1}'),
    "UTF-16": (JSON, '{"a":"ü"}'.encode("utf-16")),
    "UTF-16 that says so": (b"Content-Type: application/json; charset=utf-16", '{"a":"ü"}'.encode("utf-16-le")),
    "not UTF-8": (JSON, b'{"a":"\xff\xfe"}'),
    "NUL": (JSON, b'{"a":"\x00","\\u0000":"\\u0000"}'),
    "gzip": (JSON + b"\r\n" + GZIP, gzip.compress(b'{"a":1}')),
    "gzip of 1 GiB": (JSON + b"\r\n" + GZIP, gzip.compress(bytes(2**30), 9)),
    "gzip that is none": (JSON + b"\r\n" + GZIP, b'{"a":1}'),
    "nothing": (JSON, b""),
    "no JSON at all": (JSON, b"not json \x01\x02"),
    "two documents": (JSON, b'{"a":1}{"a":2}'),
}


def run(store: str) -> Outcome:
    """Send each so many times, to an endpoint without a contract, and compare what is kept of it."""
    with started(store) as (server, place):
        wire = Wire(server.url, ADMIN_KEY)
        wire.management.post(
            "/v1/endpoints", json={"path": "/json", "max_body_bytes": 32 * MEBIBYTE}
        ).raise_for_status()
        sent = {name: [send(wire, *parts) for _ in range(TIMES)] for name, parts in HOSTILE.items()}
        ended, tracebacks = has_ended(server), server.tracebacks()
        server.stop()
        kept = place.bodies()
    altered = [name for name, answers in sent.items() for one, _ in answers if kept.get(one) != HOSTILE[name][1]]
    seconds = {name: statistics.median(took for _, took in answers) for name, answers in sent.items()}
    small = {name: took for name, took in seconds.items() if len(HOSTILE[name][1]) <= MEBIBYTE}
    slow = [f"{name}: {took * 1000:.0f} ms" for name, took in small.items() if took > BAR_SECONDS]
    wrong = [f"altered: {sorted(set(altered))}"] if altered else []
    wrong += [f"slow: {slow}"] if slow else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    wrong += ["the service has ended"] if ended else []
    figures = {"documents": len(sent), "sent": len(sent) * TIMES, "max_to_1MiB": f"{max(small.values()) * 1000:.1f}ms"}
    return Outcome(figures | {"max": f"{max(seconds.values()) * 1000:.0f}ms"}, wrong)


def send(wire: Wire, header: bytes, body: bytes) -> tuple[str, float]:
    """The id of what was kept, and the seconds from the request to its answer."""
    request = whole(b"/in/default/json", body, header)
    with wire.socket() as connection:
        began = time.monotonic()
        connection.sendall(request)
        answer = read_answer(connection)
        return request_id(answer), time.monotonic() - began


def has_ended(server: Server) -> bool:
    return server.process is None or server.process.poll() is not None
