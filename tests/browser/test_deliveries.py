"""Destinations and subscriptions are declared in forms, and what is delivered, or is not, is seen as it happens."""

from __future__ import annotations

import re

from selenium.webdriver.support.select import Select
from standardwebhooks import Webhook

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.test_endpoints_form import write
from tests.delivery.scripted import Answering, Received, receiving


def subscribe(home: Home, url: str, path: str = "/orders", **more: object) -> None:
    """An endpoint `orders` whose requests are delivered to a destination `app` at this address."""
    home.declare(path, name="orders")
    destination = {"url": url, "name": "app", "retry_schedule_seconds": [0], **more}
    home.client.post("/v1/destinations", json=destination).raise_for_status()
    home.client.post("/v1/subscriptions", json={"endpoint": "orders", "destination": "app"}).raise_for_status()


def test_a_destination_is_declared_and_subscribed_and_the_delivery_is_seen_live(page: Page, home: Home) -> None:
    page.forgiven = ["422 (Unprocessable", "400 (Bad Request)"]
    home.declare("/orders", name="orders")
    with receiving() as receiver:
        page.open("/", key=home.key)
        page.click("#navigation a", "Destinations")
        page.click("#destinations .empty a", "Declare one")
        write(page, "/url", receiver.url)
        write(page, "/name", "app")
        write(page, "/retry_schedule_seconds", "0, soon")
        page.click("button", "Declare it")
        page.find("#field-retry_schedule_seconds-problem", "integer")
        write(page, "/retry_schedule_seconds", "0, 5, 300")
        page.find("#field-retry_schedule_seconds-hint", "at once, after 5 s, after 5 min")
        page.click("button", "Declare it")
        secret = re.search(r"whsec_\S+", page.find("#issued .copyable", "whsec_").text)
        page.click("#issued a", "subscribe an endpoint")
        write(page, "/filter", "request.method =")
        page.click("#subscription-form button", "Subscribe")
        page.find("#field-filter-problem")
        write(page, "/filter", "request.method == 'POST'")
        page.click("#subscription-form button", "Subscribe")
        page.find("#subscriptions li", "request.method == 'POST'")
        page.find("#destination .state", "unknown")
        home.send("/orders", b'{"order": 17}')
        page.find("#destination .state", "healthy")
        page.find("#health .latency", "1 attempt")
        page.click("#navigation a", "Requests")
        page.click("#requests a", "/orders")
        page.find("#deliveries-of-request .delivery .state.good", "succeeded")
        page.find("#deliveries-of-request .attempt .state", "200")
        [received] = receiver.wait_for(1)
        assert secret
        assert Webhook(secret.group()).verify(received.body, dict(received.headers)) == {"order": 17}


def test_a_failed_delivery_shows_its_attempts_and_is_retried(page: Page, home: Home) -> None:
    with receiving(lambda _received: Answering(503, body=b"back in a minute")) as receiver:
        subscribe(home, receiver.url)
        page.open("/", key=home.key)
        page.find("#watch", "live")
        id_ = home.send("/orders", b"1")
        page.click("#requests a", "/orders")
        page.find("#deliveries-of-request .delivery .state.bad", "failed")
        page.find(".attempt .state.bad", "503")
        page.find(".attempt pre", "back in a minute")
        page.script("location.hash = '#/destinations'")
        page.find("#destinations .state", "failing")
        page.click("#destinations .hour a", "1 failed")
        page.find("#deliveries-list li", id_)
        page.find("#watch", "live")
        home.send("/orders", b"2")
        page.until(lambda: len(page.all_text("#deliveries-list li")) == 2, "the other one by itself")
        receiver.script = lambda _received: Answering()
        page.click("#deliveries-list button", "Retry")
        page.until(lambda: len(page.all_text("#deliveries-list li")) == 1, "it to leave the failed ones")
        page.click("button", "Retry all of these")
        page.find(".card[role=alert]", "1 failed delivery again")
        page.click("button", "Retry them")
        page.find("#deliveries", "No delivery is like that")
        page.script("location.hash = '#/deliveries?request=' + arguments[0]", id_)
        page.click("#deliveries-list a", id_)
        page.find("#deliveries-of-request .state.good", "succeeded")
        page.until(lambda: page.all_text(".attempt .moment .state") == ["503", "200"], "both attempts")


