"""How `letterbox listen` ends: with which exit code, and what it says."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.client.hub import SECONDS, declare, listen
from tests.client.nearby import Nearby
from tests.client.terminal import Terminal
from tests.faults.server import Server, free_port


def test_an_answer_that_is_not_2xx_is_shown_and_told_by_the_exit_code(terminal: Terminal, local: Nearby) -> None:
    declare(terminal)
    terminal.send("/hub/x?a=%1b", content=b"123")
    terminal.send("/hub/y", content=b"")
    local.answers = [b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", b""]
    ended = listen(terminal, "--forward", local.url, "--limit", "2")
    assert ended.status == 3
    first, second = ended.out.splitlines()
    assert first.split()[1:4] == ["POST", "accepted", "500"]
    assert first.split()[5:] == ["ms", "3", "B", "/hub/x?a=%1b"]
    assert second.split()[3] == "none"
    assert second.endswith("/hub/y  RemoteProtocolError")
    assert "\x1b" not in ended.out
    assert ended.err.endswith("letterbox: 2 forwarded, 2 of them without an answer of 2xx.\n")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("absent",), 1, "endpoint"),
        (("hub", "--forward", "localhost:3000"), 2, "is no address such as http://localhost:3000/hook"),
        (("hub", "--since", "yesterday"), 2, "is neither 10m, 2h or 3d nor"),
        (("hub", "--since", "1h", "--replay", "1"), 2, "not both"),
        (("hub", "--filter", "sign('sha256', request.id) == ''"), 2, "do not leave the service"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    terminal: Terminal, words: tuple[str, ...], status: int, says: str
) -> None:
    declare(terminal)
    ended = terminal.run("listen", *words)
    assert ended.status == status
    assert says in " ".join(ended.err.replace("│", "").split())


def test_a_service_that_is_not_there_at_the_start_ends_it(terminal: Terminal) -> None:
    ended = terminal.run("listen", "hub", LETTERBOX_URL=f"http://127.0.0.1:{free_port()}")
    assert (ended.status, ended.err.count("\n")) == (1, 1)


@pytest.fixture
def forwarding(terminal: Terminal, called: Server, local: Nearby) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, once it listens."""
    declare(terminal)
    with subprocess.Popen(
        [sys.executable, "-m", "letterbox.cli", "listen", "hub", "--forward", local.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=called.environment() | terminal.variables | {"PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    ) as process:
        try:
            assert process.stderr
            assert process.stderr.readline().startswith("letterbox: Listening at ")
            yield process
        finally:
            process.kill()


@contextmanager
def answer_at_hand(terminal: Terminal, local: Nearby) -> Iterator[None]:
    """The program nearby has a request and does not answer before this is over."""
    has_come, may_answer = threading.Event(), threading.Event()

    def hesitate() -> None:
        has_come.set()
        may_answer.wait(SECONDS)

    local.on_first = hesitate
    terminal.send("/hub/x", content=b"1")
    assert has_come.wait(SECONDS)
    try:
        yield
    finally:
        may_answer.set()


WAITING = "letterbox: Waiting for the answer at hand; Ctrl+C again to leave now.\n"


def test_ctrl_c_while_it_waits_ends_it_with_a_summary(forwarding: subprocess.Popen[str]) -> None:
    forwarding.send_signal(signal.SIGINT)
    assert (forwarding.communicate(timeout=SECONDS)[1], forwarding.returncode) == ("letterbox: 0 forwarded.\n", 0)


def test_ctrl_c_waits_for_the_answer_at_hand_and_says_so(
    forwarding: subprocess.Popen[str], terminal: Terminal, local: Nearby
) -> None:
    assert forwarding.stderr
    with answer_at_hand(terminal, local):
        forwarding.send_signal(signal.SIGINT)
        assert forwarding.stderr.readline() == WAITING
    shown, said = forwarding.communicate(timeout=SECONDS)
    assert (shown.split()[3], said) == ("204", "letterbox: 1 forwarded, all answered 2xx.\n")
    assert forwarding.returncode == 0


def test_a_second_ctrl_c_waits_for_nothing(
    forwarding: subprocess.Popen[str], terminal: Terminal, local: Nearby
) -> None:
    assert forwarding.stderr
    with answer_at_hand(terminal, local):
        forwarding.send_signal(signal.SIGINT)
        assert forwarding.stderr.readline() == WAITING
        forwarding.send_signal(signal.SIGINT)
        assert forwarding.communicate(timeout=SECONDS) == ("", "letterbox: 0 forwarded.\n")
    assert forwarding.returncode == 130
