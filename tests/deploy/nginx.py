"""nginx over deploy/nginx.conf itself; only its port, its log and the address of the service are others."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.server import TOP, free_port

CONFIGURATION = TOP / "deploy" / "nginx.conf"
READY_SECONDS = 10

AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/letterbox.conf;
}}
"""


def is_installed() -> bool:
    return shutil.which("nginx") is not None


class Nginx:
    """One nginx in front of a service."""

    def __init__(self, folder: Path, service_port: int, *, wrapped_in: Sequence[str] = ()) -> None:
        """A wrapper is a command such as taskset's."""
        self.folder, self.port, self.wrapped_in = folder, free_port(), wrapped_in
        self.url = f"http://127.0.0.1:{self.port}"
        changed = {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "server 127.0.0.1:8080;": f"server 127.0.0.1:{service_port};",
            "/var/log/nginx/letterbox.log": f"{folder}/letterbox.log",
            "/var/log/nginx/letterbox.error.log": f"{folder}/letterbox.error.log",
        }
        text = CONFIGURATION.read_text()
        for theirs, ours in changed.items():
            assert text.count(theirs) == 1, theirs
            text = text.replace(theirs, ours)
        (folder / "letterbox.conf").write_text(text)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))

    @contextmanager
    def running(self) -> Iterator[Nginx]:
        with (self.folder / "nginx.out").open("wb") as out:
            process = subprocess.Popen(self.command(), stdout=out, stderr=out)
        try:
            self._wait_ready(process)
            yield self
        finally:
            process.terminate()
            process.wait(READY_SECONDS)

    def command(self) -> list[str]:
        """As root its worker would be a user who may not enter our folder."""
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        return [*self.wrapped_in, "nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *user]

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Return once it listens, without a request that would come to the service."""
        end = time.monotonic() + READY_SECONDS
        while process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=READY_SECONDS).close()
            except ConnectionRefusedError:
                time.sleep(0.02)  # nobody listens yet
            else:
                return
        raise AssertionError((self.folder / "nginx.out").read_text())
