"""The word `worker`: a process that delivers, and serves nobody."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from dataclasses import replace

import click
import uvloop

from letterbox import logs
from letterbox.config import BadSetting, Settings
from letterbox.refusing import refusing_in_one_line
from letterbox.service import Service

log = logging.getLogger(__name__)


@click.command()
def worker() -> None:
    """Deliver what services on the same Postgres have received, until stopped. As many as there is work for."""
    with refusing_in_one_line():
        settings = replace(Settings.read(os.environ), deliver=True)
        if settings.is_sqlite:
            raise BadSetting(
                "LETTERBOX_DATABASE_URL names a SQLite file, which is one process's alone: `letterbox serve` delivers "
                "what it has received; a worker needs postgresql://…"
            )
        logs.configure(settings.log, settings.log_level)
        service = Service(settings)
        service.open()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_work(service))
        finally:
            service.close()
            log.info("stopped; what was under way is given back")


async def _work(service: Service) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with service.running():
        log.info("delivering")
        await stopping.wait()
