"""From texts in path, query and form to the types that the specification names."""

from __future__ import annotations

import re
from typing import Any

from connexion.uri_parsing import OpenAPIURIParser

from letterbox.binding.strict_json import LARGEST, SMALLEST

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,19})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_BOOLEANS = {"true": True, "false": False}


class StrictUriParser(OpenAPIURIParser):
    """Keeps exploded arrays apart: connexion's own joins `?tag=a%2Cb&tag=c` by commas and splits it again.

    A text that is not of its type stays a text, so that validation can say so.
    """

    @property
    def form_defns(self) -> dict[str, Any]:
        return dict((self._body_schema or {}).get("properties", {}))

    def resolve_params(self, params: dict[str, Any], _in: str) -> dict[str, Any]:
        definitions = self.param_defns
        return {
            name: _value([values] if _in == "path" else values, definitions[name], _in)
            if name in definitions
            else values
            for name, values in params.items()
        }

    def resolve_form(self, form_data: dict[str, list[str]]) -> dict[str, Any]:
        definitions, encodings = self.form_defns, self._body_encoding
        return {
            name: _value(values, {"schema": definitions.get(name, {}), **encodings.get(name, {})}, "form")
            for name, values in form_data.items()
        }


def _value(values: list[str], definition: dict[str, Any], _in: str) -> Any:
    schema = definition.get("schema", {})
    if schema.get("type") != "array":
        return typed(values[-1], schema)
    kind = schema.get("items", {})
    return [typed(part, kind) for part in _parts(values, definition, _in)]


def _parts(values: list[str], definition: dict[str, Any], _in: str) -> list[str]:
    style = definition.get("style", "form" if _in in ("query", "form") else "simple")
    if style == "form" and definition.get("explode", True):
        return values
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
    return values[-1].split(separator)


def typed(text: Any, schema: dict[str, Any]) -> Any:
    """The text as the schema's type, or the text itself if it is none of that type."""
    kind = schema.get("type")
    if not isinstance(text, str):
        return text  # a number that routing has already read
    if kind == "integer" and _INTEGER.fullmatch(text) and SMALLEST <= int(text) <= LARGEST:
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    return _BOOLEANS.get(text.lower(), text) if kind == "boolean" else text
