"""Faults 3 and 4: what a power cut would leave at each acknowledgement, and whether each waited for the disk."""

from __future__ import annotations

import functools
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import trace
from tests.faults.disk import Disk
from tests.faults.outcome import Outcome
from tests.faults.recording import Exchange, Recording, recorded
from tests.faults.stores import Postgresql, Sqlite, Store
from tests.faults.trace import Call
from tests.postgres import Postgres

TITLE, ORDER = "power cut", "disk before status line"
LETTERS = 500
MOST_CLUSTERS, FEWEST_CLUSTERS = 12, 4  # a cluster takes a second to start, so only some moments are looked at
ID, ID_BYTES = re.compile(rb"req_[0-9a-z]{26}"), 30
MEMORY = Path("/dev/shm")  # noqa: S108 # what is left of a disk needs none


@dataclass
class Cuts:
    """What was found over all power cuts: the cuts, letters acknowledged before and gone after, broken stores."""

    cuts: int = 0
    lost: set[str] = field(default_factory=set)
    losing: int = 0  # cuts after which anything was gone
    broken: list[str] = field(default_factory=list)

    def note(self, place: Store, wanted: dict[str, bytes]) -> None:
        """Compare what is left with what was acknowledged."""
        self.cuts += 1
        try:
            kept, integrity = place.bodies(), place.integrity()
        except Exception as reason:  # noqa: BLE001 -- whatever it is: it can't be opened
            kept, integrity = {}, f"{type(reason).__name__}: {reason}"
        lost = {name for name, body in wanted.items() if kept.get(name) != body}
        self.lost |= lost
        self.losing += bool(lost)
        self.broken += [] if integrity == "ok" else [integrity[:200]]

    def shown(self) -> str:
        return f"cuts:{self.cuts},L:{len(self.lost)},broken:{len(self.broken)}"


def cut(store: str, seed: int, kills: int) -> Outcome:
    """Cut the power at each acknowledgement, and see that the same bites where nobody waits for the disk.

    On Postgres, where each look takes seconds, at the fewer of them the fewer kills are asked for.
    """
    if (reason := trace.missing()) is not None:
        return Outcome.not_run(reason)
    clusters = clusters_for(kills)
    careful, reckless = observed(store, seed, clusters), observed(store, seed, clusters, reckless=True)
    lost, broken = careful.synced.lost | careful.torn.lost, careful.synced.broken + careful.torn.broken
    wrong = [f"{len(lost)} lost, such as {min(lost)}"] if lost else []
    wrong += [f"broken: {broken[0]}"] if broken else []
    wrong += [] if careful.is_whole else ["not every acknowledgement was traced"]
    wrong += [] if reckless.synced.lost else ["without waiting for the disk nothing was lost: this proves nothing"]
    figures = {
        "acknowledged": careful.exchanges,
        "synced": careful.synced.shown(),
        "torn": careful.torn.shown(),
        "reckless": reckless.synced.shown(),
    }
    return Outcome(figures, wrong)


def ordered(store: str, seed: int, kills: int) -> Outcome:
    """Of each 2xx, whether between its body and its status line the store was told to be on the disk, and was."""
    if (reason := trace.missing()) is not None:
        return Outcome.not_run(reason)
    clusters = clusters_for(kills)
    careful, figures = observed(store, seed, clusters), {}
    wrong = [f"{len(careful.early)} were acknowledged too early, such as {careful.early[0]}"] if careful.early else []
    wrong += [] if careful.is_whole else ["not every acknowledgement was traced"]
    if store == "sqlite":  # Postgres answers a COMMIT all the same, so that this would prove nothing there
        reckless = observed(store, seed, clusters, reckless=True).early
        figures = {"reckless_too_early": len(reckless)}
        wrong += [] if reckless else ["without waiting for the disk nothing was too early: this proves nothing"]
    return Outcome({"acknowledged": careful.exchanges, "too_early": len(careful.early)} | figures, wrong)