def test_a_key_that_may_only_read_is_told_so(page: Page, home: Home) -> None:
    page.forgiven = ["403 (Forbidden)"]
    reader = home.client.post("/v1/keys", json={"name": "reader", "scopes": ["read"]}).json()
    with receiving(lambda _received: Answering(503)) as receiver:
        subscribe(home, receiver.url)
        page.enter(f"requests/{home.send('/orders', b'1')}", reader["secret"])
        page.click("#deliveries-of-request .delivery button", "Retry")
        page.find("#deliveries-of-request .delivery", "that takes a key with the scope replay")
        page.script("location.hash = '#/destinations/app'")
        page.click("#health button", "Pause")
        page.find("#health .said", "that takes a key with the scope write")
        assert "Pause" not in page.text("#health")


def test_what_no_subscription_takes_says_why_and_can_be_replayed(page: Page, home: Home) -> None:
    with receiving() as receiver:
        home.declare("/orders", name="orders")
        home.client.post("/v1/destinations", json={"url": receiver.url, "name": "app"}).raise_for_status()
        id_ = home.send("/orders", b"1")
        page.enter(f"requests/{id_}", home.key)
        page.click("#deliveries-of-request a", "Add a subscription")
        write(page, "/filter", "request.method == 'PUT'")
        page.click("#subscription-form button", "Subscribe")
        page.find("#subscriptions li", "app")
        page.script("location.hash = '#/requests/' + arguments[0]", home.send("/orders", b"2"))
        page.find("#deliveries-of-request .notes", "its filter does not take it")
        page.click("#deliveries-of-request button", "Replay")
        page.find("#deliveries-of-request .said", "nothing is delivered")
        Select(page.find("[name=replay-to]")).select_by_visible_text("app")
        page.click("#deliveries-of-request button", "Replay")
        page.find("#deliveries-of-request .state.good", "succeeded")


def test_a_replay_says_how_many_there_are_before_it_runs(page: Page, home: Home) -> None:
    with receiving() as receiver:
        home.fill("/many", 3)
        home.client.post("/v1/destinations", json={"url": receiver.url, "name": "app"}).raise_for_status()
        page.open("/", key=home.key)
        page.find("#requests a")
        page.find("body").send_keys("4")
        page.find("#replays .empty", "None yet")
        page.until(lambda: "app" in page.all_text("#field-target option"), "the destination to choose")
        Select(page.find("#field-target")).select_by_visible_text("app")
        page.click("#replay-form button", "Count them")
        page.find("#replay-status", "3 requests match")
        assert receiver.received == []
        page.click("#replay button", "Run it")
        page.find("#replay a", "3 succeeded")
        page.find("#replay-status", "It has dealt with 3 requests")
        page.click("#replay a", "Replays")
        page.find("#replays td", "3 succeeded")


def test_a_destination_is_tested_paused_rotated_changed_and_removed(page: Page, home: Home) -> None:
    with receiving() as receiver:
        subscribe(home, receiver.url)
        page.enter("destinations/app", home.key)
        page.click("#destination-test button", "Send a test")
        page.find("#destination-test .attempt .state.good", "200")
        page.click("#health button", "Pause")
        page.find("#destination .state", "paused")
        home.send("/orders", b"1")
        page.find("#health .hour a", "1 waiting")
        Select(page.find("[name=overlap]")).select_by_visible_text("for an hour")
        page.click("#signing button", "Rotate the secret")
        page.find("#issued .copyable", "whsec_")
        page.until(lambda: len(page.all_text("#signing li")) == 2, "both secrets")
        page.click("#health a", "Change")
        write(page, "/headers", "x-env: prod")
        page.click("#field-paused")
        page.click("button", "Save")
        page.find("#destination .facts", "x-env: prod")
        page.find("#destination .state", "healthy")
        assert [received.header("x-env") for received in receiver.wait_for(2)] == [None, "prod"]
        page.click(".remove button", "Remove this destination")
        page.find(".remove [role=alert]", "what waits to be delivered there is cancelled")
        page.click(".remove button", "Remove it")
        page.find("#destinations .empty")


def gone(_received: Received) -> Answering:
    return Answering(410)


def test_why_a_destination_was_disabled_is_said_and_it_is_enabled(page: Page, home: Home) -> None:
    with receiving(gone) as receiver:
        subscribe(home, receiver.url)
        home.send("/orders", b"1")
        receiver.wait_for(1)
        page.until(lambda: home.client.get("/v1/destinations/app").json()["disabled_at"], "it to be disabled")
        page.enter("destinations/app", home.key)
        page.find("#health .problem", "It has answered 410")
        page.click("#health button", "Enable")
        page.find("#health .said", "Enabled")
        page.until(lambda: page.all_text("#health .problem:not([hidden])") == [], "the reason to go")
