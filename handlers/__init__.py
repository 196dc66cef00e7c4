"""The door: one module per tag of the specification, one function per operationId. Nothing is decided here."""

from __future__ import annotations

from typing import cast

from flask import current_app

from letterbox.service import Service


def service() -> Service:
    """The service that the current request is for."""
    return cast(Service, current_app.extensions["letterbox"])
