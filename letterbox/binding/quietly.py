"""Imports connexion before anything else does, without the warnings that its own imports give at each start."""

from __future__ import annotations

import sys
import warnings

with warnings.catch_warnings():
    # It uses starlette's test client and a resolver of jsonschema that both have successors.
    warnings.simplefilter("ignore")
    # With the test client comes httpx, and with that a command of its own, in colours: 4 MiB that serving never needs.
    is_there = sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # what can't be imported
    import connexion

    if is_there is None:
        del sys.modules["httpx._main"]

__all__ = ["connexion"]
