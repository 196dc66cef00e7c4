"""The children's parent: starts the origin, has it fork children, and ends them all."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from letterbox.judge import orders
from letterbox.judge.bounds import Terms

log = logging.getLogger(__name__)

# It finds everything where this process does, and starts sooner without `site`.
START = """
import sys
sys.path[:] = sys.argv[2:]
from letterbox.judge.origin import main
main(int(sys.argv[1]))
"""
KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # of the environment: Python may need them; the rest holds secrets
LEAVING_SECONDS = 5.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 30.0


class Children:
    """All children of one judge. The origin is started when the first one is needed, and again if it is gone."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._origin: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._failures = 0  # since a child last came up
        self._try_again_at = 0.0

    @property
    def is_hopeless(self) -> bool:
        """Whether there is no child to be had for now. The first failure may be chance, and is tried again at once."""
        return self._failures > 1 and time.monotonic() < self._try_again_at

    def fork(self, terms: Terms) -> socket.socket:
        """Our end of the connection to a new child, which may be written to at once. Raises OSError."""
        with _pair() as (ours, theirs):
            self._order_fork(terms, theirs)
        return ours

    def end(self, pid: int) -> None:
        """End a child that can't end by itself, since it is stopped."""
        with suppress(OSError):
            self._connected().send(orders.to_end(pid))

    def came_up(self) -> None:
        """A child runs."""
        if self._failures > 1:
            log.warning("the judge's processes run again")
        self._failures = 0

    def failed(self) -> None:
        """A child did not come up: wait longer each time before the next."""
        self._failures += 1
        wait_seconds = min(FIRST_WAIT_SECONDS * 2 ** min(self._failures, 16), LONGEST_WAIT_SECONDS)
        self._try_again_at = time.monotonic() + wait_seconds
        if self._failures == 2:  # noqa: PLR2004 # once for each outage
            log.error("no process of the judge can be started; verdicts stay undetermined", extra=self._remains())

    async def close(self) -> None:
        """End all of them, and return once they are gone."""
        if self._origin is None or self._orders is None:
            return
        with suppress(OSError):
            self._orders.shutdown(socket.SHUT_WR)
        try:
            await asyncio.wait_for(_end_of(self._orders), LEAVING_SECONDS)
        except TimeoutError:
            self._origin.kill()
        self._clear_away()

    def _order_fork(self, terms: Terms, connection: socket.socket) -> None:
        try:
            _send_order(self._connected(), terms, connection)
        except (BrokenPipeError, ConnectionResetError):  # the origin is gone
            self._clear_away()
            _send_order(self._connected(), terms, connection)

    def _connected(self) -> socket.socket:
        """To the origin, which is started unless it was."""
        if self._orders is None:
            with _pair() as (ours, theirs):
                self._origin = self._started(theirs)
            self._orders = ours
        return self._orders

    def _started(self, connection: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 # ourselves
            [sys.executable, "-I", "-S", "-c", START, str(self._memory_bytes), *map(os.path.abspath, sys.path)],
            stdin=connection.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            cwd="/",
            start_new_session=True,
        )

    def _clear_away(self) -> None:
        """Forget an origin that has closed its end, and so has nothing left to do but to end."""
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        if self._origin is not None:
            self._origin.wait()

    def _remains(self) -> dict[str, object]:
        return {} if self._origin is None else {"exit_status": self._origin.poll()}


@contextmanager
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: theirs is closed in any case, since they have a copy, and ours if something fails."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 # named by the function
    try:
        with theirs:
            yield ours, theirs
    except BaseException:
        ours.close()
        raise


def _send_order(origin: socket.socket, terms: Terms, connection: socket.socket) -> None:
    socket.send_fds(origin, [orders.to_fork(terms)], [connection.fileno()])


async def _end_of(origin: socket.socket) -> None:
    with suppress(OSError):
        await asyncio.get_running_loop().sock_recv(origin, 1)
