"""On what a measurement ran: without this its figures say nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.load import GENERATOR
from bench.server import CAN_PIN, LOADING_CORE, SERVING_CORE
from tests.postgres import NoPostgres, programs

PACKAGES = (
    "connexion", "flask", "starlette", "uvicorn", "httptools", "uvloop", "sqlalchemy", "psycopg", "orjson", "fastapi",
    "pydantic", "jsonschema-rs", "common-expression-language",
)  # fmt: skip
PROBES = 200


def facts(folder: Path) -> Iterator[tuple[str, str]]:
    """What to know of the machine, as (name, value)."""
    yield "processor", f"{_field('/proc/cpuinfo', 'model name') or platform.processor()}, {os.cpu_count()} cores"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    yield "kernel", f"{platform.system()} {platform.release()}"
    yield "disk", f"{_file_system(folder)}; {flush_times(folder)}"
    yield "cores", _cores()
    yield "load generator", _load_generator()
    yield "versions", f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_postgres()}"
    yield "packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def flush_times(folder: Path) -> str:
    """How long it takes to write 4 KiB and have them on stable storage, as text."""
    path, times = folder / "flush-probe", []
    with path.open("wb", buffering=0) as file:
        for _ in range(PROBES):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    path.unlink()
    return f"fsync of 4 KiB p50 {statistics.median(times):.2f} ms, p99 {sorted(times)[PROBES * 99 // 100]:.2f} ms"


def _cores() -> str:
    if not CAN_PIN:
        return "nothing is kept on a core of its own, since this system can't"
    return f"the server on core {SERVING_CORE}, the load on core {LOADING_CORE}"


def _load_generator() -> str:
    if GENERATOR != "wrk":
        return GENERATOR
    return " ".join(_said(("wrk", "--version")).split()[:2])


def _file_system(folder: Path) -> str:
    """The kind of file system that a folder is on: fsync means nothing on tmpfs."""
    command = ("findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(folder))
    return (shutil.which("findmnt") and _said(command)) or "unknown file system"


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _postgres() -> str:
    try:
        said = _said((str(programs() / "postgres"), "--version"))
    except NoPostgres:
        return "no Postgres"
    return said.replace("postgres (PostgreSQL)", "Postgres")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"


def _field(file: str, name: str) -> str:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
