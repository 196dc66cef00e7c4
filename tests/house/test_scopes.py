"""The scopes of a key: one list in the specification, and the same wherever it is needed."""

from __future__ import annotations

import app
from letterbox import keys
from letterbox.binding import security


def test_the_scopes_are_those_of_the_specification_everywhere() -> None:
    declared = app.document()["components"]["schemas"]["Scope"]["enum"]
    assert set(declared) == keys.SCOPES == security.SCOPES
