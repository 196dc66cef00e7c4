"""Our specification and our handlers, bound by stock connexion with response validation instead of by ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import connexion
from connexion.resolver import RelativeResolver
from connexion.utils import get_function_from_name

import app as ours
from letterbox.config import Settings
from letterbox.service import Service

service = Service(Settings.read(os.environ))


def bearer(token: str) -> dict[str, Any] | None:
    caller = service.keyring.caller_of(token)
    return None if caller is None else {"sub": caller}


def naming_its_type(name: str) -> Callable[..., Any]:
    """The handler with a media type said: connexion refuses to guess one where errors have one of their own."""
    handler = get_function_from_name(name)

    @wraps(handler)
    def answer(*arguments: Any, **named: Any) -> Any:
        return handler(*arguments, **named), 200, {"Content-Type": "application/json"}

    return answer


def document() -> dict[str, Any]:
    specification = ours.document()
    specification["components"]["securitySchemes"]["bearerAuth"]["x-bearerInfoFunc"] = f"{__name__}.bearer"
    return specification


app = connexion.FlaskApp(__name__, lifespan=service.running)
app.app.extensions["letterbox"] = service
app.add_api(
    document(),
    resolver=RelativeResolver("handlers", function_resolver=naming_its_type),
    validate_responses=True,
)
