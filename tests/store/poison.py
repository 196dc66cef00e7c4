"""Rows that no store can take, for letters that have to fail alone."""

from __future__ import annotations

from typing import Any

POISON: dict[str, dict[str, Any]] = {
    "half a character": {"path": "/\ud800"},
    "no path": {"path": None},
    "a number too large": {"body_bytes": 2**63},
    "a thing": {"query": object()},
}
