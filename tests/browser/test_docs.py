"""Swagger UI at /docs: every operation, Authorize, Try it out."""

from __future__ import annotations

import httpx

from tests.browser.conftest import Home
from tests.browser.page import Page

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
LISTING = ".opblock-get:has([data-path='/v1/endpoints'])"
RECEIVING = ".opblock-get:has([data-path='/in/{project}/{path}'])"


def operations(home: Home) -> list[tuple[str, str]]:
    paths = httpx.get(f"{home.url}/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item.keys() & METHODS]


def test_every_operation_of_the_specification_is_shown(page: Page, home: Home) -> None:
    page.open("/docs")
    page.find(LISTING)
    methods, paths = page.all_text(".opblock-summary-method"), page.all_text(".opblock-summary-path > a > span")
    shown = [(method, path.replace("\u200b", "")) for method, path in zip(methods, paths, strict=True)]
    assert sorted(shown) == sorted(operations(home))


def test_authorize_and_try_it_out_show_the_answer(page: Page, home: Home) -> None:
    home.declare("/tried")
    page.open("/docs/")
    page.click(".btn.authorize")
    page.find(".auth-container input").send_keys(home.key)
    page.click(".auth-btn-wrapper .authorize")
    page.find(".auth-container", "Authorized")
    page.click(".btn-done")
    try_listing(page)


def test_whoever_is_signed_in_is_authorized_there(page: Page, home: Home) -> None:
    home.declare("/tried")
    page.open("/", key=home.key)
    page.find(".endpoint", "tried")
    page.click("nav a", "API reference")
    try_listing(page)


def test_the_docs_take_a_key_in_their_address(page: Page, home: Home) -> None:
    home.declare("/tried")
    page.open("/docs", key=home.key)
    page.find(LISTING)
    assert page.driver.current_url == f"{home.url}/docs"
    try_listing(page)


def test_a_path_of_several_segments_is_received_as_it_was_typed(page: Page, home: Home) -> None:
    home.declare("/orders/{order_id}", methods=["GET"])
    page.open("/docs", key=home.key)
    page.click(f"{RECEIVING} .opblock-summary-control")
    page.click(f"{RECEIVING} .try-out__btn")
    for name, value in (("project", home.slug), ("path", "orders/17")):
        field = page.find(f"{RECEIVING} tr[data-param-name='{name}'] input")
        field.clear()
        field.send_keys(value)
    page.click(f"{RECEIVING} .execute")
    page.find(f"{RECEIVING} .live-responses-table .response-col_status", "202")


def try_listing(page: Page) -> None:
    page.click(f"{LISTING} .opblock-summary-control")
    page.click(f"{LISTING} .try-out__btn")
    page.click(f"{LISTING} .execute")
    page.find(f"{LISTING} .live-responses-table .response-col_status", "200")
    page.find(f"{LISTING} .live-responses-table", '"/tried"')
