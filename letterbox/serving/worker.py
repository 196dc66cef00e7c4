"""One process under gunicorn, which starts it, replaces it and holds the socket meanwhile.

gunicorn's master imports this module and forks; it must not bring along the rest of the house, or a reload would go on
with the code of the day when the master was started.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker as GunicornWorker

from letterbox import logs
from letterbox.config import Settings


class Worker(GunicornWorker):
    """Serves what `process.opened` made, with the server that `letterbox serve` has."""

    def init_signals(self) -> None:
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # reopens log files, and there are none
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # is the master's to heed

    def run(self) -> None:
        from letterbox.serving.server import Server  # noqa: PLC0415  # in the worker alone, see above

        shutdown_seconds = Settings.read(os.environ).shutdown_seconds
        self.server = Server(
            self.wsgi,
            shutdown_seconds,
            callback_notify=self._show_life,
            timeout_notify=1,
            limit_max_requests=self._most(),
        )
        self.server.stop_on(signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
        self.server.run(sockets=[each.sock for each in self.sockets])

    async def _show_life(self) -> None:
        """Tell the master that the loop runs; an orphan stops, for nobody else would stop it."""
        self.notify()
        if os.getppid() != self.ppid:
            self.server.should_exit = True

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
