"""The vendored payloads are whole, and are what GitHub sends."""

import hashlib
import hmac
import json

from tests.github.payloads import SECRET, payloads, signature


def test_there_are_329_payloads_of_58_events() -> None:
    assert len(payloads()) == 329
    assert len({payload.event for payload in payloads()}) == 58


def test_each_payload_is_a_json_object_of_its_own_bytes() -> None:
    assert all(isinstance(json.loads(payload.body), dict) for payload in payloads())


def test_no_two_deliveries_share_an_id() -> None:
    assert len({dict(payload.headers)["x-github-delivery"] for payload in payloads()}) == 329


def test_the_signature_is_the_one_of_githubs_documentation() -> None:
    assert signature("sha256", b"Hello, World!").endswith(
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )


def test_each_payload_is_signed() -> None:
    for payload in payloads():
        genuine = hmac.new(SECRET, payload.body, hashlib.sha256).hexdigest()
        assert dict(payload.headers)["x-hub-signature-256"] == f"sha256={genuine}"
