"""Where a reference leads: within the schema that it stands in, or to the definitions of its contract. Never outside.

`#/…` counts from the nearest schema with an `$id` around it, then from those around that one, then from the contract's
shared `definitions`: so it is found where its writer means it, whether or not a generator has put an `$id` in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

from letterbox.contracts.keywords import DRAFT_4, DRAFTS, KEYWORDS, NEWEST, Step, schemas_in
from letterbox.contracts.pointers import pointer, shortened, steps

PARTS = ("body", "path", "query", "headers")  # of a contract, each one schema
NAMED_PARTS = ("event_types", "definitions")  # each schemas by name
MOST_HOPS = 64


class LeadsNowhere(ValueError):
    """The text is a sentence about the reference."""


class Place(NamedTuple):
    """A schema with its path in the contract, and the places around it that references count from, outermost first."""

    schema: Any
    path: tuple[Step, ...]
    around: tuple[Place, ...]

    @property
    def pointer(self) -> str:
        return pointer(self.path)

    @property
    def origins(self) -> tuple[Place, ...]:
        """What references in this schema count from, the outermost first."""
        return (*self.around, self) if self.is_root or address_of(self.schema) else self.around

    @property
    def is_root(self) -> bool:
        """Whether it is the contract, one of its parts or a shared definition."""
        if len(self.path) == 1:
            return self.path[0] in PARTS
        return not self.path or (self.path[0] in NAMED_PARTS and len(self.path) == len(("event_types", "push")))

    def below(self, *path: Step) -> Place:
        """The place that so many steps lead to, with no other schema in between. Raises LookupError without one."""
        schema = self.schema
        for step in path:
            schema = _stepped(schema, step)
        return Place(schema, (*self.path, *path), self.origins)


class References:
    """The references of one contract, normalised or not."""

    def __init__(self, contract: dict[str, Any]) -> None:
        self._shared = Place({"definitions": contract.get("definitions") or {}}, (), ())
        self._contract = contract
        self._shared_draft = _agreed_draft(contract.get("definitions") or {})
        self._names: dict[int, dict[str, Place]] = {}  # by the id of an outermost schema

    def part(self, *path: Step) -> Place:
        """A part of the contract, such as ("event_types", "push"). Raises LookupError without one."""
        return Place(self._contract, (), ()).below(*path)._replace(around=(self._shared,))

    def followed(self, place: Place, reference: str) -> Place:
        """Where a reference at a place leads. Raises LeadsNowhere."""
        address, fragment = ("", reference[1:]) if reference.startswith("#") else urldefrag(reference)
        origins = [self._addressed(place, address, reference)] if address else reversed(place.origins)
        for origin in origins:
            found = self._within(origin, fragment)
            if found is not None and found.path and isinstance(found.schema, (dict, bool)):
                return found
        raise LeadsNowhere(
            f"{shortened(reference)!r} leads to no schema, neither here nor in the contract's definitions."
        )

    def draft_of(self, place: Place) -> int:
        """By the `$schema` nearest around; for want of one by that of what it refers to, or of the definitions."""
        for origin in (place, *reversed(place.origins)):
            draft = declared_draft(origin.schema)
            if draft is not None:
                return draft
        hops = (declared_draft(hop.schema) for hop in self._hops(place))
        return next(filter(None, hops), self._shared_draft)

    def _hops(self, place: Place) -> Iterator[Place]:
        for _ in range(MOST_HOPS):
            reference = place.schema.get("$ref") if isinstance(place.schema, dict) else None
            if not isinstance(reference, str):
                return
            try:
                place = self.followed(place, reference)
            except LeadsNowhere:
                return
            yield place

    def _within(self, origin: Place, fragment: str) -> Place | None:
        if not fragment:
            return origin
        if not fragment.startswith("/"):
            return self._named(origin).get(f"#{fragment}")
        place = origin
        try:
            for step in steps(fragment):
                place = place.below(int(step) if isinstance(place.schema, list) else step)
        except (LookupError, ValueError):
            return None
        return place

    def _addressed(self, place: Place, address: str, reference: str) -> Place:
        """The schema whose $id is this address, as in a document that bundles several."""
        outermost = place.around[1] if len(place.around) > 1 else place
        names = self._named(outermost)
        found = names.get(address) or names.get(urljoin(address_of(outermost.schema) or "", address))
        if found is None:
            sentence = f"{shortened(reference)!r} leads out of the contract, and nothing is fetched for it."
            raise LeadsNowhere(f"{sentence} Put what it means into `definitions`.")
        return found

    def _named(self, outermost: Place) -> dict[str, Place]:
        """The schemas at or below it that have an anchor or an address, by both."""
        if not outermost.path:
            return {}
        if id(outermost.schema) not in self._names:
            base = address_of(outermost.schema) or ""
            self._names[id(outermost.schema)] = {
                name: place for place in schemas_below(outermost) for name in names_of(place.schema, base)
            }
        return self._names[id(outermost.schema)]


def declared_draft(schema: Any) -> int | None:
    """The draft that `$schema` of this very schema names; None without one that we know."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return DRAFTS.get(named.rstrip("#")) if isinstance(named, str) else None


def _agreed_draft(definitions: dict[str, Any]) -> int:
    """The draft of all definitions that declare one, if they agree; else the newest."""
    declared = {declared_draft(schema) for schema in definitions.values()} - {None}
    return declared.pop() or NEWEST if len(declared) == 1 else NEWEST


def address_of(schema: Any) -> str | None:
    """The address that a schema gives itself, without an anchor; in draft 4 the keyword was `id`."""
    if not isinstance(schema, dict):
        return None
    own = schema.get("$id") or (schema.get("id") if declared_draft(schema) == DRAFT_4 else None)
    return urldefrag(own)[0] or None if isinstance(own, str) else None


def names_of(schema: Any, base: str) -> Iterator[str]:
    """What a schema can be referred to by: its address as written and from the base, and its anchors with a #."""
    address = address_of(schema)
    if address:
        yield from (address, urljoin(base, address))
    for keyword in ("$anchor", "$dynamicAnchor"):
        if isinstance(schema.get(keyword), str):
            yield f"#{schema[keyword]}"
    for keyword in ("$id", "id"):
        own = schema.get(keyword)
        if isinstance(own, str) and own.startswith("#"):
            yield own


def schemas_below(place: Place) -> Iterator[Place]:
    """It, and every schema that stands in it, at any depth."""
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if isinstance(here.schema, dict):
            yield here
            for name, keyword in KEYWORDS.items():
                if name in here.schema:
                    waiting += [here.below(name, *path) for path, _ in schemas_in(keyword, here.schema[name])]


def _stepped(node: Any, step: Step) -> Any:
    if isinstance(node, list) and isinstance(step, int):
        return node[step]
    if isinstance(node, dict) and isinstance(step, str):
        return node[step]
    raise LookupError(step)
