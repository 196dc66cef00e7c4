"""The lock: one process per database, and a restarting one waits."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from letterbox.store import lock
from letterbox.store.lock import StoreInUse


def test_a_database_is_held_by_one_at_a_time(path: Path) -> None:
    held = lock.hold(path, 0)
    with pytest.raises(StoreInUse, match=f"{path} is in use by another letterbox process"):
        lock.hold(path, 0)
    lock.let_go(held)
    lock.let_go(lock.hold(path, 0))


def test_whoever_comes_second_waits_for_the_first_to_leave(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, waits = lock.hold(path, 0), []

    def leave_after_three(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            lock.let_go(held)

    monkeypatch.setattr("letterbox.store.lock.time.sleep", leave_after_three)
    lock.let_go(lock.hold(path, patience_seconds=3600))
    assert len(waits) == 3


def test_patience_has_an_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, seconds = lock.hold(path, 0), iter([0.0, 4.0, 9.9, 10.0])
    monkeypatch.setattr("letterbox.store.lock.time.monotonic", lambda: next(seconds))
    monkeypatch.setattr("letterbox.store.lock.time.sleep", lambda _: None)
    with pytest.raises(StoreInUse):
        lock.hold(path, patience_seconds=10)
    assert list(seconds) == []
    lock.let_go(held)


def test_databases_side_by_side_have_locks_of_their_own(path: Path) -> None:
    held = [lock.hold(path.with_name(name), 0) for name in ("a.db", "b.db")]
    for each in held:
        lock.let_go(each)


def test_the_lock_of_a_process_ends_with_it_however_it_ends(path: Path) -> None:
    script = "import os, sys; from letterbox.store import lock; lock.hold(sys.argv[1], 0); os.abort()"
    ended = subprocess.run([sys.executable, "-c", script, path], check=False, capture_output=True)
    assert ended.returncode < 0
    lock.let_go(lock.hold(path, 0))


def test_the_lock_is_nobody_elses_to_read(path: Path) -> None:
    held = lock.hold(path, 0)
    assert stat.S_IMODE(Path(f"{path}.lock").stat().st_mode) == 0o600
    lock.let_go(held)
