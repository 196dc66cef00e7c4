"""Following what arrives, with a tail in the hands of the test; the list is the service's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.conftest import Home
from tests.browser.page import Page

TAIL = """
const real = window.fetch;
window.tails = [];
window.fetch = (path, options) => {
  if (!path.startsWith("/v1/tail")) return real(path, options);
  return new Promise((resolve, reject) => {
    const tail = {path, after: options.headers["Last-Event-ID"] ?? null};
    options.signal.addEventListener("abort", () => { tail.left = true; reject(new Error("left")); });
    tail.refuse = (status) => resolve(new Response("{}", {status}));
    const type = {"content-type": "text/event-stream"};
    const begin = (controller) => {
      tail.say = (text) => controller.enqueue(new TextEncoder().encode(text));
      tail.end = () => controller.close();
    };
    const body = new ReadableStream({start: begin});
    tail.answer = () => resolve(new Response(body, {headers: type}));
    window.tails.push(tail);
  });
};"""
SHOWN = "#requests .what .data"


class Tail:
    """The connections that the page has opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.sequence = page, 100

    def connection(self, number: int) -> dict[str, Any]:
        """The connection of this number, once it is opened."""
        look = "const t = tails[arguments[0]]; return t ? {path: t.path, after: t.after} : null"
        opened: dict[str, Any] = self.page.until(lambda: self.page.script(look, number), f"connection {number}")
        return opened

    def accept(self, number: int) -> dict[str, Any]:
        """Answer a connection with a stream whose position is the present one."""
        opened = self.connection(number)
        self.page.script("tails.at(-1).answer(); tails.at(-1).say(arguments[0])", f": at {self.sequence}\n\n")
        self.page.find("#watch", "live")
        return opened

    def follow(self, home: Home, path: str) -> None:
        """Open the inbox of a new endpoint, and accept its connection."""
        home.declare(path)
        self.page.open("/", key=home.key)
        self.accept(0)

    def tell(self, *requests: dict[str, Any]) -> None:
        text = ""
        for request in requests:
            self.sequence += 1
            text += f"id: {self.sequence}\nevent: request\ndata: {json.dumps(request)}\n\n"
        self.page.script("tails.at(-1).say(arguments[0])", text)


@pytest.fixture
def tail(page: Page) -> Tail:
    page.before_each_document(TAIL)
    return Tail(page)


