"""Contracts are written, compared, tried on history and activated."""

from __future__ import annotations

import json
from urllib.parse import quote

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.browser.conftest import Home
from tests.browser.page import PHONE, Page
from tests.browser.xss import HANDLERS, PAYLOADS

JSON = {"content-type": "application/json"}
NUMBERS = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}
WRONG = '{"body": {"type": "objekt",\n"minimum": "one"}}'


MISTAKES = {
    "": (1, 1),
    '{"a": 1,}': (1, 9),
    '{"a" 1}': (1, 6),
    "[1 2]": (1, 4),
    "{a: 1}": (1, 2),
    '["x\n"]': (1, 2),
    '{"a": 01}': (1, 8),
    "[1] x": (1, 5),
    '{"a": [1,\n  2,}': (2, 5),
    '["\\x"]': (1, 2),
    "[" * 5_000: (1, 1_002),
}
FIND = """
const [{mistakeIn}, texts] = [await import("/page/words/json-text.js"), arguments[0]];
return texts.map(text => { const {line, column} = mistakeIn(text); return [line, column]; });"""


def write(page: Page, text: str) -> None:
    area = page.find("#contract-text")
    area.send_keys(Keys.CONTROL, "a")
    area.send_keys(text)


def test_a_contract_is_written_mended_tried_on_history_and_activated(page: Page, home: Home) -> None:
    home.declare("/orders", name="orders")
    bad = home.send("/orders", b'{"amount": "many"}', **JSON)
    home.send("/orders", b'{"amount": 3}', **JSON)
    page.enter("endpoints/orders/contracts", home.key)
    page.find("#contracts .empty", "takes everything")
    page.click("a", "New contract")
    page.click("button", "the newest request’s body")
    page.until(lambda: '"amount"' in page.find("#contract-text").get_property("value"), "its schema")
    right = page.find("#contract-text").get_property("value")
    write(page, f"{right}}}")
    page.find(".marks", f"Line {right.count(chr(10)) + 1}, column 2")
    page.click("button", "Save")
    page.find("#new-contract .problem", "no JSON yet")
    page.find("#contract-text").send_keys(Keys.CONTROL, Keys.END)
    page.find("#contract-text").send_keys(Keys.BACKSPACE)
    page.until(lambda: not page.all_text(".marks"), "the end of the mistake")
    page.driver.find_element("xpath", "//button[.='Save']").click()
    page.find("#contract h2", "Version 1")
    page.click("button", "Try it")
    page.find("#trial-status", "It looked at 2 requests")
    assert page.all_text(".outcomes li") == ["1 would be accepted", "1 would be refused"]
    page.find("#try td", "contract_violation")
    page.click("button[aria-label='Activate version 1']")
    page.find(".tag", "active")
    assert home.callers.post("/orders", json={"amount": "many"}).status_code == 422
    page.click("#try a", bad)
    page.find("#request pre", "many")


def test_the_first_mistake_is_found_at_its_place(page: Page) -> None:
    page.open("/")
    assert page.script(FIND, list(MISTAKES)) == [list(place) for place in MISTAKES.values()]


def test_what_the_service_refuses_is_shown_at_the_lines_that_it_means(page: Page, home: Home) -> None:
    page.forgiven = ["422 (Unprocessable"]
    home.declare("/orders", name="orders")
    page.enter("endpoints/orders/contracts/new", home.key)
    write(page, WRONG)
    page.click("button", "Save and activate")
    page.find("#new-contract .problem", "2 places are wrong")
    page.find(".marks", "/body/type A type is one of")
    assert page.all_text(".marks button") == ["Line 1, column 19", "Line 2, column 12"]
    page.click(".marks button", "Line 2")
    selected = "const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd)"
    assert page.script(selected) == '"one"'


def test_tab_writes_and_after_escape_moves_on(page: Page, home: Home) -> None:
    home.declare("/orders", name="orders")
    page.enter("endpoints/orders/contracts/new", home.key)
    write(page, f"{Keys.TAB}{{}}")
    area = page.find("#contract-text")
    assert area.get_property("value") == "  {}"
    area.send_keys(Keys.ESCAPE, Keys.TAB)
    page.until(lambda: page.script("return document.activeElement !== arguments[0]", area), "the focus to move on")
    assert area.get_property("value") == "  {}"


def test_two_versions_stand_side_by_side_with_their_differences_in_words(page: Page, home: Home) -> None:
    home.declare("/orders", name="orders")
    large = {**NUMBERS, "properties": {"amount": {"type": "integer", "minimum": 9007199254740993}}}
    for body in (NUMBERS, large):
        home.client.post("/v1/endpoints/orders/contracts", json={"body": body}).raise_for_status()
    page.enter("endpoints/orders/contracts/2", home.key)
    page.find(".changes", "at least 9007199254740993 now, before at least 1")
    page.find(".changes", "stricter")
    assert page.all_text(".side-by-side del") == ['        "minimum": 1']
    assert page.all_text(".side-by-side ins") == ['        "minimum": 9007199254740993']
    page.click("a", "New version from this one")
    page.find("#contract-text")
    page.click("button", "Save and activate")
    page.find("#contract h2", "Version 3")
    page.find("#comparison", "Version 3 takes what version 2 takes")
    Select(page.find("#from")).select_by_visible_text("1")
    page.find(".changes", "at least 9007199254740993 now")


