"""Paths and names of endpoints, made of those of an OpenAPI document."""

from __future__ import annotations

import re
from typing import NamedTuple

from letterbox.names import first_free, stem_of

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
LONGEST_PATH = 512


class Unsuitable(Exception):
    """A path at which no endpoint can listen; the text says why."""


class Address(NamedTuple):
    """Where an endpoint listens, and what each parameter of the document is called there."""

    path: str
    parameters: dict[str, str]


def address_of(path: str, prefix: str = "") -> Address:
    """A path such as /orders/{order-id} below a prefix: /orders/{order_id}; raises Unsuitable."""
    parameters: dict[str, str] = {}
    segments, taken = [], set[str]()
    for segment in f"{prefix}{path}".strip("/").split("/"):
        if (parameter := _PARAMETER.fullmatch(segment)) is None:
            segments.append(_literal(segment))
        else:
            parameters[parameter[1]] = ours = _parameter(parameter[1], taken)
            segments.append(f"{{{ours}}}")
    whole = f"/{'/'.join(segments)}"
    if not all(segments):
        raise Unsuitable("an endpoint's path has at least one segment, and no empty ones; --path-prefix gives it one")
    if len(whole) > LONGEST_PATH:
        raise Unsuitable(f"an endpoint's path has at most {LONGEST_PATH} characters")
    return Address(whole, parameters)


def name_of(operation_id: str | None, method: str, path: str, taken: set[str]) -> str:
    """A free name such as list-pets for listPets, or else get-pets; it is taken then."""
    words = operation_id or f"{method}/{path}"
    stem = stem_of(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", words))
    name = first_free(stem, taken)
    taken.add(name)
    return name


def _literal(segment: str) -> str:
    if _PARAMETER.search(segment):
        raise Unsuitable(f"an endpoint's parameter is a whole segment, and {segment[:60]!r} is more than that")
    if segment and (segment in (".", "..") or not _SEGMENT.fullmatch(segment)):
        raise Unsuitable(f"no endpoint can listen at the segment {segment[:60]!r}")
    return segment


def _parameter(name: str, taken: set[str]) -> str:
    """A name of ours for a parameter."""
    words = "_".join(re.findall(r"[A-Za-z0-9_]+", name)) or "parameter"
    stem = f"_{words}" if words[0].isdigit() else words
    ours = first_free(stem, taken).replace("-", "_")
    taken.add(ours)
    return ours
