"""The same job through stock connexion and Flask, with their default settings: they judge, the handler verifies."""

from __future__ import annotations

import hmac
from typing import Any

import connexion
from flask import abort, request

from bench.desk import ACCEPTED, Desk
from bench.prototype import CONTRACT, signed

SENT = {"application/json": {"schema": CONTRACT}}
KEPT = {"application/json": {"schema": {"type": "object"}}}
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
                "requestBody": {"required": True, "content": SENT},
                "responses": {"202": {"description": "It is kept.", "content": KEPT}},
            },
        }
    },
}


def receive(project: str, path: str, body: dict[str, Any]) -> tuple[dict[str, str], int]:  # noqa: ARG001 # judged
    content = request.get_data()
    if not hmac.compare_digest(signed(content), request.headers.get("x-hub-signature-256", "")):
        abort(401)
    endpoint = desk.endpoint(project, f"/{path}")
    if endpoint is None:
        abort(404)
    scope = request.environ["asgi.scope"]
    kept = desk.keep_blocking(endpoint, scope["raw_path"], scope["query_string"], list(scope["headers"]), content)
    return {"id": kept}, ACCEPTED


desk = Desk()
app = connexion.FlaskApp(__name__, lifespan=desk.running)
app.add_api(DOCUMENT)
