"""Others can work with an endpoint's document: generators make clients of it, and a fuzzer finds it true."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.faults.server import ADMIN_KEY, Server
from tests.fuzz.hunt import Effort, hunt
from tests.fuzz.places import application

PACKAGE = "orders_client"
OPENAPI_TYPESCRIPT, TYPESCRIPT = "openapi-typescript@7.13.0", "typescript@5.9.3"
ORDER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["number", "lines"],
    "properties": {
        "number": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "note": {"type": "string", "maxLength": 20, "x-redact": True},
        "lines": {"type": "array", "minItems": 1, "maxItems": 5, "items": {"$ref": "#/definitions/line"}},
    },
}
LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["article"],
    "properties": {"article": {"enum": ["pen", "ink"]}, "count": {"type": "integer", "minimum": 1, "maximum": 9}},
}
CONTRACT = {
    "media_types": ["application/json"],
    "body": ORDER,
    "definitions": {"line": LINE},
    "path": {"type": "object", "properties": {"shop": {"type": "string", "pattern": "^[a-z]{1,9}$"}}},
    "query": {"type": "object", "additionalProperties": False, "properties": {"dry": {"enum": ["yes", "no"]}}},
    "active": True,
}
ENDPOINT = {
    "name": "shop-orders",
    "path": "/shops/{shop}/orders",
    "methods": ["POST", "PUT"],
    "replies": [
        {"when": "request.query.dry == 'yes'", "status": 200, "body": {"dry": True}},
        {
            "status": 201,
            "headers": {"x-kept": "yes"},
            "body_from": "{'number': request.body.number}",
            "schema": {"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}},
        },
    ],
}
ACCEPTED = {"number": 1, "note": "for a friend", "lines": [{"article": "pen"}]}


def prepared(client: httpx.Client, send: httpx.Client) -> dict[str, Any]:
    """The document of an endpoint with a contract, replies, and an order that it has accepted."""
    made = client.post("/v1/endpoints", json=ENDPOINT).raise_for_status().json()
    client.post(f"/v1/endpoints/{made['id']}/contracts", json=CONTRACT).raise_for_status()
    send.post("/in/default/shops/south/orders", json=ACCEPTED).raise_for_status()
    whole: dict[str, Any] = client.get(f"/v1/endpoints/{made['id']}/openapi.json").raise_for_status().json()
    return whole


@pytest.fixture(scope="module")
def document(service: Server) -> Iterator[dict[str, Any]]:
    """From the running service."""
    with service.client() as client:
        yield prepared(client, client)
        client.delete("/v1/endpoints/shop-orders", params={"requests": "delete"}).raise_for_status()


def written(document: dict[str, Any], folder: Path) -> Path:
    file = folder / "openapi.json"
    file.write_text(json.dumps(document))
    return file


def run(command: list[str], folder: Path) -> None:
    tools = Path(sys.executable).parent  # the generator formats its work with the ruff beside it
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def npx() -> str:
    """Where npx is; without it the test is skipped, and fails where CI is set."""
    found = shutil.which("npx")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("npx is not installed (Debian: apt-get install npm)")
    return found or pytest.skip("npx is not installed (Debian: apt-get install npm)")


def test_a_generated_client_sends_an_order_and_reads_both_answers(
    document: dict[str, Any], service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = Path(sys.executable).parent / "openapi-python-client"
    command = [str(tool), "generate", "--meta=none", "--fail-on-warning", f"--path={written(document, tmp_path)}"]
    run([*command, f"--output-path={tmp_path / PACKAGE}"], tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    models = importlib.import_module(f"{PACKAGE}.models")
    operation = importlib.import_module(f"{PACKAGE}.api.shop_orders.post_shop_orders")
    line = models.Line(article=models.LineArticle("ink"), count=2)
    with importlib.import_module(f"{PACKAGE}.client").Client(base_url=f"{service.url}/in/default") as client:
        good = operation.sync_detailed("south", client=client, body=models.Body(number=7, lines=[line]))
        bad = operation.sync_detailed("south", client=client, body=models.Body(number=0, lines=[line]))
    assert (good.status_code, good.parsed.number) == (201, 7)
    assert (bad.status_code, bad.parsed.errors[0].pointer) == (422, "/number")


def test_types_for_typescript_are_made_of_it_and_compile(document: dict[str, Any], tmp_path: Path) -> None:
    written(document, tmp_path)
    run([npx(), "--yes", OPENAPI_TYPESCRIPT, "openapi.json", "--output", "orders.ts"], tmp_path)
    (tmp_path / "use.ts").write_text(
        'import type { components, paths } from "./orders";\n'
        'export const order: components["schemas"]["Body"] = { number: 1, lines: [{ article: "pen" }] };\n'
        'export type Created = paths["/shops/{shop}/orders"]["post"]["responses"]["201"]'
        '["content"]["application/json"];\n'
        "export const created: Created = { number: 1 };\n"
    )
    run([npx(), "--yes", "--package", TYPESCRIPT, "tsc", "--noEmit", "--strict", "use.ts"], tmp_path)


def test_a_fuzzer_finds_nothing_that_the_document_does_not_say(tmp_path: Path) -> None:
    app = application(tmp_path)
    with TestClient(app, headers={"authorization": f"Bearer {ADMIN_KEY}"}) as admin:
        whole = prepared(admin, admin)
    game = hunt(whole, Effort(examples=10, sequences=1), seed=1, key=ADMIN_KEY, target=app)
    assert not game.failures, game.shown()
    assert game.requests.keys() >= {"examples", "coverage", "fuzzing"}
