"""Requests and contracts for the tests, as short as they can be written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.contracts.compile import compiled
from letterbox.contracts.contract import Contract
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable, Violation
from letterbox.facts.request import Facts
from letterbox.representation import as_json

JSON = "application/json"
STRING = {"type": "string"}
DRAFT_4, DRAFT_7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"


def facts(
    body: Any = None,
    *,
    content_type: str | None = JSON,
    headers: dict[str, str] | None = None,
    query: str = "",
    path_parameters: dict[str, str] | None = None,
) -> Facts:
    """A request with this body: bytes as they are, None for none, anything else as JSON."""
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    given = {"content-type": content_type} if content_type is not None else {}
    return Facts(
        id="req_1",
        method="POST",
        path="/orders/7",
        path_parameters=path_parameters or {},
        raw_query=query,
        raw_headers=[(name.encode(), value.encode()) for name, value in (given | (headers or {})).items()],
        raw_body=raw,
        received_at=0,
    )


def contract(**offered: Any) -> Contract:
    """Taken in and compiled."""
    return compiled(as_json(intake(offered)))


def refused(**offered: Any) -> list[Violation]:
    """What a contract is refused for."""
    with pytest.raises(Unprocessable) as refusal:
        intake(offered)
    return refusal.value.errors


def pointers(**offered: Any) -> list[tuple[str, str]]:
    """Where, and by which keyword."""
    return [(found["pointer"], found["keyword"]) for found in refused(**offered)]


def row(length: int) -> dict[str, Any]:
    """A schema that refers to another one, and so on, so many times."""
    definitions = {str(at): {"$ref": f"#/$defs/{at + 1}"} for at in range(length)}
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(length): STRING}}
