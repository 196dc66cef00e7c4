"""The origin: a process that has imported all that judging needs, and forks a child whenever it is told to.

To start Python anew for each child would take tenths of a second of processor time, and all its memory again; a fork
takes a millisecond or two and shares what it does not change. It has one thread, so that forking is safe.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
from contextlib import suppress

from letterbox.judge import orders
from letterbox.judge.bounds import Terms
from letterbox.judge.child import serve


def main(memory_bytes: int) -> None:
    """Obey the orders from the socket at descriptor 0 until the parent is gone, and then end all children."""
    _settle_in(memory_bytes)
    children: set[int] = set()
    with socket.socket(fileno=0) as parent:
        while True:
            order, descriptors, _, _ = socket.recv_fds(parent, orders.ORDER_BYTES, 1)
            if len(order) < orders.ORDER_BYTES:
                break
            _reap(children)
            _obey(orders.read(order), descriptors, parent, children)
    _end(children)


def _settle_in(memory_bytes: int) -> None:
    for sent_to_all in (signal.SIGINT, signal.SIGTERM):  # by a terminal or a service manager; the parent leaves first
        signal.signal(sent_to_all, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what was received
    with suppress(ValueError):  # a stricter limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it shares


def _obey(order: int | Terms, descriptors: list[int], parent: socket.socket, children: set[int]) -> None:
    if isinstance(order, int):
        if order in children:  # and so not reaped yet: the number is no other process's
            os.kill(order, signal.SIGKILL)
        return
    with socket.socket(fileno=descriptors[0]) as connection, suppress(OSError):  # the parent sees that none came up
        child = os.fork()
        if child:
            children.add(child)
        else:
            _live(parent, connection, order)


def _live(parent: socket.socket, connection: socket.socket, terms: Terms) -> None:
    """Be a child; never returns into what the origin does."""
    try:
        parent.close()
        serve(connection, terms)
    finally:
        os._exit(0)


def _reap(children: set[int]) -> None:
    """Let go of those that have ended."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            children.discard(ended)


def _end(children: set[int]) -> None:
    _reap(children)
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
