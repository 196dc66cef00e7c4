"""A server of ours that answers in a thread of its own, until it is no longer needed."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

S = TypeVar("S", bound=socketserver.BaseServer)


@contextmanager
def serving(server: S, ending: Callable[[], object] = lambda: None) -> Iterator[S]:
    """The server, which answers; `ending` is called once it takes nobody in any more."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            ending()
            thread.join()
