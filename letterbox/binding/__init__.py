"""From the specification to running handlers: the one room that knows connexion and how Flask is served.

Read `build.py` first; it names every other file. A request passes `edge` → `plane` → `express` or `bound`, or
`edge` → connexion's routing → `security` → `intake` → `parameters`, `bodies` → `responses` → `bridge` → `blueprints` →
`answers`.
Whatever fails on the way becomes one shape in `problems`.
"""

import letterbox.binding.quietly  # noqa: F401  # first of all
from letterbox.binding.assets import Asset
from letterbox.binding.build import bind
from letterbox.binding.operations import CannotBind, Operation, distinct
from letterbox.binding.security import Caller

__all__ = ["Asset", "Caller", "CannotBind", "Operation", "bind", "distinct"]
