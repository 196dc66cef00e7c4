"""The toy service, built once, and ways to build it wrongly."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterbox.binding import Asset, bind

from . import toy
from .toy.receiver import ToyReceiver
from .wire import Answer, ask

PAGE = Asset(b"<p>hello", "text/html; charset=utf-8", {"Content-Security-Policy": "default-src 'self'"})


@dataclass(frozen=True)
class ToyCaller:
    id: str
    scopes: frozenset[str]


CALLERS = {
    "reader": ToyCaller("key_reader", frozenset({"read"})),
    "writer": ToyCaller("key_writer", frozenset({"read", "write"})),
    "admin": ToyCaller("key_admin", frozenset({"read", "write", "replay", "admin"})),
}


@cache
def _read() -> Any:
    return yaml.safe_load((Path(toy.__file__).parent / "openapi.yaml").read_text())


def parsed() -> dict[str, Any]:
    """The toy specification, to be changed at will."""
    return dict(copy.deepcopy(_read()))


@pytest.fixture
def document() -> dict[str, Any]:
    return parsed()


def built(document: dict[str, Any], **options: Any) -> Any:
    """The toy service; `options` replace what it is usually given."""
    receiver = ToyReceiver()
    usual: dict[str, Any] = {
        "authenticate": CALLERS.get,
        "receiver": receiver,
        "assets": {"/": PAGE},
        "service": receiver,
        "threads": 2,
        "max_body_bytes": 1000,
        "express": True,
    }
    return bind(document, toy, **(usual | options))


@pytest.fixture
def build() -> Callable[..., Any]:
    return built


@pytest.fixture(scope="session")
def edge() -> Any:
    return built(parsed())


@pytest.fixture
def call(edge: Any) -> Callable[..., Answer]:
    """Ask the toy service."""
    return partial(ask, edge)
