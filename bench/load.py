"""Load on one server: wrk where it is installed, else the bundled generator in Python, on a core of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Sample
from bench.sending import TURN, Letter, packed
from bench.server import LOADING_CORE, TOP, pin

WRK = shutil.which("wrk")
SCRIPT = Path(__file__).with_name("load.lua")
GENERATOR = "wrk" if WRK else "the bundled generator in Python, since wrk is not installed: it is slower, and so is all"
SPARE_SECONDS = 60  # a generator that hangs is ended after this
KNOCKS = 10


class LoadFailed(Exception):
    """The load generator ended in an error."""


class Load:
    """The same requests in turn, again and again, on so many connections that are kept open."""

    def __init__(self, port: int, letters: Sequence[Letter], *, connections: int) -> None:
        self.port, self.letters, self.connections = port, letters, connections

    def run(self, seconds: float) -> Sample:
        """Send for so long, and count. Raises LoadFailed."""
        with tempfile.TemporaryDirectory(prefix="letterbox-bench-") as folder:
            requests = Path(folder, "requests")
            requests.write_bytes(packed(self.letters, f"127.0.0.1:{self.port}"))
            command = self._wrk(seconds) if WRK else self._caller(seconds)
            return Sample.parsed(_output([*command, str(requests), TURN, str(_first_turn())], seconds))

    def knock(self) -> None:
        """Send the first few requests once, one by one, however long the answers take: contracts are compiled then.

        Raises OSError, also if an answer takes longer than SPARE_SECONDS.
        """
        for letter in self.letters[:KNOCKS]:
            with socket.create_connection(("127.0.0.1", self.port), SPARE_SECONDS) as connection:
                connection.sendall(letter.as_bytes(f"127.0.0.1:{self.port}"))
                connection.recv(1)

    def _wrk(self, seconds: float) -> list[str]:
        # wrk knows whole seconds only.
        run = ["-t1", f"-c{self.connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(SCRIPT)]
        return [str(WRK), *run, f"http://127.0.0.1:{self.port}", "--"]

    def _caller(self, seconds: float) -> list[str]:
        run = ["--port", str(self.port), "--connections", str(self.connections), "--seconds", str(seconds)]
        return [sys.executable, "-m", "bench.caller", *run]


def _first_turn() -> int:
    """A number that no run before has come to, since none sends a request in each microsecond."""
    return time.time_ns() // 1000


def _output(command: Sequence[str], seconds: float) -> str:
    process = subprocess.Popen(  # noqa: S603 # wrk, or a module of ours
        command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    pin(process.pid, LOADING_CORE)
    try:
        output, errors = process.communicate(timeout=seconds + SPARE_SECONDS)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        raise LoadFailed(f"{command[0]}: {(errors or output)[-500:]}")
    return output
