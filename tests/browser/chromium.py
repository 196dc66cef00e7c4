"""Starting Debian's Chromium through its driver; nothing is downloaded for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # the sandbox needs rights that a container lacks
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",  # letters without coloured edges make smaller pictures
    "--window-size=1360,900",
)


def start(folder: Path) -> Chrome:
    """A headless Chromium with a new profile in `folder`."""
    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for argument in (*ARGUMENTS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return Chrome(options=options, service=Service(program("chromedriver")))


def program(*names: str) -> str:
    """The path of the first of these programs; without any the tests are skipped, and fail where CI is set."""
    for name in names:
        if path := shutil.which(name):
            return path
    lacking = f"{names[0]} is not installed (Debian: apt-get install chromium chromium-driver)"
    if os.environ.get("CI") == "true":
        pytest.fail(lacking)
    pytest.skip(lacking)
