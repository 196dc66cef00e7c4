"""Work beside receiving: in rounds on a thread of its own, which rests after each piece as long as that took.

So receiving has the store to itself for most of the time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from letterbox.errors import Unavailable

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The rounds were told to stop in the middle of one, which the next process goes on with."""


class Rounds:
    """Begins a round every so many seconds, and at once when somebody wakes it. `start` and `stop` bound its life."""

    def __init__(self, name: str, *, seconds_between: float) -> None:
        self._name, self._seconds_between = name, seconds_between
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def make_round(self) -> None:
        """Do all that there is to do by now. Raises Unavailable if the store fails, and Stopped."""
        raise NotImplementedError

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    def stop(self) -> None:
        """End after the piece at hand."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def piece(self, function: Callable[[], Result]) -> Result:
        """Do a piece of a round, then rest as long as it took. Raises Stopped if there is to be no more."""
        if self.is_stopping:
            raise Stopped
        began = time.monotonic()
        result = function()
        self._stop.wait(time.monotonic() - began)
        return result

    def _run(self) -> None:
        while not self.is_stopping:
            self._wake.clear()
            try:
                self.make_round()
            except Unavailable as reason:
                log.warning("the %s waits %g s: %s", self._name, self._seconds_between, reason)
            except Stopped:
                return
            except Exception as failure:  # whatever it was, the next round may succeed
                log.error("the %s waits %g s", self._name, self._seconds_between, exc_info=failure)
            self._wake.wait(self._seconds_between)
