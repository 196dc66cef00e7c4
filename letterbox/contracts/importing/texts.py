"""What OpenAPI says of parameters and form fields as numbers, flags or lists, said of the texts that they arrive as.

What a pattern cannot say, such as the bounds of a number, is left out, and noted as unsaid.
"""

from __future__ import annotations

from typing import Any

from letterbox.contracts.importing.source import MOST_HOPS, Path, Source
from letterbox.contracts.importing.unsaid import named
from letterbox.representation import as_json

TEXT_RULES = ("minLength", "maxLength", "pattern", "format", "description")
AS_TEXT: dict[str, dict[str, Any]] = {
    "integer": {"pattern": "^-?[0-9]+$"},
    "number": {"pattern": "^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"},
    "boolean": {"enum": ["true", "false"]},
}
ALTERNATIVES = ("allOf", "anyOf", "oneOf")
OF_TEXTS = ("type", "enum", "const", "format")  # what is said of a text, or binds nobody
OF_FORMS = ("type", "required", "properties", *ALTERNATIVES)
OF_FILES = ("type", "format")
TEXT = {"type": "string"}
DEEPEST = 16

Schema = dict[str, Any]


def as_text(source: Source, path: Path, subject: str, *, first_item: bool = False, depth: int = 0) -> Schema:
    """What the text of a parameter must be; with `first_item`, that of a list is its first item's."""
    source.step(*path)
    schema, path = _end(source, path)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return TEXT
    for keyword in ALTERNATIVES:
        if isinstance(schema.get(keyword), list) and "type" not in schema:
            source.unsaid.leave_out_of(schema, subject, (keyword, *OF_TEXTS))
            places = [(*path, keyword, index) for index in range(len(schema[keyword]))]
            members = [as_text(source, place, subject, first_item=first_item, depth=depth + 1) for place in places]
            return {"allOf" if keyword == "allOf" else "anyOf": members}
    types = _types(schema)
    if types == ["array"] and first_item and "items" in schema:
        source.unsaid.leave_out_of(schema, subject, ("type", "items"))
        return as_text(source, (*path, "items"), subject, depth=depth + 1)
    options = [_of_type(schema, name) for name in types or ["string"]]
    source.unsaid.leave_out_of(schema, subject, {*OF_TEXTS, *(rule for option in options for rule in option)})
    return options[0] if len(options) == 1 else {"anyOf": options}


def as_form(source: Source, path: Path, depth: int = 0) -> Schema:
    """What an object made of a form must be: texts by name, lists of them, and files as objects."""
    source.step(*path)
    schema, path = _end(source, path)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return {}
    source.unsaid.leave_out_of(schema, "the form", OF_FORMS)
    form: Schema = {name: schema[name] for name in ("required", "description") if name in schema}
    if isinstance(schema.get("properties"), dict):
        fields = {name: _field(source, (*path, "properties", name)) for name in schema["properties"]}
        form |= {"type": "object", "properties": fields}
    if schema.get("additionalProperties") is False:
        form["additionalProperties"] = False
    for keyword in ALTERNATIVES:
        if isinstance(schema.get(keyword), list):
            members = [as_form(source, (*path, keyword, index), depth + 1) for index in range(len(schema[keyword]))]
            form["allOf" if keyword == "allOf" else "anyOf"] = members
    return form


def _field(source: Source, path: Path) -> Schema:
    subject = named("form field", str(path[-1]))
    schema, path = _end(source, path)
    if not isinstance(schema, dict):
        return {}
    if not _is_read_as_text(schema):
        source.unsaid.leave_out_of(schema, subject, OF_FILES)
        return {}
    if _types(schema) != ["array"]:
        return as_text(source, path, subject)
    source.unsaid.leave_out_of(schema, subject, ("type", "items"))
    item = as_text(source, (*path, "items"), subject) if "items" in schema else {}
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _is_read_as_text(schema: Schema) -> bool:
    """Whether it is no file, and no part of a form that is JSON."""
    return schema.get("format") not in ("binary", "byte") and "object" not in _types(schema) and bool(_types(schema))


def _of_type(schema: Schema, name: str) -> Schema:
    rules = AS_TEXT.get(name, {})
    if name == "string":
        rules = {rule: schema[rule] for rule in TEXT_RULES if rule in schema}
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        rules = {**rules, "enum": [_text_of(value) for value in values if isinstance(value, str | int | float)]}
    return {**TEXT, **rules}


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value).decode()


def _types(schema: Schema) -> list[str]:
    """The types that are named; null has no text."""
    named = schema.get("type")
    return [
        name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str) and name != "null"
    ]


def _end(source: Source, path: Path) -> tuple[Any, Path]:
    """The schema that a reference leads to, and so on, and where it is."""
    schema = source.at(*path)
    for _ in range(MOST_HOPS):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        leads = source.target(schema["$ref"])
        if leads is None:
            return None, path
        path, schema = leads, source.at(*leads)
    return schema, path
