"""Reading what arrived: the list, and one request of it."""

from __future__ import annotations

import json
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Home
from tests.browser.page import PHONE, Page

JSON = {"content-type": "application/json"}
NEWEST = "/v1/requests?limit=50"


def test_requests_appear_by_themselves_and_the_list_is_read_once(page: Page, home: Home) -> None:
    home.declare("/live")
    page.open("/", key=home.key)
    page.find("#nothing-yet", "curl")
    page.find("#watch", "live")
    home.send("/live")
    page.find("#requests a", "/live")
    assert page.answers(NEWEST) == [200]


def test_the_refresh_button_and_a_new_endpoint_need_no_reload(page: Page, home: Home) -> None:
    page.open("/", key=home.key)
    page.find("#endpoints", "No endpoint yet")
    home.declare("/late")
    page.click("#refresh")
    page.find(".endpoint", "late")


def test_older_requests_come_page_by_page(page: Page, home: Home) -> None:
    home.fill("/many", 120)
    page.open("/", key=home.key)
    for count in (100, 120):
        page.click("#older")
        page.until(lambda count=count: len(page.all_text("#requests li")) == count, f"{count} requests")  # type: ignore[misc]
    assert not page.driver.find_element("id", "older").is_displayed()
    home.send("/many/new")
    page.find("#requests a", "/many/new")
    expected = ["/many/new", *(f"/many/{number}" for number in reversed(range(120)))]
    assert page.all_text("#requests .what .data") == expected


def test_a_request_shows_its_headers_as_they_came_and_its_facts(page: Page, home: Home) -> None:
    home.declare("/facts/{part}")
    id_ = home.send("/facts/one?a=1&a=2", b"text", **{"x-first": "1", "content-type": "text/plain"})
    page.enter(f"requests/{id_}", home.key)
    assert page.find("#request h2", "POST").text == "POST /facts/one?a=1&a=2"
    kept = home.client.get(f"/v1/requests/{id_}").json()
    assert page.all_text("#request table[aria-label='Headers'] td") == [value for _, value in kept["headers"]]
    heading = page.find("#request table[aria-label='Headers'] thead")
    assert (heading.text, heading.rect["height"] > 10) == ("Name Value", True)
    facts = page.text("#request .facts")
    assert all(fact in facts for fact in (id_, kept["body_sha256"], "4 B", "202", "text/plain", "{part}", "127.0.0.1"))


def test_a_request_shows_its_way_in_and_every_verdict_that_it_has_had(page: Page, home: Home) -> None:
    endpoint = home.declare("/held", contract_mode="quarantine", replies=[{"when": "request.body.a == 1"}])
    contract = {"body": {"type": "object"}, "active": True}
    home.client.post(f"/v1/endpoints/{endpoint['id']}/contracts", json=contract).raise_for_status()
    id_ = home.send("/held", b"[]", **JSON)
    home.client.post(f"/v1/requests/{id_}/release").raise_for_status()
    kept = home.client.get(f"/v1/requests/{id_}").json()
    page.read("/held", home.key)
    page.find("table[aria-label='Way in']", "when failed")
    assert page.all_text("table[aria-label='Way in'] tbody th") == [step["step"] for step in kept["trail"]]
    assert page.all_text("table[aria-label='Verdicts'] .verdict") == ["quarantined", "accepted"]
    page.find("table[aria-label='Verdicts'] td", kept["history"][1]["by"])


def test_json_is_indented_without_changing_a_literal(page: Page, home: Home) -> None:
    home.declare("/json")
    body = b'{"a":1.0,"a":12345678901234567890,"\\u0041":[],"b":{"c":[1e2,"x, {y}: [z]"]}}'
    id_ = home.send("/json", body, **JSON)
    page.open(f"/?#/requests/{id_}")
    page.find("#key").send_keys(f"{home.key}\n")
    indented = page.find("#request pre").text
    assert indented.splitlines()[:3] == ["{", '  "a": 1.0,', '  "a": 12345678901234567890,']
    assert json.loads(indented) == json.loads(body)
    page.click(".choice button", "As sent")
    assert page.find("#request pre").text == body.decode()


