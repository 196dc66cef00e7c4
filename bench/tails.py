"""Receiving while others follow the tail: many who are told of every request, and many who wait for another one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from bench.comparison import compare
from bench.contenders import ASKED, Contender, receiving
from bench.doors import shops
from bench.figures import Bar, Table, ratio
from bench.server import LOADING_CORE, TOP, pin
from bench.workbench import Bench, add

LIVE, IDLE = 100, 500
ALMOST_ALL = Bar(0.9)
CATCHING_UP_SECONDS = 120
LOADED, ASIDE = "/shop-0", "/shop-1"


class Tails:
    """Followers in a process of their own, beside the load."""

    def __init__(self, port: int, path: str, count: int) -> None:
        command = [sys.executable, "-m", "bench.following", "--port", str(port), "--path", path, "--count", str(count)]
        self._process = subprocess.Popen(  # noqa: S603 # a module of ours
            command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        pin(self._process.pid, LOADING_CORE)
        if self._line() != "following":
            raise ConnectionError("the followers could not begin")

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 # it was opened as a pipe
        return self._process.stdout.readline().strip()

    def ask(self) -> dict[str, Any]:
        """What has become of them by now."""
        assert self._process.stdin is not None  # noqa: S101 # it was opened as a pipe
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def catch_up(self, newest: int) -> float:
        """How many seconds pass until all have come up to an event."""
        began = time.monotonic()
        while self.ask()["slowest"] < newest and time.monotonic() - began < CATCHING_UP_SECONDS:
            time.sleep(0.2)
        return time.monotonic() - began

    def end(self) -> None:
        self._process.communicate()


@contextmanager
def following(port: int, path: str, count: int) -> Iterator[Tails]:
    tails = Tails(port, path, count)
    try:
        yield tails
    finally:
        tails.end()


def tails(bench: Bench) -> Table:
    """Receiving at one endpoint, with nobody who follows, many who are told of all, and many who wait."""
    table = Table(
        bench.title("Receiving while others follow, express lane, a signature and a contract, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "of the first", "bar", ""),
    )
    two = shops(2)
    loaded = {LOADED: two[LOADED]}
    with ExitStack() as stack:
        alone, live, idle = (
            receiving(stack, name, bench.store(two), doors=loaded)
            for name in ("nobody follows", f"{LIVE} follow", f"{IDLE} follow another endpoint")
        )
        told = stack.enter_context(following(live.server.port, "/v1/tail", LIVE))
        stack.enter_context(following(idle.server.port, f"/v1/tail?endpoint={ASIDE.strip('/')}", IDLE))
        found = compare([alone, live, idle], bench.scale)
        add(table, alone.name, found[alone.name])
        for each in (live, idle):
            add(table, each.name, found[each.name], ratio(found[each.name], found[alone.name]), ALMOST_ALL)
        _note_following(table, live, told)
        bench.attach_profile(table, live)
    return table


def _note_following(table: Table, live: Contender, told: Tails) -> None:
    newest, before = _newest(live), told.ask()
    seconds = told.catch_up(newest)
    state = told.ask()
    table.notes.append(
        f"Receiving goes first: at the end of the load each of the {LIVE} had been told {before['slowest']:,} of "
        f"{newest:,}; {seconds:.0f} s later they had come to {state['slowest']:,}, in {state['bytes'] / 1e6:,.0f} MB."
    )
    if state["dropped"]:
        table.failed.append(f"{live.name}: {state['dropped']} were dropped")


def _newest(contender: Contender) -> int:
    """Up to where the tail of its service has come."""
    answer = httpx.get(f"http://127.0.0.1:{contender.server.port}/v1/tail", params={"limit": 0}, headers=ASKED)
    return int(answer.text.removeprefix(": at "))
