"""The command `letterbox`: serve, migrate, routes."""

from __future__ import annotations

import glob
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

import app
from letterbox import __version__, config, logs, welcome
from letterbox.binding import CannotBind, distinct
from letterbox.config import BadSetting, Settings
from letterbox.errors import Refusal
from letterbox.service import Service
from letterbox.serving.server import Server
from letterbox.serving.sockets import listening_socket, port_of
from letterbox.store.database import UnsafeStore
from letterbox.store.lock import StoreInUse

BAD_USAGE, FAILED = 2, 1

log = logging.getLogger(__name__)


def settings_table() -> str:
    """Every setting, its default and what it does, for the end of a help text."""
    rows = [f"  {name}  ({default})\n      {says}" for name, default, says in config.described()]
    return "\b\nSettings, from the environment; each also as …_FILE:\n" + "\n".join(rows)


@click.group()
@click.version_option(__version__, prog_name="letterbox")
def main() -> None:
    """HTTP endpoints declared as data, whose every acknowledged request is already on disk."""


@main.command(epilog=settings_table())
def serve() -> None:
    """Receive, keep and show requests, until stopped."""
    with refusing_in_one_line():
        settings = Settings.read(os.environ)
        logs.configure(settings.log, settings.log_level)
        listening = listening_socket(settings, os.environ)
        settings = replace(settings, port=port_of(listening, settings))
        service = Service(settings)
        service.open()
        try:
            welcome.greet(service, sys.stdout)
            server = _server(service)
            server.stop_on(signal.SIGTERM, signal.SIGINT)
            server.run(sockets=[listening])
        finally:
            service.close()
            log.info("stopped; what was acknowledged is on disk")


@main.command()
def migrate() -> None:
    """Bring the store's tables to their newest version, and stop."""
    with refusing_in_one_line():
        service = Service(Settings.read(os.environ))
        service.open(furnish=False)
        service.close()
        click.echo("The tables are at their newest version.")


@main.command()
def routes() -> None:
    """Print each operation with its URL and handler, and the declared endpoints."""
    with refusing_in_one_line():
        settings = replace(Settings.read(os.environ), lock_seconds=0)
        for line in welcome.operations(distinct(app.document())):
            click.echo(line)
        if settings.is_sqlite and not _is_begun(settings.database_path):
            return  # nothing is declared yet, and looking must not make a store
        service = Service(settings)
        try:
            service.open(furnish=False)
        except StoreInUse:
            click.echo("\nA running service holds the store; it lists its endpoints at GET /v1/endpoints.")
            return
        for line in welcome.endpoints(service):
            click.echo(line)
        service.close()


def _is_begun(database: Path) -> bool:
    """Whether there is a store, or something in its place that the operator should hear of."""
    folder = database.parent
    return folder.exists() and (not folder.is_dir() or any(folder.glob(f"{glob.escape(database.name)}*")))


@contextmanager
def refusing_in_one_line() -> Iterator[None]:
    """End the command with a line that says what to do, and no traceback, for what an operator can mend."""
    try:
        yield
    except (BadSetting, CannotBind) as reason:
        _leave(reason, BAD_USAGE)
    except (StoreInUse, UnsafeStore, Refusal, OSError) as reason:
        _leave(reason, FAILED)


def _leave(reason: Exception, status: int) -> None:
    click.echo(f"letterbox: {reason}", err=True)
    sys.exit(status)


def _server(service: Service) -> Server:
    return Server(app.create_app(service=service), service.settings.shutdown_seconds)


if __name__ == "__main__":
    main()
