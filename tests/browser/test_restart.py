"""The inbox follows a service that ends and comes back, without a word from whoever looks at it."""

from __future__ import annotations

from pathlib import Path

from selenium.webdriver import Chrome

from tests.browser.page import Page
from tests.faults.server import Server, served

INBOX = "/in/default/inbox"


def post(server: Server, query: str) -> None:
    with server.client() as client:
        client.post(f"{INBOX}?{query}").raise_for_status()


def test_the_inbox_goes_on_where_it_was_when_the_service_comes_back(browser: Chrome, tmp_path: Path) -> None:
    with served(tmp_path) as server:
        page = Page(browser, server.url)
        page.open("/", key=server.admin_key)
        page.find("#watch", "live")
        post(server, "before")
        page.find("#requests a", INBOX.removeprefix("/in/default"))
        server.stop()
        page.find("#watch", "connecting again")
        server.start()
        server.wait_ready()
        post(server, "after")
        page.until(lambda: len(page.all_text("#requests a")) == 2, "both requests")
        page.find("#watch", "live")
        assert len(page.all_text("#requests a")) == 2
        page.close()
