"""Swagger UI at /docs: every operation, Authorize, Try it out."""

from __future__ import annotations

import httpx

from tests.browser.conftest import Home
from tests.browser.page import Page

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
LISTING = ".opblock-get:has([data-path='/v1/endpoints'])"


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


def try_listing(page: Page) -> None:
    page.click(f"{LISTING} .opblock-summary-control")
    page.click(f"{LISTING} .execute")
    page.find(f"{LISTING} .live-responses-table .response-col_status", "200")
    page.find(f"{LISTING} .live-responses-table", '"/tried"')
