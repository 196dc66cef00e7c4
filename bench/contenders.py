"""Who is measured: how each is started, what it is sent, and how what it kept is counted."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.doors import SHOP, Door, letters_to
from bench.load import Load
from bench.sending import Letter
from bench.server import Server
from bench.stores import counting_accepted, counting_prototypes

ADMIN_KEY = "bench-admin-key-" + "0123456789abcdef" * 2
SECRET_KEY = base64.b64encode(bytes(32)).decode()  # it protects nothing here

ASKED = {"authorization": f"Bearer {ADMIN_KEY}"}

PYTHON = sys.executable
UVICORN = ("--port", "{port}", "--no-access-log", "--log-level=warning", "--loop=uvloop", "--http=httptools")
LETTERBOX = (PYTHON, "-m", "letterbox.cli", "serve")
FASTAPI = (PYTHON, "-m", "uvicorn", "bench.fastapi_app:app", *UVICORN)
STOCK_RECEIVING = (PYTHON, "-m", "uvicorn", "bench.stock_receiving:app", *UVICORN)
STOCK_MANAGEMENT = (PYTHON, "-m", "uvicorn", "bench.stock_management:app", *UVICORN)
PROTOTYPE = (PYTHON, "-m", "uvicorn", "--factory", "bench.prototype:app", *UVICORN)


@dataclass(frozen=True)
class Contender:
    """A running server with what it is sent.

    `stored` counts what it kept since a time in milliseconds; None where it keeps nothing.
    """

    name: str
    server: Server
    load: Load
    stored: Callable[[int], int] | None = None


def environment(url: str, **settings: str) -> dict[str, str]:
    """Ours without any setting of the service, and then those of this store."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LETTERBOX_")}
    given = {"database_url": url, "admin_key": ADMIN_KEY, "secret_key": SECRET_KEY, "log_level": "warning", **settings}
    return ours | {f"LETTERBOX_{name.upper()}": value for name, value in given.items()}


@contextmanager
def serving(command: tuple[str, ...], settings: Mapping[str, str]) -> Iterator[Server]:
    """A running server; it is ended after the block."""
    with tempfile.TemporaryDirectory(prefix="letterbox-bench-log-") as folder:
        server = Server(command, settings, Path(folder, "log"))
        try:
            server.wait_ready()
            yield server
        finally:
            server.stop()


def receiving(
    stack: ExitStack,
    name: str,
    url: str,
    command: tuple[str, ...] = LETTERBOX,
    *,
    doors: Mapping[str, Door] = SHOP,
    **settings: str,
) -> Contender:
    """A contender that receives what the doors at these paths are sent, in turn."""
    server = stack.enter_context(serving(command, environment(url, **settings)))
    stored = counting_prototypes(url) if command is PROTOTYPE else counting_accepted(url)
    return Contender(name, server, posting(server, doors), stored)


def posting(server: Server, doors: Mapping[str, Door], connections: int = 32) -> Load:
    """What the doors at these paths are sent: each in turn gets the next of its letters."""
    return Load(server.port, letters_to(doors), connections=connections)


def asking(server: Server, path: str, connections: int) -> Load:
    return Load(server.port, [Letter(path, ASKED, method="GET")], connections=connections)
