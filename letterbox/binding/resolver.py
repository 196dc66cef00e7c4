"""From an operationId to its function in the handlers package, checked against what the specification gives it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from connexion.resolver import Resolution

from letterbox.binding.operations import CannotBind, Operation

Handler = Callable[..., Any]
GIVEN_TO_ALL = frozenset({"body", "user", "token_info", "trace_id", "arrival", "context_"})


class HandlerResolver:
    """For connexion: `endpoints.create` is the function `create` in `<handlers>/endpoints.py`."""

    def __init__(self, functions: dict[str, Handler]) -> None:
        self._functions = functions

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(self._functions[operation.operation_id], operation.operation_id)


def functions_of(operations: list[Operation], handlers: ModuleType) -> dict[str, Handler]:
    """By operationId; raises CannotBind if a function is missing or asks for what it will not be given."""
    return {operation.id: _function(operation, handlers) for operation in operations}


def module_of(operation: Operation, handlers: ModuleType) -> ModuleType:
    """The handlers module of the operation's noun; raises CannotBind if there is none."""
    name = f"{handlers.__name__}.{operation.noun}"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise CannotBind(f"The operation {operation.id} needs a module {name}.") from None


def _function(operation: Operation, handlers: ModuleType) -> Handler:
    module = module_of(operation, handlers)
    function = getattr(module, operation.verb, None)
    if not inspect.isfunction(function) or inspect.iscoroutinefunction(function):
        raise CannotBind(f"The operation {operation.id} needs a plain function {operation.verb} in {module.__name__}.")
    if unknown := ", ".join(sorted(_required_arguments(function) - _given(operation))):
        raise CannotBind(f"{module.__name__}.{operation.verb} asks for {unknown}, which {operation.id} does not have.")
    return function


def _required_arguments(function: Handler) -> set[str]:
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in named and parameter.default is parameter.empty
    }


def _given(operation: Operation) -> frozenset[str]:
    names = {parameter["name"].lower().replace("-", "_") for parameter in operation.parameters}
    return GIVEN_TO_ALL | names
