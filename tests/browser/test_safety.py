"""Whatever arrives is shown as text: nothing of it runs, nothing of it becomes an element."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.xss import HANDLERS, PAYLOADS
from tests.delivery.scripted import Answering, receiving

# Elements and attributes that only foreign markup could have brought into a view.
FOREIGN = """
const own = new Set(("MAIN SECTION ARTICLE DIV H2 H3 P UL LI A SPAN B CODE TIME BUTTON DETAILS SUMMARY IMG DL DT DD " +
  "TABLE THEAD TBODY TR TH TD PRE WBR MARK DIALOG OL").split(" "));
const fields = new Set("FORM INPUT SELECT OPTION LABEL TEXTAREA".split(" "));
const chart = new Set("FIGURE FIGCAPTION svg g rect title".split(" "));
const forms = "#inbox > .requests > .filters, #anew > .editor, #deliveries-of-request > form";
const charts = "#inbox > .requests > #chart, .attempt .bar, .destination .sparkline";
return [...document.querySelectorAll("main, main *")].filter(e =>
  !(own.has(e.tagName) || (fields.has(e.tagName) && e.closest(forms)) ||
    (chart.has(e.tagName) && e.closest(charts))) ||
  e.hasAttribute("style") || e.hasAttribute("srcdoc") ||
  [...e.attributes].some(a => a.name.startsWith("on")) ||
  (e.hasAttribute("src") && e.getAttribute("src") !== "/page/icon.svg") ||
  (e.hasAttribute("href") &&
    !/^(#\\/(requests|endpoints|destinations|replays)\\/[^\\/?#]+(\\/again|\\/anew)?(\\?subscribe=new)?$|#\\/(destinations\\/new|deliveries\\?[^?#]+)$|\\/docs|\\/v1\\/endpoints\\/[^\\/?#]+\\/docs$)/.test(e.getAttribute("href")))
).map(e => e.outerHTML.slice(0, 200))"""


# Only what no request line can carry is percent-encoded; clients would encode more.
SENDABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "?#")


def send_everywhere(home: Home, payload: str) -> str:
    """Send a payload as body, header value, query and path at once; the id under which it is kept."""
    raw = quote(payload, safe=SENDABLE)
    connection = HTTPConnection(urlsplit(home.url).netloc, timeout=20)
    with closing(connection):
        headers = {"content-type": "text/html", "x-hostile": raw, f"x-{len(payload)}": raw.replace("%20", " ")}
        connection.request("POST", f"/in/{home.slug}/xss/{raw}?{raw}", payload.encode(), headers)
        return str(json.load(connection.getresponse())["id"])


def test_no_script_of_a_kept_request_runs_even_without_the_policy(page: Page, home: Home) -> None:
    home.declare("/xss/{rest...}")
    kept = {send_everywhere(home, payload): payload for payload in PAYLOADS}
    assert len(kept) == len(PAYLOADS)
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key=home.key)
    page.find("#requests a")
    for id_, payload in kept.items():
        page.script("location.hash = '#/requests/' + arguments[0]", id_)
        page.find("#request .facts", id_)
        assert page.find("#request pre").get_property("textContent") == payload
        assert page.script(FOREIGN) == []
    assert page.script("return window.__xss === undefined")


def test_no_script_of_a_destination_s_answer_runs_even_without_the_policy(page: Page, home: Home) -> None:
    """Each answer is found under its number, as the body that was delivered."""
    home.declare("/xss", name="xss")
    with receiving(lambda received: Answering(body=PAYLOADS[int(received.body)].encode())) as receiver:
        destination = {"url": receiver.url, "name": "hostile"}
        home.client.post("/v1/destinations", json=destination).raise_for_status()
        home.client.post("/v1/subscriptions", json={"endpoint": "xss", "destination": "hostile"}).raise_for_status()
        kept = [home.send("/xss", str(number).encode()) for number in range(0, len(PAYLOADS), 3)]
        receiver.wait_for(len(kept))
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key=home.key)
    page.find("#requests a")
    for id_, payload in zip(kept, PAYLOADS[::3], strict=True):
        page.script("location.hash = '#/requests/' + arguments[0]", id_)
        page.until(lambda payload=payload: page.all_text(".attempt pre") == [payload], payload)  # type: ignore[misc]
        assert page.script(FOREIGN) == []
    assert page.script("return window.__xss === undefined")


def test_under_the_policy_a_hostile_inbox_breaks_no_rule(page: Page, home: Home) -> None:
    """The tab's end looks for broken policies; here markup would have been one."""
    home.declare("/xss/{rest...}")
    for payload in PAYLOADS:
        send_everywhere(home, payload)
    page.open("/", key=home.key)
    page.click("#older")
    page.until(lambda: len(page.all_text("#requests li")) == len(PAYLOADS), "all of them")
    assert page.script(FOREIGN) == []


def hostile(payload: str) -> dict[str, Any]:
    """An endpoint and a request in which every text is the payload, whatever the API would allow."""
    return {
        "endpoint": {"id": payload, "name": payload, "url": payload, "methods": [payload], "paused": True},
        "request": {
            **dict.fromkeys(("id", "verdict", "method", "query", "remote_address", "media_type"), payload),
            "path": f"/{payload}",
            "origin_id": payload,
            "edit_ids": [payload],
            **dict.fromkeys(("event_type", "body_sha256", "contract_version", "reply_status"), payload),
            "endpoint_id": payload,
            "causes": [payload],
            "violations": [
                {"pointer": payload, "keyword": payload, "message": payload},
                {"pointer": "", "keyword": "body", "message": f"line 1 column 1 {payload}"},
            ],
            "path_parameters": {payload: payload},
            "headers": [[payload, payload]],
            "trail": [dict.fromkeys(("step", "outcome", "microseconds", "note"), payload)],
            "history": [dict.fromkeys(("verdict", "contract_version", "by", "at"), payload)],
            "body_bytes": len(payload.encode()),
            "received_at": payload,
            "is_masked": True,
            "erased_at": None,
            "routing": {"routed": True, "notes": [routing_note(payload)]},
            "deliveries": [delivery(payload)],
        },
        "attempt": {
            **dict.fromkeys(("id", "number", "started_at", "status", "error", "response_excerpt"), payload),
            "duration_ms": 5,
            "response_headers": [[payload, payload]],
            "is_truncated": True,
        },
        "destination": {"id": payload, "name": payload, "url": payload},
        "health": dict.fromkeys(("state", "last_error", "failing_since", "waiting", "failed"), payload),
        "count": {"at": payload, "accepted": 1, "refused": payload, "succeeded": 1, "failed": payload},
    }


def routing_note(payload: str) -> dict[str, Any]:
    return dict.fromkeys(("subscription_id", "destination_id", "outcome", "note"), payload)


def delivery(payload: str) -> dict[str, Any]:
    texts = ("id", "destination_id", "replay_id", "status", "ordering_key", "last_error", "reason", "next_attempt_at")
    return {**dict.fromkeys(texts, payload), "attempts": 1, "is_held": True}


ANSWERS = """
const things = %s;
const answer = (body) => Promise.resolve(new Response(body, {headers: {"content-type": "application/json"}}));
window.fetch = (path) => {
  if (path.endsWith("/body")) return answer(things.map(t => t.request.id).join(""));
  if (path.startsWith("/v1/statistics")) return answer(JSON.stringify({items: things.map(t => t.count)}));
  const list = (items) => answer(JSON.stringify({items, next_cursor: null}));
  const named = things.find(t => path.split("/")[3] === encodeURIComponent(t.destination.id));
  if (path.includes("/attempts?")) return list([named.attempt]);
  if (path.startsWith("/v1/destinations?")) return list(things.map(t => t.destination));
  if (path.endsWith("/health")) return answer(JSON.stringify(named.health));
  const all = things.map(t => t.request);
  const every = {...all[0]};
  for (const list of ["causes", "violations", "trail"]) every[list] = all.flatMap(r => r[list]);
  if (path.endsWith("/check")) return answer(JSON.stringify(every));
  const items = path.startsWith("/v1/endpoints") ? things.map(t => t.endpoint) : all;
  if (/^\\/v1\\/requests\\/./.test(path)) {
    const item = items.find(i => path === "/v1/requests/" + encodeURIComponent(i.id));
    const headers = all.flatMap(r => [["x-hostile", r.id], [r.id, "***"]]); // others cannot be sent, so not be checked
    return answer(JSON.stringify(location.hash.endsWith("/anew") ? {...item, headers} : item));
  }
  return answer(JSON.stringify({items, next_cursor: null}));
};"""


def test_no_answer_of_the_api_can_bring_in_markup(page: Page) -> None:
    """Names are checked before they are stored; the page must not depend on that."""
    page.before_each_document(ANSWERS % json.dumps([hostile(payload) for payload in PAYLOADS]))
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key="any")
    page.find("#requests a")
    for payload in PAYLOADS:
        page.script("location.hash = '#/requests/' + encodeURIComponent(arguments[0])", payload)
        page.until(lambda payload=payload: payload in page.all_text("#request .facts dd"), payload)  # type: ignore[misc]
        page.find("#request mark")
        assert payload in page.all_text("#request .way td")
        assert page.all_text("#request .lineage") == [f"Edited from {payload}", f"Edited as {payload}"]
        page.until(lambda payload=payload: payload in page.all_text(".attempt pre"), payload)  # type: ignore[misc]
        assert f"To {payload}: {payload}. {payload}" in page.all_text("#request .notes li")
        assert page.script(FOREIGN) == []
    page.script("location.hash = '#/destinations'")
    page.until(lambda: set(PAYLOADS) == {*page.all_text(".destination .state")}, "what their states are")
    assert set(PAYLOADS) == {*page.all_text(".destination h3 a")}
    assert page.script(FOREIGN) == []
    page.script("location.hash = '#/requests/' + encodeURIComponent(arguments[0])", PAYLOADS[-1])
    page.find("#request mark")
    page.script("location.hash += '/anew'")
    page.find("#foretold mark")
    assert set(PAYLOADS) == {*page.all_text("#foretold .why code")}
    assert page.all_text("#anew .left-out .data") == [", ".join(PAYLOADS)]
    assert page.find("#anew [name=text]").get_property("value") == "".join(PAYLOADS)
    assert page.script(FOREIGN) == []
    assert page.script("return window.__xss === undefined")


def test_a_page_that_took_text_for_markup_would_run_it(page: Page) -> None:
    """The tests above could not fail if the corpus, the answers or the switched-off policy were harmless."""
    careless = """Document.prototype.createTextNode = function (text) {
      const made = this.createElement("span");
      made.innerHTML = text;
      return made; };"""
    page.forgiven = ["404 (Not Found)"]
    page.before_each_document(careless + ANSWERS % json.dumps([hostile(HANDLERS[0])]))
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key="any")
    page.until(lambda: page.script("return window.__xss === 1"), "the script")
    assert page.script(FOREIGN) != []


