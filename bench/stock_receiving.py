"""The same job through stock connexion and Flask, with their default settings; request bodies are validated."""

from __future__ import annotations

from typing import Any

import connexion
from flask import abort, request

from bench.desk import ACCEPTED, Desk

JSON = {"application/json": {"schema": {"type": "object"}}}
PARAMETERS = [
    {"name": "project", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "path", "in": "path", "required": True, "schema": {"type": "string", "format": "path"}},
]
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Receiving", "version": "1"},
    "paths": {
        "/in/{project}/{path}": {
            "parameters": PARAMETERS,
            "post": {
                "operationId": "bench.stock_receiving.receive",
                "requestBody": {"required": True, "content": JSON},
                "responses": {"202": {"description": "It is kept.", "content": JSON}},
            },
        }
    },
}


def receive(project: str, path: str, body: dict[str, Any]) -> tuple[dict[str, str], int]:  # noqa: ARG001 # validated
    endpoint = desk.endpoint(project, f"/{path}")
    if endpoint is None:
        abort(404)
    scope = request.environ["asgi.scope"]
    kept = desk.keep_blocking(
        endpoint, scope["raw_path"], scope["query_string"], list(scope["headers"]), request.get_data()
    )
    return {"id": kept}, ACCEPTED


desk = Desk()
app = connexion.FlaskApp(__name__, lifespan=desk.running)
app.add_api(DOCUMENT)
