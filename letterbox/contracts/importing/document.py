"""From an OpenAPI document, 3.0 or 3.1, to the contract that it describes: its webhooks, or the operations of a path.

What comes out is offered like any other contract, so nothing is checked here that is checked there. Only what its
schemas refer to comes along, and nothing outside of the document is fetched.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from letterbox.contracts.importing.dialect import BASE, Dialect
from letterbox.contracts.importing.operations import contract_of_operations
from letterbox.contracts.importing.source import Source, refused
from letterbox.contracts.importing.webhooks import contract_of_webhooks, webhooks_in
from letterbox.contracts.pointers import pointer, shortened

DIALECTS = (BASE, "https://json-schema.org/draft/2020-12/schema")
BESIDE = ("assert_formats", "unknown_event_types")  # of a contract's, what may stand beside `openapi`

_VERSION = re.compile(r"3\.[01](\.[0-9]+)?")


class Choice(NamedTuple):
    """Which part of a document counts; `event_type` is the expression that finds the type of a webhook's event."""

    path: str | None = None
    method: str | None = None
    event_type: str | None = None


class Imported(NamedTuple):
    """A contract to be offered, and where in the document each of its definitions comes from, both as JSON Pointers.

    `unsaid` names what the document asks for and the contract doesn't, such as `maximum of the query parameter limit`.
    """

    contract: dict[str, Any]
    origins: dict[str, str]
    unsaid: tuple[str, ...] = ()

    def origin_of(self, at: str) -> str:
        """Where a place in the contract comes from, as far as that is known."""
        path = "/".join(at.split("/")[:3])
        return shortened(self.origins[path] + at[len(path) :]) if path in self.origins else at


def imported(document: dict[str, Any], choice: Choice) -> Imported:
    """The contract that a document describes. Raises Unprocessable."""
    _require_known(document)
    webhooks = webhooks_in(document) if choice.path is None and choice.method is None else None
    source = Source(document, Dialect(document["openapi"].startswith("3.0"), is_sent=webhooks is None))
    if webhooks is not None:
        contract = contract_of_webhooks(source, webhooks, choice.event_type)
    else:
        contract = contract_of_operations(source, choice.path, choice.method)
    contract |= {name: document[name] for name in BESIDE if name in document}
    definitions = source.definitions()
    origins = {pointer(("definitions", name)): pointer(path) for name, path in source.origins.items()}
    return Imported({**contract, "definitions": definitions}, origins, source.unsaid.phrases())


def _require_known(document: dict[str, Any]) -> None:
    if not _VERSION.fullmatch(document["openapi"]):
        raise refused("OpenAPI 3.0 and 3.1 are taken, and no other version.", ("openapi",), "openapi")
    if document.get("jsonSchemaDialect", BASE) not in DIALECTS:
        raise refused("The dialect of 3.1 is taken, and no other.", ("jsonSchemaDialect",), "jsonSchemaDialect")
