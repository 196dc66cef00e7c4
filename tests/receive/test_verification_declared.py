"""What a declared verification may say: each scheme takes its own, and what can't work is refused when saved."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from letterbox.receive.verification.declared import NEEDED, complete, fault_of, violations_of
from letterbox.receive.verification.verifier import SCHEMES
from tests.receive.senders import SENDERS

HMAC = {"scheme": "hmac", "header": "X-Signature"}


def pointers(declared: dict[str, Any]) -> list[str]:
    return [violation["pointer"] for violation in violations_of(complete(declared), "/verification")]


def test_what_can_be_declared_is_what_can_be_checked() -> None:
    assert set(NEEDED) - {"none"} == set(SCHEMES)


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_what_senders_need_can_be_declared(sender: Any) -> None:
    assert pointers({**sender.verification, "methods": ["POST"], "secrets": [sender.secret]}) == []
    assert fault_of(sender.secret, sender.verification) is None


def test_an_unknown_scheme_is_refused() -> None:
    assert pointers({"scheme": "magic"}) == ["/verification/scheme"]


@pytest.mark.parametrize("name", ["secrets", "methods", "username", "header"])
def test_none_takes_nothing(name: str) -> None:
    assert pointers({"scheme": "none", name: ["POST"]}) == [f"/verification/{name}"]


@pytest.mark.parametrize("name", ["username", "in", "name", "header", "prefix", "template", "tolerance_seconds"])
def test_what_belongs_to_another_scheme_is_refused(name: str) -> None:
    assert pointers({"scheme": "github", name: "x"}) == [f"/verification/{name}"]


@pytest.mark.parametrize(("scheme", "missing"), [("hmac", 1), ("basic", 1), ("api-key", 2)])
def test_what_a_scheme_needs_is_asked_for(scheme: str, missing: int) -> None:
    assert pointers({"scheme": scheme}) == ["/verification"] * missing


@pytest.mark.parametrize(
    ("template", "timed", "good"),
    [
        ("{body}", False, True),
        ("{timestamp}.{body}", True, True),
        ("v0:{timestamp}:{body}:{header:X-Id}", True, True),
        ("{body}", True, False),
        ("{timestamp}.{body}", False, False),
        ("", False, False),
        ("{header:x}", False, False),
        ("{body}{body}", False, False),
        ("{body}{id}", False, False),
        ("{{body}}", False, False),
        ("{body}}", False, False),
        ("{body}{header:}", False, False),
        ("{body}{header:a b}", False, False),
    ],
)
def test_a_template_signs_the_body_and_the_time_if_there_is_one(template: str, timed: bool, good: bool) -> None:
    timestamp = {"timestamp_header": "X-Time"} if timed else {}
    assert (set(pointers({**HMAC, **timestamp, "template": template})) == set()) == good


@pytest.mark.parametrize("name", ["header", "timestamp_header"])
@pytest.mark.parametrize("value", ["", "a b", "a:", "é", "a\n"])
def test_what_is_no_name_of_a_header_is_refused(name: str, value: str) -> None:
    assert f"/verification/{name}" in pointers({**HMAC, name: value})


@pytest.mark.parametrize(("place", "bad"), [("header", True), ("query", False)])
def test_the_name_of_an_api_key_is_a_headers_where_it_is_in_one(place: str, bad: bool) -> None:
    assert (pointers({"scheme": "api-key", "in": place, "name": "a b"}) == ["/verification/name"]) == bad


def test_a_tolerance_needs_a_time() -> None:
    assert pointers({**HMAC, "tolerance_seconds": 9}) == ["/verification/tolerance_seconds"]
    assert pointers({**HMAC, "tolerance_seconds": 9, "timestamp_header": "X-Time"}) == []


@pytest.mark.parametrize("username", ["a:b", ":", "a\nb"])
def test_a_username_that_cannot_be_sent_is_refused(username: str) -> None:
    assert pointers({"scheme": "basic", "username": username}) == ["/verification/username"]


@pytest.mark.parametrize("scheme", sorted(set(NEEDED) - {"none"}))
def test_an_empty_secret_is_refused(scheme: str) -> None:
    assert fault_of("", {"scheme": scheme})


@pytest.mark.parametrize(
    ("prefix", "lengths"),
    [("", [24, 25, 32, 63, 64]), ("whsec_", [24, 25, 32, 63, 64]), ("whpk_", [32]), ("whsk_", [32])],
)
def test_a_secret_of_standard_webhooks_has_its_length(prefix: str, lengths: list[int]) -> None:
    tried = {length: prefix + base64.b64encode(bytes(length)).decode() for length in (0, 23, 24, 25, 32, 63, 64, 65)}
    taken = [length for length in tried if fault_of(tried[length], {"scheme": "standard-webhooks"}) is None]
    assert taken == lengths


@pytest.mark.parametrize(
    "rest", ["", "!", "=", "a b", "é", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!w", "A" * 33, "AAAA=AAA" * 8]
)
def test_what_is_not_base64_is_no_secret_of_standard_webhooks(rest: str) -> None:
    for prefix in ("whsec_", "whpk_", "whsk_"):
        fault = fault_of(prefix + rest, {"scheme": "standard-webhooks"})
        assert fault
        assert not rest or prefix + rest not in fault


@pytest.mark.parametrize("secret", ["a\nb", "a\r\n", "\0", " a", "a ", "\ta"])
def test_a_secret_that_would_not_arrive_in_a_header_is_refused(secret: str) -> None:
    for declared in ({"scheme": "bearer"}, {"scheme": "api-key", "in": "header", "name": "x"}):
        assert fault_of(secret, declared)
    assert fault_of(secret, {"scheme": "github"}) is None


def test_a_declaration_says_its_defaults() -> None:
    assert complete(HMAC) == {
        **HMAC,
        "prefix": "",
        "encoding": "hex",
        "algorithm": "sha256",
        "template": "{body}",
    }
    timed = complete({**HMAC, "timestamp_header": "X-Time"})
    assert (timed["template"], timed["tolerance_seconds"]) == ("{timestamp}.{body}", 300)


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_what_is_complete_stays_as_it_is(sender: Any) -> None:
    once = complete(sender.verification)
    assert complete(once) == once
