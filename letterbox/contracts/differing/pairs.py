"""A schema as it was and as it is, side by side, with the references of both followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from letterbox.contracts.keywords import BESIDE_REFERENCES, KEYWORDS
from letterbox.contracts.references import LeadsNowhere, Place, References
from letterbox.representation import as_json

MOST_HOPS = 64  # from reference to reference
RULES = frozenset(KEYWORDS) - {"definitions", "$defs"}

Step = str | int


class Pair(NamedTuple):
    """Two places, what to call them, and what a stricter one means for the whole.

    `sense` is 1 if that is stricter, too, -1 for the opposite (below `not`), and 0 if it can't be told.
    """

    old: Place
    new: Place
    name: str
    sense: int = 1

    @property
    def key(self) -> object:
        return self.old.path, self.new.path, self.sense

    @property
    def keyword(self) -> str:
        """The keyword that the schema stands at, or the part of the contract that it is."""
        steps = (str(step) for step in reversed(self.new.path) if step in KEYWORDS)
        return next(steps, str(self.new.path[0]))

    def below(self, *path: Step, name: str | None = None, sense: int = 1) -> Pair:
        """What stands there in both; a schema that is not there allows everything."""
        name = self.name if name is None else name
        return Pair(part_of(self.old, *path), part_of(self.new, *path), name, self.sense * sense)

    def values(self, keyword: str) -> tuple[Any, Any]:
        return self.old.schema.get(keyword), self.new.schema.get(keyword)

    def member(self, name: str) -> str:
        """What to call one of its properties."""
        return f"{self.name}.{name}" if self.name else name

    def followed(self, old_references: References, new_references: References) -> Pair:
        """What their references lead to. A shared definition is told of once, by its own name and for itself."""
        old, new = leads_to(self.old, old_references), leads_to(self.new, new_references)
        is_shared = new.path[:1] == ("definitions",) and new.path != self.new.path
        return Pair(old, new, str(new.path[-1])) if is_shared else self._replace(old=old, new=new)

    def is_equal(self) -> bool:
        """Whether both say the same, except for what their references lead to."""
        return is_equal(self.old.schema, self.new.schema)

    def references(self) -> list[Pair]:
        """The pairs that the references lead to in a schema that is equal in both."""
        found = dict.fromkeys(references_in(self.new.schema))
        return [self._replace(old=_referring(self.old, each), new=_referring(self.new, each)) for each in found]

    def opened(self) -> Pair:
        """Both as objects: true is a schema without a rule."""
        return self._replace(old=_opened(self.old), new=_opened(self.new))


def part_of(place: Place, *path: Step) -> Place:
    """The place there, or one that allows everything."""
    try:
        return place.below(*path)
    except LookupError:
        return Place(True, (*place.path, *path), place.origins)  # noqa: FBT003 # a schema


def leads_to(place: Place, references: References) -> Place:
    """Where a reference leads that stands alone, or counts alone, and so on."""
    for _ in range(MOST_HOPS):
        schema = place.schema
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            break
        if RULES & schema.keys() > {"$ref"} and references.draft_of(place) >= BESIDE_REFERENCES:
            break
        try:
            place = references.followed(place, schema["$ref"])
        except LeadsNowhere:
            break
    return place


def property_in(place: Place, name: str) -> Place:
    """What a property must be, by its name or as any other; what is said by patterns is left out."""
    if name in place.schema.get("properties", {}):
        return place.below("properties", name)
    other = place.schema.get("additionalProperties", True)
    return Place(other, (*place.path, "properties", name), place.origins)


def members_of(place: Place, keyword: str) -> list[Place]:
    """The members of allOf, anyOf or oneOf; a reference with rules beside it is one more of allOf."""
    members = [place.below(keyword, index) for index in range(len(place.schema.get(keyword, ())))]
    if keyword == "allOf" and isinstance(place.schema.get("$ref"), str):
        members.append(_referring(place, place.schema["$ref"]))
    return members


def is_equal(old: Any, new: Any) -> bool:
    """Whether two values are the same JSON; to Python, 1 is True."""
    return bool(old == new) and as_json(old) == as_json(new)


def references_in(node: Any) -> Iterator[str]:
    """Every reference in a schema, at any depth."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references_in(part)


def is_empty(place: Place) -> bool:
    """Whether it allows everything."""
    return place.schema is True or (isinstance(place.schema, dict) and not RULES & place.schema.keys())


def _referring(place: Place, reference: str) -> Place:
    return Place({"$ref": reference}, (*place.path, "$ref"), place.origins)


def _opened(place: Place) -> Place:
    return place._replace(schema={}) if place.schema is True else place
