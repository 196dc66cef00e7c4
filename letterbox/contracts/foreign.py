"""What is offered as a contract and is none: properties that no contract has, and what else may have been meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from letterbox.contracts.findings import violation
from letterbox.contracts.keywords import KEYWORDS
from letterbox.errors import Violation

LONGEST_NAME = 30  # characters of one that are repeated
SCHEMA_WORDS = frozenset(KEYWORDS) | {"$schema", "$id", "$comment"}


def problems_of_names(document: dict[str, Any], known: Collection[str]) -> Iterator[Violation]:
    """Each property that a contract does not have, in the order in which they come."""
    foreign = [name for name in document if name not in known]
    if "swagger" in foreign:
        sentence = "Documents of Swagger 2.0 are not taken: convert it to OpenAPI 3.0 or 3.1."
        yield violation(("swagger",), "contract", sentence)
        return
    is_schema = not SCHEMA_WORDS.isdisjoint(foreign)
    has = "If this is a JSON Schema, put it under `body`." if is_schema else f"A contract has {', '.join(known)}."
    for name in foreign:
        yield violation((name,), "contract", f"There is no `{_shortened(name)}` in a contract. {has}")


def _shortened(name: Any) -> str:
    return str(name)[:LONGEST_NAME]
