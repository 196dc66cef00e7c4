"""Names that resolve to what a test says, an authority that it may trust, and a delivery plane that runs."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence

import pytest

from letterbox.config import Settings
from letterbox.delivery.sender import resolving
from tests.conftest import NewDatabase
from tests.delivery.certificates import Authority
from tests.delivery.planes import Plane
from tests.delivery.scripted import Receiver, receiving

Names = dict[str, Sequence[str]]


@pytest.fixture
def settings(new_store: NewDatabase) -> Settings:
    return Settings(database_url=new_store())


@pytest.fixture
def plane(settings: Settings) -> Iterator[Plane]:
    plane = Plane(settings)
    try:
        plane.furnish()
        plane.start()
        yield plane
    finally:
        plane.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Whoever opens a sender from now on believes this authority, and no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setenv("SSL_CERT_DIR", "")
    return authority


@pytest.fixture
def look_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], Sequence[str]]], None]:
    """Names are looked up by this function from now on."""

    def by(function: Callable[[str], Sequence[str]]) -> None:
        monkeypatch.setattr(resolving, "look_up", lambda name, _port, _family: list(function(name)))

    return by


@pytest.fixture
def resolved(look_up: Callable[[Callable[[str], Sequence[str]]], None]) -> Names:
    """Names and their addresses, for a test to fill; no other exists."""
    names: Names = {}

    def addresses(name: str) -> Sequence[str]:
        if name not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return names[name]

    look_up(addresses)
    return names