def test_a_problem_s_words_are_text_too(page: Page) -> None:
    words = json.dumps({"detail": "".join(PAYLOADS), "errors": [{"pointer": "<b>", "message": "<img src=x>"}]})
    page.before_each_document(f"window.fetch = async () => new Response({json.dumps(words)}, {{status: 401}})")
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.open("/", key="any")
    page.find("#sign-in-problem", PAYLOADS[0])
    assert page.script("return document.querySelector('#sign-in-problem').childElementCount") == 0
    assert page.script("return window.__xss === undefined")


def test_no_payload_is_a_name(home: Home) -> None:
    for payload in PAYLOADS:
        declared = home.client.post("/v1/endpoints", json={"path": "/named", "name": payload})
        issued = home.client.post("/v1/keys", json={"name": payload, "scopes": ["read"]})
        destination = {"url": "https://example.com/", "name": payload}
        named = home.client.post("/v1/destinations", json=destination)
        assert {declared.status_code, issued.status_code, named.status_code} == {400}


def test_a_raw_body_is_an_attachment_of_bytes(home: Home) -> None:
    home.declare("/raw")
    id_ = home.send("/raw", b"<script>alert(1)</script>", **{"content-type": "text/html"})
    answer = home.client.get(f"/v1/requests/{id_}/body")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == b"<script>alert(1)</script>"


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/"])
def test_the_pages_forbid_everything_but_their_own_files(home: Home, path: str) -> None:
    policy = httpx.get(home.url + path).headers["content-security-policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    assert rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == ["'none'"]
