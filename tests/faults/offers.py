"""Fault 31: contracts that refer elsewhere, or could cost too much, are refused at once, and nothing is fetched."""

from __future__ import annotations

import json
import os
import socket
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire
from tests.github import schemas

TITLE = "contracts offered"
CONTRACTS = "/v1/endpoints/inbox/contracts"
TIMES, BAR_SECONDS = 5, 0.02  # for the pattern that is vast once it is written out; the middle one counts
VAST = "(a{1000}){1000}"
REFUSED = {400, 413, 422}  # 400 is for what is no JSON that the management plane takes from anybody

Offer = dict[str, Any]


class Watch:
    """Addresses that notice who looks them up: a listener, and a pipe whose reader is seen."""

    def __init__(self, folder: Path) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._pipe = folder / "schema.json"
        os.mkfifo(self._pipe)

    @property
    def addresses(self) -> list[str]:
        port = self._socket.getsockname()[1]
        near = [f"{host}:{port}/schema.json" for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]")]
        links = [f"http://{near[0]}", f"HTTP://{near[1]}#/$defs/a", f"http://{near[2]}", f"//{near[0]}"]
        return [*links, f"file://{self._pipe}", str(self._pipe), "schema.json"]

    @contextmanager
    def watching(self) -> Iterator[None]:
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()
        yield
        with socket.create_connection(self._socket.getsockname()):
            pass  # ours, which shows that it notices, and comes after all others
        self._socket.settimeout(1)
        accepting.join(10)
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                connection.close()

    def is_read(self) -> bool:
        """Whether somebody has the pipe open for reading, and waits there."""
        with suppress(OSError):
            os.close(os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK))
            return True
        return False


def elsewhere(address: str) -> Iterator[Offer]:
    """Every way to refer to an address, in every part of a contract, and at every depth."""
    schemas = [
        *({word: address} for word in ("$ref", "$dynamicRef", "$schema")),
        {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": address},
        {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": address},
        {"$id": address.partition("#")[0], "$ref": "another.json"},
        {"properties": {"a": {"items": {"anyOf": [{}, {"$ref": address}]}}}},
        {"$defs": {"unused": {"$ref": address}}},
    ]
    yield from ({"body": schema} for schema in schemas)
    yield from ({part: {"$ref": address}} for part in ("path", "query", "headers"))
    yield {"definitions": {"a": {"$ref": address}}}
    yield {"event_type": "request.path", "event_types": {"a": {"$ref": address}}}
    operation = {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": address}}}}}}
    yield {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}, "webhooks": {"a": operation}}


def costly() -> Iterator[Offer]:
    """What could take long to match, to compile or to read."""
    patterns = [f"({look}a)b" for look in ("?=", "?!", "?<=", "?<!")]
    patterns += [r"(a)\1", r"(?<n>a)\k<n>", VAST, "((((a{99}){99}){99}){99})", "a" * 5000, "["]
    yield from ({"body": {"pattern": pattern}} for pattern in patterns)
    yield from ({"body": {"patternProperties": {pattern: {}}}} for pattern in patterns)
    yield {"body": nested(65)}
    yield {"body": {"enum": list(range(500_000))}}
    yield {"body": {"const": "a" * 8 * 2**20}}
    yield {"body": {"const": 2**64}}
    yield {"body": {"$ref": "#"}}
    yield {"event_type": "request.body." * 200 + "a"}
    yield {"event_type": "nobody.knows"}


def nested(depth: int) -> Offer:
    schema: Offer = {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


TAKEN: dict[str, Offer] = {
    "linear": {"body": {"pattern": "(a+)+$"}},
    "github": schemas.contract(),
    "id alone": {"body": {"$id": "http://127.0.0.1:1/schema.json", "type": "object"}},
}


def run(store: str) -> Outcome:
    """Offer each; count what is let in, who looked elsewhere, and how long it took."""
    with tempfile.TemporaryDirectory(prefix="letterbox-watch-") as folder, started(store) as (server, _):
        wire, watch = Wire(server.url, ADMIN_KEY), Watch(Path(folder))
        offers = [*(offer for address in watch.addresses for offer in elsewhere(address)), *costly()]
        with watch.watching():
            answers = [offered(wire, offer) for offer in offers]
            replies = [reply_saved(wire, address) for address in watch.addresses]
            read = watch.is_read()
        vast = statistics.median(offered(wire, {"body": {"pattern": VAST}})[1] for _ in range(TIMES))
        taken = {name: offered(wire, offer) for name, offer in TAKEN.items()}
        kept = len(wire.management.get(CONTRACTS).json()["items"])
        tracebacks = server.tracebacks()
    let_in = [offer for offer, (status, _) in zip(offers, answers, strict=True) if status not in REFUSED]
    wrong = [f"{len(let_in)} not refused, such as {str(let_in[0])[:200]}"] if let_in else []
    wrong += [f"replies with a schema elsewhere came to {replies}"] if {*replies} - REFUSED else []
    wrong += [f"{watch.connections - 1} connections to the address of a schema"] if watch.connections != 1 else []
    wrong += ["the file of a schema was opened"] * read
    wrong += [f"{name} came to {status}" for name, (status, _) in taken.items() if status != 201]
    wrong += [f"{kept} are kept"] if kept != len(TAKEN) else []
    wrong += ["the vast pattern was refused too slowly"] if vast > BAR_SECONDS else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    figures = {
        "offered": len(answers) + len(replies),
        "answers": dict(sorted(Counter(status for status, _ in answers).items())),
        "connections": watch.connections - 1,
    }
    seconds = {"vast_pattern": vast, "max": max(took for _, took in answers), "github": taken["github"][1]}
    return Outcome(figures | {name: f"{took * 1000:.1f}ms" for name, took in seconds.items()}, wrong)


def offered(wire: Wire, offer: Offer) -> tuple[int, float]:
    """The status, and the seconds that it took."""
    body, began = json.dumps(offer).encode(), time.monotonic()
    headers = {"content-type": "application/json"}
    answer = wire.management.post(CONTRACTS, content=body, headers=headers)
    return answer.status_code, time.monotonic() - began


def reply_saved(wire: Wire, address: str) -> int:
    """What is answered to a reply whose schema is elsewhere."""
    replies = [{"body": {}, "schema": {"$ref": address}}]
    return wire.management.patch("/v1/endpoints/inbox", json={"replies": replies}).status_code
