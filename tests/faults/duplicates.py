"""Fault 12: one key comes fifty times at once, and again after a crash between its commit and its reply."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from tests.faults import check
from tests.faults.outcome import Outcome
from tests.faults.server import READY_SECONDS, Server
from tests.faults.stores import prepared

TITLE = "one key, many times"
PATH, KEY, OF_WHOM = "/in/default/once", "x-delivery", "letterbox-duplicate-of"
ENDPOINT = {
    "name": "once",
    "path": "/once",
    "dedupe": {"key": f"request.headers['{KEY}']", "window_seconds": 3600},
    "replies": [{"status": 201, "headers": {"x-kept": "yes"}, "body_from": "{'id': request.id}"}],
}
PARALLEL, KEYS = 50, 10
CALLERS, LOST, MOST_KILLS = 32, 5, 60  # it ends once so many replies were lost
LIFE_SECONDS = (0.02, 0.2)  # from the first answer of a process to its end
Head = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """What came back, and of which request it is the reply: its own, or that of an earlier one."""

    status: int
    head: Head
    body: bytes
    of_whom: str | None

    @classmethod
    def of(cls, response: httpx.Response) -> Answer:
        passing = ("date", OF_WHOM)
        head = [(name.lower(), value) for name, value in response.headers.multi_items() if name.lower() not in passing]
        return cls(response.status_code, tuple(head), response.content, response.headers.get(OF_WHOM))

    @property
    def request_id(self) -> str:
        return str(httpx.Response(200, content=self.body).json()["id"])


@dataclass
class Sent:
    """What was answered for each key, and how often whoever sent it got no answer."""

    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)

    def lost(self) -> list[str]:
        """The keys of which the first answer that came says that the request was kept before."""
        return [key for key, answers in self.answers.items() if len(answers) == 1 and answers[0].of_whom]


def run(store: str, seed: int) -> Outcome:
    """Send each key many times at once, then kill the service under callers who send theirs again until it is answered."""
    with prepared(store) as (server, _):
        server.start()
        server.wait_ready()
        with server.client() as admin:
            admin.post("/v1/endpoints", json=ENDPOINT).raise_for_status()
        parallel, retried = Sent(), Sent()
        asyncio.run(send_at_once(server, parallel))
        kills = asyncio.run(kill_under_retries(server, retried, seed))
        with server.client() as admin:
            kept = [item for item in check.listed(admin) if item["path"] == "/once"]
    wrong = [*unequal(parallel), *unequal(retried), *held_wrongly(kept, parallel, retried)]
    if not retried.lost():
        wrong.append(f"no reply was lost in {kills} kills, which proves nothing")
    verdicts = Counter(item["verdict"] for item in kept)
    figures = {
        "parallel": f"{KEYS}x{PARALLEL}",
        "kills": kills,
        "retried": retried.failures.total(),
        "replies_lost": len(retried.lost()),
        **verdicts,
        "D": len([word for word in wrong if "accepted" in word]),
    }
    return Outcome(figures, wrong + (["a traceback in the log"] if server.tracebacks() else []))