def newest(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = home.client.get("/v1/requests").json()["items"][0]
    return found


def test_what_is_told_stands_on_top_and_replaces_what_was_known(page: Page, home: Home, tail: Tail) -> None:
    home.declare("/told/{number}")
    home.send("/told/1")
    page.open("/", key=home.key)
    tail.accept(0)
    page.find("#requests a", "/told/1")
    home.send("/told/2")
    told = newest(home)
    tail.tell(told)
    page.click("#requests a", "/told/2")
    page.find("#request .judged", "accepted")
    tail.tell({**told, "verdict": "quarantined"})
    page.find("#requests a .quarantined")
    tail.tell({**told, "erased_at": told["received_at"]})
    page.find("#request", "were erased on")
    assert page.all_text(SHOWN) == ["/told/2", "/told/1"]


def test_what_comes_while_the_list_is_read_comes_once(page: Page, home: Home, tail: Tail) -> None:
    home.declare("/once/{number}")
    home.send("/once/1")
    page.open("/", key=home.key)
    tail.connection(0)
    request = newest(home)
    text = f": at 7\n\nid: 8\nevent: request\ndata: {json.dumps(request)}\n\nid: 9\nevent: delivery\ndata: {{}}\n\n"
    page.script("tails[0].answer(); tails[0].say(arguments[0])", text)
    page.find("#requests a", "/once/1")
    assert page.all_text(SHOWN) == ["/once/1"]


def test_a_tail_that_ends_is_gone_on_with_where_it_was(page: Page, home: Home, tail: Tail) -> None:
    tail.follow(home, "/on/{number}")
    home.send("/on/1")
    tail.tell(newest(home))
    page.script("tails[0].end()")
    page.find("#watch", "connecting again")
    assert tail.accept(1)["after"] == "101"
    home.send("/on/2")
    tail.tell(newest(home))
    page.find("#requests a", "/on/2")
    assert page.all_text(SHOWN) == ["/on/2", "/on/1"]


def test_after_an_outage_the_list_is_read_again_by_itself(page: Page, home: Home, tail: Tail) -> None:
    tail.follow(home, "/outage")
    page.script("tails[0].end()")
    tail.connection(1)
    page.script("window.kept = fetch; window.fetch = async () => { throw new TypeError('no network'); }")
    page.click("#refresh")
    page.find("#inbox-problem", "does not answer")
    page.script("window.fetch = kept")
    home.send("/outage")
    assert tail.accept(1)["after"] == "100"
    page.find("#requests a", "/outage")
    assert not page.driver.find_element("id", "inbox-problem").is_displayed()


def test_a_position_that_is_gone_begins_anew(page: Page, home: Home, tail: Tail) -> None:
    tail.follow(home, "/anew")
    page.script("tails[0].end()")
    assert tail.connection(1)["after"] == "100"
    home.send("/anew")
    page.script("tails[1].refuse(422)")
    assert tail.accept(2)["after"] is None
    page.find("#requests a", "/anew")


def test_without_a_tail_the_list_is_refreshed_by_hand(page: Page, home: Home, tail: Tail) -> None:
    home.declare("/by-hand")
    page.open("/", key=home.key)
    tail.connection(0)
    page.script("tails[0].refuse(404)")
    page.find("#watch", "cannot follow live")
    home.send("/by-hand")
    page.click("#refresh")
    page.find("#requests a", "/by-hand")


def test_a_flood_leaves_the_newest_and_a_way_to_the_older_ones(page: Page, home: Home, tail: Tail) -> None:
    home.declare("/flood")
    home.send("/flood")
    page.open("/", key=home.key)
    tail.accept(0)
    page.find("#requests a", "/flood")
    told = newest(home)
    flood = [{**told, "id": f"req_7{number:025}", "path": f"/flood/{number}"} for number in range(3_000)]
    tail.tell(*flood)
    page.find("#requests a", "/flood/2999")
    assert page.all_text(SHOWN) == [f"/flood/{number}" for number in range(2_999, 2_499, -1)]
    page.click("#older")
    page.until(lambda: len(page.all_text("#requests li")) == 501, "the one that is kept")


def test_the_tail_follows_the_filters(page: Page, home: Home, tail: Tail) -> None:
    home.declare("/one", name="one")
    home.declare("/two", name="two", methods=["POST"])
    home.send("/one")
    home.send("/two", method="DELETE")
    page.enter("?endpoint=two", home.key)
    assert tail.accept(0)["path"] == "/v1/tail?endpoint=two"
    page.find("#requests a", "/two")
    page.script("location.hash = '#/?verdict=refused'")
    tail.accept(1)
    page.until(lambda: page.all_text(SHOWN) == ["/two"], "the refused one")
    refused = newest(home)
    home.send("/one")
    tail.tell(newest(home), {**refused, "path": "/two/again", "id": f"{refused['id'][:-1]}z"})
    page.find("#requests a", "/two/again")
    tail.tell({**refused, "verdict": "accepted"})
    page.until(lambda: page.all_text(SHOWN) == ["/two/again"], "the settled one to go")


def test_a_hidden_tab_rests_and_catches_up(page: Page, home: Home, tail: Tail) -> None:
    page.before_each_document("""
        window.realTimeout = window.setTimeout;
        window.setTimeout = (run, wait, ...more) => realTimeout(run, wait === 60_000 ? 0 : wait, ...more);
        window.see = (hidden) => {
          Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        };""")
    tail.follow(home, "/meanwhile")
    page.script("see(true)")
    page.find("#watch", "paused")
    assert page.script("return tails[0].left")
    page.script("see(false)")
    assert tail.accept(1)["after"] == "100"
    home.send("/meanwhile")
    tail.tell(newest(home))
    page.find("#requests a", "/meanwhile")
