"""The socket that is listened at: handed over, or opened, or refused with one line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from letterbox.config import BadSetting, Settings
from letterbox.serving import sockets
from letterbox.serving.sockets import bound, handed_over, listening_socket, port_of

LOCAL = "127.0.0.1"
HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
from letterbox.serving.sockets import handed_over
print(handed_over(os.environ | {"LISTEN_PID": str(os.getpid())}).getsockname()[1])
"""


def settings(host: str = LOCAL, port: int = 0) -> Settings:
    return Settings(host=host, port=port, lock_seconds=0)


def environment(*, sockets: int, pid: int | None = None) -> dict[str, str]:
    """What systemd says to a process; to this one, if no other is named."""
    return {"LISTEN_PID": str(pid or os.getpid()), "LISTEN_FDS": str(sockets)}


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A socket that somebody listens at."""
    with closing(socket.create_server((LOCAL, 0))) as listening:
        yield listening


def test_the_third_descriptor_is_listened_at_if_systemd_handed_it_over(taken: socket.socket) -> None:
    command = (sys.executable, "-c", HANDED, str(taken.fileno()))
    said = subprocess.run(
        command,
        env=os.environ | {"LISTEN_FDS": "1"},
        cwd=Path(__file__).parents[2],
        pass_fds=(taken.fileno(),),
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(said.stdout) == taken.getsockname()[1]


def test_what_is_handed_over_is_taken_before_what_is_set(taken: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "FIRST_HANDED_OVER", os.dup(taken.fileno()))
    with closing(listening_socket(settings(port=1), environment(sockets=1))) as listening:
        assert listening.getsockname() == taken.getsockname()


@pytest.mark.parametrize("given", [{}, {"LISTEN_FDS": "1"}, environment(sockets=1, pid=1)])
def test_what_was_handed_over_to_another_process_is_not_taken(given: dict[str, str]) -> None:
    assert handed_over(given) is None


def test_two_sockets_are_one_too_many() -> None:
    with pytest.raises(BadSetting, match=r"more than one socket; letterbox\.socket needs one ListenStream"):
        listening_socket(settings(), environment(sockets=2))


def test_a_free_port_is_taken_and_told() -> None:
    with closing(bound(settings())) as listening, socket.create_connection(listening.getsockname()):
        assert port_of(listening, settings()) == listening.getsockname()[1] != 0


def test_a_port_that_is_taken_is_refused_in_one_line_that_says_what_to_set(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    with pytest.raises(BadSetting) as refusal:
        bound(settings(port=port))
    assert str(refusal.value) == (
        f"cannot listen on {LOCAL} port {port}: Address already in use; LETTERBOX_HOST and LETTERBOX_PORT choose others"
    )


def test_a_port_that_is_let_go_meanwhile_is_taken(taken: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letterbox.serving.sockets.time.sleep", lambda _seconds: taken.close())
    port = taken.getsockname()[1]
    with closing(bound(Settings(host=LOCAL, port=port, lock_seconds=10))) as listening:
        assert listening.getsockname()[1] == port


@pytest.mark.parametrize("host", ["192.0.2.1", "ü" * 64])
def test_an_address_that_is_not_here_is_refused_at_once(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letterbox.serving.sockets.time.sleep", lambda _seconds: pytest.fail("it waits"))
    with pytest.raises(BadSetting, match=f"cannot listen on {host} port 0: .+; LETTERBOX_HOST"):
        bound(Settings(host=host, port=0, lock_seconds=10))


def test_ipv6_is_listened_at_where_there_is_any() -> None:
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with closing(bound(settings(host="::1"))) as listening, socket.create_connection(listening.getsockname()[:2]):
        assert listening.family == socket.AF_INET6


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_a_socket_without_a_port_leaves_the_setting_as_it_is(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert port_of(listening, settings(port=8080)) == 8080
