"""What is done with a request from its view: settling it, erasing it, and going to what is wrong in its body."""

from __future__ import annotations

from typing import Any

from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.scene import JSON, activate

FIRST_TRIES_FAIL = """
const real = fetch;
window.tries = [];
window.fetch = async (path, options) => {
  if (!path.endsWith("/readmit")) return real(path, options);
  tries.push(options.headers["Idempotency-Key"]);
  if (tries.length === 1) throw new TypeError("no network");
  if (tries.length === 2) return new Response('{"detail": "It has the wrong verdict."}', {status: 409});
  return real(path, options);
};"""
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


def listening(home: Home, **more: Any) -> dict[str, Any]:
    """An endpoint that takes objects with a whole number `a`."""
    endpoint = home.declare("/deed", **more)
    activate(home, endpoint, OBJECT)
    return endpoint


def focused(page: Page, attribute: str) -> str | None:
    value: str | None = page.script("return document.activeElement.getAttribute(arguments[0])", attribute)
    return value


def test_a_quarantined_request_is_released_or_rejected_by_one_click(page: Page, home: Home) -> None:
    listening(home, contract_mode="quarantine")
    home.send("/deed", b'{"a":"one"}', **JSON)
    home.send("/deed", b'{"a":"two"}', **JSON)
    page.open("/", key=home.key)
    page.click("#requests li:first-child a")
    page.click("#request .actions button", "Release")
    page.find("#request .said", "it is accepted now")
    page.find("#requests li:first-child .accepted")
    page.until(lambda: "Release" not in page.text("#request .actions"), "the buttons to go")
    page.until(lambda: focused(page, "class") == "said", "the focus where it is said")
    page.click("#requests li:last-child a")
    page.click("#request .actions button", "Reject")
    page.find("#request .said", "it is refused now")
    page.find("#request table[aria-label='Verdicts'] .refused")
    page.find("#request .actions button", "Readmit")


def test_readmitting_says_what_came_of_it_and_what_stood_in_the_way(page: Page, home: Home) -> None:
    endpoint = listening(home)
    home.send("/deed", b"[]", **JSON)
    page.read("/deed", home.key)
    page.click("#request .actions button", "Readmit")
    page.find("#request .said", "was refused again")
    home.client.post(f"/v1/endpoints/{endpoint['id']}/contracts/1/deactivate").raise_for_status()
    page.script(FIRST_TRIES_FAIL)
    for words in ("does not answer", "wrong verdict"):
        page.click("#request .actions button", "Readmit")
        page.find("#request .problem", words)
    page.click("#request .actions button", "Readmit")
    page.find("#request .said", "is accepted now")
    unheard, refused, last = page.script("return tries")
    assert unheard == refused != last


def test_a_key_that_may_not_says_so_instead(page: Page, home: Home) -> None:
    page.forgiven = ["403 (Forbidden)"]
    listening(home, contract_mode="quarantine")
    id_ = home.send("/deed", b"[]", **JSON)
    reader = home.client.post("/v1/keys", json={"name": "reader", "scopes": ["read"]}).json()
    page.read("/deed", reader["secret"])
    page.click("#request .actions button", "Release")
    page.find("#request", "that takes a key with the scope replay")
    assert "Release" not in page.text("#request .actions")
    page.click("#request .actions button", "Erase")
    page.click("#request dialog button", "Erase it")
    page.find("#request dialog", "that takes a key with the scope write")
    page.click("#request dialog button", "Close")
    assert home.client.get(f"/v1/requests/{id_}").status_code == 200


def test_erasing_is_confirmed_and_leaves_a_tombstone(page: Page, home: Home) -> None:
    home.declare("/gone")
    id_ = home.send("/gone", b"secret")
    page.read("/gone", home.key)
    page.click("#request .actions button", "Erase")
    page.click("#request dialog button", "Keep it")
    page.until(lambda: page.script("return document.activeElement.textContent") == "Erase…", "the focus back")
    page.click("#request .actions button", "Erase")
    page.click("#request dialog button", "Erase it")
    page.find("#request .empty", "were erased on")
    assert home.client.get(f"/v1/requests/{id_}").status_code == 404


def test_violations_and_their_places_lead_to_each_other(page: Page, home: Home) -> None:
    listening(home, contract_mode="observe")
    home.send("/deed", b'{"b":[{"c":1}],"a":"x"}', **JSON)
    home.send("/deed", b'{"b":1}', **JSON)
    page.open("/", key=home.key)
    page.click("#requests li:last-child a")
    assert page.find("#request mark", '"a": "x"').get_attribute("data-words")
    page.click("#request .choice button", "Hex")
    page.click("#request .why button", "/a")
    page.until(lambda: focused(page, "data-faults") == "0", "the focus on the line")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: focused(page, "data-violation") == "0", "the focus on the violation")
    page.click("#requests li:first-child a")
    page.find("#request .why button", "(the whole)").send_keys(Keys.ENTER)
    page.until(
        lambda: page.script("return document.activeElement.textContent") == "{", "the focus on the object that lacks it"
    )


def test_a_form_is_shown_field_by_field(page: Page, home: Home) -> None:
    listening(home, contract_mode="observe")
    home.send("/deed", b"b=one+two&a=%C3%A9", **{"content-type": "application/x-www-form-urlencoded"})
    page.read("/deed", home.key)
    assert page.find("#request pre").text.splitlines()[0] == "b: one two"
    assert page.find("#request mark").get_property("textContent") == "a: é"
