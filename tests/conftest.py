"""One service in process and one in a process of its own, for all tests; each test can have a project to itself."""

from __future__ import annotations

import base64
import itertools
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.sql import SQL, Identifier
from starlette.testclient import TestClient

import app as building
from letterbox.binding.edge import Edge
from letterbox.config import Settings
from letterbox.service import Service
from letterbox.store.schema import metadata
from letterbox.store.store import Store
from tests.faults.server import Server, compiled_modules, served
from tests.in_process import InProcess
from tests.postgres import Postgres
from tests.promise import Promise

# Always the same examples, however slowly they come on a machine that has other work.
settings.register_profile("tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

ADMIN_KEY = "an-admin-key-of-the-tests-0123456789abcdef"
SECRET_KEY = bytes(32)

ClientFor = Callable[[str], httpx.Client]


NewDatabase = Callable[[], str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgres"), default="sqlite", help="where the services keep")


def pytest_configure() -> None:
    compiled_modules()  # before there are workers, so that they share it


@pytest.fixture(scope="session")
def is_sqlite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("store") == "sqlite")


@pytest.fixture(scope="session")
def cluster(is_sqlite: bool) -> Iterator[Postgres]:
    """A Postgres for the whole run, as fast as it gets: no test of this run cuts its power."""
    if is_sqlite:
        pytest.skip("this run keeps in SQLite")
    with Postgres.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, is_sqlite: bool, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    """Makes the URL of a database that nothing was ever in."""
    if is_sqlite:
        return lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'letterbox.db'}"
    cluster: Postgres = request.getfixturevalue("cluster")
    return cluster.new_database


@pytest.fixture(scope="session")
def new_store(is_sqlite: bool, new_database: NewDatabase) -> NewDatabase:
    """Makes the URL of a database that keeps nothing yet. On SQLite it has its tables: a copy of them is soon made."""
    if not is_sqlite:
        return new_database
    made = Settings(database_url=new_database())
    Store(made, lambda _change: None).close()

    def copied() -> str:
        url = new_database()
        shutil.copy(made.database_path, Settings(database_url=url).database_path)
        return url

    return copied


class Tenant:
    """A project of its own with its admin's client; `.send` is any caller of its endpoints."""

    def __init__(self, slug: str, project: dict[str, Any], client: httpx.Client, settle: Callable[[], None]) -> None:
        self.slug, self.project, self.client, self._settle = slug, project, client, settle

    def declare(self, path: str, **more: Any) -> dict[str, Any]:
        """Declare an endpoint and return it."""
        answer = self.client.post("/v1/endpoints", json={"path": path, **more})
        assert answer.status_code == 201, answer.text
        declared: dict[str, Any] = answer.json()
        return declared

    def send(self, path: str, method: str = "POST", **more: Any) -> httpx.Response:
        """Send to this project's address as somebody without a key, and wait until it is kept, refused or not."""
        headers = more.pop("headers", {})
        service = str(self.client.base_url).rstrip("/")
        request = httpx.Request(method, f"{service}/in/{self.slug}{path}", headers=headers, **more)
        answer = self.client.send(request)
        self._settle()
        return answer

    def requests(self, **wanted: Any) -> list[dict[str, Any]]:
        """What was kept, newest first."""
        answer = self.client.get("/v1/requests", params=wanted)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture(scope="session")
def house(new_store: NewDatabase) -> Service:
    """The service of the in-process application. It delivers nothing: to look for what is due takes its time."""
    given = Settings(database_url=new_store(), admin_key=ADMIN_KEY, secret_key=(SECRET_KEY,), port=80, deliver=False)
    return Service(given)


@pytest.fixture(scope="session")
def app(house: Service) -> Edge:
    return building.create_app(service=house)


@pytest.fixture(scope="session")
def running(app: Edge) -> Iterator[TestClient]:
    """The application with its lifespan begun; all in-process clients share its event loop."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def client_for(app: Edge, running: TestClient) -> ClientFor:
    """A client with some key; each answer that it gets is held against the specification."""
    assert running.portal is not None
    promise, transport = Promise(dict(app.document)), InProcess(app, running.portal)

    def make(key: str) -> httpx.Client:
        client = httpx.Client(transport=transport, base_url="http://testserver")
        client.headers.clear()
        client.headers["authorization"] = f"Bearer {key}"
        client.event_hooks = {"response": [promise.check], "request": []}
        return client

    return make


@pytest.fixture(scope="session")
def client(client_for: ClientFor) -> httpx.Client:
    """The admin of the project `default`."""
    return client_for(ADMIN_KEY)


_numbers = itertools.count(1)


def settle(house: Service) -> None:
    """Wait for a commit, and so for the refused requests that came before: nobody who sent them waited for theirs."""
    house.run(lambda _unit: None)


@pytest.fixture
def make_tenant(client: httpx.Client, client_for: ClientFor, house: Service) -> Callable[..., Tenant]:
    """Makes projects, each with an admin's client."""

    def make(**more: Any) -> Tenant:
        slug = f"tenant-{next(_numbers)}"
        made = client.post("/v1/projects", json={"slug": slug, **more})
        assert made.status_code == 201, made.text
        project = made.json()
        return Tenant(slug, project, client_for(project["admin_key"]["secret"]), lambda: settle(house))

    return make


@pytest.fixture
def tenant(make_tenant: Callable[..., Tenant]) -> Tenant:
    """A project that no other test uses."""
    return make_tenant()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, new_store: NewDatabase) -> Iterator[Server]:
    """The real server in a process of its own."""
    given = {"secret_key": base64.b64encode(SECRET_KEY).decode(), "egress_allow": "127.0.0.0/8"}
    with served(tmp_path_factory.mktemp("service"), database_url=new_store(), **given) as server:
        yield server


class Stored:
    """Whatever the in-process service has stored at the moment of asking: SQLite's files, or the rows of Postgres."""

    def __init__(self, house: Service) -> None:
        self._settings = house.settings

    def __contains__(self, bytes_: bytes) -> bool:
        return any(bytes_ in piece for piece in self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        if self._settings.is_sqlite:
            yield from (file.read_bytes() for file in self._settings.folder.glob("letterbox.db*"))
            return
        with psycopg.connect(self._settings.database_url) as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(SQL("SELECT * FROM {}").format(Identifier(table.name))):
                    yield b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row)


@pytest.fixture
def stored(house: Service) -> Stored:
    return Stored(house)
