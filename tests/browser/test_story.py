"""A newcomer's first minutes, and everybody's coming and going."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.faults.server import Server

CLIPBOARD = ["clipboardReadWrite", "clipboardSanitizedWrite"]


def test_a_newcomer_opens_the_printed_address_sends_a_request_and_reads_it(page: Page, home: Home) -> None:
    home.declare("/welcome")
    page.open("/", key=home.key)
    page.find("#nothing-yet", "Nothing has arrived yet")
    home.send("/welcome", b'{"hello": "letterbox"}', **{"content-type": "application/json"})
    page.click("#requests a", "/welcome")
    assert page.find("#request pre", "letterbox").text == '{\n  "hello": "letterbox"\n}'
    assert "accepted" in page.text("#request .judged")


def test_the_first_start_s_key_shows_the_inbox(page: Page, service: Server) -> None:
    page.open("/", key=service.admin_key)
    assert page.find(".endpoint", "inbox").is_displayed()


def test_the_key_leaves_the_address_bar_and_stays_for_the_tab(page: Page, home: Home) -> None:
    home.declare("/welcome")
    page.open("/", key=home.key)
    page.find(".endpoint", "welcome")
    assert page.driver.current_url == f"{home.url}/"
    page.driver.refresh()
    page.find(".endpoint", "welcome")


def test_a_key_can_be_typed_in_and_is_forgotten_on_signing_out(page: Page, home: Home) -> None:
    home.declare("/welcome")
    page.open()
    page.find("#key").send_keys(f" {home.key}\n")
    page.find(".endpoint", "welcome")
    page.click("#sign-out")
    assert page.find("#key").get_property("value") == ""
    assert page.all_text("#endpoints .endpoint") == []
    page.driver.refresh()
    page.find("#sign-in form")


def test_a_wrong_key_is_answered_in_words(page: Page) -> None:
    page.forgiven = ["401 (Unauthorized)"]
    page.open("/", key="lbk_" + "x" * 40)
    assert "key" in page.find("#sign-in-problem").text
    page.driver.refresh()
    page.find("#key").send_keys("with a space\n")
    page.find("#sign-in-problem", "no spaces")


def test_a_project_without_endpoints_says_where_to_declare_one(page: Page, home: Home) -> None:
    page.open("/", key=home.key)
    page.find("#nothing-yet a", "an endpoint is declared")
    page.click("#endpoints a", "Declare one")
    page.find("#endpoint-form")


def test_an_endpoint_leads_to_its_own_page_which_needs_no_other_key(page: Page, home: Home) -> None:
    endpoint = home.declare("/orders/{order_id}", name="orders")
    page.open("/", key=home.key)
    page.click(".endpoint a", "Its own page")
    page.find(".info .title", "orders")
    assert page.driver.current_url == f"{home.url}/v1/endpoints/{endpoint['id']}/docs"


def test_the_address_and_the_curl_can_be_copied(page: Page, home: Home) -> None:
    endpoint = home.declare("/orders/{order_id}", name="orders")
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": CLIPBOARD, "origin": home.url})
    page.open("/", key=home.key)
    page.click("button[aria-label='Copy the address of orders']")
    page.find("button[aria-label='Copy the address of orders'] + [role=status]", "Copied")
    assert page.script("return navigator.clipboard.readText()") == endpoint["url"]
    page.click("button[aria-label='Copy a curl for orders']")
    page.find("button[aria-label='Copy a curl for orders'] + [role=status]", "Copied")
    assert page.script("return navigator.clipboard.readText()").startswith(f"curl '{home.url}/in/")


@pytest.mark.parametrize("path", ["/plain", "/orders/{order_id}", "/files/{rest...}", "/it's(a);strange&path=1,$HOME!"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_curl_can_be_pasted_as_it_is(page: Page, home: Home, path: str, method: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    home.declare(path, name="pasted", methods=[method])
    page.open("/", key=home.key)
    command = page.find(".endpoint details .copy-text").text
    shell = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=20)
    assert shell.stdout.startswith('{"id":"req_')


def test_a_service_that_does_not_answer_is_named_until_it_does(page: Page, home: Home) -> None:
    page.open("/", key=home.key)
    page.find("#endpoints", "No endpoint yet")
    page.script("window.kept = fetch; window.fetch = () => Promise.reject(new TypeError('no network'))")
    page.click("#refresh")
    page.find("#inbox-problem", "does not answer")
    page.script("window.fetch = window.kept")
    page.click("#refresh")
    page.until(lambda: not page.driver.find_element("id", "inbox-problem").is_displayed(), "the end of it")


def test_a_key_that_is_revoked_meanwhile_leads_back_to_the_form(page: Page, home: Home) -> None:
    page.forgiven = ["401 (Unauthorized)"]
    key = home.client.post("/v1/keys", json={"name": "short-lived", "scopes": ["read"]}).json()
    page.open("/", key=key["secret"])
    page.find("#endpoints", "No endpoint yet")
    home.client.delete(f"/v1/keys/{key['id']}").raise_for_status()
    page.find("#sign-in-problem", "key")
    assert page.script("return sessionStorage.length") == 0
