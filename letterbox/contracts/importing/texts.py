"""What OpenAPI says of parameters and form fields as numbers, flags or lists, said of the texts that they arrive as.

What a pattern cannot say, such as the bounds of a number, is left out, and noted as unsaid.
"""

from __future__ import annotations

from typing import Any

from letterbox.contracts.importing.source import Path, Source
from letterbox.contracts.importing.unsaid import named
from letterbox.representation import as_json

TEXT_RULES = ("minLength", "maxLength", "pattern", "format", "description")
AS_TEXT: dict[str, dict[str, Any]] = {
    "integer": {"pattern": "^-?[0-9]+$"},
    "number": {"pattern": "^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"},
    "boolean": {"enum": ["true", "false"]},
}
ALTERNATIVES = ("allOf", "anyOf", "oneOf")
SAID = ("allOf", "anyOf")  # of these; oneOf becomes anyOf, since a text may fit more of its schemas than a value
OF_TEXTS = ("type", "enum", "const", "format")  # what is said of a text, or binds nobody
OF_FORMS = ("type", "required", "properties", *SAID)
OF_FILES = ("type", "format")
THE_FORM = "the form"
TEXT = {"type": "string"}
NOTHING: dict[str, Any] = {"not": {}}
DEEPEST = 16

Schema = dict[str, Any]


def as_text(source: Source, path: Path, subject: str, *, first_item: bool = False, depth: int = 0) -> Schema:
    """What the text of a parameter must be; with `first_item`, that of a list is its first item's."""
    source.step(*path)
    schema, path = _end(source, path, subject)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return _unread(source, schema, subject, TEXT)
    for keyword in ALTERNATIVES:
        if isinstance(schema.get(keyword), list) and "type" not in schema:
            source.unsaid.leave_out_of(schema, subject, (keyword,) if keyword in SAID else ())
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
    schema, path = _end(source, path, THE_FORM)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return _unread(source, schema, THE_FORM, {})
    source.unsaid.leave_out_of(schema, THE_FORM, OF_FORMS)
    form: Schema = {name: schema[name] for name in ("required", "description") if name in schema}
    if isinstance(schema.get("properties"), dict):
        fields = {name: _field(source, (*path, "properties", name)) for name in schema["properties"]}
        form |= {"type": "object", "properties": fields}
    if schema.get("additionalProperties") is False:
        form["additionalProperties"] = False
    for keyword in ALTERNATIVES:
        if isinstance(schema.get(keyword), list):
            members = [as_form(source, (*path, keyword, index), depth + 1) for index in range(len(schema[keyword]))]
            name = "allOf" if keyword == "allOf" else "anyOf"
            form |= {"allOf": [*form.get("allOf", ()), {name: members}]} if name in form else {name: members}
    return form


def has_parts(source: Source, path: Path, depth: int = 0) -> bool:
    """Whether a schema is one of objects, be it one of several: what they hold arrives under names of its own."""
    source.step(*path)
    schema, path = source.chain(*path)[-1]
    if not isinstance(schema, dict) or depth > DEEPEST:
        return False
    if "object" in _types(schema) or "properties" in schema:
        return True
    lists = [keyword for keyword in ALTERNATIVES if isinstance(schema.get(keyword), list)]
    members = ((*path, keyword, index) for keyword in lists for index in range(len(schema[keyword])))
    return any(has_parts(source, member, depth + 1) for member in members)


def _field(source: Source, path: Path) -> Schema:
    subject = named("form field", str(path[-1]))
    schema, path = _end(source, path, subject)
    if not isinstance(schema, dict):
        return _unread(source, schema, subject, {})
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


def _end(source: Source, path: Path, subject: str) -> tuple[Any, Path]:
    """The schema that a reference leads to, and so on, and where it is. What counts beside it since 3.1 is not said."""
    *passed, (schema, path) = source.chain(*path)
    for each, _ in () if source.dialect.is_old else passed:
        source.unsaid.leave_out_of(each, subject, ("$ref",))
    return schema, path


def _unread(source: Source, schema: Any, subject: str, anything: Schema) -> Schema:
    """Instead of a schema that is true, false or none at all, or stands too deep to be read."""
    if isinstance(schema, dict):
        source.unsaid.leave_out_of(schema, subject, ())
    elif not isinstance(schema, bool):
        source.unsaid.leave_out(subject)
    return NOTHING if schema is False else anything
