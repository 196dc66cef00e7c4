"""An endpoint's own OpenAPI 3.1 document, for those who call it and for those who consume its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from letterbox.contracts.describing.paths import path_of
from letterbox.contracts.describing.redaction import Redaction, TooMuchToRedact
from letterbox.contracts.describing.requests import Example
from letterbox.contracts.describing.taken import Taken
from letterbox.contracts.describing.webhooks import webhooks_of

View = Literal["path", "webhooks"]
Document = dict[str, Any]
NOT_YET = "**Nothing is delivered yet**: this is what deliveries will carry, so that consumers can be made ready."
MODES = {
    "enforce": "What breaks the contract is refused.",
    "quarantine": "What breaks the contract is answered all the same, but goes no further until somebody releases it.",
    "observe": "What breaks the contract is noted, and taken all the same.",
}


def described(
    endpoint: Mapping[str, Any],
    address: str,
    taken: Taken,
    examples: Sequence[Example] = (),
    view: View = "path",
) -> Document:
    """The document of an endpoint as the specification shows it, with what its active contract takes.

    `address` is its project's, such as http://127.0.0.1:8080/in/default. In the examples, newest first, all is masked
    that the contract marks with `x-redact: true`.
    """
    try:
        shown = _shown(examples, taken)
    except TooMuchToRedact:
        shown = []
    head: Document = {"openapi": "3.1.0", "info": _info(endpoint, taken.contract, view)}
    if view == "webhooks":
        return {**head, **webhooks_of(endpoint, taken, shown)}
    return {**head, "servers": [{"url": address}], **path_of(endpoint, taken, shown)}


def _shown(examples: Sequence[Example], taken: Taken) -> list[Example]:
    """The examples that can be shown, masked. A value that one of them hides is hidden in all."""
    redaction = Redaction(taken.components)
    masked: list[Example] = []
    for example in examples:
        if taken.event_types and example.event_type not in taken.event_types:
            continue  # nothing says what to mask in it
        masked.append(example._replace(value=redaction.masked(example.value, taken.of(example.event_type))))
    return [_scrubbed(example, redaction) for example in masked]


def _scrubbed(example: Example, redaction: Redaction) -> Example:
    """Without what was masked in any; its event type may be that, and still says which schema it belongs to."""
    is_secret = example.event_type is not None and redaction.hides(example.event_type)
    return example._replace(value=redaction.scrubbed(example.value), event_type_is_secret=is_secret)


def _info(endpoint: Mapping[str, Any], contract: Mapping[str, Any] | None, view: View) -> dict[str, Any]:
    said = [NOT_YET] if view == "webhooks" else []
    said += [f"What is sent to {endpoint['url']} and acknowledged is on disk, byte for byte."]
    said += [MODES[endpoint["contract_mode"]]] if contract else ["Everything is taken: there is no active contract."]
    if contract and contract.get("event_type"):
        said.append(f"The event type is `{contract['event_type']}`.")
    version = endpoint["contract_version"] or 0
    return {"title": endpoint["name"], "version": str(version), "description": " ".join(said)}
