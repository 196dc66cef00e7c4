"""The CEL package's own module, without what its __init__ brings along: a command, with a terminal's whole toolkit.

That would be a third of a second of each start, and megabytes of each process.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

NAME = "cel.cel"


def _module() -> Any:
    if NAME in sys.modules:
        return sys.modules[NAME]
    package = find_spec("cel")  # finds it, and runs nothing of it
    found = PathFinder.find_spec("cel", package.submodule_search_locations) if package else None
    if found is None or found.loader is None:
        raise ImportError("The package common-expression-language is not whole; install it again.")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return sys.modules.setdefault(NAME, module)  # it can be made once in a process: whoever imports the package gets it


_cel = _module()

if TYPE_CHECKING:
    from cel import Program
    from cel import compile as compile_cel
else:
    Program, compile_cel = _cel.Program, _cel.compile

__all__ = ["Program", "compile_cel"]
