"""Many files become one document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letterbox.binding.bundle import bundle

Write = Callable[..., dict[str, Any]]
CONTENTS = "paths: {/a: {$ref: paths/a.yaml}}"
THINGS = "get: {x-scope: read, description: All., responses: {'200': {$ref: ../responses/a.yaml#/Thing}}}"


@pytest.fixture
def bundle_of(tmp_path: Path) -> Write:
    """Write these files (the name without .yaml) and bundle them."""

    def written(**files: str) -> dict[str, Any]:
        for name, text in {"openapi": CONTENTS, "paths/a": THINGS, **files}.items():
            file = tmp_path / f"{name}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        return bundle(tmp_path)

    return written


def test_a_reference_to_a_file_becomes_one_to_a_component(bundle_of: Write) -> None:
    document = bundle_of(
        **{"responses/a": "Thing: {schema: {$ref: ../schemas/b.yaml#/Thing}}", "schemas/b": "Thing: {}"}
    )
    assert document["paths"]["/a"]["get"]["responses"]["200"] == {"$ref": "#/components/responses/Thing"}
    assert document["components"] == {
        "responses": {"Thing": {"schema": {"$ref": "#/components/schemas/Thing"}}},
        "schemas": {"Thing": {}},
    }


def test_what_nothing_refers_to_stays_out(bundle_of: Write) -> None:
    document = bundle_of(**{"responses/a": "{Thing: {}, Leftover: {}}"})
    assert list(document["components"]["responses"]) == ["Thing"]


def test_what_refers_to_itself_is_bundled_once(bundle_of: Write) -> None:
    document = bundle_of(**{"responses/a": "Thing: {again: {$ref: '#/Thing'}}"})
    assert document["components"]["responses"]["Thing"] == {"again": {"$ref": "#/components/responses/Thing"}}


def test_a_reference_within_an_example_is_left_alone(bundle_of: Write) -> None:
    example = {"$ref": "nowhere.yaml#/Nothing"}
    document = bundle_of(**{"responses/a": json.dumps({"Thing": {"example": example}})})
    assert document["components"]["responses"]["Thing"] == {"example": example}


def test_one_name_for_two_things_is_refused(bundle_of: Write) -> None:
    two = "Thing: {one: {$ref: ../schemas/b.yaml#/Same}, two: {$ref: ../schemas/c.yaml#/Same}}"
    schemas = {"schemas/b": "Same: {type: string}", "schemas/c": "Same: {type: integer}"}
    with pytest.raises(ValueError, match="schemas/Same is not the same"):
        bundle_of(**{"responses/a": two}, **schemas)


@pytest.mark.parametrize(
    ("reference", "reason"), [("b.yaml#/Thing", "there is no"), ("a.yaml#/Missing", "has no Missing")]
)
def test_a_reference_that_leads_nowhere_is_refused(bundle_of: Write, reference: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        bundle_of(**{"responses/a": f"Thing: {{$ref: {reference}}}"})


def test_literal_paths_come_before_parameters(bundle_of: Write) -> None:
    urls = ["/{any}", "/a/{b}/c", "/a/{b}", "/a/b/{c}", "/a/b", "/a", "/a/~"]
    contents = {"paths": {url: {"$ref": "paths/a.yaml"} for url in urls}}
    document = bundle_of(**{"openapi": json.dumps(contents), "responses/a": "Thing: {}"})
    assert list(document["paths"]) == ["/a", "/a/b", "/a/b/{c}", "/a/~", "/a/{b}", "/a/{b}/c", "/{any}"]


def test_the_description_ends_with_the_scope(bundle_of: Write) -> None:
    document = bundle_of(**{"responses/a": "Thing: {}"})
    description = document["paths"]["/a"]["get"]["description"]
    assert description == "All.\n\nNeeds a key with the scope `read`."


def test_times_stay_as_they_are_written(bundle_of: Write) -> None:
    document = bundle_of(**{"responses/a": "Thing: {example: 2025-09-17T09:21:33.102Z}"})
    assert document["components"]["responses"]["Thing"]["example"] == "2025-09-17T09:21:33.102Z"


def test_the_bundle_is_json_and_always_the_same(document: dict[str, Any], root: Path) -> None:
    assert json.loads(json.dumps(document)) == document
    assert json.dumps(document) == json.dumps(bundle(root))
