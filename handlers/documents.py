"""Documents: what an endpoint is, for those who call it and those who consume its events."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from handlers import service
from letterbox import documents, endpoints
from letterbox.contracts.describing.document import View
from letterbox.keyring import Caller

PAGE = "/docs/endpoint.html"


def read(user: Caller | None, endpoint: str, view: View = "path") -> dict[str, Any]:
    """With a key, of its project's endpoints; without one, of those that are public."""
    with service().reading() as connection:
        if user is None:
            found = documents.public(connection, endpoint)
        else:
            found = endpoints.read(connection, user.project_id, endpoint)
        address = service().address_of(found.project_id)
        return documents.read(connection, found, address, view, for_anyone=user is None)


def show() -> Response:
    """The same page for all of them; it reads the document itself."""
    page = current_app.extensions["assets"][PAGE]
    return Response(page.body, headers={**page.headers, "ETag": page.etag}, content_type=page.media_type)
