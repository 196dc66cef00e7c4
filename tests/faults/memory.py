"""How much memory a service takes while something is done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults.server import Server

WHY_NOT = "needs Linux's /proc"


def is_measurable() -> bool:
    return Path("/proc/self/clear_refs").exists()


def growth(server: Server, act: Callable[[], object]) -> int:
    """Bytes by which the service's process grew at its peak while this was done."""
    assert server.process is not None
    process = Path(f"/proc/{server.process.pid}")
    process.joinpath("clear_refs").write_text("5")  # forgets the peak so far
    before = figure(process, "VmRSS")
    act()
    return figure(process, "VmHWM") - before


def figure(process: Path, name: str) -> int:
    """A figure of the process's memory, in bytes."""
    lines = process.joinpath("status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