def test_the_versions_fit_a_phone(page: Page, home: Home) -> None:
    home.declare("/orders", name="orders")
    for _ in range(10):
        home.client.post("/v1/endpoints/orders/contracts", json={"active": True}).raise_for_status()
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.enter("endpoints/orders/contracts", home.key)
    page.find(".versions button", "Deactivate")
    widths = "const {scrollWidth, clientWidth} = document.querySelector('.versions'); return [scrollWidth, clientWidth]"
    wanted, there = page.script(widths)
    assert wanted <= there


SLOW = """
const real = window.fetch;
let [status, looks] = ["running", 0];
window.fetch = async (path, options) => {
  const cancels = path.endsWith("/cancel");
  if (path.startsWith("/v1/trials/") && !cancels && (looks += 1) === 2) throw new TypeError("no network");
  if (cancels) status = "cancelled";
  const answer = await (cancels ? real(path.replace("/cancel", ""), {...options, method: "GET"}) : real(path, options));
  return path.startsWith("/v1/trials/") ? Response.json({...await answer.json(), status}) : answer;
};"""


def test_a_trial_that_takes_long_says_how_far_it_is_and_can_be_cancelled(page: Page, home: Home) -> None:
    page.before_each_document(SLOW)
    home.declare("/orders", name="orders")
    home.send("/orders")
    home.client.post("/v1/endpoints/orders/contracts", json={}).raise_for_status()
    page.enter("endpoints/orders/contracts/1", home.key)
    Select(page.find("#range")).select_by_visible_text("all that is kept")
    page.click("button", "Try it")
    page.find("#trial-status", "Judging: 1 so far")
    page.driver.refresh()
    page.find("#trial-status", "Judging: 1 so far")
    page.click("#try button", "Cancel")
    page.find("#trial-status", "Cancelled")
    page.find("#try", "No verdict would be another one")


# Elements and attributes that only foreign markup could have brought into these pages.
FOREIGN = """
const foreign = "SCRIPT IMG IMAGE SVG IFRAME OBJECT EMBED STYLE VIDEO AUDIO X MATH BASE META LINK".split(" ");
return [...document.querySelectorAll("main, main *")].filter(e =>
  foreign.includes(e.tagName.toUpperCase()) ||
  [...e.attributes].some(a => a.name.startsWith("on") || a.name === "style") ||
  (e.hasAttribute("href") && !/^(#\\/|\\/docs|\\/v1\\/endpoints\\/[^\\/?#]+\\/docs$)/.test(e.getAttribute("href")))
).map(e => e.outerHTML.slice(0, 200))"""

ANSWERS = """
const [payloads, endpoint, contract] = %s;
const list = (items) => ({items, next_cursor: null});
const answers = [
  [/\\/diff/, {from: 1, to: 2, complete: false,
    changes: payloads.map(p => ({pointer: p, keyword: p, change: p, says: p}))}],
  [/contracts\\/\\d/, contract],
  [/contracts\\?/, list(payloads.map((p, i) => (
    {version: i + 1, active: i === 0, created_at: p, document_bytes: p})))],
  [/trials/, {id: "t", contract_version: 2, status: payloads[0], looked_at: payloads[1], more_changes: payloads[2],
    outcomes: Object.fromEntries(payloads.map(p => [p, 1])),
    changes: payloads.map(p => ({request: p, from: p, to: p, causes: [p]}))}],
  [/requests|tail/, list([])],
  [/endpoints\\?/, list([endpoint])],
  [/endpoints/, endpoint],
];
window.fetch = async (path) => Response.json(answers.find(([pattern]) => pattern.test(path))[1]);"""


def hostile_answers() -> str:
    texts = list(PAYLOADS)
    endpoint = {
        **dict.fromkeys(("id", "name", "path", "url", "contract_mode", "contract_version"), texts[0]),
        "methods": texts,
        "verification": {"scheme": "hmac", "secrets": [{"id": t, "created_at": t, "expires_at": t} for t in texts]},
        "replies": [{"body": text} for text in texts],
        "allow_from": texts,
        "cors": {"origins": texts},
    }
    contract = {"version": 2, "active": True, "created_at": texts[0], "definitions": {text: [text] for text in texts}}
    return ANSWERS % json.dumps([texts, endpoint, contract])


def test_names_and_contracts_are_shown_as_text(page: Page) -> None:
    page.before_each_document(hostile_answers())
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key="any")
    page.find("#endpoints .endpoint")
    shown_in = {"": "#newest", "/edit": ".secret", "/contracts": ".versions a", "/contracts/new": "#contract-text"}
    for way, css in {**shown_in, "/contracts/2?trial=t": ".side-by-side, #comparison pre"}.items():
        page.script("location.hash = arguments[0]", f"#/endpoints/{quote(HANDLERS[0], safe='')}{way}")
        page.find(css)
        assert page.script(FOREIGN) == []
    page.find("#trial-status")
    assert page.all_text(".changes td:nth-child(2)") == list(PAYLOADS)
    assert page.script("return window.__xss === undefined")
