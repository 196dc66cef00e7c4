"""GitHub's own document of its webhooks becomes a contract that means the same."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.importing.document import Choice, imported
from tests.contracts.import_parity import mutations, oracles_verdict, verdict
from tests.github.payloads import payloads
from tests.github.webhooks import document, schemas_by_event

SOME = payloads()[::6]  # every sixth, so that the test is quick; `python -m tests.contracts.import_parity` takes all


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return imported(document(), Choice()).contract


def test_every_event_of_githubs_is_an_event_type_by_the_name_that_its_header_has(contract: dict[str, Any]) -> None:
    assert contract["event_type"] == "request.headers['x-github-event']"
    assert contract["event_types"].keys() == schemas_by_event().keys()
    assert contract["event_types"].keys() >= {payload.event for payload in payloads()}


def test_githubs_schemas_are_shared_and_not_copied(contract: dict[str, Any]) -> None:
    assert contract["event_types"]["push"] == {"$ref": "#/definitions/webhook-push"}
    assert contract["definitions"].keys() <= document()["components"]["schemas"].keys()


def test_the_actions_of_an_event_are_told_apart_by_the_action(contract: dict[str, Any]) -> None:
    choices = [schema for schema in contract["event_types"].values() if "$ref" not in schema]
    assert len(choices) > 40
    assert [choice for choice in choices if [*choice.get("properties", {})] != ["action"]] == []


@pytest.mark.parametrize("payload", SOME, ids=lambda payload: payload.name)
def test_verdicts_are_those_of_the_jsonschema_package(payload: Any) -> None:
    bodies = list(mutations(payload, 1))
    assert [verdict(payload, body) for _, body in bodies] == [oracles_verdict(payload, body) for _, body in bodies]
