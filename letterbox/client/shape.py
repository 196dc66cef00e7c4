"""How an endpoint and its contract look in a file: what can be declared, in one order, defaults left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.contracts.intake import intake
from letterbox.receive.verification.declared import complete

ORDER = ("name", "path", "methods", "verification", "allow_from", "contract", "contract_mode", "dedupe", "replies")
READ_ONLY = ("id", "url", "contract_version", "created_at", "updated_at")
CONTRACT_READ_ONLY = ("id", "endpoint_id", "version", "active", "created_at", "created_by")

# What an endpoint has that leaves it out. The project's defaults say the others.
DEFAULTS: Mapping[str, Any] = {
    "methods": ["POST"],
    "requests_per_second": None,
    "cors": {"origins": []},
    "dedupe": None,
    "allow_from": [],
    "public_docs": False,
    "retention": {"max_age_seconds": None, "max_bytes": None},
    "paused": False,
}
DECIDING = ("scheme", "timestamp_header")  # of a verification: the defaults of its others
FROM_PROJECT = ("verification", "contract_mode", "max_body_bytes", "replies")
CONTRACT_DEFAULTS: Mapping[str, Any] = intake({})


def declared(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """What can be declared of an endpoint as the API shows it; of secrets their ids, and when they end."""
    own = {name: value for name, value in endpoint.items() if name not in READ_ONLY}
    return own | {"verification": _without_times(own["verification"])}


def project_defaults(project: Mapping[str, Any]) -> dict[str, Any]:
    """What a project, as the API shows it, says of endpoints that leave it out."""
    defaults = project["defaults"]
    return {name: defaults[name] for name in FROM_PROJECT} | {"verification": _without_times(defaults["verification"])}


def document(contract: Mapping[str, Any]) -> dict[str, Any]:
    """What a contract says, as the API shows it."""
    return {name: value for name, value in contract.items() if name not in CONTRACT_READ_ONLY}


def filled(endpoint: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration with all that it leaves out."""
    whole = {**DEFAULTS, **defaults, **endpoint}
    for name in ("cors", "retention"):
        whole[name] = {**DEFAULTS[name], **whole[name]}
    if "verification" in whole:
        whole["verification"] = complete(whole["verification"])
    return whole


def written(
    endpoint: Mapping[str, Any], contract: Mapping[str, Any] | None, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """An endpoint as it is written into a file. Equal ones are written alike."""
    known = {**DEFAULTS, **defaults}
    said = {name: value for name, value in endpoint.items() if name not in known or value != known[name]}
    if "verification" in said:
        said["verification"] = _short(said["verification"])
    if contract is not None:
        said["contract"] = {
            name: value
            for name, value in contract.items()
            if name not in CONTRACT_DEFAULTS or value != CONTRACT_DEFAULTS[name]
        }
    return {name: said[name] for name in (*ORDER, *sorted(said.keys() - {*ORDER})) if name in said}


def _short(verification: Mapping[str, Any]) -> dict[str, Any]:
    """A verification without the defaults of its scheme, its secrets last."""
    known = complete({name: verification[name] for name in DECIDING if name in verification})
    said = [name for name in verification if name in DECIDING or verification[name] != known.get(name)]
    ordered = sorted(said, key=lambda name: (name != "scheme", name == "secrets", name))
    return {name: verification[name] for name in ordered}


def _without_times(verification: Mapping[str, Any]) -> dict[str, Any]:
    if "secrets" not in verification:
        return dict(verification)
    return {**verification, "secrets": [_reference(secret) for secret in verification["secrets"]]}


def _reference(secret: Mapping[str, Any]) -> dict[str, Any]:
    return {name: secret[name] for name in ("id", "expires_at") if secret.get(name) is not None}
