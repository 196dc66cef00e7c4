"""The service's life inside a server."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from letterbox.config import Settings
from letterbox.service import Service
from tests.conftest import ADMIN_KEY, SECRET_KEY, NewDatabase

PATIENCE_SECONDS = 10


def test_a_stop_waits_for_jobs_and_the_loop_goes_on(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(Settings(database_url=new_database(), admin_key=ADMIN_KEY, secret_key=(SECRET_KEY,), port=80))

    async def life() -> None:
        loop = asyncio.get_running_loop()
        async with service.running():
            stop = service.clerk.stop

            def stop_once_the_loop_has_answered() -> None:
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(PATIENCE_SECONDS)
                stop()

            monkeypatch.setattr(service.clerk, "stop", stop_once_the_loop_has_answered)

    asyncio.run(life())


def test_a_sqlite_file_from_which_nobody_delivers_is_only_looked_into_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/copy.db"
    service = Service(Settings(database_url=url, admin_key=ADMIN_KEY, secret_key=(SECRET_KEY,), deliver=False))

    def dispatchers() -> int:
        return sum(thread.name == "dispatcher" for thread in threading.enumerate())

    async def life() -> None:
        others = dispatchers()
        async with service.running():
            assert dispatchers() == others

    asyncio.run(life())
    (said,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert f"from {tmp_path}/copy.db: what is to be delivered waits" in said
    assert "start with LETTERBOX_DELIVER=on" in said
