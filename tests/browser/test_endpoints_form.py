"""Endpoints are declared, changed and removed in a form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.faults.server import Server

FOCUSED = "return document.activeElement"
ROUND_TRIP = """
const [{endpointFrom, valuesOf}, endpoints] = [await import("/page/forms/endpoint-values.js"), arguments[0]];
return endpoints.map(endpoint => endpointFrom(valuesOf(endpoint)));"""


def write(page: Page, place: str, text: str) -> None:
    """Write into the field of this place, over what stands there."""
    field = page.find(f"[data-at='{place}'] :is(input, textarea)")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text)


def edit(page: Page, home: Home, name: str) -> None:
    page.enter(f"endpoints/{name}/edit", home.key)
    page.find("#edit-endpoint form")


def test_a_declared_endpoint_waits_for_its_first_request_and_shows_it_by_itself(page: Page, home: Home) -> None:
    page.open("/", key=home.key)
    page.click("#endpoints a", "Declare one")
    write(page, "/path", "/orders/{order_id}")
    Select(page.find("#reply-kind")).select_by_value("one")
    write(page, "/replies/0/status", "200")
    write(page, "/replies/0/body", '{"thanks": true}')
    page.click("button", "Declare it")
    page.find("#endpoint .copyable", f"{home.url}/in/{home.slug}/orders/{{order_id}}")
    page.find("#endpoint .copyable", "curl")
    page.find("#newest", "Waiting for the first request")
    answer = home.callers.post("/orders/17")
    assert (answer.status_code, answer.json()) == (200, {"thanks": True})
    page.click("#newest a", "/orders/17")
    page.find("#request .judged", "accepted")
    page.find("#inbox .endpoint", "orders-order_id")


def test_what_is_refused_stands_at_its_field_which_gets_the_focus(page: Page, home: Home) -> None:
    page.forgiven = ["400 (Bad Request)", "409 (Conflict)"]
    home.declare("/taken", name="taken")
    page.open("/", key=home.key)
    page.click("a", "Declare another endpoint")
    write(page, "/path", "orders")
    page.click("#endpoint-form summary", "More")
    write(page, "/max_body_bytes", "many")
    page.click("#endpoint-form summary", "More")
    page.click("button", "Declare it")
    page.find("#endpoint-form .problem", "2 fields need a change")
    path = page.find("#field-path[aria-invalid=true]")
    page.until(lambda: page.script(FOCUSED) == path, "the focus on the first of them")
    assert path.get_attribute("aria-describedby") == "field-path-hint field-path-problem"
    page.find("#field-path-problem", "begins with a slash")
    write(page, "/path", "/orders")
    page.click("button", "Declare it")
    page.find("#field-max_body_bytes-problem", "integer")  # visible: its details were opened
    write(page, "/max_body_bytes", "1000")
    write(page, "/name", "taken")
    page.click("button", "Declare it")
    page.find("#field-name-problem", "named taken")
    write(page, "/name", "orders")
    page.click("button", "Declare it")
    page.find("#endpoint h2", "orders")


def test_secrets_are_written_once_and_replaced_one_by_one(page: Page, home: Home) -> None:
    signed = {"scheme": "github", "secrets": ["the first one"]}
    before = home.declare("/signed", name="signed", verification=signed)["verification"]["secrets"]
    edit(page, home, "signed")
    page.find(".secret", before[0]["id"])
    page.click("button", "Add a secret")
    page.find("#field-verification-secrets-1").send_keys("the second one")
    page.click("button[aria-label='Take away secret 1']")
    page.click("button", "Save")
    page.find("#endpoint h2", "signed")
    after = home.client.get("/v1/endpoints/signed").json()["verification"]["secrets"]
    assert len(after) == 1
    assert after[0]["id"] != before[0]["id"]
    page.script("location.hash = '#/endpoints/signed/edit'")
    page.find(".secret", after[0]["id"])
    assert "second one" not in page.script("return document.documentElement.innerHTML")


def test_what_others_changed_meanwhile_is_shown_and_kept(page: Page, home: Home) -> None:
    page.forgiven = ["412 (Precondition Failed)"]
    home.declare("/shared", name="shared")
    edit(page, home, "shared")
    home.client.patch("/v1/endpoints/shared", json={"contract_mode": "observe"}).raise_for_status()
    page.click("#edit-endpoint summary", "More")
    write(page, "/requests_per_second", "20")
    page.click("button", "Save")
    theirs = page.find(".meanwhile")
    assert [cell.text for cell in theirs.find_elements(By.CSS_SELECTOR, "tbody tr > *")] == [
        "contract_mode",
        '"enforce"',
        '"observe"',
    ]
    page.click(".meanwhile button", "keep my changes")
    assert page.find("#field-contract_mode").get_property("value") == "observe"
    page.click("button", "Save")
    page.find("#endpoint h2", "shared")
    changed = home.client.get("/v1/endpoints/shared").json()
    assert (changed["contract_mode"], changed["requests_per_second"]) == ("observe", 20)


def keep_mine(page: Page) -> None:
    """Save, learn that somebody else has saved, take theirs in, and save once more."""
    page.forgiven = ["412 (Precondition Failed)"]
    page.click("button", "Save")
    page.click(".meanwhile button", "keep my changes")
    page.click("button", "Save")
    page.find("#endpoint")


def test_secrets_that_two_people_change_are_merged_one_by_one(page: Page, home: Home) -> None:
    signed = {"scheme": "github", "secrets": ["first", "second"]}
    first, second = home.declare("/signed", name="signed", verification=signed)["verification"]["secrets"]
    edit(page, home, "signed")
    theirs = {"scheme": "github", "secrets": [{"id": first["id"]}, {"secret": "theirs"}]}
    changed = home.client.patch("/v1/endpoints/signed", json={"verification": theirs}).raise_for_status().json()
    page.click("button[aria-label='Take away secret 1']")
    page.click("button", "Add a secret")
    page.find("#field-verification-secrets-1").send_keys("mine")
    keep_mine(page)
    left = [one["id"] for one in home.client.get("/v1/endpoints/signed").json()["verification"]["secrets"]]
    assert left[0] == changed["verification"]["secrets"][1]["id"]
    assert len(left) == 2
    assert not {first["id"], second["id"]} & {*left}


def test_of_a_reply_that_two_people_change_no_half_is_kept(page: Page, home: Home) -> None:
    home.declare("/answer", name="answer", replies=[{"status": 200, "body": "before"}])
    edit(page, home, "answer")
    theirs = {"replies": [{"status": 500, "body": "theirs"}]}
    home.client.patch("/v1/endpoints/answer", json=theirs).raise_for_status()
    write(page, "/replies/0/status", "201")
    keep_mine(page)
    assert home.client.get("/v1/endpoints/answer").json()["replies"] == [{"status": 201, "body": "before"}]


def test_a_number_that_would_go_out_as_another_one_is_not_sent(page: Page, home: Home) -> None:
    page.enter("endpoints/new", home.key)
    write(page, "/path", "/numbers")
    Select(page.find("#reply-kind")).select_by_value("one")
    write(page, "/replies/0/body", '{"id": 12345678901234567890}')
    page.click("button", "Declare it")
    page.find(
        "#field-replies-0-body-problem", "Line 1, column 8: 12345678901234567890 would be sent as 12345678901234567000"
    )
    assert home.client.get("/v1/endpoints").json()["items"] == []
    write(page, "/replies/0/body", '{"id": "12345678901234567890", "n": -1.5}')
    page.click("button", "Declare it")
    page.find("#endpoint h2", "numbers")
    assert home.callers.post("/numbers").json() == {"id": "12345678901234567890", "n": -1.5}


def test_what_is_left_to_the_project_is_said(page: Page, home: Home, service: Server) -> None:
    page.enter("endpoints/new", home.key)
    page.find("#field-contract_mode", "the project’s default – unless set, enforce: refuse it with 422")
    with service.client() as admin:
        defaults = {"contract_mode": "observe", "replies": [{"status": 204}]}
        admin.patch("/v1/projects/default", json={"defaults": defaults}).raise_for_status()
        page.open("/", key=service.admin_key)
        page.click("a", "Declare another endpoint")
        page.find("#field-contract_mode", "the project’s default – observe: only note it")
        page.find("[aria-label='The project’s replies']", "204")
        before = {"contract_mode": "enforce", "replies": []}
        admin.patch("/v1/projects/default", json={"defaults": before}).raise_for_status()


def test_removing_what_keeps_requests_is_asked_for_twice(page: Page, home: Home) -> None:
    page.forgiven = ["409 (Conflict)"]
    home.declare("/old", name="old")
    home.send("/old")
    edit(page, home, "old")
    page.click("button", "Remove this endpoint")
    page.click(".remove button", "Remove it")
    page.find(".remove .card", "nothing brings them back")
    assert home.client.get("/v1/endpoints/old").status_code == 200
    page.click(".remove button", "Delete its requests and remove it")
    page.find("#endpoints", "No endpoint yet")
    assert home.client.get("/v1/endpoints/old").status_code == 404


def declared_ones(home: Home) -> list[dict[str, Any]]:
    """Endpoints that have, between them, whatever an endpoint can have."""
    hmac = {"scheme": "hmac", "header": "x-s", "timestamp_header": "x-t", "secrets": ["s"], "methods": ["POST"]}
    return [
        home.declare("/plain"),
        home.declare("/hmac", verification=hmac, replies=[{"status": 200, "media_type": "text/plain", "body": "OK"}]),
        home.declare("/key", verification={"scheme": "api-key", "in": "query", "name": "k", "secrets": ["s"]}),
        home.declare("/basic", verification={"scheme": "basic", "username": "me", "secrets": ["s"]}, paused=True),
        home.declare("/rules", replies=[{"when": "true", "status": 200, "body": [1]}, {"headers": {"x-a": "b"}}]),
        home.declare(
            "/bounds",
            methods=["GET", "DELETE"],
            replies=[{"body": {"a": None}}],
            dedupe={"key": "request.id", "window_seconds": 60},
            allow_from=["10.0.0.0/8", "::/0"],
            cors={"origins": ["*"]},
            public_docs=True,
            retention={"max_age_seconds": 60, "max_bytes": None},
        ),
    ]


def test_saving_a_form_as_it_is_changes_nothing(page: Page, home: Home) -> None:
    page.open("/", key=home.key)
    endpoints = declared_ones(home)
    for endpoint, sent in zip(endpoints, page.script(ROUND_TRIP, endpoints), strict=True):
        answer = home.client.patch(f"/v1/endpoints/{endpoint['id']}", json=sent)
        assert {**answer.json(), "updated_at": ""} == {**endpoint, "updated_at": ""}


def test_its_own_document_can_be_downloaded(page: Page, home: Home, downloads: Path) -> None:
    endpoint = home.declare("/documented", name="documented")
    page.open("/", key=home.key)
    page.click(".endpoint h3 a", "documented")
    page.click("#endpoint button", "Download openapi.json")
    file = downloads / "documented.openapi.json"
    page.until(file.exists, "the file")
    assert json.loads(file.read_bytes()) == home.client.get(f"/v1/endpoints/{endpoint['id']}/openapi.json").json()
