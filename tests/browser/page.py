"""A browser tab as a person uses it, which also remembers whatever went wrong in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from selenium.webdriver import Chrome
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE_SECONDS = 20
LOOK_EVERY_SECONDS = 0.05
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
OWN_SCHEMES = {"about", "blob", "data", "devtools", "chrome"}

T = TypeVar("T")


class Page:
    """A new tab, with a session storage of its own. Waits until what is asked for is there."""

    def __init__(self, driver: Chrome, home: str) -> None:
        self.driver, self.home = driver, home
        self.forgiven: list[str] = []  # parts of console messages that a test is about
        self._traffic: list[dict[str, Any]] = []
        driver.switch_to.new_window("tab")
        driver.get_log("browser")
        driver.get_log("performance")

    def close(self) -> None:
        """Close the tab; the first one stays, so that the browser does."""
        self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])

    def open(self, path: str = "/", key: str | None = None) -> None:
        """Load a path anew, even if only the fragment differs."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.home}{path}{'' if key is None else f'#key={key}'}")

    def enter(self, place: str, key: str) -> None:
        """Open a place, which is what stands behind `#/`, and sign in by hand."""
        self.open(f"/#/{place}")
        self.find("#key").send_keys(f"{key}\n")

    def read(self, path: str, key: str) -> None:
        """Open the inbox, and from its list the newest request to this path."""
        self.open("/", key=key)
        self.click("#requests a", path)

    def until(self, condition: Callable[[], T], what: str) -> T:
        """The first true result of a condition."""
        wait = WebDriverWait(self.driver, PATIENCE_SECONDS, LOOK_EVERY_SECONDS)
        result: T = wait.until(lambda _: condition(), f"waited for {what}")
        return result

    def find(self, css: str, text: str = "") -> WebElement:
        """The first visible element that holds the text."""
        return self.until(lambda: self._visible(css, text), f"{css} with {text!r}")

    def click(self, css: str, text: str = "") -> None:
        self.find(css, text).click()

    def text(self, css: str) -> str:
        """What a reader sees of the first element, line breaks included."""
        return str(self.script("return document.querySelector(arguments[0]).innerText", css))

    def all_text(self, css: str) -> list[str]:
        found = self.script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", css)
        return [str(text) for text in found]

    def script(self, source: str, *arguments: Any) -> Any:
        return self.driver.execute_script(source, *arguments)

    def before_each_document(self, source: str) -> None:
        """Run a script in every document that this tab loads from now on, ahead of the document's own."""
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, broken policies among them, but for the forgiven ones."""
        messages = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]
        return [text for text in messages if not any(part in text for part in self.forgiven)]

    def answers(self, path: str) -> list[int]:
        """The statuses that came for a path (with its query) so far."""
        seen = [event["response"] for event in self._events("Network.responseReceived")]
        return [answer["status"] for answer in seen if answer["url"] == self.home + path]

    def strangers(self) -> set[str]:
        """Addresses outside the service that something was sent to."""
        sent = {event["request"]["url"] for event in self._events("Network.requestWillBeSent")}
        return {url for url in sent if not url.startswith(self.home) and urlsplit(url).scheme not in OWN_SCHEMES}

    def _events(self, method: str) -> list[dict[str, Any]]:
        self._traffic += [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"] for event in self._traffic if event["method"] == method]

    def _visible(self, css: str, text: str) -> WebElement | None:
        look = """return [...document.querySelectorAll(arguments[0])].find(
            e => e.checkVisibility() && e.textContent.includes(arguments[1])) ?? null"""
        found: WebElement | None = self.script(look, css, text)
        return found
