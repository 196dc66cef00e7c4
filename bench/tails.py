"""Receiving while others follow the tail: many who are told of every request, and many who wait for another one."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import Any

import httpx

from bench.comparison import compare
from bench.contenders import ASKED, receiving
from bench.doors import shops
from bench.figures import Bar, Sample, Table, ratio
from bench.load import Load
from bench.server import LOADING_CORE, TOP, pin
from bench.workbench import Bench, add

LIVE, IDLE = 100, 500
ALMOST_ALL = Bar(0.9)
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

    def end(self) -> None:
        self._process.communicate()


class Followed(Load):
    """A load that is followed for as long as it lasts: what is left over then slows nobody else down."""

    def __init__(self, load: Load, path: str, count: int) -> None:
        super().__init__(load.port, load.letters, connections=load.connections)
        self._path, self._count = path, count
        self.told_of: list[
            float
        ] = []  # for each round, the share of what happened that all had been told of at its end
        self.dropped = 0

    def run(self, seconds: float) -> Sample:
        tails, before = Tails(self.port, self._path, self._count), self._newest()
        try:
            sample = super().run(seconds)
            told, newest = tails.ask(), self._newest()
        finally:
            tails.end()
        self.told_of.append(max(0, told["slowest"] - before) / max(1, newest - before))
        self.dropped += told["dropped"]
        return sample

    def _newest(self) -> int:
        """Up to where the tail has come."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/v1/tail", params={"limit": 0}, headers=ASKED)
        return int(answer.text.removeprefix(": at "))


def tails(bench: Bench) -> Table:
    """Receiving at one endpoint, with nobody who follows, many who are told of all, and many who wait."""
    table = Table(
        bench.title("Receiving while others follow, express lane, a signature and a contract, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "of the first", "bar", ""),
    )
    two = shops(2)
    with ExitStack() as stack:
        alone = receiving(stack, "nobody follows", bench.store(two), doors={LOADED: two[LOADED]})
        live = Followed(alone.load, "/v1/tail", LIVE)
        idle = Followed(alone.load, f"/v1/tail?endpoint={ASIDE.strip('/')}", IDLE)
        followed = {f"{LIVE} follow": live, f"{IDLE} follow another endpoint": idle}
        found = compare(
            [alone, *(replace(alone, name=name, load=load) for name, load in followed.items())], bench.scale
        )
        add(table, alone.name, found[alone.name])
        for name, load in followed.items():
            add(table, name, found[name], ratio(found[name], found[alone.name]), ALMOST_ALL)
            table.failed += [f"{name}: {load.dropped} were dropped"] * bool(load.dropped)
        table.notes.append(
            f"Receiving goes first: when a round ended, each of the {LIVE} had been told of {median(live.told_of):.0%} "
            "of what had come in; whoever stays is told of the rest after it."
        )
        bench.attach_profile(table, alone)
    return table
