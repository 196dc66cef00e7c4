"""A file of endpoints, read: what each should be, with its contract, and with secrets that come from elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from letterbox.client.documents import BadFile, read
from letterbox.client.shape import CONTRACT_DEFAULTS, DEFAULTS, FROM_PROJECT
from letterbox.client.sources import Secret, Sources
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable
from letterbox.names import LONGEST, require_name

PROPERTIES = ("name", "path", "contract", *FROM_PROJECT, *DEFAULTS)
OBJECTS = ("verification", "cors", "retention")


class Offered(NamedTuple):
    """A contract as the file has it, and as the service would keep it."""

    offered: dict[str, Any]
    normal: dict[str, Any]


@dataclass(frozen=True)
class Declared:
    """One endpoint of a file; its verification holds references, `secrets` what they lead to."""

    name: str
    endpoint: dict[str, Any]
    secrets: tuple[Secret, ...]
    contract: Offered | None

    def sent(self) -> dict[str, Any]:
        """As the API takes it."""
        if not self.secrets:
            return self.endpoint
        secrets = [secret.sent() for secret in self.secrets]
        return {**self.endpoint, "verification": {**self.endpoint["verification"], "secrets": secrets}}


def read_file(file: Path, environment: Mapping[str, str]) -> list[Declared]:
    """The endpoints of a file, in its order; raises BadFile with one line that says what to mend."""
    whole = read(file)
    if not isinstance(whole, dict) or not isinstance(whole.get("endpoints"), list):
        raise BadFile(f"{file}: it must be an object with a list `endpoints`; `letterbox apply --print` writes one")
    _require_known(whole, ("endpoints",), str(file))
    reading = _Reading(file.parent, Sources(environment, file.parent))
    found = [reading.one(each, f"{file}: endpoints[{index}]") for index, each in enumerate(whole["endpoints"])]
    _require_single(found, file)
    return found


class _Reading:
    def __init__(self, folder: Path, sources: Sources) -> None:
        self._folder, self._sources = folder, sources

    def one(self, given: Any, place: str) -> Declared:
        if not isinstance(given, dict) or not all(isinstance(given.get(word), str) for word in ("name", "path")):
            raise BadFile(f"{place}: an endpoint is an object with a `name` and a `path`")
        place = f"{place} ({given['name'][:LONGEST]})"
        with refusing(place):
            require_name(given["name"], "/name")
        _require_known(given, PROPERTIES, place)
        endpoint = {name: value for name, value in given.items() if name != "contract"}
        for name in OBJECTS:
            if not isinstance(endpoint.get(name, {}), dict):
                raise BadFile(f"{place}: `{name}` is an object")
        secrets = tuple(self._secrets(endpoint.get("verification"), f"{place}.verification"))
        return Declared(given["name"], endpoint, secrets, self._contract(given.get("contract"), f"{place}.contract"))

    def _secrets(self, verification: dict[str, Any] | None, place: str) -> Iterator[Secret]:
        if verification is None:
            return
        if not isinstance(verification.get("scheme"), str) or not isinstance(verification.get("secrets", []), list):
            raise BadFile(f"{place}: it has a `scheme`, and a list of `secrets` unless that is none")
        for index, reference in enumerate(verification.get("secrets", [])):
            yield self._sources.opened(reference, f"{place}.secrets[{index}]")

    def _contract(self, given: Any, place: str) -> Offered | None:
        if isinstance(given, dict) and given.keys() == {"$file"}:
            given = read(self._folder / str(given["$file"]))
            if given is None:
                raise BadFile(f"{place}: the file that it names is empty")
        if given is None:
            return None
        if not isinstance(given, dict):
            raise BadFile(f"{place}: it is an object, or names one as {{$file: PATH}}")
        if "openapi" in given:
            raise BadFile(f"{place}: this is an OpenAPI document; let `letterbox import` make endpoints of it")
        _require_known(given, tuple(CONTRACT_DEFAULTS), place)
        with refusing(place):
            return Offered(given, intake(given))


@contextmanager
def refusing(place: str) -> Iterator[None]:
    """Raise BadFile for what the service would refuse by the same rules."""
    try:
        yield
    except Unprocessable as refusal:
        first = next(iter(refusal.errors), None)
        says = f"{first['pointer']}: {first['message']}" if first else f": {refusal.detail}"
        raise BadFile(f"{place}{says.rstrip('.')}") from None


def _require_known(given: Mapping[str, Any], known: Collection[str], place: str) -> None:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"it takes {', '.join(sorted(known))}"
            raise BadFile(f"{place}: there is no `{name[:60]}`; {hint}")


def _require_single(found: list[Declared], file: Path) -> None:
    seen: set[str] = set()
    for one in found:
        if one.name in seen:
            raise BadFile(f"{file}: two endpoints are named {one.name}")
        seen.add(one.name)
