"""Every refusal the service can give: its slug, its status, and the sentence that a client reads.

    Refusal
    ├── InvalidRequest 400 ── MalformedBody, UnparsableBody
    ├── Unauthenticated 401 ── VerificationFailed
    ├── Forbidden 403 ── OriginNotAllowed
    ├── NotFound 404 ── NoEndpoint
    ├── MethodNotAllowed 405
    ├── RequestTimeout 408
    ├── Conflict 409 ── NameTaken, PathTaken, HoldsRequests, DestinationInUse, ProjectNotEmpty, Protected,
    │                   LastAdminKey, LimitReached, WrongVerdict, WrongStatus, BodyNotKept, JobEnded
    ├── PreconditionFailed 412
    ├── BodyTooLarge 413
    ├── UriTooLong 414
    ├── UnsupportedMediaType 415
    ├── Unprocessable 422 ── InvalidCursor, IdempotencyKeyReused, ContractViolated
    ├── RateLimited 429
    ├── HeadTooLarge 431
    ├── InternalError 500
    ├── NotSupported 501
    └── Unavailable 503 ── NotReady, ProjectFull

A refusal leaves as one problem+json shape (RFC 9457) whatever layer it comes from; `problem` builds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypedDict

PROBLEM_MEDIA_TYPE = "application/problem+json"

# RFC 9110's phrases, where Python's http.HTTPStatus has others before 3.13.
PHRASES = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}


class Violation(TypedDict):
    """One broken rule: where (JSON Pointer, RFC 6901), which (JSON Schema keyword), and why."""

    pointer: str
    keyword: str
    message: str


class Refusal(Exception):
    """A refusal in words. The class says what kind it is, the detail says what to do."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    says: ClassVar[str] = "Something went wrong here."

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Violation] = (),
    ) -> None:
        super().__init__(detail or self.says)
        self.detail = detail or self.says
        self.headers = dict(headers or {})
        self.errors = list(errors)

    def problem(self, **members: str) -> dict[str, Any]:
        """The refusal as a problem+json object; `members` are more properties, such as trace_id."""
        return problem(self.slug, self.status, self.detail, self.errors, **members)


class InvalidRequest(Refusal):
    status, slug, says = 400, "invalid-request", "The request does not match the specification."


class MalformedBody(InvalidRequest):
    slug, says = "malformed-body", "The body is not valid JSON."


class UnparsableBody(InvalidRequest):
    slug, says = "unparsable-body", "The body is not what its Content-Type says."


class Unauthenticated(Refusal):
    status, slug, says = 401, "unauthenticated", "Send a key of this service as `Authorization: Bearer …`."


class VerificationFailed(Unauthenticated):
    slug, says = "verification-failed", "The request does not prove that it comes from a sender of this endpoint."


class Forbidden(Refusal):
    status, slug, says = 403, "forbidden", "This key does not hold the scope that the operation needs."


class OriginNotAllowed(Forbidden):
    slug, says = "origin-not-allowed", "The endpoint takes nothing from this address."


class NotFound(Refusal):
    status, slug, says = 404, "not-found", "There is nothing here, or it belongs to another project."


class NoEndpoint(NotFound):
    slug, says = "no-endpoint", "No endpoint listens at this address."


class MethodNotAllowed(Refusal):
    status, slug, says = 405, "method-not-allowed", "This address does not take this method; see Allow."


class RequestTimeout(Refusal):
    status, slug, says = 408, "request-timeout", "The body came too slowly; send it again."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Connection": "close"})


class Conflict(Refusal):
    status, slug, says = 409, "conflict", "This contradicts what is there."


class NameTaken(Conflict):
    slug, says = "name-taken", "This name is taken."


class PathTaken(Conflict):
    slug, says = "path-taken", "Another endpoint takes one of these methods at this path."


class HoldsRequests(Conflict):
    slug = "endpoint-holds-requests"
    says = "The endpoint still keeps requests; add ?requests=delete to delete them with it."


class DestinationInUse(Conflict):
    slug = "destination-in-use"
    says = "Replies of endpoints come from this destination; change those first."


class ProjectNotEmpty(Conflict):
    slug, says = "project-not-empty", "The project still has endpoints; remove them first."


class Protected(Conflict):
    slug, says = "protected", "The service needs this one, so it stays as it is."


class LastAdminKey(Conflict):
    slug = "last-admin-key"
    says = "This is the project's last key with the scope admin; create another one first."


class LimitReached(Conflict):
    slug, says = "limit-reached", "The project has reached this limit."


class WrongVerdict(Conflict):
    slug, says = "wrong-verdict", "The verdict of this request does not allow that."


class WrongStatus(Conflict):
    slug, says = "wrong-status", "The status of this delivery does not allow that."


class BodyNotKept(Conflict):
    slug, says = "body-not-kept", "The body of this request was not read, so it can't be judged again."


class JobEnded(Conflict):
    slug, says = "job-ended", "This has ended, or was not begun; plan another one."


class PreconditionFailed(Refusal):
    status, slug, says = 412, "precondition-failed", "It has changed since you read it; read it again."


class BodyTooLarge(Refusal):
    status, slug, says = 413, "body-too-large", "The body is larger than is taken here."


class UriTooLong(Refusal):
    status, slug, says = 414, "uri-too-long", "The address with its query is longer than is taken here."


class UnsupportedMediaType(Refusal):
    status, slug, says = 415, "unsupported-media-type", "Send a Content-Type that the specification names."


class Unprocessable(Refusal):
    status, slug, says = 422, "unprocessable", "This is well-formed but has no meaning here."


class InvalidCursor(Unprocessable):
    slug, says = "invalid-cursor", "This cursor is not one that the list answered."


class IdempotencyKeyReused(Unprocessable):
    slug, says = "idempotency-key-reused", "This Idempotency-Key was used for another request."


class ContractViolated(Unprocessable):
    slug, says = "contract-violated", "The request breaks the contract of the endpoint; `errors` says where."


class RateLimited(Refusal):
    status, slug, says = 429, "rate-limited", "Too many requests; wait for Retry-After."


class HeadTooLarge(Refusal):
    status, slug, says = 431, "head-too-large", "The headers and the query are longer than is taken here."


class InternalError(Refusal):
    pass


class NotSupported(Refusal):
    status, slug, says = 501, "not-supported", "This part of HTTP is not served here."


class Unavailable(Refusal):
    """The store cannot take it now. Retry-After is always sent, so that a sender keeps the letter."""

    status, slug, says = 503, "unavailable", "This cannot be kept right now; try again."

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


class NotReady(Unavailable):
    slug, says = "not-ready", "The service cannot write to its store."


class ProjectFull(Unavailable):
    slug, says = "project-full", "The project has reached the bytes that it may store."


def problem(slug: str, status: int, detail: str, errors: Sequence[Violation] = (), **members: str) -> dict[str, Any]:
    """The one shape of every error: type, title, status, detail, then errors and other members if any."""
    shape: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": PHRASES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        shape["errors"] = list(errors)
    return shape | members


def refusals() -> Iterator[type[Refusal]]:
    """Every class of refusal, so that the specification's list of problem types can be compared with it."""
    families = [Refusal]
    while families:
        family = families.pop()
        yield family
        families.extend(family.__subclasses__())


def refusal_for(status: int) -> type[Refusal]:
    """The plainest refusal of a status that a library chose; InvalidRequest or InternalError where we have none."""
    plainest = {refusal.status: refusal for refusal in reversed(Refusal.__subclasses__())}
    return plainest.get(status) or (InvalidRequest if status < InternalError.status else InternalError)
