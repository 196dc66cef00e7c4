"""A service behind nginx as it is deployed, and a tiny upstream of our own in its place."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SECRET_KEY, NewDatabase
from tests.deploy import nginx
from tests.deploy.nginx import Nginx
from tests.deploy.upstream import Upstream
from tests.faults.server import Server, served
from tests.faults.wire import Wire


@pytest.fixture(scope="session")
def new_front() -> type[Nginx]:
    """Makes an nginx in front of a port."""
    if not nginx.is_installed() and os.environ.get("CI") != "true":
        pytest.skip("nginx is not installed")
    return Nginx


@pytest.fixture(scope="session")
def proxied(tmp_path_factory: pytest.TempPathFactory, new_store: NewDatabase) -> Iterator[Server]:
    """A service that trusts the proxy on its own machine."""
    secret_key = base64.b64encode(SECRET_KEY).decode()
    folder = tmp_path_factory.mktemp("proxied")
    settings = {"database_url": new_store(), "secret_key": secret_key, "trusted_proxies": "127.0.0.1"}
    with served(folder, **settings) as server:
        yield server


@pytest.fixture(scope="session")
def front(new_front: type[Nginx], proxied: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """The nginx in front of it."""
    with new_front(tmp_path_factory.mktemp("nginx"), proxied.port).running() as front:
        yield front


@pytest.fixture(scope="session")
def wire(front: Nginx, proxied: Server) -> Iterator[Wire]:
    """Callers of nginx, with an endpoint /wire/{rest...} behind it."""
    wire = Wire(front.url, proxied.admin_key)
    declared = {"name": "wire", "path": "/wire/{rest...}", "max_body_bytes": 2**20}
    wire.management.put("/v1/endpoints/wire", json=declared).raise_for_status()
    yield wire
    wire.management.close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream.listening() as upstream:
        yield upstream


@pytest.fixture
def front_of_upstream(new_front: type[Nginx], upstream: Upstream, tmp_path: Path) -> Iterator[Nginx]:
    with new_front(tmp_path, upstream.port).running() as front:
        yield front
