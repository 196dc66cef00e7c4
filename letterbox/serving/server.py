"""The server of one process: uvicorn's, with bounded connections, that stops well."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from letterbox.serving.protocol import BoundedProtocol, State

BACKLOG = 2048
TICKS_PER_SECOND = 10  # of uvicorn's main loop


class Server(uvicorn.Server):
    """Serves an application until `should_exit`; then open requests have so many seconds to end."""

    def __init__(
        self,
        application: Any,
        shutdown_seconds: int,
        *,
        leave: Callable[[], None] = lambda: None,
        may_leave: Callable[[], bool] | None = None,
        **more: Any,
    ) -> None:
        """`leave` ends the answers that have no end of their own.

        `may_leave` can put off the end, and `more` are settings of uvicorn: for whoever manages this process.
        """
        super().__init__(
            uvicorn.Config(
                application,
                http=BoundedProtocol,
                loop="uvloop",
                ws="none",
                lifespan="on",
                proxy_headers=False,  # the edge reads X-Forwarded-For itself, from trusted proxies only
                server_header=False,
                access_log=False,  # the edge logs the management plane; the receive plane's log is the store
                log_config=None,
                backlog=BACKLOG,
                timeout_graceful_shutdown=shutdown_seconds,
                **more,
            )
        )
        self.server_state: State = State()
        self._leave, self._may_leave = leave, may_leave

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays, and looking whether any of it is garbage would cost each request a little.
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_PER_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in [*self.server_state.connections]:
                connection.sweep(now)  # type: ignore[union-attr]  # each is a BoundedProtocol
        return await super().on_tick(counter) and (self._may_leave is None or self._may_leave())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.server_state.is_leaving = True
        self._leave()
        await super().shutdown(sockets)

    def stop_on(self, *signals: signal.Signals) -> None:
        """Have a signal end this process well: uvicorn raises again, after its stop, the one that asked for it."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        for number in signals:
            signal.signal(number, stop)
