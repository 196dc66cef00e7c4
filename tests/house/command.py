"""Runs the command `letterbox` in this process, up to the point where it would serve."""

from __future__ import annotations

import gc
import logging
import os
import socket
import warnings
from pathlib import Path
from typing import NamedTuple

import click.testing
import pytest

from letterbox import cli, operating
from letterbox.service import Service

ADMIN_KEY = "an-admin-key-of-the-tests-0123456789"


class Served:
    """In place of uvicorn's server: notes the service that would be served, and lets it go."""

    services: list[Service]

    def __init__(self, service: Service) -> None:
        self._service = service

    def stop_on(self, *_signals: int) -> None:
        """Nothing is served, so nothing has to stop."""

    def run(self, *, sockets: list[socket.socket]) -> None:
        self.services.append(self._service)
        self._service.close()
        for each in sockets:
            each.close()


class Ended(NamedTuple):
    """How the command ended; `crash` is an exception that nobody caught."""

    status: int
    out: str
    err: str
    crash: str | None


class Command:
    """The command over a database in a folder; `served` are the services that it would have served."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.served: list[Service] = []
        monkeypatch.setattr(operating, "_server", type("Server", (Served,), {"services": self.served}))

    def __call__(self, *words: str, **settings: str) -> Ended:
        database = f"sqlite:///{self.folder / 'letterbox.db'}"
        given = {"database_url": database, "port": "0", "lock_seconds": "0", **settings}
        absent = {name: None for name in os.environ if name.startswith("LETTERBOX_")}
        root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
        try:
            return ended(words, absent | {f"LETTERBOX_{name.upper()}": value for name, value in given.items()})
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)

    def refusal(self, *words: str, **settings: str) -> str:
        """The one line by which the command ends, without a traceback and with a bad exit code."""
        status, out, err, crash = self(*words, **settings)
        assert crash is None
        assert status in (1, 2)
        assert "Traceback" not in out
        assert err.startswith("letterbox: ")
        assert err.count("\n") == 1
        return err


def ended(words: tuple[str, ...], environment: dict[str, str | None]) -> Ended:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a process that ends lets go of its socket by ending
        gc.freeze()  # so that only what the command has made is gone through below
        result = click.testing.CliRunner().invoke(cli.main, words, env=environment)
        crash = None if isinstance(result.exception, SystemExit | None) else repr(result.exception)
        made = Ended(result.exit_code, result.stdout, result.stderr, crash)
        del result
        gc.collect()
        gc.unfreeze()
    return made
