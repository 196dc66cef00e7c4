"""The same job in FastAPI: route, verify, judge by a model, keep by our writer, answer 202 with the id.

As one would write it there: the body is a parameter, whose type is a pydantic model, and a dependency checks the HMAC.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field

from bench.desk import ACCEPTED, Desk
from bench.prototype import signed

desk = Desk()
app = FastAPI(lifespan=desk.running)


class Data(BaseModel):
    amount: Annotated[int, Field(ge=0)]


class Event(BaseModel):
    """What the prototype's schema says."""

    type: str
    data: Data


class Kept(BaseModel):
    id: str


async def require_signature(request: Request, x_hub_signature_256: Annotated[str, Header()]) -> None:
    if not hmac.compare_digest(signed(await request.body()), x_hub_signature_256):
        raise HTTPException(401)


@app.post("/in/{project}/{path:path}", status_code=ACCEPTED, dependencies=[Depends(require_signature)])
async def receive(project: str, path: str, event: Event, request: Request) -> Kept:  # noqa: ARG001 # judged
    endpoint = desk.endpoint(project, f"/{path}")
    if endpoint is None:
        raise HTTPException(404)
    scope, body = request.scope, await request.body()
    return Kept(id=await desk.keep(endpoint, scope["raw_path"], scope["query_string"], list(scope["headers"]), body))
