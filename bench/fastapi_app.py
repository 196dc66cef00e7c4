"""The same job in FastAPI: route, read, parse, keep by our writer, answer 202 with the id."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from bench.desk import ACCEPTED, Desk

desk = Desk()
app = FastAPI(lifespan=desk.running)


class Kept(BaseModel):
    id: str


@app.post("/in/{project}/{path:path}", status_code=ACCEPTED)
async def receive(project: str, path: str, event: dict[str, Any], request: Request) -> Kept:  # noqa: ARG001 # parsed
    endpoint = desk.endpoint(project, f"/{path}")
    if endpoint is None:
        raise HTTPException(404)
    scope, body = request.scope, await request.body()
    return Kept(id=await desk.keep(endpoint, scope["raw_path"], scope["query_string"], list(scope["headers"]), body))
