"""The page of an endpoint: Swagger UI shows its OpenAPI 3.1 document, and tries it out."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Home
from tests.browser.page import Page

POST = ".opblock-post"
KEY = "#ask input[name=key]"


def address(endpoint: dict[str, Any], more: str = "") -> str:
    return f"/v1/endpoints/{endpoint['id']}/docs{more}"


def public(home: Home, **more: Any) -> dict[str, Any]:
    return home.declare("/orders/{order_id}", name="orders", public_docs=True, **more)


def test_a_public_page_needs_no_key(page: Page, home: Home) -> None:
    page.open(address(public(home)))
    page.find(f"{POST} .opblock-summary-path", "/orders/")
    page.find(".info .title", "orders")
    page.find(".info", "OAS 3.1")


def test_trying_it_out_sends_to_the_endpoint(page: Page, home: Home) -> None:
    page.open(address(public(home)))
    page.click(f"{POST} .opblock-summary-control")
    page.click(f"{POST} .try-out__btn")
    page.find(f"{POST} tr[data-param-name='order_id'] input").send_keys("17")
    page.click(f"{POST} .execute")
    page.find(f"{POST} .live-responses-table .response-col_status", "202")
    kept = home.client.get("/v1/requests").json()["items"]
    assert [(request["path"], request["verdict"]) for request in kept] == [("/orders/17", "accepted")]


def test_slashes_in_an_open_end_are_sent_as_they_are(page: Page, home: Home) -> None:
    page.open(address(home.declare("/files/{rest...}", public_docs=True), "/"))
    page.click(f"{POST} .opblock-summary-control")
    page.click(f"{POST} .try-out__btn")
    page.find(f"{POST} tr[data-param-name='rest'] input").send_keys("a/b")
    page.click(f"{POST} .execute")
    page.find(f"{POST} .live-responses-table .response-col_status", "202")
    assert home.client.get("/v1/requests").json()["items"][0]["path"] == "/files/a/b"


def test_a_page_that_is_not_public_asks_for_a_key(page: Page, home: Home) -> None:
    page.forgiven.append("401")
    closed = home.declare("/closed", name="closed")
    document = f"/v1/endpoints/{closed['id']}/openapi.json?view=path"
    page.open(address(closed))
    page.find("#why", "holders of a key")
    page.find(KEY).send_keys("lbk_nobody")
    page.click("#ask button")
    page.until(lambda: page.answers(document) == [401, 401], "a second 401")
    page.until(lambda: "holders of a key" not in page.text("#why"), "what is wrong with this key")
    field = page.find(KEY)
    field.clear()
    field.send_keys(home.key)
    page.click("#ask button")
    page.find(".info .title", "closed")


def test_a_good_key_is_told_that_there_is_no_such_endpoint(page: Page, home: Home) -> None:
    page.forgiven += ["401", "404"]
    page.open("/v1/endpoints/nowhere/docs", key=home.key)
    page.find("#why", "There is no such endpoint in this project.")
    page.find(KEY)


def test_a_key_without_the_scope_is_told_which_it_lacks(page: Page, home: Home) -> None:
    page.forgiven += ["401", "403"]
    closed = home.declare("/closed", name="closed")
    made = home.client.post("/v1/keys", json={"name": "writer", "scopes": ["write"]}).raise_for_status().json()
    page.open(address(closed), key=made["secret"])
    page.find("#why", "scope")


def test_a_wrong_key_is_told_that_it_is_wrong(page: Page, home: Home) -> None:
    page.forgiven.append("401")
    page.open(address(home.declare("/closed")), key="lbk_" + "x" * 43)
    page.find("#why", "key")
    assert "holders of a key" not in page.text("#why")


def test_the_key_of_the_tab_is_enough(page: Page, home: Home) -> None:
    closed = home.declare("/closed", name="closed")
    page.open(address(closed), key=home.key)
    page.find(".info .title", "closed")
    assert page.driver.current_url == home.url + address(closed)


def test_a_key_that_opens_nothing_here_does_not_close_what_is_public(page: Page, home: Home) -> None:
    page.forgiven.append("401")
    page.open(address(public(home)), key="lbk_nobody")
    page.find(".info .title", "orders")


def test_the_view_of_consumers_shows_webhooks(page: Page, home: Home) -> None:
    page.open(address(public(home)))
    page.click(".top nav a", "consume")
    page.find(".webhooks", "orders")
    page.find(".info", "Nothing is delivered yet")
    page.find(".top nav a[aria-current]", "consume")


def test_a_contract_is_shown_with_its_event_types(page: Page, home: Home) -> None:
    endpoint = public(home)
    offered = {
        "body": {"type": ["object", "null"]},
        "event_type": "request.query.kind",
        "event_types": {"made": {"properties": {"n": {"const": 1}}}, "paid": {}},
        "active": True,
    }
    home.client.post(f"/v1/endpoints/{endpoint['id']}/contracts", json=offered).raise_for_status()
    page.open(address(endpoint))
    page.click(f"{POST} .opblock-summary-control")
    page.find(f"{POST} tr[data-param-name='kind']", "made")
    page.find(".models, .json-schema-2020-12", "paid")
