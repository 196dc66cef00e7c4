"""What has to be done so that a service has what a file says: found by comparing, without changing anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx

from letterbox.client import shape
from letterbox.client.api import Api, Refused, at
from letterbox.client.declared import Declared
from letterbox.client.difference import Change, changes, unified
from letterbox.client.documents import BadFile
from letterbox.client.sources import Secret, moment

Defaults = Mapping[str, Any] | None  # what the project says; None if that is not known


class There(NamedTuple):
    """An endpoint as it was seen, and what its active contract says."""

    endpoint: dict[str, Any]
    etag: str
    contract: dict[str, Any] | None

    @property
    def name(self) -> str:
        return str(self.endpoint["name"])

    @property
    def version(self) -> int | None:
        version: int | None = self.endpoint["contract_version"]
        return version

    def written(self, defaults: Defaults) -> dict[str, Any]:
        """As a file says it."""
        return shape.written(shape.declared(self.endpoint), self.contract, defaults or {})


@dataclass(frozen=True)
class Create:
    """An endpoint that is not there yet."""

    wanted: Declared
    is_needed = True

    @property
    def name(self) -> str:
        return self.wanted.name

    def difference(self, file: str, defaults: Defaults) -> str:
        return unified(None, _written(self.wanted, defaults), self.name, file)


@dataclass(frozen=True)
class Replace:
    """An endpoint that is there; without changes it is as it should be."""

    wanted: Declared
    there: There
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        return self.wanted.name

    @property
    def is_needed(self) -> bool:
        return bool(self.changes)

    @property
    def is_sent(self) -> bool:
        """Also for a secret: the service alone can say whether it is the one that it has."""
        return self.is_needed or any(secret.text is not None for secret in self.wanted.secrets)

    @property
    def changes_contract(self) -> bool:
        return any(change.name == "contract" for change in self.changes)

    def difference(self, file: str, defaults: Defaults) -> str:
        there, wanted = self.there.written(defaults), _written(self.wanted, defaults)
        if not any(change.name == "verification" for change in self.changes) and "verification" in there:
            there["verification"] = wanted.get("verification", there["verification"])  # secrets by other names
        return unified(there, wanted, self.name, file)


@dataclass(frozen=True)
class Remove:
    """An endpoint that the file does not have."""

    there: There
    is_needed = True

    @property
    def name(self) -> str:
        return self.there.name

    def difference(self, file: str, defaults: Defaults) -> str:
        return unified(self.there.written(defaults), None, self.name, file)


Step = Create | Replace | Remove


def project_defaults(api: Api) -> Defaults:
    """What the project of the key says of endpoints; None if the key may not know, or no endpoint is there yet."""
    newest = api.read(at("endpoints"), {"limit": 1}).value["items"]
    if not newest:
        return None
    slug = newest[0]["url"].removesuffix(newest[0]["path"]).rpartition("/")[2]
    try:
        return shape.project_defaults(api.read(at("projects", slug)).value)
    except Refused as refusal:
        if refusal.status == httpx.codes.FORBIDDEN:
            return None
        raise


def look(api: Api, name: str) -> There | None:
    """An endpoint as it is now, with its contract."""
    found = api.find(at("endpoints", name))
    return None if found is None else There(found.value, found.etag, _active_contract(api, found.value))


def names_there(api: Api) -> list[str]:
    """Every endpoint of the key's project, sorted."""
    return sorted(one["name"] for one in api.items(at("endpoints")))


def step_for(wanted: Declared, there: There | None, defaults: Defaults) -> Create | Replace:
    """What one endpoint needs; raises BadFile where that depends on what the key may not know."""
    if there is None:
        return Create(wanted)
    if defaults is None:
        _require_all_said(wanted)
    after = {**shape.filled(wanted.endpoint, defaults or {}), "contract": wanted.contract and wanted.contract.normal}
    before = {**shape.declared(there.endpoint), "contract": there.contract}
    if are_alike(wanted.secrets, before["verification"].get("secrets", ())) and wanted.secrets:
        before["verification"]["secrets"] = after["verification"]["secrets"]
    return Replace(wanted, there, changes(before, after))


def are_alike(wanted: Collection[Secret], there: Collection[Mapping[str, Any]]) -> bool:
    """Whether these secrets may be those: what is kept by id is there, and as many others with the same ends."""
    ends = {secret["id"]: moment(secret.get("expires_at")) for secret in there}
    for secret in wanted:
        if secret.id is not None and (secret.id not in ends or ends.pop(secret.id) != secret.expires_at):
            return False
    said = [secret.expires_at for secret in wanted if secret.id is None]
    return sorted(map(str, said)) == sorted(map(str, ends.values()))


def _active_contract(api: Api, endpoint: Mapping[str, Any]) -> dict[str, Any] | None:
    version = endpoint["contract_version"]
    if version is None:
        return None
    return shape.document(api.read(at("endpoints", endpoint["id"], "contracts", version)).value)


def _written(wanted: Declared, defaults: Defaults) -> dict[str, Any]:
    whole = shape.filled(wanted.endpoint, defaults or {})
    return shape.written(whole, wanted.contract and wanted.contract.normal, defaults or {})


def _require_all_said(wanted: Declared) -> None:
    if missing := [name for name in shape.FROM_PROJECT if name not in wanted.endpoint]:
        raise BadFile(
            f"{wanted.name}: this key may not read the project's defaults, so the file has to say {', '.join(missing)}"
        )
