"""Editing a request that came and sending it again: first what would become of it, then what did."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.scene import newest, play


def write_anew(page: Page, path: str, key: str) -> None:
    """Read the newest request to a path, and begin to write all of it anew."""
    page.read(path, key)
    page.click("#request .actions a", "again")
    page.click("#again a", "write it anew")


def test_an_edited_body_is_sent_as_a_new_request_with_links_both_ways(page: Page, home: Home) -> None:
    scene = play(home)
    destination = {"name": "app", "url": "https://app.example.com/hooks", "paused": True}
    home.client.post("/v1/destinations", json=destination).raise_for_status()
    page.enter(f"requests/{scene.refused}/again", home.key)
    page.find("#foretold .verdict", "refused")
    page.find("#sending", "choose a destination")
    assert not page.find("#sending button").is_enabled()
    page.click("#foretold button", "/items/1/quantity")
    page.driver.switch_to.active_element.send_keys("3")
    page.find("#foretold .verdict", "accepted")
    Select(page.find("[name=send-to]")).select_by_visible_text("app")
    page.click("#sending button", "Send")
    page.find("#sending .said", "1 delivery of it has begun")
    text = page.find("[name=text]")
    text.send_keys(" ")
    page.until(lambda: not page.all_text("#sending .said a"), "no word of what was sent before")
    text.send_keys(Keys.BACKSPACE)
    page.click("#sending a", "The request that was made of it")
    page.find("#request pre", '"quantity": 3')
    page.find("#deliveries-of-request .deliveries", "app")
    page.click("#request .lineage a", scene.refused)
    page.find("#request .judged", "refused")
    page.find("#request .lineage", "Edited as req_")


def test_who_may_not_send_is_told_so_where_the_button_was(page: Page, home: Home) -> None:
    page.forgiven = ["403 (Forbidden)"]
    home.declare("/open")
    home.send("/open", b"plain")
    reader = home.client.post("/v1/keys", json={"name": "only-reads", "scopes": ["read"]}).json()
    page.enter(f"requests/{newest(home, 'open', 'accepted')}/again", reader["secret"])
    page.find("#foretold .verdict", "accepted")
    page.click("#sending button", "Send")
    page.find("#sending .said:focus", "replay")


def test_a_refused_order_is_mended_and_sent_again(page: Page, home: Home) -> None:
    scene = play(home)
    page.enter(f"requests/{scene.refused}/anew", home.key)
    page.find("#foretold .judged", "422")
    page.find("#anew .left-out", "user-agent")
    kept = len(home.client.get("/v1/requests").json()["items"])
    page.click("#foretold button", "/items/1/quantity")
    selected = "const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd)"
    page.until(lambda: page.script(selected) == "0", "the place in the field")
    page.driver.switch_to.active_element.send_keys("3")
    page.find("#foretold .verdict", "accepted")
    assert len(home.client.get("/v1/requests").json()["items"]) == kept
    page.click("#sending button", "Send")
    page.find("#sending", "202")
    page.click("#sending a", "The request that it made")
    page.find("#request pre", '"quantity": 3')
    assert page.find("#request h2", "POST /orders/1052?source=shop")


def test_a_signed_sender_cannot_be_imitated_and_the_page_says_so(page: Page, home: Home) -> None:
    page.forgiven = ["401 (Unauthorized)"]
    scene = play(home)
    page.enter(f"requests/{scene.unverified}/anew", home.key)
    page.find("#foretold", "a signed sender cannot be imitated from here")
    page.find("#foretold .judged", "Were the sender verified")
    page.click("#sending button", "Send")
    page.find("#sending", "401")
    page.find("#sending a", "The request that it made")


def test_what_this_key_does_not_see_is_left_out_and_said(page: Page, home: Home) -> None:
    home.declare("/open", replies=[{"status": 201, "body": {"thanks": True}}])
    home.send("/open", b"plain", authorization="Bearer secret")
    editor = home.client.post("/v1/keys", json={"name": "editor", "scopes": ["read"]}).json()
    write_anew(page, "/open", editor["secret"])
    page.find("#anew .left-out", "authorization")
    assert "authorization" not in page.find("textarea[name=headers]").get_property("value")
    page.find("textarea[name=headers]").send_keys("\nno header")
    page.find("#anew .problem", "Line 2")
    assert not page.find("#sending button").is_enabled()
    page.find("textarea[name=headers]").send_keys(Keys.BACKSPACE * 9, "x-mine: 1")
    page.find("#foretold .judged", "201")
    page.click("#sending button", "Send")
    page.find("#sending pre", "thanks")
    page.click("#sending a", "The request that it made")
    page.find("#request table[aria-label='Headers'] th", "x-mine")


def test_a_body_that_is_no_text_is_sent_as_it_came(page: Page, home: Home) -> None:
    home.declare("/bytes")
    body = bytes(range(256)) * 3
    home.send("/bytes", body, **{"content-type": "image/png"})
    write_anew(page, "/bytes", home.key)
    page.find("#anew", "768 B that are no plain text")
    page.find("#foretold .verdict", "accepted")
    page.click("#sending button", "Send")
    page.find("#sending", "202")
    sent = newest(home, "bytes", "accepted")
    assert home.client.get(f"/v1/requests/{sent}/body").content == body
