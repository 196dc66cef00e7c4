"""Deadlines of many tries by one timer: nearly none comes, and a timer for each took a twentieth of a delivery."""

from __future__ import annotations

import asyncio
from types import TracebackType

SECONDS_BETWEEN_LOOKS = 0.02  # so much later than it should may a try end


class Deadlines:
    """Of one loop, which a timer wakes only while anybody is within a deadline."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> Deadline:
        """What the block of a `with` awaits is cut off after this time, and then the block raises TimeoutError."""
        return Deadline(self, self._loop.time() + seconds)

    def add(self, deadline: Deadline) -> None:
        self._running.add(deadline)
        if self._timer is None:
            self._timer = self._loop.call_later(SECONDS_BETWEEN_LOOKS, self._look)

    def discard(self, deadline: Deadline) -> None:
        self._running.discard(deadline)

    def _look(self) -> None:
        now = self._loop.time()
        for deadline in [each for each in self._running if each.at <= now]:
            deadline.come()
        self._timer = self._loop.call_later(SECONDS_BETWEEN_LOOKS, self._look) if self._running else None


class Deadline:
    """As asyncio.timeout_at, for a block that is entered once."""

    __slots__ = ("_among", "_cancelling", "_has_come", "_task", "at")

    def __init__(self, among: Deadlines, at: float) -> None:
        self.at, self._among, self._has_come = at, among, False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 # it is for what awaits
        self._task, self._cancelling = task, task.cancelling()
        self._among.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._among.discard(self)
        if self._has_come and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from failure

    def come(self) -> None:
        """Cut off what it is for."""
        self._has_come = True
        self._among.discard(self)
        self._task.cancel()
