"""Who calls, and whether their scopes suffice: bearer keys, with the scopes that the specification names.

OpenAPI 3.0 knows no scopes for bearer keys, so each secured operation carries one as `x-scope`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from connexion.lifecycle import ConnexionRequest
from connexion.security import AbstractSecurityHandler
from starlette.datastructures import Headers
from starlette.types import Scope

from letterbox.binding.operations import CannotBind, Document, Operation
from letterbox.errors import Forbidden, Unauthenticated

SCOPES = frozenset({"read", "write", "replay", "admin"})
CHALLENGE = 'Bearer realm="letterbox"'


class Caller(Protocol):
    """Who a key belongs to. `id` is the key's id, which may be logged."""

    @property
    def id(self) -> str: ...

    @property
    def scopes(self) -> frozenset[str]: ...


Authenticate = Callable[[str], Caller | None]


def scopes_of(document: Document, operations: list[Operation]) -> dict[str, str]:
    """By operationId, the scope of each secured operation; raises CannotBind if what it needs is not plain."""
    scopes = {}
    for operation in operations:
        needed = operation.details.get("security", document.get("security", []))
        if needed:
            _require_bearer(document, operation, needed)
            scopes[operation.id] = _scope(operation)
        elif "x-scope" in operation.details:
            raise CannotBind(f"{operation.id} names a scope, yet anyone may call it.")
    return scopes


def optional_in(operations: list[Operation]) -> frozenset[str]:
    """The operationIds of those whose security ends in `{}`: they answer whoever sends no key, as nobody."""
    return frozenset(operation.id for operation in operations if {} in operation.details.get("security", ()))


def without_nobody(document: Document) -> Document:
    """The document for connexion, which would serve a bad key as nobody: with `{}` taken out of security."""
    paths = {path: {name: _strict(part) for name, part in item.items()} for path, item in document["paths"].items()}
    return {**document, "paths": paths}


def _strict(part: Any) -> Any:
    needed = part.get("security") if isinstance(part, dict) else None
    return {**part, "security": [one for one in needed if one]} if needed else part


def _require_bearer(document: Document, operation: Operation, needed: list[dict[str, Any]]) -> None:
    schemes = document["components"].get("securitySchemes", {})
    needed = needed[:-1] if len(needed) > 1 and not needed[-1] else needed  # `{}` is ours to serve, if it comes last
    names = [name for alternative in needed for name in alternative]
    if len(needed) != 1 or len(names) != 1:
        raise CannotBind(f"{operation.id} must be secured by one scheme; an alternative lets bad keys through.")
    scheme = schemes.get(names[0], {})
    if (scheme.get("type"), scheme.get("scheme")) != ("http", "bearer"):
        raise CannotBind(f"{operation.id} is secured by {names[0]}, which is no bearer scheme of the document.")


def _scope(operation: Operation) -> str:
    scope = operation.details.get("x-scope")
    if scope not in SCOPES:
        known = ", ".join(sorted(SCOPES))
        raise CannotBind(f"{operation.id} is secured, so it needs an x-scope out of {known}.")
    return str(scope)


def security_map(scopes: Mapping[str, str], optional: frozenset[str], authenticate: Authenticate) -> dict[str, Any]:
    """For connexion. `authenticate` runs on the event loop, so it must only look into memory.

    An operation whose security is optional gets None as its user where no key was sent, and only there.
    """

    def verify(request: ConnexionRequest) -> dict[str, Caller | None]:
        operation_id = request.scope["extensions"]["connexion_routing"]["operation_id"]
        if operation_id in optional and "authorization" not in request.headers:
            return {"sub": None}
        caller = authenticate(_token(request.headers.get("authorization", "")))
        if caller is None:
            raise Unauthenticated(
                "This key is not known here, or no longer.",
                headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
            )
        request.context["user"] = caller
        _require_scope(caller, scopes[operation_id])
        return {"sub": caller}  # connexion passes this on to handlers as `user`

    class Bearer(AbstractSecurityHandler):
        def get_fn(self, _security_scheme: Any, _required_scopes: Any) -> Any:
            return verify

    return {"bearer": Bearer}


def still_welcome(authenticate: Authenticate) -> Callable[[Scope], bool]:
    """Tells whether whoever was let in with a request would be let in alike by now; for the event loop."""

    def is_welcome(scope: Scope) -> bool:
        user: Caller = scope["extensions"]["connexion_context"]["user"]
        return authenticate(_token(Headers(scope=scope).get("authorization", ""))) == user

    return is_welcome


def _token(authorization: str) -> str:
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthenticated(headers={"WWW-Authenticate": CHALLENGE})
    return str(token.strip())


def _require_scope(caller: Caller, scope: str) -> None:
    if scope not in caller.scopes:
        raise Forbidden(
            f"This operation needs a key with the scope {scope}.",
            headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'},
        )
