"""The words of the command `letterbox` that have the store or serve it: serve, migrate, routes, backup, dump, load."""

from __future__ import annotations

import glob
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

import app
from letterbox import config, logs, refusing, welcome
from letterbox.binding import CannotBind, distinct
from letterbox.config import Settings
from letterbox.first_start import SEAL_MARKER, seal_of
from letterbox.service import Service
from letterbox.serving.server import Server
from letterbox.serving.sockets import listening_socket, port_of
from letterbox.store import backup as backups
from letterbox.store import dump as dumps
from letterbox.store import load as loads
from letterbox.store.drafts import NotCopied, Progress
from letterbox.store.dump_file import Header
from letterbox.store.lock import StoreInUse

log = logging.getLogger(__name__)

refusing_in_one_line = partial(refusing.refusing_in_one_line, CannotBind)


def settings_table() -> str:
    """Every setting, its default and what it does, for the end of a help text."""
    rows = [f"  {name}  ({default})\n      {says}" for name, default, says in config.described()]
    return "\b\nSettings, from the environment; each also as …_FILE:\n" + "\n".join(rows)


@click.command(epilog=settings_table())
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


@click.command()
def migrate() -> None:
    """Bring the store's tables to their newest version, and stop."""
    with refusing_in_one_line():
        service = Service(Settings.read(os.environ))
        service.open(furnish=False)
        service.close()
        click.echo("The tables are at their newest version.")


@click.command()
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


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the store into the new file TARGET, also beside a running service.

    SQLite's is a database to start from; Postgres' is made by pg_dump, for pg_restore.
    """
    with refusing_in_one_line():
        settings = Settings.read(os.environ)
        with _progress() as progress:
            made = backups.back_up(settings, target, progress)
        click.echo(f"{target} has {made.requests:,} requests in {made.size:,} bytes, and passed its check.")
        _name_secret_key(settings)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def dump(target: Path) -> None:
    """Write the whole store into the new file TARGET, for `letterbox load` into a store of either kind."""
    with refusing_in_one_line():
        settings = Settings.read(os.environ)
        try:
            with _progress() as progress:
                header = dumps.dump(settings, target, seal_marker=SEAL_MARKER, progress=progress)
        except StoreInUse:
            sentence = "a service holds the store; stop it first, or make a `letterbox backup`, which needs no stop"
            raise NotCopied(sentence) from None
        _list(header)
        click.echo(f"{target} has {header.rows:,} rows.")
        _name_secret_key(settings)


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
def load(source: Path) -> None:
    """Put what `letterbox dump` wrote into SOURCE into a store that has nothing in it yet."""
    with refusing_in_one_line():
        settings = Settings.read(os.environ)

        def approve(seal: bytes | None) -> None:
            if seal is not None:
                seal_of(settings, seal)

        with _progress() as progress:
            header = loads.load(settings, source, approve=approve, progress=progress)
        _list(header)
        click.echo(f"The store has {header.rows:,} rows; the counts and sums are those of the dump.")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far it is, if somebody looks on."""
    if not sys.stderr.isatty():
        yield lambda _done, _in_all: None
        return
    with click.progressbar(length=1, file=sys.stderr) as bar:

        def show(done: int, in_all: int) -> None:
            bar.length = in_all
            bar.update(done - bar.pos)

        yield show


def _list(header: Header) -> None:
    for table in header.tables:
        click.echo(f"{table.name:<12}{table.rows:>14,} rows{table.sum:>24,} sum")


def _name_secret_key(settings: Settings) -> None:
    place = settings.folder / "secret-key" if settings.secret_key is None else "LETTERBOX_SECRET_KEY"
    click.echo(f"It is of use only with the secret key in {place}, which is not in it: keep that too.")


def _is_begun(database: Path) -> bool:
    """Whether there is a store, or something in its place that the operator should hear of."""
    folder = database.parent
    return folder.exists() and (not folder.is_dir() or any(folder.glob(f"{glob.escape(database.name)}*")))


def _server(service: Service) -> Server:
    application = app.create_app(service=service)
    return Server(application, service.settings.shutdown_seconds, leave=application.leave)
