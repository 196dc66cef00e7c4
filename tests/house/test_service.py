"""The service's life inside a server."""

from __future__ import annotations

import asyncio

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
