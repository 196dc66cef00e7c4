"""Load on one server: wrk where it is installed, else the bundled generator in Python, on a core of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.figures import Sample
from bench.server import LOADING_CORE, TOP, pin

WRK = shutil.which("wrk")
SCRIPT = Path(__file__).with_name("load.lua")
GENERATOR = "wrk" if WRK else "the bundled generator in Python, since wrk is not installed: it is slower, and so is all"
SPARE_SECONDS = 60  # a generator that hangs is ended after this


class LoadFailed(Exception):
    """The load generator ended in an error."""


class Load:
    """The same request again and again, over the paths in turn, on so many connections that are kept open."""

    def __init__(
        self,
        port: int,
        paths: Sequence[str],
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str],
        connections: int,
    ) -> None:
        self.port, self.connections = port, connections
        self._paths, self._method, self._body, self._headers = paths, method, body, headers

    def run(self, seconds: float) -> Sample:
        """Send for so long, and count. Raises LoadFailed."""
        with tempfile.TemporaryDirectory(prefix="letterbox-bench-") as folder:
            paths, body = Path(folder, "paths"), Path(folder, "body")
            paths.write_text("\n".join(self._paths))
            body.write_bytes(self._body)
            command = self._wrk(seconds) if WRK else self._caller(seconds)
            return Sample.parsed(_output([*command, self._method, str(paths), str(body)], seconds))

    def _wrk(self, seconds: float) -> list[str]:
        headers = [word for name, value in self._headers.items() for word in ("-H", f"{name}: {value}")]
        # wrk knows whole seconds only.
        run = ["-t1", f"-c{self.connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(SCRIPT)]
        return [str(WRK), *run, *headers, f"http://127.0.0.1:{self.port}", "--"]

    def _caller(self, seconds: float) -> list[str]:
        headers = [word for name, value in self._headers.items() for word in ("--header", f"{name}: {value}")]
        run = ["--port", str(self.port), "--connections", str(self.connections), "--seconds", str(seconds)]
        return [sys.executable, "-m", "bench.caller", *run, *headers]


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
