"""What became stricter or looser between two contracts, in words, by pointer into the newer one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from letterbox.contracts.differing.pairs import Pair
from letterbox.contracts.differing.schemas import Comparison, Enough
from letterbox.contracts.differing.words import Change, Told, by_inclusion, listed
from letterbox.contracts.pointers import pointer
from letterbox.contracts.references import Place, References

PARTS = {"body": "", "path": "path", "query": "query", "headers": "headers"}  # and what to call them

Contract = dict[str, Any]
Both = tuple[References, References]


class Difference(NamedTuple):
    """The changes as `{pointer, keyword, change, says}`, and whether these are all."""

    changes: list[dict[str, str]]
    complete: bool


def diff(old: Contract, new: Contract) -> Difference:
    """What has changed from one normalised contract to another; {} stands for none, which takes everything."""
    references = References(old), References(new)
    comparison = Comparison(*references, formats_bind=bool(new.get("assert_formats")))
    try:
        for keyword, told in _told_of_contracts(old, new):
            comparison.note(pointer((keyword,)), keyword, told, "the contract")
        _compare_event_types(comparison, references, old, new)
        for name, called in PARTS.items():
            _compare_part(comparison, references, called, name)
    except (Enough, RecursionError):  # definitions can lead on to one another further than can be followed
        return Difference(comparison.changes, complete=False)
    return Difference(comparison.changes, complete=True)


def _told_of_contracts(old: Contract, new: Contract) -> Iterator[tuple[str, Told]]:
    """What has changed beside the schemas, by name."""
    if (media_types := _told_of_media_types(old, new)) is not None:
        yield "media_types", media_types
    if bool(old.get("assert_formats")) != bool(new.get("assert_formats")):
        yield "assert_formats", _turned(bool(new.get("assert_formats")), "has formats that bind")
    if old.get("event_type") != new.get("event_type"):
        yield "event_type", Told("different", _told_of_event_type(old, new))
    if _takes_unknown(old) != _takes_unknown(new):
        yield "unknown_event_types", _turned(not _takes_unknown(new), "refuses events of other types")


def _told_of_event_type(old: Contract, new: Contract) -> str:
    if not old.get("event_type"):
        return "finds the type of an event now."
    return "finds the type of an event in another way now." if new.get("event_type") else "finds no type of events."


def _told_of_media_types(old: Contract, new: Contract) -> Told | None:
    before, now = (frozenset(one.get("media_types") or ()) for one in (old, new))
    if before == now:
        return None
    words = [listed(sorted(one)) or "every media type" for one in (before, now)]
    change: Change = by_inclusion(before, now) if before and now else "looser" if before else "stricter"
    return Told(change, f"takes {words[1]} now, before {words[0]}.")


def _turned(on: bool, words: str) -> Told:
    return Told("stricter", f"{words} now.") if on else Told("looser", f"no longer {words}.")


def _takes_unknown(contract: Contract) -> bool:
    return not contract.get("event_types") or contract.get("unknown_event_types") == "accept"


def _compare_event_types(comparison: Comparison, references: Both, old: Contract, new: Contract) -> None:
    before, now = (one.get("event_types") or {} for one in (old, new))
    for name in dict.fromkeys([*before, *now]):
        if name in before and name in now:
            _compare_part(comparison, references, name, "event_types", name)
        elif name in now:
            told = Told("stricter", "has a schema now.") if _takes_unknown(old) else Told("looser", "is taken now.")
            comparison.note(pointer(("event_types", name)), "event_types", told, name)
        else:
            looser = _takes_unknown(new)
            told = Told("looser", "has no schema any more.") if looser else Told("stricter", "is refused now.")
            comparison.note(pointer(("event_types", name)), "event_types", told, name)


def _compare_part(comparison: Comparison, references: Both, called: str, *path: str) -> None:
    old, new = (_part(one, *path) for one in references)
    comparison.compare(Pair(old, new, called))


def _part(references: References, *path: str) -> Place:
    """The place of a part; what is not there, or null, allows everything."""
    try:
        place = references.part(*path)
    except LookupError:
        return Place(True, path, ())  # noqa: FBT003 # a schema
    return place._replace(schema=True) if place.schema is None else place
