"""Builds the service: the specification bound to its handlers, in front of an open store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import handlers
from letterbox.binding.build import bind
from letterbox.binding.bundle import bundle
from letterbox.binding.edge import Edge
from letterbox.binding.site import site
from letterbox.config import Settings
from letterbox.service import Service

HERE = Path(__file__).parent


def document() -> dict[str, Any]:
    """The specification, as it is published and bound."""
    return bundle(HERE / "openapi")


def create_app(settings: Settings | None = None, service: Service | None = None) -> Edge:
    """The ASGI application. Without arguments its settings come from the environment, as ASGI servers start it."""
    service = service or Service(settings or Settings.read(os.environ))
    specification = document()
    return bind(
        specification,
        handlers,
        authenticate=service.keyring.caller_of,
        receiver=service.receiver,
        assets=site(specification, HERE / "web"),
        lifespan=service.running,
        service=service,
        threads=service.settings.threads,
        max_body_bytes=service.settings.management_body_bytes,
        express=service.settings.express,
        trusted_proxies=service.settings.trusted_proxies,
    )
