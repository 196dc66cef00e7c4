"""What a declared verification may say: each scheme has its own properties, and secrets of its own form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from letterbox.errors import Violation
from letterbox.receive.verification import template
from letterbox.receive.verification.evidence import TOLERANCE_SECONDS
from letterbox.receive.verification.signature import HMAC
from letterbox.receive.verification.standard_webhooks import key_of

EVERY = frozenset({"scheme", "secrets", "methods"})  # but `none`, which asks for nothing
NEEDED: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "standard-webhooks": (),
    "github": (),
    "stripe": (),
    "slack": (),
    "shopify": (),
    "hmac": ("header",),
    "basic": ("username",),
    "bearer": (),
    "api-key": ("in", "name"),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "hmac": ("prefix", "encoding", "algorithm", "timestamp_header", "template", "tolerance_seconds"),
}
TIMED_TEMPLATE = "{timestamp}.{body}"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\0-\x1f\x7f]")


def complete(declared: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration with the defaults of its scheme said."""
    if declared["scheme"] != "hmac":
        return dict(declared)
    if "timestamp_header" not in declared:
        return {**HMAC, **declared}
    return {**HMAC, "template": TIMED_TEMPLATE, "tolerance_seconds": TOLERANCE_SECONDS, **declared}


def violations_of(declared: Mapping[str, Any], pointer: str) -> Iterator[Violation]:
    """What is missing, out of place or impossible in a complete declaration, secrets apart."""
    scheme = declared["scheme"]
    if scheme not in NEEDED:
        yield _violation(f"{pointer}/scheme", "There is no such scheme.")
        return
    taken = {*NEEDED[scheme], *OPTIONAL.get(scheme, ()), *(EVERY if scheme != "none" else ("scheme",))}
    for name in sorted(declared.keys() - taken):
        yield _violation(f"{pointer}/{name}", f"The scheme {scheme} takes no `{name}`.")
    missing = [name for name in NEEDED[scheme] if name not in declared]
    for name in missing:
        yield _violation(pointer, f"The scheme {scheme} needs `{name}`.")
    if not missing:
        for place, fault in _FAULTS.get(scheme, _no_faults)(declared):
            yield _violation(f"{pointer}/{place}", fault)


def fault_of(secret: str, declared: Mapping[str, Any]) -> str | None:
    """Why a secret can't be one of this scheme, in a sentence that does not say the secret."""
    if not secret:
        return "A secret is not empty."
    if declared["scheme"] == "standard-webhooks":
        return _fault_of_key(secret)
    if declared["scheme"] in ("basic", "bearer") or declared.get("in") == "header":
        return _fault_in_header(secret, declared["scheme"])
    return None


def _fault_of_key(secret: str) -> str | None:
    try:
        key_of(secret.encode())
    except ValueError as reason:
        return str(reason)
    return None


def _fault_in_header(secret: str, scheme: str) -> str | None:
    if _CONTROL.search(secret):
        return "A secret that is sent in a header has no line breaks and no other control characters."
    if scheme != "basic" and secret != secret.strip():
        return "A secret that is sent in a header has no spaces around it: they would not arrive."
    return None


def _faults_of_hmac(declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    timestamp_header = declared.get("timestamp_header")
    for name in ("header", "timestamp_header"):
        if name in declared and not _TOKEN.fullmatch(declared[name]):
            yield name, "This is not a header's name."
    if timestamp_header is None and "tolerance_seconds" in declared:
        yield "tolerance_seconds", "A tolerance needs a `timestamp_header`, else there is no time to compare."
    for fault in template.faults_of(declared["template"], timestamp_header):
        yield "template", fault


def _faults_of_basic(declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if ":" in declared["username"] or _CONTROL.search(declared["username"]):
        yield "username", "A username has no colon, which is where the password begins, and no control characters."


def _faults_of_api_key(declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if declared["in"] == "header" and not _TOKEN.fullmatch(declared["name"]):
        yield "name", "This is not a header's name."


def _no_faults(_declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return iter(())


_FAULTS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]] = {
    "hmac": _faults_of_hmac,
    "basic": _faults_of_basic,
    "api-key": _faults_of_api_key,
}


def _violation(pointer: str, message: str) -> Violation:
    return Violation(pointer=pointer, keyword="verification", message=message)
