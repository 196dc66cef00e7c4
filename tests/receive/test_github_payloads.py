"""GitHub's own example payloads are received, listed by page and read back as they were sent."""

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.github.payloads import Payload, payloads

Kept = dict[str, dict[str, Any]]  # the x-github-delivery of a request, and how the request is listed


@pytest.fixture
def kept(client: httpx.Client) -> Kept:
    """All payloads, sent to an endpoint of their own and listed."""
    client.post("/v1/endpoints", json={"name": "octocat", "path": "/octocat"}).raise_for_status()
    for payload in payloads():
        assert send(client, payload).status_code == 202, payload.name
    return {dict(item["headers"])["x-github-delivery"]: item for page in pages(client) for item in page}


def send(client: httpx.Client, payload: Payload) -> httpx.Response:
    """Send the payload with its own headers and none of the client's."""
    headers = [("host", "testserver"), *payload.headers]
    url = client.base_url.join("/in/default/octocat")
    return client.send(httpx.Request("POST", url, headers=headers, content=payload.body))


def pages(client: httpx.Client) -> Iterator[list[dict[str, Any]]]:
    """The items of each page, from the newest to the last."""
    query = {"endpoint": "octocat", "limit": "100"}
    while True:
        page = client.get("/v1/requests", params=query).raise_for_status().json()
        yield page["items"]
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


def test_every_payload_is_listed_once_and_read_back_identical(client: httpx.Client, kept: Kept) -> None:
    assert len(kept) == len(payloads()) == 329
    for payload in payloads():
        item = kept[dict(payload.headers)["x-github-delivery"]]
        assert item["verdict"] == "accepted", payload.name
        assert item["headers"] == [["host", "testserver"], *map(list, payload.headers)], payload.name
        assert (item["body_sha256"], item["body_bytes"]) == (payload.sha256, len(payload.body)), payload.name
        body = client.get(f"/v1/requests/{item['id']}/body").content
        assert hashlib.sha256(body).hexdigest() == payload.sha256, payload.name
