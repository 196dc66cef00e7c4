"""Names that resolve to what a test says, and an authority that it may trust."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

import pytest

from letterbox.delivery.sender import resolving
from tests.delivery.certificates import Authority

Names = dict[str, Sequence[str]]


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
