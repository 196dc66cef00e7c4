"""One Chromium for all browser tests, a tab and a project for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from selenium.webdriver import Chrome

from tests.browser import chromium
from tests.browser.page import Page
from tests.faults.server import Server


class Home:
    """A project of its own on the running service: its key, its endpoints, and anybody's requests to them."""

    def __init__(self, service: Server) -> None:
        with service.client() as admin:
            made = admin.post("/v1/projects", json={"slug": f"browser-{uuid4().hex[:12]}"}).raise_for_status().json()
        self.url, self.slug, self.key = service.url, made["slug"], made["admin_key"]["secret"]
        self.client = httpx.Client(base_url=service.url, headers={"authorization": f"Bearer {self.key}"})
        self.callers = httpx.Client(base_url=f"{service.url}/in/{self.slug}")

    def declare(self, path: str, **more: Any) -> dict[str, Any]:
        """The endpoint that was declared."""
        declared: dict[str, Any] = self.client.post("/v1/endpoints", json={"path": path, **more}).json()
        return declared

    def fill(self, path: str, count: int) -> None:
        """Declare an endpoint below a path, and send it requests that are numbered from 0."""
        self.declare(f"{path}/{{number}}")
        for number in range(count):
            self.send(f"{path}/{number}")

    def send(self, path: str, body: bytes = b"", method: str = "POST", **headers: str) -> str:
        """Send a request; the id under which an accepted one is kept, else an empty text."""
        answer = self.callers.request(method, path, content=body, headers=headers)
        return str(answer.json().get("id", ""))

    def close(self) -> None:
        self.client.close()
        self.callers.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = chromium.start(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def downloads(browser: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this Chromium puts what is downloaded from now on."""
    folder = tmp_path_factory.mktemp("downloads")
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    return folder


@pytest.fixture
def page(browser: Chrome, service: Server) -> Iterator[Page]:
    """A tab; at its end nothing was complained about, and nothing was sent to another host."""
    tab = Page(browser, service.url)
    yield tab
    complaints, strangers = tab.complaints(), tab.strangers()
    tab.close()
    assert complaints == []
    assert strangers == set()


@pytest.fixture
def home(service: Server) -> Iterator[Home]:
    project = Home(service)
    yield project
    project.close()
