"""Whatever an OpenAPI document holds, it is imported or refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.contracts.importing.document import Choice, imported
from letterbox.errors import Unprocessable
from letterbox.representation import as_json
from tests.contracts.documents import (
    FORM,
    JSON,
    PET,
    QUERY,
    a_document,
    takes,
)

WORDS = ["openapi", "paths", "/a", "post", "get", "parameters", "requestBody", "content", JSON, "schema", "in", "name"]
WORDS += ["query", "webhooks", "$ref", "type", "object", "array", "string", "properties", "required", "enum", "items"]
WORDS += [
    "oneOf",
    "anyOf",
    "allOf",
    "components",
    "schemas",
    "nullable",
    "multipart/form-data",
    "#/components/schemas/A",
]
WHOLE = a_document(
    paths={"/a": {"post": takes(FORM, "multipart/form-data", parameters=QUERY)}},
    components={"schemas": {"A": {"anyOf": [{"$ref": "#/components/schemas/A"}, PET]}}},
)
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.sampled_from(WORDS),
    lambda parts: some.lists(parts, max_size=3) | some.dictionaries(some.sampled_from(WORDS), parts, max_size=4),
    max_leaves=8,
)


ACTIONS = {
    name: {"post": takes(schema, **{"x-event-type": "a"})}
    for name, schema in (("sold", PET), ("fed", {"oneOf": [PET, {"$ref": "#/components/schemas/A"}]}))
}


@settings(derandomize=True, deadline=None, max_examples=100)
@given(some.data(), some.sampled_from(["3.0.3", "3.1.0"]), some.sampled_from([{}, {"webhooks": ACTIONS}]))
def test_whatever_a_document_holds_it_is_imported_or_refused(
    data: some.DataObject, version: str, more: dict[str, Any]
) -> None:
    document = orjson.loads(as_json({**WHOLE, **more, "openapi": version}))
    for _ in range(data.draw(some.integers(1, 3))):
        holder = data.draw(some.sampled_from(list(holders({**document, "openapi": {}}))))
        holder[data.draw(some.sampled_from([*holder]))] = data.draw(anything)
    with suppress(Unprocessable):
        imported(document, Choice(event_type="request.path"))


def holders(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in it that is not empty."""
    if isinstance(node, dict) and node:
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from holders(part)
