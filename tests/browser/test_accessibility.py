"""What axe finds at the main views, in both schemes; and what only hands can try: keys, focus, the skip link."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.scene import delivered, play, prefer

AXE = files("axe_core_python").joinpath("axe.min.js").read_text()
SEVERE = ("serious", "critical")
AUDIT = """
const done = arguments[arguments.length - 1];
const rules = arguments[0] ? {runOnly: {type: "rule", values: [arguments[0]]}} : {};
axe.run(document, {resultTypes: ["violations"], ...rules}).then(
  found => done(found.violations), failure => done([{id: String(failure)}]));"""


def faults(page: Page, rule: str | None = None) -> list[str]:
    """What axe calls serious or worse in what is shown, by one rule or by all."""
    if not page.script("return Boolean(window.axe)"):
        page.script(AXE)
    found = page.driver.execute_async_script(AUDIT, rule)
    severe = [fault for fault in found if fault.get("impact", "critical") in SEVERE]
    return [f"{fault['id']}: {json.dumps([node['html'] for node in fault.get('nodes', [])])}" for fault in severe]


@pytest.mark.parametrize(
    ("scheme", "rule"), [("light", None), ("dark", "color-contrast")]
)  # colours are the difference
def test_the_views_have_no_serious_fault(page: Page, home: Home, scheme: str, rule: str | None) -> None:
    prefer(page.driver, scheme)
    page.open()
    page.find("#key")
    assert faults(page, rule) == []
    page.find("#key").send_keys(f"{home.key}\n")
    page.find("#endpoints", "No endpoint yet")
    assert faults(page, rule) == []
    scene = play(home)
    page.script("location.hash = '#/requests/' + arguments[0]", scene.refused)
    page.find("#request mark", "quantity")
    page.find("#chart svg")
    assert faults(page, rule) == []
    page.driver.switch_to.active_element.send_keys("?")
    page.find("#shortcuts", "the next request")
    assert faults(page, rule) == []
    page.script("location.hash = '#/requests/' + arguments[0] + '/again'", scene.refused)
    page.find("#sending", "choose a destination")
    assert faults(page, rule) == []
    page.script("location.hash = '#/requests/' + arguments[0] + '/anew'", scene.unverified)
    page.find("#foretold", "cannot be imitated")
    assert faults(page, rule) == []
    with delivered(home) as order:
        for place, css in (
            ("destinations", "#destinations .sparkline"),
            ("destinations/billing?subscribe=new", "#destination .latency"),
            ("destinations/new", "#destination-form"),
            (f"requests/{order}", "#deliveries-of-request .attempt pre"),
            ("deliveries?status=waiting", "#deliveries-list .state"),
            ("replays", "#replay-form"),
        ):
            page.script("location.hash = '#/' + arguments[0]", place)
            page.find(css)
            assert faults(page, rule) == []


def test_an_audit_finds_what_is_wrong(page: Page) -> None:
    """The test above could not fail if axe had not looked."""
    page.open()
    page.find("#key")
    page.script("document.querySelector('label').remove(); document.querySelector('#key').placeholder = ''")
    assert faults(page)[0].startswith("label")


def focused(page: Page) -> str:
    return str(page.script("return document.activeElement.textContent"))


def test_a_button_keeps_the_focus_whatever_comes_of_it(page: Page, home: Home) -> None:
    home.declare("/kept", name="kept")
    home.client.post("/v1/endpoints/kept/contracts", json={}).raise_for_status()
    home.send("/kept", b"x")
    page.read("/kept", home.key)
    page.find("#request .tools button", "Download")
    page.script("window.kept = fetch; window.fetch = async () => { throw new TypeError('no network'); }")
    page.click("#request .tools button", "Download")
    page.find("#request .tools .problem", "does not answer")
    assert focused(page) == "Download"
    page.script("window.fetch = kept; location.hash = '#/endpoints/kept/contracts'")
    page.click(".versions button", "Activate")
    page.find(".versions button", "Deactivate")
    page.until(lambda: focused(page) == "Deactivate", "the focus on what it does now")
    page.script("location.hash = '#/endpoints/kept/edit'")
    page.click("button", "Remove this endpoint")
    page.click(".remove button", "Leave it")
    page.until(lambda: focused(page) == "Remove this endpoint…", "the focus back")


def test_the_inbox_can_be_used_by_keys_alone(page: Page, home: Home) -> None:
    home.fill("/key", 3)
    page.open("/", key=home.key)
    page.find("#requests a", "/key/0")
    body = page.find("body")
    body.send_keys(Keys.TAB, Keys.ENTER)
    page.until(lambda: focused(page) == "Requests", "the skip link to lead to the requests")
    page.driver.switch_to.active_element.send_keys("j")
    page.find("#requests a[aria-current]", "/key/2")
    page.driver.switch_to.active_element.send_keys("jjk")
    page.find("#requests a[aria-current]", "/key/1")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: focused(page) == "POST /key/1", "the focus inside")
    page.driver.switch_to.active_element.send_keys("/")
    search = page.driver.switch_to.active_element
    search.send_keys("j?/")
    assert search.get_property("value") == "j?/"
    assert not page.driver.find_element("id", "shortcuts").is_displayed()
    page.script("document.activeElement.blur()")
    body.send_keys("?")
    page.find("#shortcuts", "back to the list")
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: not page.driver.find_element("id", "shortcuts").is_displayed(), "the shortcuts to go")
    assert page.find("#request h2", "/key/1")
    body.send_keys(Keys.ESCAPE)
    page.find("#request", "Choose a request")
