"""How much came in: of the last hour, two days or month, of all endpoints or one."""

from __future__ import annotations

from tests.browser.conftest import Home
from tests.browser.page import Page


def test_the_chart_counts_what_is_listed_and_says_it_in_words(page: Page, home: Home) -> None:
    home.declare("/one", name="one", methods=["POST"])
    home.declare("/two", name="two", methods=["POST"])
    page.open("/", key=home.key)
    page.find("#chart", "Nothing came in the last hour")
    for path in ("/one", "/one", "/two"):
        home.send(path)
    home.send("/two", method="PUT")
    page.find("#chart figcaption", "3 accepted, 1 refused")
    page.find("#chart rect.refused")
    assert page.all_text("#chart table[aria-label='Requests per minute in the last hour'] td")
    page.click("#chart button", "30 days")
    page.find("#chart figcaption", "3 accepted, 1 refused")
    assert page.all_text("#chart g title")[-1].endswith("3 accepted, 1 refused")
    page.script("location.hash = '#/?endpoint=one'")
    page.until(lambda: page.all_text("#chart figcaption span")[:1] == ["2 accepted"], "those of the endpoint alone")
    assert page.all_text("#chart .uncounted") == []
    page.script("location.hash = '#/?endpoint=one&verdict=refused&search=o1'")
    page.find("#chart .uncounted", "whatever the verdict and search")