def test_a_deep_nest_of_brackets_does_not_stop_the_page(page: Page, home: Home) -> None:
    home.declare("/deep")
    id_ = home.send("/deep", b"[" * 30_000 + b"]" * 30_000, **{"content-type": "text/plain"})
    page.read("/deep", home.key)
    page.find("#request .facts", id_)
    page.find("#request pre", "[")


def test_a_binary_body_is_shown_in_hex_and_downloaded_whole(page: Page, home: Home, downloads: Path) -> None:
    home.declare("/binary")
    body = bytes(range(256)) * 1_000
    id_ = home.send("/binary", body)
    page.read("/binary", home.key)
    assert page.find("#request pre").text.splitlines()[1].startswith("000010  10 11 12 13")
    page.find("#request .body", "the first 66 kB of 256 kB")
    page.click("#request button", "Download")
    kept = downloads / f"{id_}.bin"
    page.until(lambda: kept.exists() and kept.stat().st_size == len(body), "the download")
    assert kept.read_bytes() == body


def test_a_refused_request_says_why(page: Page, home: Home) -> None:
    home.declare("/posts-only")
    home.send("/posts-only", method="DELETE")
    home.send("/nowhere")
    page.read("/posts-only", home.key)
    page.find("#request .why", "method_not_allowed")
    page.find("#request .body", "no body")
    page.click("#requests a", "/nowhere")
    page.find("#request .why", "no_endpoint")
    assert "no endpoint" in page.text("#request .facts")


def test_an_erased_request_says_so(page: Page, home: Home) -> None:
    home.declare("/gone")
    id_ = home.send("/gone", b"secret")
    home.client.delete(f"/v1/requests/{id_}").raise_for_status()
    page.read("/gone", home.key)
    page.find("#request .empty", "were erased on")


def test_an_unknown_request_is_answered_in_words(page: Page, home: Home) -> None:
    page.forgiven = ["404 (Not Found)"]
    page.enter("requests/req_%", home.key)
    page.find("#request .problem", "no such request")


def test_the_list_can_be_walked_with_the_keyboard(page: Page, home: Home) -> None:
    home.fill("/key", 3)
    page.open("/", key=home.key)
    page.find("#requests a", "/key/2").send_keys(Keys.ARROW_DOWN)
    page.find("#requests a[aria-current]", "/key/1")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: page.script("return document.activeElement.textContent") == "POST /key/1", "the focus inside")
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.find("#request", "Choose a request")
    assert "/key/1" in page.script("return document.activeElement.textContent")


def test_a_long_name_leaves_the_time_on_its_line(page: Page, home: Home) -> None:
    home.declare("/named", name="long-" * 12)
    home.send("/named")
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.open("/", key=home.key)
    page.script("arguments[0].textContent = 'Nov 26, 11:29:23 PM'", page.find("#requests time"))  # as after a day
    where, time = page.find("#requests .where"), page.find("#requests time")
    assert where.get_attribute("title") == "long-" * 12
    assert time.rect["height"] < 1.5 * page.find("#requests .size").rect["height"]
    assert time.rect["x"] + time.rect["width"] < page.find("#requests").rect["x"] + page.find("#requests").rect["width"]


def test_on_a_narrow_screen_the_request_takes_the_place_of_the_list(page: Page, home: Home) -> None:
    home.declare("/narrow")
    home.send("/narrow", bytes(256), **{f"x-{'long' * 20}": "value" * 200})
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.read("/narrow", home.key)
    page.find("#request h2", "/narrow")
    assert not page.driver.find_element("id", "requests").is_displayed()
    page.find("#request .tools")
    edges = "return [...document.querySelectorAll('#request *')].map(e => e.getBoundingClientRect().right)"
    assert max(page.script(edges)) <= 390
    page.click(".back")
    page.find("#requests a", "/narrow")
