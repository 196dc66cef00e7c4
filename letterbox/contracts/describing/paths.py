"""The view of those who call an endpoint: its address, what it takes by each method, and all that it can answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from letterbox.contracts.describing.refusals import refusals_of, response_of
from letterbox.contracts.describing.replies import responses_of
from letterbox.contracts.describing.requests import Example, body_of, parameters_of
from letterbox.contracts.describing.security import Proof, proof_of
from letterbox.contracts.describing.taken import Taken
from letterbox.errors import Refusal

WITHOUT_BODY = ("GET",)  # no browser and few clients send one
OPEN_END = re.compile(r"\.\.\.\}")

Part = dict[str, Any]


class Shared(NamedTuple):
    """What the operations of one endpoint have in common."""

    name: str
    body: Part
    responses: Part
    proof: Proof


def path_of(endpoint: Mapping[str, Any], taken: Taken, examples: Sequence[Example]) -> Part:
    """`tags`, `paths` and `components` of the document."""
    components, proof = taken.components.copy(), proof_of(endpoint["verification"])
    refusals = sorted(refusals_of(endpoint, taken.contract), key=lambda refusal: refusal.status)
    parameters = list(parameters_of(endpoint["path"], taken))
    responses = _with_refusals(responses_of(endpoint, components), refusals)
    shared = Shared(endpoint["name"], body_of(taken, taken.whole(), examples), responses, proof)
    item: Part = {"parameters": parameters} if parameters else {}
    item |= {method.lower(): _operation(method, shared) for method in endpoint["methods"]}
    parts = {
        "schemas": components.all(),
        "responses": {refusal.__name__: response_of(refusal) for refusal in refusals},
    }
    if proof.scheme:
        parts["securitySchemes"] = {proof.name: proof.scheme}
    path = OPEN_END.sub("}", endpoint["path"])
    return {"tags": [{"name": shared.name}], "paths": {path: item}, "components": parts}


def header_parameters(headers: Mapping[str, str]) -> list[Part]:
    """Required headers, each with what it says."""
    return [
        {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}
        for name, said in headers.items()
    ]


def _operation(method: str, shared: Shared) -> Part:
    operation: Part = {
        "operationId": f"{method.lower()}_{shared.name}",
        "tags": [shared.name],
        "summary": f"Send by {method}",
    }
    if shared.proof.binds(method):
        operation["security"] = [{shared.proof.name: []}]
        if shared.proof.headers:
            operation["parameters"] = header_parameters(shared.proof.headers)
    if method not in WITHOUT_BODY:
        operation["requestBody"] = shared.body
    return {**operation, "responses": shared.responses}


def _with_refusals(replies: Part, refusals: Sequence[type[Refusal]]) -> Part:
    """Replies and refusals by status; where both have one, the response tells of both."""
    responses = dict(replies)
    for refusal in refusals:
        code = str(refusal.status)
        responses[code] = _both(replies[code], response_of(refusal)) if code in replies else _named(refusal)
    return dict(sorted(responses.items()))


def _named(refusal: type[Refusal]) -> Part:
    return {"$ref": f"#/components/responses/{refusal.__name__}"}


def _both(reply: Part, refusal: Part) -> Part:
    said = f"{reply['description']} Or: {refusal['description']}"
    content = {**refusal["content"], **reply.get("content", {})}
    headers = {name: {**header, "required": False} for name, header in refusal.get("headers", {}).items()}
    return {"description": said, "headers": {**headers, **reply.get("headers", {})}, "content": content}
