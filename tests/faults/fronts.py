"""A service as callers reach it: directly, or with nginx in front."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy import nginx
from tests.faults.outcome import CannotBreak
from tests.faults.server import Server
from tests.faults.stores import started


@contextmanager
def reached(store: str, *, by_nginx: bool) -> Iterator[tuple[Server, int]]:
    """A running service and the port that callers use. Raises CannotBreak."""
    if by_nginx and not nginx.is_installed():
        raise CannotBreak("nginx is not installed")
    with tempfile.TemporaryDirectory(prefix="letterbox-nginx-") as folder, started(store) as (server, _):
        if by_nginx:
            with nginx.Nginx(Path(folder), server.port).running() as front:
                yield server, front.port
        else:
            yield server, server.port
