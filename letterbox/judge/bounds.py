"""How much the judge may take: of processor time, of patience, and of memory."""

from __future__ import annotations

from typing import NamedTuple


class Room(NamedTuple):
    """How many tasks may wait: of all, and for one contract or expression, so that others find room."""

    most: int
    alike: int


class Bounds(NamedTuple):
    """Of processor time where it says so: on a busy machine nobody is ended for having waited for a core."""

    seconds: float = 0.1  # of processor time for one task
    compile_seconds: float = 5.0  # of processor time to compile a contract, once for each child
    stall_seconds: float = 25.0  # of any time for one task: more means that the child is stopped, or swapped out
    patience_seconds: float = 2.0  # from when a task is handed over until it is begun
    suspect_seconds: float = 60.0  # how long a contract or expression that was too much is worked on aside
    slow_seconds: float = 0.02  # of processor time for one task: more, again and again, and it is worked on apart
    slow_times: int = 3
    slow_within_seconds: float = 10.0
    room: Room = Room(1000, 500)
    room_apart: Room = Room(100, 25)  # as many as can be begun before patience ends
    room_aside: Room = Room(16, 8)
    memory_bytes: int = 1 << 30  # of address space for each child


class Terms(NamedTuple):
    """What one child may take: processor time for a task and for compiling, and how far it steps back for others."""

    seconds: float
    compile_seconds: float
    niceness: int
