"""From a service that is ready to the first request seen on the page: as a newcomer gets there, by the page alone."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.contenders import ADMIN_KEY, LETTERBOX, environment, serving
from bench.figures import Bar, Table
from bench.workbench import Bench
from tests.browser import chromium
from tests.browser.page import Page

SOON = Bar(20, " s", at_most=True)
CURL = "#endpoints .endpoint pre, #endpoints .endpoint details .copy-text"


def newcomer(bench: Bench) -> Table:
    """Each round has a service and a store of its own; the browser is open already."""
    table = Table(
        bench.title("From ready to the first request seen on the page, in Chromium"),
        ("", "seconds", "bar", ""),
        notes=["Open the printed address, run the curl that the page shows, and see its request arrive by itself."],
    )
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        table.failed.append("chromium or chromedriver is not installed")
        return table
    seconds = sorted(_seconds(bench) for _ in range(bench.scale.rounds))
    for name, figure in (("median", seconds[len(seconds) // 2]), ("longest", seconds[-1])):
        table.rows.append((name, f"{figure:.1f}", str(SOON), table.judge(name, figure, SOON)))
    return table


def _seconds(bench: Bench) -> float:
    with tempfile.TemporaryDirectory(prefix="letterbox-bench-") as folder:
        driver = chromium.start(Path(folder))
        try:
            with serving(LETTERBOX, environment(bench.stores.new())) as server:
                ready_at = time.monotonic()
                page = Page(driver, f"http://127.0.0.1:{server.port}")
                page.open("/", key=ADMIN_KEY)
                page.find(".endpoint", "inbox")
                _run(page.text(CURL))
                page.find("#requests a", "/inbox")
                return time.monotonic() - ready_at
        finally:
            driver.quit()


def _run(command: str) -> None:
    """What the page says to paste into a shell."""
    subprocess.run(["/bin/sh", "-c", command], check=True, capture_output=True, timeout=10)  # noqa: S603 # our own page's
