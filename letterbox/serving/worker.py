"""One process under gunicorn, which starts it, replaces it and holds the socket meanwhile.

gunicorn's master imports this module and forks; it must not bring along the rest of the house, or a reload would go on
with the code of the day when the master was started.
"""

from __future__ import annotations

import mmap
import os
import signal
import time
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker as GunicornWorker

from letterbox import logs
from letterbox.config import Settings

START_SECONDS = 20  # how long one that is told to leave waits for its successor

# Shared by the master and all workers. gunicorn tells the old ones to leave as soon as it has started the new ones, and
# that is long before those serve.
ages = memoryview(mmap.mmap(-1, 16)).cast("q")
STARTED, SERVING = 0, 1  # the age of the newest worker that was started, and that serves


class Worker(GunicornWorker):
    """Serves what `process.opened` made, with the server that `letterbox serve` has."""

    def __init__(self, age: int, *more: Any) -> None:
        super().__init__(age, *more)
        ages[STARTED] = age
        self.leaves_at: float | None = None  # at the latest, by time.monotonic()

    def init_signals(self) -> None:
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # reopens log files, and there are none
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # is the master's to heed

    def run(self) -> None:
        from letterbox.serving.server import Server  # noqa: PLC0415  # in the worker alone, see above

        settings = Settings.read(os.environ)
        self.server = Server(
            self.wsgi,
            settings.shutdown_seconds,
            leave=self.wsgi.leave,
            may_leave=None if settings.is_sqlite else self._has_successor,  # there it would wait for us in turn
            callback_notify=self._show_life,
            timeout_notify=1,
            limit_max_requests=self._most(),
        )
        self.server.stop_on(signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
        self.server.run(sockets=[each.sock for each in self.sockets])

    async def _show_life(self) -> None:
        """Tell the master that the loop runs; an orphan stops, for nobody else would stop it."""
        self.notify()
        ages[SERVING] = max(ages[SERVING], self.age)
        if os.getppid() != self.ppid:
            self.server.should_exit = True

    def _has_successor(self) -> bool:
        """Whether the newest worker serves, so that callers need not wait for it; or took too long for that."""
        self.leaves_at = self.leaves_at or time.monotonic() + START_SECONDS
        return ages[SERVING] >= ages[STARTED] or time.monotonic() > self.leaves_at

    def _most(self) -> int | None:
        return self.max_requests if self.cfg.max_requests else None


class Log(Logger):
    """gunicorn's own lines, in the form of all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        settings = Settings.read(os.environ)
        logs.configure(settings.log, settings.log_level)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
