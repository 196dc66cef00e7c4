"""A service of our own to be killed: a process in its own group, on a free loopback port, over its own database."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

TOP = Path(__file__).parents[2]
ADMIN_KEY = "faults-admin-key-" + "0123456789abcdef" * 2
READY_SECONDS = 60
SHARED = "COMPILED_MODULES"  # as it is named in the environment


class NotReady(Exception):
    """The service did not answer its readiness probe in time; the text is the end of its log."""


class Server:
    """Starts, kills, stops and starts again one service over one database."""

    command = (sys.executable, "-m", "letterbox.cli", "serve")
    admin_key = ADMIN_KEY

    def __init__(self, folder: Path, **settings: str) -> None:
        """Settings are those of the service without their prefix, such as threads="4"."""
        self.database = folder / "letterbox.db"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        self.started_at = 0.0  # of the newest process, by time.monotonic()
        self.process: subprocess.Popen[bytes] | None = None
        self.settings = {name.upper(): value for name, value in settings.items()}

    def environment(self) -> dict[str, str]:
        """Ours without any setting of the service, and then the settings of this one."""
        settings = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PORT": str(self.port),
            "ADMIN_KEY": ADMIN_KEY,
            "LOG": "json",
            **self.settings,
        }
        ours = {name: value for name, value in os.environ.items() if not name.startswith("LETTERBOX_")}
        # All starts but the first are to be as fast as they are where an installer has compiled everything.
        ours.pop("PYTHONDONTWRITEBYTECODE", None)
        ours["PYTHONPYCACHEPREFIX"] = compiled_modules()
        return ours | {f"LETTERBOX_{name}": value for name, value in settings.items()}

    def start(self) -> None:
        """Start a process and return at once; its log is appended to the one file."""
        with self.log.open("ab") as log:
            self.started_at = time.monotonic()
            self.process = self.spawn(log)

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command, cwd=TOP, env=self.environment(), stdout=log, stderr=log, start_new_session=True
        )

    def signal(self, number: int) -> None:
        """Send a signal to the process group, if the process is still ours and alive."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL the whole group, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self, seconds: float = 15) -> int:
        """SIGTERM, and the exit code; raises TimeoutExpired if it does not end by itself."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float = 15) -> int:
        return 0 if self.process is None else self.process.wait(seconds)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return as soon as the readiness probe answers 200; raises NotReady."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process is not None and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz/ready", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)  # nobody listens yet
        raise NotReady(self.end_of_log())

    def end_of_log(self) -> str:
        return self.log.read_bytes()[-2000:].decode(errors="replace") if self.log.exists() else ""

    def tracebacks(self) -> int:
        """How many lines of the whole log hold a traceback."""
        return self.log.read_bytes().count(b"Traceback (most recent call last)")

    def client(self) -> httpx.Client:
        """A client with the admin key."""
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {ADMIN_KEY}"}, timeout=30)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Server]:
    """A running, ready service; it is killed at the end if it still runs."""
    server = Server(folder, **settings)
    server.start()
    try:
        server.wait_ready()
        yield server
    finally:
        server.kill()


def compiled_modules() -> str:
    """A folder for the compiled modules of all services that this process and its children start; it goes with this."""
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="letterbox-bytecode-")
        atexit.register(shutil.rmtree, os.environ[SHARED], ignore_errors=True)
    return os.environ[SHARED]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
