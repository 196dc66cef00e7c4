"""A server under measurement: a process on a core of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.postgres import children

TOP = Path(__file__).parents[1]
SERVING_CORE, LOADING_CORE = 0, 1
START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 60, 15, 10

CAN_PIN = sys.platform == "linux" and {SERVING_CORE, LOADING_CORE} <= os.sched_getaffinity(0)


class NotServing(Exception):
    """A server did not answer in time; the text is the end of its log."""


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can."""
    if CAN_PIN:
        os.sched_setaffinity(pid, {core})


class Server:
    """Started when it is made, and ready when `wait_ready` returns. `{port}` in its command is its port."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.port, self.log = free_port(), log
        words = [word.replace("{port}", str(self.port)) for word in command]
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 # the commands of contenders.py
                words,
                cwd=TOP,
                env={**environment, "LETTERBOX_PORT": str(self.port)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        pin(self.process.pid, SERVING_CORE)  # long before it starts a thread, which would keep the core of its parent

    def wait_ready(self) -> None:
        """Return once it answers anything; raises NotServing."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return self._ask()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # nobody listens yet
        raise NotServing(self.log.read_bytes()[-2000:].decode(errors="replace"))

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/healthz/ready")
            connection.getresponse().read()
        finally:
            connection.close()

    @property
    def resident_bytes(self) -> int:
        """How much memory the process holds, without those that it started; 0 where the system does not say."""
        return resident_bytes(self.process.pid)

    @property
    def children_bytes(self) -> int:
        """How much memory those hold that it started, and those that these started; what they share counts in each."""
        return sum(map(whole_resident_bytes, children(self.process.pid)))

    def stop(self) -> None:
        """End it in order, or else at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def whole_resident_bytes(pid: int) -> int:
    """What a process and all that it started hold."""
    return resident_bytes(pid) + sum(map(whole_resident_bytes, children(pid)))


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
