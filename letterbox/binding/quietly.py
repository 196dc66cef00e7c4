"""Imports connexion before anything else does, without the warnings that its own imports give at each start."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # It uses starlette's test client and a resolver of jsonschema that both have successors.
    warnings.simplefilter("ignore")
    import connexion

__all__ = ["connexion"]
