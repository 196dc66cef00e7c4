"""Ctrl+C and SIGTERM: they end a command while it waits, and else once what it is at is done and written down.

A second one does not wait for that.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class LeftAtOnce(KeyboardInterrupt):
    """A second signal: what the command was at is not done."""


class Ending:
    """Raises KeyboardInterrupt where it does no harm, and says so if that takes time; LeftAtOnce wherever it is."""

    def __init__(self, say_waiting: Callable[[], None]) -> None:
        self._say_waiting = say_waiting
        self._asked: KeyboardInterrupt | None = None
        self._is_busy = False

    @contextmanager
    def listened_for(self) -> Iterator[None]:
        """Take the signals as that. One that is ignored, as in the background of a script, stays so."""
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, self._ask)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let this be done first."""
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False
            if self._asked is not None:
                raise self._asked

    def _ask(self, *_: Any) -> None:
        if not self._is_busy:
            raise KeyboardInterrupt
        if self._asked is not None:
            self._asked = LeftAtOnce()
            raise self._asked
        self._asked = KeyboardInterrupt()
        with suppress(RuntimeError):  # this came while another line was being written
            self._say_waiting()
