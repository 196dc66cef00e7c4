"""Checks of path, query, header and cookie parameters, plugged into connexion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connexion.lifecycle import ConnexionRequest
from starlette.types import Scope

from letterbox.binding.bodies import refuse_violations
from letterbox.binding.operations import CannotBind, Operation
from letterbox.binding.rules import Rule, Rules, pointer, shortened
from letterbox.binding.uri_parsing import typed
from letterbox.errors import Violation


@dataclass(frozen=True)
class Parameter:
    """One parameter with its compiled schema. `argument` is its name as an argument of the handler."""

    name: str
    place: str
    required: bool
    schema: dict[str, Any]
    rule: Rule

    @property
    def argument(self) -> str:
        return self.name.lower().replace("-", "_")

    def broken_by(self, value: Any) -> list[Violation]:
        at = pointer((self.place, self.name))
        if value is None:
            message = f"The {self.place} parameter {self.name} is missing."
            return [{"pointer": at, "keyword": "required", "message": message}] if self.required else []
        if _holds_nul(value):
            return [{"pointer": at, "keyword": "pattern", "message": "This holds the character NUL."}]
        return self.rule.broken_by(value, at)


def _holds_nul(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return any("\0" in text for text in texts if isinstance(text, str))


def parameters_of(operation: Operation, rules: Rules) -> list[Parameter]:
    """Raises CannotBind for a parameter without a type of its own: connexion would fail on its first request."""
    return [_compiled(parameter, operation, rules) for parameter in operation.parameters]


def _compiled(parameter: dict[str, Any], operation: Operation, rules: Rules) -> Parameter:
    schema = parameter["schema"]
    if "type" not in schema:
        raise CannotBind(f"The parameter {parameter['name']} of {operation.id} needs a schema with a type of its own.")
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        required=parameter.get("required", False),
        schema=schema,
        rule=rules.compiled(schema, "request"),
    )


def parameter_validator(operations: list[Operation], rules: Rules) -> Any:
    """For connexion's `validator_map`."""
    known = {operation.id: parameters_of(operation, rules) for operation in operations}
    open_to_all = frozenset(operation.id for operation in operations if operation.replies_are_declared)
    return partial(Parameters, known, open_to_all)


class Parameters:
    """Names every wrong parameter at once, and gives the header parameters to the handler by name."""

    def __init__(
        self,
        known: Mapping[str, list[Parameter]],
        open_to_all: frozenset[str],
        _definitions: list[dict[str, Any]],
        *,
        uri_parser: Any,
        **_: Any,
    ) -> None:
        self._known = known
        self._open_to_all = open_to_all
        self._uri_parser = uri_parser

    def validate(self, scope: Scope) -> None:
        operation = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation in self._open_to_all:
            return
        known = self._known[operation]
        sent = _sent(ConnexionRequest(scope, uri_parser=self._uri_parser), known)
        refuse_violations([*_strangers(sent["query"], known), *_violations(sent, known)])
        context = scope["extensions"]["connexion_context"]
        context.update({each.argument: sent["header"][each.name] for each in known if each.place == "header"})


def _sent(request: ConnexionRequest, known: list[Parameter]) -> dict[str, dict[str, Any]]:
    headers = {each.name: _header(request, each) for each in known if each.place == "header"}
    cookies = request.cookies if any(each.place == "cookie" for each in known) else {}
    return {"path": request.path_params, "query": request.query_params, "header": headers, "cookie": cookies}


def _header(request: ConnexionRequest, parameter: Parameter) -> Any:
    values = request.headers.getlist(parameter.name)
    return typed(", ".join(values), parameter.schema) if values else None


def _strangers(query: Mapping[str, Any], known: list[Parameter]) -> list[Violation]:
    names = {each.name for each in known if each.place == "query"}
    return [_stranger(name) for name in query if name not in names]


def _stranger(name: str) -> Violation:
    at = shortened(pointer(("query", name)))
    return {"pointer": at, "keyword": "additionalProperties", "message": "There is no query parameter of this name."}


def _violations(sent: Mapping[str, Mapping[str, Any]], known: list[Parameter]) -> list[Violation]:
    return [violation for each in known for violation in each.broken_by(sent[each.place].get(each.name))]
