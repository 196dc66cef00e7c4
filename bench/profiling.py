"""Where a server's time goes: py-spy samples it from outside while it is under load."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.load import Load
from bench.server import LOADING_CORE, Server, pin

SECONDS, PER_SECOND = 5, 200
FUNCTIONS = 25
IDLE = ("_worker (concurrent/futures/thread.py)", "Condition.wait (threading.py)", "Event.wait (threading.py)")


def profile(server: Server, load: Load) -> str:
    """The functions that the server spends most of its time in, as text; why not, where that fails."""
    py_spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if py_spy is None:
        return "py-spy is not installed."
    with tempfile.TemporaryDirectory(prefix="letterbox-bench-") as folder:
        stacks = Path(folder, "stacks")
        record = ["record", "--pid", str(server.process.pid), "--duration", str(SECONDS), "--rate", str(PER_SECOND)]
        command = [py_spy, *record, "--format", "raw", "--output", str(stacks)]
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        pin(watching.pid, LOADING_CORE)
        load.run(SECONDS + 1)
        _, errors = watching.communicate()
        return summary(stacks.read_text()) if watching.returncode == 0 else f"py-spy failed: {errors[-500:]}"


def summary(stacks: str) -> str:
    """The functions of collapsed stacks (`outer;inner count` on each line), by the time spent in themselves."""
    own, whole = Counter[str](), Counter[str]()
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        functions = [_function(frame) for frame in frames.split(";")]
        if functions[-1] in IDLE:  # a thread that waits for work, which py-spy can't always tell from one that works
            continue
        own[functions[-1]] += int(count)
        for function in set(functions):
            whole[function] += int(count)
    total = max(own.total(), 1)
    lines = [f"{own[name] / total:6.1%} {whole[name] / total:7.1%}  {name}" for name, _ in own.most_common(FUNCTIONS)]
    return "\n".join(["  self   total  function", *lines])


def _function(frame: str) -> str:
    """A frame without the number of its line."""
    return frame.rpartition(":")[0] + ")" if frame.endswith(")") and ":" in frame else frame
