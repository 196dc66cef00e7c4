"""Fault 12: one key comes fifty times at once, and comes again after a crash between its commit and its reply."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import httpx
import orjson

from tests.faults import check
from tests.faults.outcome import Outcome
from tests.faults.server import READY_SECONDS, Server
from tests.faults.stores import Store, prepared

TITLE = "one key, many times"
PATH, KEY, OF_WHOM = "/in/default/once", "x-delivery", "letterbox-duplicate-of"
ENDPOINT = {
    "path": "/once",
    "dedupe": {"key": f"request.headers['{KEY}']", "window_seconds": 3600},
    "replies": [{"status": 201, "headers": {"x-kept": "yes"}, "body_from": "{'id': request.id}"}],
}
KEYS, PARALLEL, AT_ONCE = 10, 50, b"at once"
CALLERS, PAUSE_SECONDS = 32, 0.02
LOST, MOST_KILLS = 8, 12  # it ends once so many replies were lost, or after so many kills
LIFE_SECONDS = (0.01, 0.2)  # from the first answer of a process, or from a moment that was none, to the next moment
MOST_MOMENTS = 50  # so often a process is held still to see whether this is the moment


@dataclass(frozen=True)
class Answer:
    """What came back but for its date, and of which earlier request it is the reply, if of one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    of_whom: str | None

    @classmethod
    def of(cls, response: httpx.Response) -> Answer:
        passing = ("date", OF_WHOM)
        headers = tuple(item for item in response.headers.multi_items() if item[0] not in passing)
        return cls(response.status_code, headers, response.content, response.headers.get(OF_WHOM))

    @property
    def request_id(self) -> str:
        return str(orjson.loads(self.body)["id"])


@dataclass
class Senders:
    """Who send keys to one service, and what each key was answered."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    failures: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    @property
    def lost(self) -> int:
        """Of how many keys the reply was lost: the first one that came says that there was an earlier one."""
        return sum(answers[0].of_whom is not None for answers in self.answers.values())

    async def send(self, client: httpx.AsyncClient, key: str) -> None:
        """Send a key, and write down a 2xx; raises HTTPStatusError for another answer, and TransportError."""
        response = await client.post(self.url + PATH, headers={KEY: key}, content=key.encode())
        response.raise_for_status()
        self.answers.setdefault(key, []).append(Answer.of(response))
        self.answered.set()

    async def send_at_once(self) -> None:
        """Send each key many times, on as many connections."""
        limits = httpx.Limits(max_connections=PARALLEL)
        async with httpx.AsyncClient(limits=limits, timeout=30) as client:
            for number in range(KEYS):
                await asyncio.gather(*[self.send(client, f"{AT_ONCE.decode()} {number}") for _ in range(PARALLEL)])

    async def send_until_answered(self, caller: int) -> None:
        """Send one key after another, each again until it is answered, and then once more."""
        async with httpx.AsyncClient(timeout=30) as client:
            for number in itertools.count():
                for _ in range(2):
                    await self._insist(client, f"{caller} {number}")
                if self.is_over:
                    return

    async def _insist(self, client: httpx.AsyncClient, key: str) -> None:
        while True:
            try:
                return await self.send(client, key)
            except (httpx.TransportError, httpx.HTTPStatusError):
                self.failures += 1
                await asyncio.sleep(PAUSE_SECONDS)


def run(store: str, seed: int) -> Outcome:
    """Send keys at once, then under kills; each must be accepted once, and be answered alike ever after."""
    with prepared(store) as (server, place):
        server.start()
        server.wait_ready()
        with server.client() as admin:
            admin.post("/v1/endpoints", json=ENDPOINT).raise_for_status()
        at_once, again = Senders(server.url), Senders(server.url)
        asyncio.run(at_once.send_at_once())
        kills = asyncio.run(kill_under_load(server, place, again, random.Random(seed)))
        with server.client() as admin:
            kept = [item for item in check.listed(admin) if item["path"] == "/once"]
        figures = {"at_once": f"{KEYS}x{PARALLEL}", "kills": kills, "retries": again.failures, "lost": again.lost}
        outcome = judge(at_once.answers | again.answers, kept)
        wrong = [] if again.lost else ["no reply was lost, which proves nothing"]
        wrong += [f"{server.tracebacks()} tracebacks in the log"] if server.tracebacks() else []
        return Outcome({**figures, **outcome.figures}, wrong + outcome.wrong)


async def kill_under_load(server: Server, store: Store, senders: Senders, draw: random.Random) -> int:
    """Kill the service until enough replies were lost; returns how often."""
    async with asyncio.TaskGroup() as group:
        for caller in range(CALLERS):
            group.create_task(senders.send_until_answered(caller))
        for kills in range(MOST_KILLS + 1):
            senders.answered.clear()
            await asyncio.wait_for(senders.answered.wait(), READY_SECONDS)
            if senders.lost >= LOST or kills == MOST_KILLS:
                break
            await hold_after_commit(server, store, senders, draw)
            await asyncio.to_thread(server.kill)
            server.start()
        senders.is_over = True
    return kills


async def hold_after_commit(server: Server, store: Store, senders: Senders, draw: random.Random) -> None:
    """Hold the service still at a moment at which a key is kept that was not answered."""
    for _ in range(MOST_MOMENTS):
        await asyncio.sleep(draw.uniform(*LIFE_SECONDS))
        server.signal(signal.SIGSTOP)
        kept = await asyncio.to_thread(store.bodies)
        if any(body.decode() not in senders.answers for body in kept.values() if not body.startswith(AT_ONCE)):
            return
        server.signal(signal.SIGCONT)


def judge(answers: dict[str, list[Answer]], kept: list[check.Item]) -> Outcome:
    """Compare what was answered with what is kept, key by key."""
    accepted = defaultdict(list)
    for item in kept:
        if item["verdict"] == "accepted":
            accepted[dict(item["headers"])[KEY]].append(item["id"])
    lost = [key for key in answers if not accepted[key]]
    twice = [key for key, names in accepted.items() if len(names) > 1]
    unlike = [key for key, some in answers.items() if not are_alike(some, accepted[key])]
    figures = {"keys": len(answers), "L": len(lost), "D": len(twice), **Counter(item["verdict"] for item in kept)}
    found = {"lost": lost, "accepted twice": twice, "not answered alike": unlike}
    return Outcome(figures, [f"{len(keys)} keys {word}, such as {keys[:3]}" for word, keys in found.items() if keys])


def are_alike(answers: list[Answer], accepted: list[str]) -> bool:
    """Whether the answers are the same, name the accepted request, and all but one say that they are of an earlier."""
    replies = {(one.status, one.headers, one.body) for one in answers}
    names = {one.of_whom or one.request_id for one in answers}
    return len(replies) == 1 and names == {*accepted} and sum(one.of_whom is None for one in answers) <= 1
