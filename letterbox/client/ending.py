"""Ctrl+C and SIGTERM: they end a command while it waits, and else once what it is at is done and written down."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Raises KeyboardInterrupt where it does no harm; a second signal does not wait for that."""

    def __init__(self) -> None:
        self._asked = self._is_busy = False

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
            if self._asked:
                raise KeyboardInterrupt

    def _ask(self, *_: Any) -> None:
        if self._asked or not self._is_busy:
            raise KeyboardInterrupt
        self._asked = True
