"""Every view has an address; going back and forth is going to them."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from tests.browser.conftest import Home
from tests.browser.page import Page

SHOWN = "#requests .what .data"


def focused(page: Page) -> str:
    return str(page.script("return document.activeElement.textContent"))


def place(page: Page) -> str:
    return str(page.script("return location.hash"))


def test_an_endpoint_has_a_page_and_back_leads_to_the_inbox(page: Page, home: Home) -> None:
    endpoint = home.declare("/orders/{order_id}", name="orders", methods=["POST"])
    page.open("/", key=home.key)
    page.click(".endpoint h3 a", "orders")
    page.find("#endpoint .copyable", endpoint["url"])
    page.find("#endpoint", "It takes POST")
    assert (place(page), page.driver.title) == ("#/endpoints/orders", "orders · Letterbox")
    page.until(lambda: focused(page) == "orders", "the focus on its title")
    page.driver.back()
    page.find("#inbox .endpoint", "orders")
    page.until(lambda: focused(page) == "Requests", "the focus on the inbox")
    page.driver.forward()
    page.click("#endpoint a", "Its requests")
    page.find("#nothing-yet", "No request is like that")
    assert place(page) == "#/?endpoint=orders"


def test_an_address_that_names_nothing_says_so(page: Page, home: Home) -> None:
    page.forgiven.append("404")
    page.open("/", key=home.key)
    page.script("location.hash = '#/no/such/place'")
    page.find("main", "names no page")
    page.script("location.hash = '#/endpoints/nobody'")
    page.find("#endpoint .problem", "no such endpoint")


def test_filters_are_part_of_the_address_and_stay_while_a_request_is_read(page: Page, home: Home) -> None:
    home.declare("/a/{part}", methods=["POST"])
    home.send("/a/one", b"needle")
    home.send("/a/two", b"hay")
    home.send("/a/three", method="DELETE")
    page.open("/", key=home.key)
    page.until(lambda: page.all_text(SHOWN) == ["/a/three", "/a/two", "/a/one"], "all of them")
    Select(page.find("select[name=method]")).select_by_visible_text("POST")
    page.until(lambda: page.all_text(SHOWN) == ["/a/two", "/a/one"], "those that were posted")
    page.find("input[name=search]").send_keys("needle")
    page.until(lambda: page.all_text(SHOWN) == ["/a/one"], "the one with the needle")
    page.click("#requests a", "/a/one")
    page.find("#request pre", "needle")
    assert place(page).endswith("?method=POST&search=needle")
    page.driver.refresh()
    page.find("#request pre", "needle")
    assert page.driver.find_element(By.NAME, "search").get_property("value") == "needle"
    home.send("/a/four", b"another needle")
    page.until(lambda: page.all_text(SHOWN) == ["/a/four", "/a/one"], "what arrives and has it")
    page.click("h1 a")
    page.until(lambda: len(page.all_text(SHOWN)) == 4, "all of them again")