def clusters_for(kills: int) -> int:
    return min(MOST_CLUSTERS, max(FEWEST_CLUSTERS, kills // 8))


@dataclass(frozen=True)
class Observation:
    """What came of one recording."""

    exchanges: int
    is_whole: bool  # whether every letter that its caller saw acknowledged is in the trace
    early: list[str]  # letters that were acknowledged before they were on the disk
    synced: Cuts
    torn: Cuts


@functools.cache
def observed(store: str, seed: int, clusters: int, *, reckless: bool = False) -> Observation:
    with recorded(store, LETTERS, seed, reckless=reckless) as recording:
        exchanges = recording.exchanges()
        traced = {exchange.name for exchange in exchanges}
        return Observation(
            len(exchanges),
            len(traced) >= LETTERS and traced >= recording.bodies().keys(),
            hasty(store, recording),
            replay(store, recording, None, max(1, clusters // 4) if reckless else clusters),
            Cuts() if reckless else replay(store, recording, random.Random(seed), clusters),
        )


def replay(store: str, recording: Recording, torn: random.Random | None, clusters: int) -> Cuts:
    """Go through the recording, and look at what each power cut leaves."""
    bodies, exchanges = recording.bodies(), recording.exchanges()
    step = max(1, len(exchanges) // clusters) if store == "postgres" else 1
    looked_at = {exchange.name for exchange in exchanges[::-step]}
    disk, cuts, wanted = Disk(recording.disk, recording.base), Cuts(), {}
    moments = disk.move(recording.store, [exchange.acknowledged for exchange in exchanges])
    for _, exchange in zip(moments, exchanges, strict=True):
        wanted[exchange.name] = bodies.get(exchange.name, b"")
        if exchange.name in looked_at:
            with left(store, disk, torn) as place:
                cuts.note(place, wanted)
    return cuts


@contextmanager
def left(store: str, disk: Disk, torn: random.Random | None) -> Iterator[Store]:
    """The store as it is found after the power cut."""
    if store == "sqlite":
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            disk.leave(Path(folder), torn)
            yield Sqlite(Path(folder) / "letterbox.db")
    else:
        cluster = Postgres(fsync="off")
        try:
            cluster.data.mkdir()
            disk.leave(cluster.data, torn)
            cluster.adopt()
            yield Postgresql(cluster, cluster.url_of("letterbox_1"))
        finally:
            cluster.close()


def hasty(store: str, recording: Recording) -> list[str]:
    """The letters that left with a 2xx before the store, after it was given them, had been put on the disk."""
    given = written(recording.store) if store == "sqlite" else sent(recording.service)
    promises = syncs(recording.store) if store == "sqlite" else commits(recording.service)

    def is_early(exchange: Exchange) -> bool:
        since = max(exchange.arrived, given.get(exchange.name, sys.maxsize))
        return not any(began >= since and ended <= exchange.acknowledged for began, ended in promises)

    return [exchange.name for exchange in recording.exchanges() if is_early(exchange)]


def written(calls: list[Call]) -> dict[str, int]:
    """By the id of a letter, when it had first been written anywhere."""
    return {name: call.ended for name, call in first_given(calls).items()}


def sent(calls: list[Call]) -> dict[str, int]:
    """By the id of a letter, when it began to leave for Postgres: its COMMIT may follow in the same packet."""
    return {name: call.began for name, call in first_given(calls).items()}


def first_given(calls: list[Call]) -> dict[str, Call]:
    """By the id of a letter, the call in which it was first written anywhere."""
    given: dict[str, Call] = {}
    ends: dict[str, bytes] = {}  # of what was written last, since an id may be cut in two
    for call in calls:
        if call.name in (*trace.WRITING, *trace.SENDING):
            data = ends.get(call.path, b"") + call.data
            ends[call.path] = data[-ID_BYTES:]
            for name in ID.findall(data):
                given.setdefault(name.decode(), call)
    return given


def syncs(calls: list[Call]) -> list[tuple[int, int]]:
    """From when to when SQLite's log was synced."""
    return [(call.began, call.ended) for call in calls if call.name in trace.SYNCING and call.path.endswith("-wal")]


def commits(calls: list[Call]) -> list[tuple[int, int]]:
    """From when on Postgres was asked for the last time until it had answered that it did commit.

    How it was asked can't be read, since a COMMIT may be prepared; on one connection it answers in order.
    """
    asked: dict[str, int] = {}
    found = []
    for call in calls:
        if call.name in trace.SENDING:
            asked[call.path] = call.began
        elif call.name in trace.READING and b"COMMIT\0" in call.data and call.path in asked:
            found.append((asked.pop(call.path), call.ended))
    return found
