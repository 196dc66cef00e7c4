"""The service as an operator runs it: under gunicorn, or at a socket that is kept open while it restarts."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from tests.faults.server import TOP, Server
from tests.postgres import children

REPLACED_SECONDS = 60


class Gunicorn(Server):
    """Several processes, by the configuration that is shipped."""

    command = (sys.executable, "-m", "gunicorn", f"--config={TOP / 'deploy' / 'gunicorn.conf.py'}")

    def __init__(self, folder: Path, count: int = 1, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.count = count

    def environment(self) -> dict[str, str]:
        return super().environment() | {"WEB_CONCURRENCY": str(self.count)}

    def workers(self) -> set[int]:
        return set() if self.process is None else set(children(self.process.pid))

    def reload(self) -> None:
        """Tell the master to replace its workers, and return once those before are gone."""
        before = self.workers()
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)
        self.wait_until_gone(before)

    def wait_until_gone(self, workers: set[int]) -> None:
        end = time.monotonic() + REPLACED_SECONDS
        while workers & self.workers():
            assert time.monotonic() < end, self.end_of_log()
            time.sleep(0.02)  # what is waited for needs the processor


class Kept(Server):
    """One process at a socket that we hold, as systemd does for letterbox.socket."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The port is the socket's, whatever the setting says."""
        return super().environment() | {"LETTERBOX_PORT": "1", "LISTEN_FDS": "1"}

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        handing_over = 'LISTEN_PID=$$ exec "$@" 3<&0 </dev/null'
        return subprocess.Popen(
            ("sh", "-c", handing_over, "sh", *self.command),
            cwd=TOP,
            env=self.environment(),
            stdin=self.listening.fileno(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def restart(self) -> None:
        """As `systemctl restart` does it: the new one starts when the old one has ended."""
        assert self.stop() in (0, -signal.SIGTERM), self.end_of_log()
        self.start()

    def kill(self) -> None:
        super().kill()
        self.listening.close()
